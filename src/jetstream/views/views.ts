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
import { jetstreamApi } from '../connection/api.ts';
import { unavailableOr } from '../connection/errors.ts';
import {
  getLastMessage,
  getLastMessages,
  type LastMessage,
  streamLastMessages,
} from '../connection/last-messages.ts';
import { readLast } from '../connection/leader-read.ts';
import { isSealed, type KeyFinder, openedValue } from './sealed-values.ts';
import {
  allValues,
  analyticsPlaceOf,
  analyticsSubject,
  CHECKPOINT_SUBJECT,
  decodeCheckpoint,
  decodeCounted,
  decodeProgress,
  decodeTemplate,
  decodeValue,
  userValues,
  VIEWS_STREAM,
  valueSubject,
  viewOf,
} from './view-keys.ts';

/** Executions of one get, at most. */
const EXECUTIONS_AT_ONCE = 500;
/** Entries handed over at once. */
const ENTRIES_AT_ONCE = 1_000;

export class JetStreamViews implements Views, WholeViews, AnalyticsViews {
  readonly executionsKept: number;
  readonly #nc: NatsConnection;
  readonly #keys: KeyFinder;

  constructor(nc: NatsConnection, options: { executionsKept: number; keys: KeyFinder }) {
    this.#nc = nc;
    this.executionsKept = options.executionsKept;
    this.#keys = options.keys;
  }

  async checkpoint(): Promise<Sequence> {
    return (await readCheckpoint(this.#nc)).sequence;
  }

  async task(userId: UserId, taskId: TaskId): Promise<Snapshot<TaskState> | null> {
    return this.#opened(userId, valueSubject(TASKS, userId, taskId));
  }

  async #opened<State>(userId: UserId, subject: string): Promise<Snapshot<State> | null> {
    const data = await getLastMessage(this.#nc, VIEWS_STREAM, subject);
    return data === null ? null : openedValue(data, subject, await this.#keys.find(userId));
  }

  async tasksOf(userId: UserId): Promise<ViewValues<Snapshot<TaskState>>> {
    const key = await this.#keys.find(userId);
    // There may be values that do not open, and there may be none: the log has all of them.
    if (key === null) return { upTo: NO_SEQUENCE, values: [] };
    const decode = ({ subject, data }: LastMessage) => openedValue<TaskState>(data, subject, key);
    return this.#withCheckpoint(userValues(TASKS, userId), decode);
  }

  templates(): Promise<ViewValues<TemplateSnapshot>> {
    return this.#withCheckpoint(allValues(TEMPLATES), ({ data }) => decodeTemplate(data));
  }

  /** All values of a filter, and the checkpoint that they are of; nothing at all where one of them does not open. */
  async #withCheckpoint<Value>(
    filter: string,
    decode: (message: LastMessage) => Value | null,
  ): Promise<ViewValues<Value>> {
    const values = new Map<string, Value>();
    let upTo = NO_SEQUENCE;
    let areAllOpen = true;
    const take = (message: LastMessage) => {
      if (message.subject === CHECKPOINT_SUBJECT) {
        upTo = decodeCheckpoint(message.data);
        return;
      }
      const value = decode(message);
      if (value === null) areAllOpen = false;
      else values.set(message.subject, value);
    };
    const found = await getLastMessages(this.#nc, VIEWS_STREAM, [filter, CHECKPOINT_SUBJECT]);
    if (found !== null) {
      for (const message of found) take(message);
    } else {
      upTo = await this.#stream([filter], take);
    }
    return areAllOpen ? { upTo, values: [...values.values()] } : { upTo: NO_SEQUENCE, values: [] };
  }

  async executions(
    userId: UserId,
    taskId: TaskId,
    numbers: readonly number[],
  ): Promise<ViewValues<Snapshot<ExecutionState>>> {
    if (numbers.length > EXECUTIONS_AT_ONCE) return this.#executionsInHalves(userId, taskId, numbers);
    const taskAt = valueSubject(TASKS, userId, taskId);
    const places = new Set(numbers.map((number) => EXECUTIONS.placeOf(number, this.executionsKept)));
    const subjects = [...places].map((place) => valueSubject(EXECUTIONS, userId, taskId, place));
    const key = await this.#keys.find(userId);
    const found = await getLastMessages(this.#nc, VIEWS_STREAM, [taskAt, ...subjects]);
    if (found === null && numbers.length > 1) return this.#executionsInHalves(userId, taskId, numbers);
    const values: Snapshot<ExecutionState>[] = [];
    let upTo = NO_SEQUENCE;
    for (const { subject, data } of found ?? []) {
      if (subject === taskAt) {
        upTo = openedValue(data, subject, key)?.sequence ?? NO_SEQUENCE;
      } else {
        const value = openedValue<ExecutionState>(data, subject, key);
        if (value !== null && numbers.includes(value.state.number)) values.push(value);
      }
    }
    return { upTo, values };
  }

  /** Halves may be of two states of the stream: both hold what the older one holds. */
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
    return (
      (await this.#opened<State>(userId, valueSubject(MILESTONES, userId, taskId, place)))?.state ?? null
    );
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
        const place = viewOf(message.subject);
        return place !== null && isOf(place.userId) ? message : null;
      },
      (messages) => {
        handedOver = handedOver.then(async () => onEntries(await this.#entriesOf(messages)));
      },
    );
    await handedOver;
  }

  async #entriesOf(messages: readonly LastMessage[]): Promise<ViewEntry[]> {
    const entries: ViewEntry[] = [];
    for (const { subject, data } of messages) {
      const place = viewOf(subject);
      if (place === null) continue;
      const value = isSealed(place.view)
        ? openedValue<TaskState>(data, subject, await this.#keys.find(place.userId))
        : decodeValue<TaskState>(data);
      if (value !== null) entries.push({ ...place, value });
    }
    return entries;
  }

  async analytics(
    onEntries: (entries: readonly AnalyticsEntry[]) => void,
    isOf: (userId: UserId | null) => boolean = () => true,
  ): Promise<void> {
    const entryOf = (message: LastMessage) => {
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
    const subjects = [...places.map(analyticsSubject), CHECKPOINT_SUBJECT];
    const found = await getLastMessages(this.#nc, VIEWS_STREAM, subjects);
    if (found === null) throw new LogUnavailable('the analytics did not come in one answer');
    for (const { subject, data } of found) {
      const place = analyticsPlaceOf(subject);
      if (place === null) upTo = decodeCheckpoint(data);
      else values.push([place.period, decodeCounted(data)]);
    }
    return { upTo, values };
  }

  /** Hands over what is made of the messages in portions; null leaves one out. */
  async #streamed<Entry>(
    filters: readonly string[],
    entryOf: (message: LastMessage) => Entry | null,
    onEntries: (entries: readonly Entry[]) => void,
  ): Promise<void> {
    let entries: Entry[] = [];
    await this.#stream(filters, (message) => {
      const entry = entryOf(message);
      if (entry === null) return;
      entries.push(entry);
      if (entries.length < ENTRIES_AT_ONCE) return;
      onEntries(entries);
      entries = [];
    });
    if (entries.length > 0) onEntries(entries);
  }

  /** Any number of values, from a replica that holds at least the checkpoint that the answer names. */
  async #stream(filters: readonly string[], onMessage: (message: LastMessage) => void): Promise<Sequence> {
    const { sequence, at } = await readCheckpoint(this.#nc);
    if (at === 0) return NO_SEQUENCE;
    const bringsCheckpoint = filters.includes(allValues(SCHEDULE));
    const read = {
      stream: VIEWS_STREAM,
      filters: bringsCheckpoint ? filters : [...filters, CHECKPOINT_SUBJECT],
      marker: CHECKPOINT_SUBJECT,
      atLeast: at,
    };
    await streamLastMessages(this.#nc, read, (message) => {
      if (message.subject !== CHECKPOINT_SUBJECT) onMessage(message);
    });
    return sequence;
  }
}

export interface StoredCheckpoint {
  readonly sequence: Sequence;
  /** Values of tasks hold everything up to here, sums only what `sequence` says. */
  readonly values: Sequence;
  /** Where its message stands in the stream of the views, 0 for none: the lock of the next step. */
  readonly at: number;
}

/** The checkpoint as the leader has it. */
export async function readCheckpoint(nc: NatsConnection): Promise<StoredCheckpoint> {
  const message = await readLast(nc, VIEWS_STREAM, CHECKPOINT_SUBJECT);
  if (message === null) return { sequence: NO_SEQUENCE, values: NO_SEQUENCE, at: 0 };
  return { ...decodeProgress(message.body), at: message.sequence };
}

function countedEntryOf({ subject, data }: LastMessage): AnalyticsEntry | null {
  const place = analyticsPlaceOf(subject);
  return place === null ? null : { ...place, value: decodeCounted(data) };
}

/** Throws everything in the bucket away, the checkpoint too. Readers fold the log until it is projected anew. */
export async function emptyViews(nc: NatsConnection): Promise<void> {
  try {
    await jetstreamApi(nc, `STREAM.PURGE.${VIEWS_STREAM}`);
  } catch (error) {
    throw unavailableOr(error);
  }
}
