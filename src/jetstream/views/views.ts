/**
 * The views as readers see them. None of it is current by itself: every value says up to which event it goes, and
 * readers fold the rest of the log on top (see `application/queries/queries.ts`). So a read need not be fresh, but what it
 * claims to hold it must hold, also where a replica that is behind the leader answers:
 *
 * - One value speaks for itself: its own sequence.
 * - An execution's value cannot: the events after it may be of other executions. So executions are read together with
 *   their task's value in one get. A get shows one state of the stream, the projector writes both in one batch, and
 *   so executions hold everything up to the sequence that their task's value holds (`upTo`).
 * - A user's values speak for themselves, except for those that are not there. So they are read together with the
 *   checkpoint in one get, which again shows one state.
 * - Sums of a user, or of all, likewise: one that is not there is zero.
 * - Too many for a get are streamed by a consumer. Then the checkpoint is read first, from the leader, and the
 *   stream is read until a checkpoint at least as new has come by and nothing is left.
 *
 * Each of these is of one generation of the views; the next one may be of another (`current-views.ts`).
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { LogUnavailable } from '../../application/ports/failures.ts';
import type {
  AnalyticsEntry,
  AnalyticsViews,
  ServiceDays,
  UserMonths,
  ViewEntry,
  Views,
  ViewValues,
  WholeViews,
} from '../../application/ports/views.ts';
import type { ExecutionState } from '../../domain/execution/state.ts';
import type { Snapshot } from '../../domain/shared/event.ts';
import { NO_SEQUENCE, type Sequence, type TaskId, type UserId } from '../../domain/shared/ids.ts';
import type { SchedulingState, TaskState } from '../../domain/task/state.ts';
import type { TemplateSnapshot } from '../../domain/template/state.ts';
import {
  ALL,
  ANALYTICS,
  type AnalyticsPlace,
  type Counted,
  type Day,
  type Month,
  type ServiceDay,
  type ServiceTotals,
  type UserMonth,
} from '../../projections/analytics.ts';
import { EXECUTIONS } from '../../projections/executions.ts';
import {
  MILESTONES,
  type Milestone,
  type MilestoneIndex,
  type MilestonePage,
  milestonesOf,
  type PageSummary,
} from '../../projections/milestones.ts';
import { SCHEDULE } from '../../projections/schedule.ts';
import { TASKS } from '../../projections/tasks.ts';
import { TEMPLATES } from '../../projections/templates.ts';
import { type Listener, TRIGGERS } from '../../projections/triggers.ts';
import { JetStreamCode, jetstreamErrorCode } from '../connection/errors.ts';
import { CurrentViews } from './current-views.ts';
import { isSealed, type KeyFinder, openedValue } from './sealed-values.ts';
import type { ViewBucket, ViewMessage } from './view-bucket.ts';
import {
  allValues,
  analyticsKey,
  analyticsPlaceOf,
  CHECKPOINT_KEY,
  decodeCheckpoint,
  decodeCounted,
  decodeTemplate,
  decodeValue,
  userValues,
  valueKey,
  viewOf,
} from './view-keys.ts';

/** Executions of one get, at most. */
const EXECUTIONS_AT_ONCE = 500;
/** A server that says nothing for so long is not there. */
const SILENCE_MS = 500;
/** Entries handed over at once. */
const ENTRIES_AT_ONCE = 1_000;

export class JetStreamViews implements Views, WholeViews, AnalyticsViews {
  readonly executionsKept: number;
  readonly #current: CurrentViews;
  readonly #keys: KeyFinder;

  constructor(nc: NatsConnection, options: { executionsKept: number; keys: KeyFinder }) {
    this.#current = new CurrentViews(nc);
    this.executionsKept = options.executionsKept;
    this.#keys = options.keys;
  }

  async checkpoint(): Promise<Sequence> {
    const stored = await this.#read(async (bucket) => (await bucket.checkpoint()).sequence);
    const checkpoint = stored ?? NO_SEQUENCE;
    this.#current.told(checkpoint);
    return checkpoint;
  }

  /** Null where there are no views yet. */
  async #read<Answer>(ask: (bucket: ViewBucket) => Promise<Answer>): Promise<Answer | null> {
    const bucket = await this.#current.bucket();
    if (bucket === null) return null;
    const began = performance.now();
    try {
      return await ask(bucket);
    } catch (error) {
      const isGone =
        jetstreamErrorCode(error) === JetStreamCode.streamNotFound ||
        (error instanceof LogUnavailable && performance.now() - began < SILENCE_MS);
      // A generation that is dropped is read by nobody, and the server says so at once.
      const instead = isGone ? await this.#current.insteadOf(bucket) : null;
      if (instead === null) throw error;
      return ask(instead);
    }
  }

  async task(userId: UserId, taskId: TaskId): Promise<Snapshot<TaskState> | null> {
    return this.#opened(userId, valueKey(TASKS, userId, taskId));
  }

  async #opened<State>(userId: UserId, key: string): Promise<Snapshot<State> | null> {
    const data = await this.#read((bucket) => bucket.get(key));
    return data === null ? null : openedValue(data, key, await this.#keys.find(userId));
  }

  async tasksOf(userId: UserId): Promise<ViewValues<Snapshot<TaskState>>> {
    const key = await this.#keys.find(userId);
    // There may be values that do not open, and there may be none: the log has all of them.
    if (key === null) return { upTo: NO_SEQUENCE, values: [] };
    const decode = (message: ViewMessage) => openedValue<TaskState>(message.data, message.key, key);
    return this.#withCheckpoint(userValues(TASKS, userId), decode);
  }

  templates(): Promise<ViewValues<TemplateSnapshot>> {
    return this.#withCheckpoint(allValues(TEMPLATES), ({ data }) => decodeTemplate(data));
  }

  async #withCheckpoint<Value>(
    filter: string,
    decode: (message: ViewMessage) => Value | null,
  ): Promise<ViewValues<Value>> {
    const read = await this.#read((bucket) => withCheckpoint(bucket, filter, decode));
    return read ?? { upTo: NO_SEQUENCE, values: [] };
  }

  async executions(
    userId: UserId,
    taskId: TaskId,
    numbers: readonly number[],
  ): Promise<ViewValues<Snapshot<ExecutionState>>> {
    if (numbers.length > EXECUTIONS_AT_ONCE) return this.#executionsInHalves(userId, taskId, numbers);
    const taskAt = valueKey(TASKS, userId, taskId);
    const places = new Set(numbers.map((number) => EXECUTIONS.placeOf(number, this.executionsKept)));
    const keys = [...places].map((place) => valueKey(EXECUTIONS, userId, taskId, place));
    const opens = await this.#keys.find(userId);
    const read = await this.#read(async (bucket) => ({ found: await bucket.getTogether([taskAt, ...keys]) }));
    const found = read === null ? [] : read.found;
    if (found === null && numbers.length > 1) return this.#executionsInHalves(userId, taskId, numbers);
    const values: Snapshot<ExecutionState>[] = [];
    let upTo = NO_SEQUENCE;
    for (const { key, data } of found ?? []) {
      if (key === taskAt) {
        upTo = openedValue(data, key, opens)?.sequence ?? NO_SEQUENCE;
      } else {
        const value = openedValue<ExecutionState>(data, key, opens);
        if (value !== null && numbers.includes(value.state.number)) values.push(value);
      }
    }
    return { upTo, values };
  }

  /** Halves may be of two states of a stream, or of two generations: both hold what the older one holds. */
  async #executionsInHalves(
    userId: UserId,
    taskId: TaskId,
    numbers: readonly number[],
  ): Promise<ViewValues<Snapshot<ExecutionState>>> {
    const half = Math.ceil(numbers.length / 2);
    const [first, second] = await Promise.all([
      this.executions(userId, taskId, numbers.slice(0, half)),
      this.executions(userId, taskId, numbers.slice(half)),
    ]);
    const older = first.upTo < second.upTo ? first : second;
    return { upTo: older.upTo, values: [...first.values, ...second.values] };
  }

  async milestoneIndex(userId: UserId, taskId: TaskId): Promise<readonly PageSummary[]> {
    const index = await this.#milestones<MilestoneIndex>(userId, taskId, MILESTONES.index);
    return index?.pages ?? [];
  }

  async milestonePage(userId: UserId, taskId: TaskId, number: number): Promise<readonly Milestone[]> {
    const page = await this.#milestones<MilestonePage>(userId, taskId, MILESTONES.pageAt(number));
    return page === null ? [] : milestonesOf(page);
  }

  async #milestones<State>(userId: UserId, taskId: TaskId, place: string): Promise<State | null> {
    return (await this.#opened<State>(userId, valueKey(MILESTONES, userId, taskId, place)))?.state ?? null;
  }

  async opens(userId: UserId): Promise<boolean> {
    return (await this.#keys.find(userId)) !== null;
  }

  async scheduled(onEntries: (entries: readonly Snapshot<SchedulingState>[]) => void): Promise<void> {
    await this.#streamed([allValues(SCHEDULE)], ({ data }) => decodeValue<SchedulingState>(data), onEntries);
  }

  async triggers(onEntries: (entries: readonly Snapshot<Listener>[]) => void): Promise<void> {
    await this.#streamed([allValues(TRIGGERS)], ({ data }) => decodeValue<Listener>(data), onEntries);
  }

  async everything(
    onEntries: (entries: readonly ViewEntry[]) => void,
    isOf: (userId: UserId) => boolean = () => true,
  ): Promise<void> {
    const filters = [TASKS, EXECUTIONS, SCHEDULE, TRIGGERS, MILESTONES].map(allValues);
    let handedOver = Promise.resolve();
    await this.#streamed(
      filters,
      (message) => {
        const place = viewOf(message.key);
        return place !== null && isOf(place.userId) ? message : null;
      },
      (messages) => {
        handedOver = handedOver.then(async () => onEntries(await this.#entriesOf(messages)));
      },
    );
    await handedOver;
  }

  async #entriesOf(messages: readonly ViewMessage[]): Promise<ViewEntry[]> {
    const entries: ViewEntry[] = [];
    for (const { key, data } of messages) {
      const place = viewOf(key);
      if (place === null) continue;
      const value = isSealed(place.view)
        ? openedValue<TaskState>(data, key, await this.#keys.find(place.userId))
        : decodeValue<TaskState>(data);
      if (value !== null) entries.push({ ...place, value });
    }
    return entries;
  }

  async analytics(
    onEntries: (entries: readonly AnalyticsEntry[]) => void,
    isOf: (userId: UserId | null) => boolean = () => true,
  ): Promise<void> {
    const entryOf = (message: ViewMessage) => {
      const entry = countedEntryOf(message);
      return entry !== null && isOf(entry.user_id) ? entry : null;
    };
    await this.#streamed([allValues(ANALYTICS)], entryOf, onEntries);
  }

  async userMonths(userId: UserId, months: readonly Month[]): Promise<UserMonths> {
    const { upTo, values } = await this.#counted(months.map((period) => ({ user_id: userId, period })));
    return { upTo, months: new Map(values as [Month, Counted<UserMonth>][]) };
  }

  async serviceDays(days: readonly Day[]): Promise<ServiceDays> {
    const { upTo, values } = await this.#counted([...days, ALL].map((period) => ({ user_id: null, period })));
    const totals = (values.find(([period]) => period === ALL)?.[1].state ?? null) as ServiceTotals | null;
    const found = values.filter(([period]) => period !== ALL);
    return { upTo, totals, days: new Map(found.map(([day, { state }]) => [day, state as ServiceDay])) };
  }

  /** At most a few hundred small values: they fit into one get. */
  async #counted(places: readonly AnalyticsPlace[]) {
    const values: [string, Counted][] = [];
    let upTo = NO_SEQUENCE;
    const keys = [...places.map(analyticsKey), CHECKPOINT_KEY];
    const read = await this.#read(async (bucket) => ({ found: await bucket.getTogether(keys) }));
    const found = read === null ? [] : read.found;
    if (found === null) throw new LogUnavailable('the analytics did not come in one answer');
    for (const { key, data } of found) {
      const place = analyticsPlaceOf(key);
      if (place === null) upTo = decodeCheckpoint(data);
      else values.push([place.period, decodeCounted(data)]);
    }
    return { upTo, values };
  }

  /** Hands over what is made of the messages in portions; null leaves one out. */
  async #streamed<Entry>(
    filters: readonly string[],
    entryOf: (message: ViewMessage) => Entry | null,
    onEntries: (entries: readonly Entry[]) => void,
  ): Promise<void> {
    let entries: Entry[] = [];
    const bucket = await this.#current.bucket();
    await bucket?.eachLast(filters, (message) => {
      const entry = entryOf(message);
      if (entry === null) return;
      entries.push(entry);
      if (entries.length < ENTRIES_AT_ONCE) return;
      onEntries(entries);
      entries = [];
    });
    if (entries.length > 0) onEntries(entries);
  }
}

/** All values of a filter, and the checkpoint that they are of; nothing at all where one of them does not open. */
async function withCheckpoint<Value>(
  bucket: ViewBucket,
  filter: string,
  decode: (message: ViewMessage) => Value | null,
): Promise<ViewValues<Value>> {
  const values = new Map<string, Value>();
  let upTo = NO_SEQUENCE;
  let areAllOpen = true;
  const take = (message: ViewMessage) => {
    if (message.key === CHECKPOINT_KEY) {
      upTo = decodeCheckpoint(message.data);
      return;
    }
    const value = decode(message);
    if (value === null) areAllOpen = false;
    else values.set(message.key, value);
  };
  const found = await bucket.getTogether([filter, CHECKPOINT_KEY]);
  if (found !== null) {
    for (const message of found) take(message);
  } else {
    upTo = await bucket.eachLast([filter], take);
  }
  return areAllOpen ? { upTo, values: [...values.values()] } : { upTo: NO_SEQUENCE, values: [] };
}

function countedEntryOf({ key, data }: ViewMessage): AnalyticsEntry | null {
  const place = analyticsPlaceOf(key);
  return place === null ? null : { ...place, value: decodeCounted(data) };
}
