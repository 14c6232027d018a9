/**
 * Whether the views are what the log says: folds the whole log and compares every value, member by member.
 *
 * It may run while the projector does. A value says up to which event it goes, so one that is older or newer than the
 * fold is compared with a fold of its own task up to that very event; that it is older is wrong only if the checkpoint
 * says that it is not. All expected values are held in memory, some KiB for each task. Analytics are of many tasks:
 * see `verify-analytics.ts`. Of a user whose key is gone the views need not hold anything.
 */
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import {
  NO_SEQUENCE,
  type Sequence,
  type TaskId,
  type TemplateId,
  type UserId,
} from '../../domain/shared/ids.ts';
import type { RecordedTemplateEvent } from '../../domain/template/events.ts';
import { advanceTemplate } from '../../domain/template/evolve.ts';
import type { TemplateSnapshot } from '../../domain/template/state.ts';
import type { Tally } from '../../projections/analytics.ts';
import { type TaskFold, TaskViews, type ViewValue } from '../../projections/task-views.ts';
import type { LogFollower, OtherEvents } from '../ports/log/following.ts';
import type { EventLog } from '../ports/log/log.ts';
import type { ViewEntry, WholeViews } from '../ports/views.ts';
import { analyticsDifferences, ExpectedAnalytics } from './analytics/verify-analytics.ts';

export interface VerifyOptions {
  readonly log: Pick<EventLog, 'readTask'>;
  readonly follower: LogFollower;
  readonly views: WholeViews;
}

export interface ViewDifference {
  /** `<view> <user> <task> [<place>]`; of analytics `<view> <user> <period>`, or without a user. */
  readonly key: string;
  /** Of the member, `state.schedule.type`; empty for the whole value. */
  readonly path: string;
  /** Absent where it has none. */
  readonly inView?: unknown;
  readonly inLog?: unknown;
}

export interface VerifyReport {
  readonly events: number;
  readonly values: number;
  readonly checkpoint: Sequence;
  /** At most 1,000 of them. */
  readonly differences: readonly ViewDifference[];
}

const MOST_DIFFERENCES = 1_000;

/** Throws LogUnavailable, and what is wrong with the log itself. */
export async function verifyViews(options: VerifyOptions): Promise<VerifyReport> {
  const { follower, views } = options;
  const expected = new ExpectedViews(views.executionsKept);
  const counted = new ExpectedAnalytics();
  let events = 0;
  const templates = new Map<TemplateId, TemplateSnapshot>();
  await followTo(
    follower,
    await follower.lastSequence(),
    (event) => {
      events++;
      counted.add(event, expected.fold(event));
    },
    (event) => {
      events++;
      foldTemplate(templates, event);
    },
  );
  const checkpoint = await views.checkpoint();
  const found: ViewEntry[] = [];
  await views.everything((entries) => found.push(...entries));

  const differences: ViewDifference[] = [];
  const newest = new Map<string, ViewEntry>();
  for (const entry of found) newest.set(keyOf(entry), entry);
  for (const [key, entry] of newest) {
    const wanted = await expectedFor(options, expected.at(key), entry, checkpoint);
    compare({ key, path: '' }, entry.value, wanted, differences);
  }
  for (const [key, each] of expected.values) {
    const { value, sequence } = each;
    if (newest.has(key) || value === null || sequence > checkpoint) continue;
    if (!(await views.opens(each.userId))) continue;
    if (await isStill(options, key, each)) compare({ key, path: '' }, undefined, value, differences);
  }
  const shown = await views.templates();
  compareTemplates(templates, shown.values, checkpoint, differences);
  const analytics = await analyticsDifferences({
    expected: counted,
    views,
    checkpoint,
    replay: async (end, onTally) => {
      const again = new ExpectedViews(views.executionsKept);
      await followTo(follower, end, (event) => onTally(event, again.fold(event)));
    },
    compare: (key, inView, inLog) => compare({ key, path: '' }, inView, inLog, differences),
  });
  return {
    events,
    values: newest.size + shown.values.length + analytics,
    checkpoint,
    differences: differences.slice(0, MOST_DIFFERENCES),
  };
}

interface Expected {
  /** Null: the last event that touched it took it away. */
  readonly value: ViewValue | null;
  readonly sequence: Sequence;
  readonly userId: UserId;
  readonly taskId: TaskId;
}

class ExpectedViews {
  readonly values = new Map<string, Expected>();
  readonly #views: TaskViews;
  readonly #folds = new Map<string, TaskFold>();

  constructor(executionsKept: number) {
    this.#views = new TaskViews(executionsKept);
  }

  at(key: string): Expected | undefined {
    return this.values.get(key);
  }

  fold(event: RecordedTaskEvent): Tally | null {
    const { user_id: userId, task_id: taskId, sequence } = event.meta;
    const task = `${userId} ${taskId}`;
    const { fold, changes, tally } = this.#views.project(this.#folds.get(task) ?? null, event);
    this.#folds.set(task, fold);
    for (const { view, place, value } of changes) {
      this.values.set(keyOf({ view, userId, taskId, place }), { value, sequence, userId, taskId });
    }
    return tally;
  }
}

function foldTemplate(templates: Map<TemplateId, TemplateSnapshot>, event: RecordedTemplateEvent): void {
  const { template_id } = event.meta;
  const next = advanceTemplate(templates.get(template_id) ?? null, event);
  if (next === null) throw new Error(`the log of ${template_id} has a gap`);
  templates.set(template_id, next);
}

/** A value may be newer than the fold, and one older than it is wrong only if the checkpoint says that it is not. */
function compareTemplates(
  expected: ReadonlyMap<TemplateId, TemplateSnapshot>,
  shown: readonly TemplateSnapshot[],
  checkpoint: Sequence,
  differences: ViewDifference[],
): void {
  const inView = new Map(shown.map((value) => [value.state.template_id, value]));
  for (const id of new Set([...expected.keys(), ...inView.keys()])) {
    const wanted = expected.get(id);
    const found = inView.get(id);
    const isNewer = found !== undefined && found.sequence > (wanted?.sequence ?? checkpoint);
    const isBehind = wanted !== undefined && wanted.sequence > checkpoint;
    if (isNewer || (isBehind && found?.sequence !== wanted.sequence)) continue;
    compare({ key: `TEMPLATES ${id}`, path: '' }, found, wanted, differences);
  }
}

/** What the log says that this value should be; undefined where it should not be there. */
async function expectedFor(
  options: VerifyOptions,
  expected: Expected | undefined,
  entry: ViewEntry,
  checkpoint: Sequence,
): Promise<ViewValue | undefined> {
  const { sequence } = entry.value;
  if (expected?.sequence === sequence) return expected.value ?? undefined;
  const isBehind = expected !== undefined && sequence < expected.sequence && expected.sequence <= checkpoint;
  if (isBehind) return expected.value ?? undefined;
  const then = new ExpectedViews(options.views.executionsKept);
  for (const event of await options.log.readTask(entry.userId, entry.taskId, NO_SEQUENCE)) {
    if (event.meta.sequence <= sequence) then.fold(event);
  }
  return then.at(keyOf(entry))?.value ?? undefined;
}

/** Whether a value that is not in the view is not just gone: since the log was folded it may have been deleted. */
async function isStill(
  options: VerifyOptions,
  key: string,
  { sequence, userId, taskId }: Expected,
): Promise<boolean> {
  const now = new ExpectedViews(options.views.executionsKept);
  for (const event of await options.log.readTask(userId, taskId, NO_SEQUENCE)) now.fold(event);
  return now.at(key)?.sequence === sequence;
}

async function followTo(
  follower: LogFollower,
  end: Sequence,
  onEvent: (event: RecordedTaskEvent) => void,
  onTemplateEvent: (event: RecordedTemplateEvent) => void = () => {},
): Promise<void> {
  if (end === NO_SEQUENCE) return;
  const done = new AbortController();
  const take = async (events: readonly RecordedTaskEvent[], through: Sequence, others: OtherEvents) => {
    for (const event of events) if (event.meta.sequence <= end) onEvent(event);
    for (const event of others.templates) if (event.meta.sequence <= end) onTemplateEvent(event);
    if (through >= end) done.abort();
  };
  await follower.followOpened(NO_SEQUENCE, take, { maxBatch: 500, signal: done.signal });
}

function keyOf({ view, userId, taskId, place }: Omit<ViewEntry, 'value'>): string {
  return `${view} ${userId} ${taskId} ${place}`.trimEnd();
}

function compare(
  at: { readonly key: string; readonly path: string },
  inView: unknown,
  inLog: unknown,
  differences: ViewDifference[],
): void {
  if (Object.is(inView, inLog)) return;
  if (isObject(inView) && isObject(inLog) && Array.isArray(inView) === Array.isArray(inLog)) {
    for (const member of new Set([...Object.keys(inView), ...Object.keys(inLog)])) {
      const path = at.path === '' ? member : `${at.path}.${member}`;
      compare({ key: at.key, path }, inView[member], inLog[member], differences);
    }
    return;
  }
  differences.push({ ...at, inView, inLog });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
