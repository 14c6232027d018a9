import { NO_SEQUENCE, type Sequence, type TemplateId, type UserId } from '../../domain/shared/ids.ts';
import type { RecordedTemplateEvent } from '../../domain/template/events.ts';
import { advanceTemplate } from '../../domain/template/evolve.ts';
import type { TemplateSnapshot } from '../../domain/template/state.ts';
import type { ViewValue } from '../../projections/task-views.ts';
import type { ViewEntry, WholeViews } from '../ports/views.ts';
import { analyticsDifferences, ExpectedAnalytics } from './analytics/verify-analytics.ts';
import {
  type Expected,
  ExpectedViews,
  followTo,
  type OnTaskEvent,
  partOfUser,
  type ReadEvents,
  readOnly,
  type VerifiedLog,
  type VerifiedTasks,
  viewKeyOf,
} from './verify-events.ts';

export interface VerifyOptions extends VerifiedLog {
  readonly views: WholeViews;
  /** Absent, or without a user: everything. */
  readonly only?: VerifiedTasks;
  /** Events of the log for one part of the users; default 100,000. */
  readonly partEvents?: number;
  /** How many events have been looked at, of how many, each as often as the log is read. */
  readonly onProgress?: (done: number, of: number) => void;
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

const PART_EVENTS = 100_000;

/** Throws LogUnavailable, what is wrong with the log itself, and why it was stopped. */
export async function verifyViews(options: VerifyOptions): Promise<VerifyReport> {
  const { follower, only, partEvents = PART_EVENTS } = options;
  const differences: ViewDifference[] = [];
  if (only !== undefined) {
    const isOf = (userId: UserId) => userId === only.userId;
    const checked = await verifyTasks(options, { isOf, read: readOnly(options, only), differences });
    return reportOf(checked.events, checked.values, checked.checkpoint, differences);
  }
  const end = await follower.lastSequence();
  const parts = Math.max(1, Math.ceil(end / partEvents));
  const counted = new ExpectedAnalytics(ofAll);
  const templates = new Map<TemplateId, TemplateSnapshot>();
  let [events, values, checkpoint] = [0, 0, NO_SEQUENCE];
  for (let part = 0; part < parts; part++) {
    const isOf = (userId: UserId) => partOfUser(userId, parts) === part;
    const read = (to: Sequence, onEvent: OnTaskEvent) =>
      followTo(options, to, {
        isOf,
        onEvent,
        onTemplateEvent: (event) => {
          if (part > 0 || to !== end) return;
          events++;
          foldTemplate(templates, event);
        },
        onThrough: (through) => options.onProgress?.(part * end + Math.min(through, end), parts * end),
      });
    const checked = await verifyTasks(options, { isOf, read, differences, end, counted });
    events += checked.events;
    values += checked.values;
    checkpoint = checked.checkpoint;
  }
  const shown = await options.views.templates();
  compareTemplates(templates, shown.values, checkpoint, differences);
  const analytics = await verifyCounted(options, {
    expected: counted,
    isOf: ofAll,
    checkpoint,
    differences,
    replay: async (to, onEvent) => {
      for (let part = 0; part < parts; part++) {
        const isOf = (userId: UserId) => partOfUser(userId, parts) === part;
        await followTo(options, to, { isOf, onEvent });
      }
    },
  });
  return reportOf(events, values + shown.values.length + analytics, checkpoint, differences);
}

function reportOf(
  events: number,
  values: number,
  checkpoint: Sequence,
  differences: readonly ViewDifference[],
): VerifyReport {
  return { events, values, checkpoint, differences: differences.slice(0, MOST_DIFFERENCES) };
}

interface VerifiedPart {
  readonly isOf: (userId: UserId) => boolean;
  readonly read: ReadEvents;
  readonly differences: ViewDifference[];
  /** Absent: the end of the log. */
  readonly end?: Sequence;
  /** What is counted of all users; the part's own are added. */
  readonly counted?: ExpectedAnalytics;
}

async function verifyTasks(options: VerifyOptions, part: VerifiedPart) {
  const { views, only } = options;
  const { isOf, read, differences } = part;
  const expected = new ExpectedViews(views.executionsKept);
  const ofUsers = (userId: UserId | null) => userId !== null && isOf(userId);
  const counted = new ExpectedAnalytics(ofUsers);
  let events = 0;
  await read(part.end ?? (await options.follower.lastSequence()), (event) => {
    events++;
    const tally = expected.fold(event);
    counted.add(event, tally);
    part.counted?.add(event, tally);
  });
  const checkpoint = await views.checkpoint();
  const newest = new Map<string, ViewEntry>();
  await views.everything((entries) => {
    for (const entry of entries) {
      if ((only?.taskId ?? entry.taskId) === entry.taskId) newest.set(viewKeyOf(entry), entry);
    }
  }, isOf);
  for (const [key, entry] of newest) {
    options.signal?.throwIfAborted();
    const wanted = await expectedFor(options, expected.at(key), entry, checkpoint);
    compare({ key, path: '' }, entry.value, wanted, differences);
  }
  for (const [key, each] of expected.values) {
    const { value, sequence } = each;
    if (newest.has(key) || value === null || sequence > checkpoint) continue;
    if (!(await views.opens(each.userId))) continue;
    if (await isStill(options, key, each)) compare({ key, path: '' }, undefined, value, differences);
  }
  // Of one task alone nothing can be said of what its user's tasks come to.
  if (only?.taskId != null) return { events, values: newest.size, checkpoint };
  const sums = await verifyCounted(options, {
    expected: counted,
    isOf: ofUsers,
    checkpoint,
    differences,
    replay: read,
  });
  return { events, values: newest.size + sums, checkpoint };
}

interface VerifiedSums {
  readonly expected: ExpectedAnalytics;
  readonly isOf: (userId: UserId | null) => boolean;
  readonly checkpoint: Sequence;
  readonly differences: ViewDifference[];
  readonly replay: ReadEvents;
}

function verifyCounted(options: VerifyOptions, sums: VerifiedSums): Promise<number> {
  const { expected, isOf, checkpoint, differences } = sums;
  return analyticsDifferences({
    expected,
    views: options.views,
    isOf,
    checkpoint,
    replay: async (end, onTally) => {
      const again = new ExpectedViews(options.views.executionsKept);
      await sums.replay(end, (event) => onTally(event, again.fold(event)));
    },
    compare: (key, inView, inLog) => compare({ key, path: '' }, inView, inLog, differences),
  });
}

function ofAll(userId: UserId | null): boolean {
  return userId === null;
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
  return then.at(viewKeyOf(entry))?.value ?? undefined;
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
