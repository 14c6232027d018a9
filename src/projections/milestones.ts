/**
 * Snapshots of a long task at regular distances, so that a question about some time in it costs what is asked and not
 * what there is: `src/application/queries/history/milestone-history.ts` goes on from the last one before that time.
 *
 *     events     1 .......... 64 ......... 128 ...  2048 ......... 2112 ...
 *     milestones             |              |         |              |
 *     pages      [ page 0: 32 milestones at most     ] [ page 1 ...
 *     index      [ page 0 as a whole,                  page 1 is open ]
 *
 * A milestone is the task after the event, and what else its history needs to go on. In a page each but the first is
 * stored as what differs from the one before it, so a task that only runs takes a few hundred bytes for each. A page
 * is one value, so a task has one key for 2,048 events (for fewer where its content is large and changes), and the
 * index tells of every closed page what it holds, so that no other than those needed is read.
 */
import type { RecordedTaskEvent, Snapshot } from '../domain/shared/event.ts';
import { sameJson } from '../domain/shared/json.ts';
import { advanceProgress, hullOf, type Progress, rested } from '../domain/task/ledger/progress.ts';
import type { SlotRange } from '../domain/task/ledger/slot-fates.ts';
import type { TaskState } from '../domain/task/state.ts';

export const MILESTONES = {
  name: 'MILESTONES',
  version: 2,
  /** The place of the index; pages are at their numbers. */
  index: 'index',
  pageAt: (number: number): string => `${number}`,
} as const;

export interface Spacing {
  /** Events from one milestone to the next. */
  readonly events: number;
  /** Milestones of a page. */
  readonly perPage: number;
  /** A page takes no further milestone that would make it larger, in characters of JSON. */
  readonly pageSize: number;
}
export const SPACING: Spacing = { events: 64, perPage: 32, pageSize: 256 * 1024 };

/** `touched`: by the events since the milestone before it. */
export type Milestone = Snapshot<TaskState> & Progress;

/** What a milestone changes of the one before it. */
type Difference = Omit<Milestone, 'state'> & { readonly state: Partial<TaskState> };

export interface MilestonePage {
  readonly first: Milestone;
  readonly more: readonly Difference[];
}

/** Its last milestone, and all slots that its events touched. */
export type PageSummary = Pick<Milestone, 'sequence' | 'revision' | 'latest' | 'touched'> &
  Pick<
    TaskState,
    'schedule_version' | 'executions_requested' | 'run_count' | 'success_count' | 'failure_count'
  > & {
    /** Whether the last of its executions had not ended. */
    readonly unfinished: boolean;
  };

/** The closed pages; the next one is open. */
export interface MilestoneIndex {
  readonly pages: readonly PageSummary[];
}

/** What the next event of a task is folded into. */
export interface MilestoneFold {
  /** As of the last event; null before the first. */
  readonly progress: Progress | null;
  readonly closed: readonly PageSummary[];
  /** The milestones of the open page. */
  readonly open: readonly Milestone[];
  /** Of the open page, as `pageSize` counts. */
  readonly size: number;
}

export const NO_MILESTONES: MilestoneFold = { progress: null, closed: [], open: [], size: 0 };

/** A value that a milestone changed. */
export interface MilestoneChange {
  readonly place: string;
  readonly value: MilestonePage | MilestoneIndex;
}

/** Whether a milestone follows the event: folding it needs to know those before. */
export function isMilestone({ events }: Spacing, revision: number): boolean {
  return revision % events === 0;
}

export function advanceMilestones(
  spacing: Spacing,
  fold: MilestoneFold,
  before: TaskState | null,
  event: RecordedTaskEvent,
  after: TaskState,
): { readonly fold: MilestoneFold; readonly changes: readonly MilestoneChange[] } {
  const progress = advanceProgress(fold.progress, before, event, after);
  if (!isMilestone(spacing, event.meta.revision)) return { fold: { ...fold, progress }, changes: [] };
  const { sequence, revision, hash } = event.meta;
  const milestone: Milestone = { sequence, revision, hash, ...progress, state: after };
  const next = withMilestone(spacing, { ...fold, progress: rested(progress) }, milestone);
  const page = { place: MILESTONES.pageAt(next.closed.length), value: encodedPage(next.open) };
  if (next.closed === fold.closed) return { fold: next, changes: [page] };
  return { fold: next, changes: [page, { place: MILESTONES.index, value: { pages: next.closed } }] };
}

function withMilestone(spacing: Spacing, fold: MilestoneFold, milestone: Milestone): MilestoneFold {
  const before = fold.open.at(-1);
  const added = before === undefined ? 0 : sizeOf(differenceOf(before, milestone));
  const hasRoom = fold.open.length < spacing.perPage && fold.size + added <= spacing.pageSize;
  if (before !== undefined && hasRoom) {
    return { ...fold, open: [...fold.open, milestone], size: fold.size + added };
  }
  const closed = before === undefined ? fold.closed : [...fold.closed, summaryOf(fold.open, before)];
  return { ...fold, closed, open: [milestone], size: sizeOf(milestone) };
}

export function summaryOf(page: readonly Milestone[], last: Milestone): PageSummary {
  const { sequence, revision, latest, state } = last;
  const { schedule_version, executions_requested, run_count, success_count, failure_count } = state;
  return {
    sequence,
    revision,
    latest,
    touched: page.reduce<SlotRange | null>((all, { touched }) => hullOf(all, touched), null),
    schedule_version,
    executions_requested,
    run_count,
    success_count,
    failure_count,
    unfinished: state.execution !== null,
  };
}

/** What the open page of a fold was stored as, and is read as. */
export function foldAt(closed: readonly PageSummary[], open: readonly Milestone[]): MilestoneFold {
  const last = open.at(-1);
  const size = open.reduce((sum, milestone, at) => {
    const before = open[at - 1];
    return sum + sizeOf(before === undefined ? milestone : differenceOf(before, milestone));
  }, 0);
  return { progress: last === undefined ? null : rested(last), closed, open, size };
}

function encodedPage(milestones: readonly Milestone[]): MilestonePage {
  const [first, ...rest] = milestones;
  if (first === undefined) throw new Error('a page without a milestone');
  return { first, more: rest.map((each, at) => differenceOf(milestones[at] ?? first, each)) };
}

export function milestonesOf({ first, more }: MilestonePage): Milestone[] {
  const all = [first];
  for (const { state, ...rest } of more) {
    const before = all.at(-1) ?? first;
    all.push({ ...rest, state: { ...before.state, ...state } });
  }
  return all;
}

/** A task never loses a member: all that differ have a value. */
function differenceOf(before: Milestone, milestone: Milestone): Difference {
  const changed = Object.entries(milestone.state).filter(
    ([name, value]) => !sameJson(value, before.state[name as keyof TaskState] as never),
  );
  return { ...milestone, state: Object.fromEntries(changed) };
}

function sizeOf(value: Milestone | Difference): number {
  return JSON.stringify(value).length;
}
