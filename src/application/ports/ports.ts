/**
 * What the application needs of the world, as interfaces: the event log, the views, leases and the queue of
 * execution commands (all JetStream behind `src/jetstream`), the clock, ids, and what task types there are.
 * Nothing outside `src/jetstream` knows that NATS is there.
 */

import type { ExecutionState } from '../../domain/execution/state.ts';
import type { Position, RecordedTaskEvent, Snapshot, UnopenedTaskEvent } from '../../domain/shared/event.ts';
import type {
  EventId,
  ExecutionId,
  Sequence,
  TaskId,
  TemplateId,
  Term,
  UserId,
} from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import type { TaskEvent } from '../../domain/task/events.ts';
import type { SchedulingState, TaskState } from '../../domain/task/state.ts';
import type { Priority, TaskType } from '../../domain/task/status.ts';
import type { RecordedTemplateEvent, TemplateEvent } from '../../domain/template/events.ts';
import type { TemplateSnapshot } from '../../domain/template/state.ts';
import type { UserEvent } from '../../domain/user/events.ts';
import type { KnownTier } from '../../domain/user/tier.ts';
import type {
  AnalyticsPlace,
  Counted,
  Day,
  Month,
  ServiceDay,
  ServiceTotals,
  UserMonth,
} from '../../projections/analytics.ts';
import type { Milestone, PageSummary } from '../../projections/milestones.ts';
import type { ViewValue } from '../../projections/task-views.ts';
import type { Listener } from '../../projections/triggers.ts';
import type { ViewName } from '../../projections/view.ts';

export interface Clock {
  /** Wall-clock time, UTC. */
  now(): Instant;
  /** Milliseconds of a clock that never steps; only differences mean anything. */
  monotonicMs(): number;
}

export interface Ids {
  taskId(now: Instant): TaskId;
  executionId(now: Instant): ExecutionId;
  eventId(now: Instant): EventId;
}

export type { RecordedTaskEvent, UnopenedTaskEvent } from '../../domain/shared/event.ts';

/** Who asks and how the question came here; stored with every event that answers it. */
export interface CommandContext {
  /** `user:<id>`, `scheduler`, `worker:<id>`, `service:<name>`. */
  readonly actor: string;
  readonly correlation_id: string;
  readonly causation_id: string | null;
  readonly traceparent: string | null;
}

/** The log did not answer: nothing is known to have been stored or read. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
}

/** An append was sent and its answer never came: it is in the log at most once, perhaps not at all. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** The log answered, and will not store the event: the same append again will be refused again. */
export class LogRefused extends Error {
  override readonly name = 'LogRefused';
  /** `LOG_FULL`: no room left. `EVENT_TOO_LARGE`: above the server's message limit. */
  readonly code: 'LOG_FULL' | 'EVENT_TOO_LARGE' | 'REFUSED';

  constructor(code: LogRefused['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether the log did not answer, or has no room now: the same may be asked again, and succeed. */
export function isLogAway(error: unknown): boolean {
  if (error instanceof LogRefused) return error.code === 'LOG_FULL';
  return error instanceof LogUnavailable || error instanceof OutcomeUnknown;
}

// ---- The log ------------------------------------------------------------------------------------------

export interface Append {
  readonly userId: UserId;
  readonly taskId: TaskId;
  readonly eventId: EventId;
  readonly time: Instant;
  readonly event: TaskEvent;
  readonly context: CommandContext;
  /** The position the event was decided on: its optimistic lock, revision and `prevhash` come from here. */
  readonly after: Position;
  /** What follows the event on the same task at once, each decided on the one before: all are stored, or none is. */
  readonly following?: readonly FollowingEvent[];
}

/** An event that is stored together with the one that it follows. */
export type FollowingEvent = Pick<Append, 'eventId' | 'time' | 'event' | 'context'>;

/** What is stored of one `Append`. */
export interface AppendedEvents {
  readonly event: RecordedTaskEvent;
  readonly following: readonly RecordedTaskEvent[];
}

export type Appended =
  | ({ readonly kind: 'appended' } & AppendedEvents)
  /** Another event was appended to the subject after `after`: nothing was stored. */
  | { readonly kind: 'conflict' };

/** Asked when an append that may have waited is about to be sent; false gives it up as LogUnavailable. */
export type MaySend = () => boolean;

export interface EventLog {
  /**
   * Appends one event, and those that follow it, under its optimistic lock. Resolved once it is on disk. A lost answer is resolved by
   * reading, so `appended` and `conflict` are facts. An event id that was stored under the same `after`, at any
   * time, or on the same task within the last two minutes, answers `appended` with the event as it stands there. Throws OutcomeUnknown within 5 s without either,
   * LogUnavailable where surely nothing was stored, and LogRefused.
   */
  append(append: Append, maySend?: MaySend): Promise<Appended>;
  /** One task's events after a sequence, oldest first, as the stream's leader has them. Throws LogUnavailable. */
  readTask(userId: UserId, taskId: TaskId, after: Sequence, limit?: number): Promise<RecordedTaskEvent[]>;
  /** Events of all tasks of a user after a sequence, oldest first, as the leader has them. Throws LogUnavailable. */
  readUser(userId: UserId, after: Sequence, limit?: number): Promise<RecordedTaskEvent[]>;
  /** Sequence of the task's last event, 0 where it has none; read from the leader. Throws LogUnavailable. */
  lastOfTask(userId: UserId, taskId: TaskId): Promise<Sequence>;
  /** Whose task it is; null where there is no such task. Read from the leader. Throws LogUnavailable. */
  ownerOf(taskId: TaskId): Promise<UserId | null>;
  /** Sequence of the last event of any of the user's tasks; 0 where there is none. Throws LogUnavailable. */
  lastOfUser(userId: UserId): Promise<Sequence>;
}

/** What is known of a user, with the position of the last of the user's own facts; the tier is null where none tells it. */
export type UserFacts = Snapshot<KnownTier | null> & { readonly deleted: boolean };

export interface UserAppend {
  readonly userId: UserId;
  readonly eventId: EventId;
  readonly time: Instant;
  readonly event: UserEvent;
  readonly context: CommandContext;
  /** As `Append.after`, among the user's own facts. */
  readonly after: Position;
}

/** The users' own facts, under their own optimistic locks. Throws as `EventLog` does. */
export interface UserLog {
  /** As the stream's leader has it; null where the user has no facts. */
  lastFact(userId: UserId): Promise<UserFacts | null>;
  appendFact(
    append: UserAppend,
  ): Promise<{ readonly kind: 'appended'; readonly facts: UserFacts } | Conflict>;
  /** Events of different tasks of one user, and the fact that admits them: all are stored, or none is. */
  appendAdmitted(
    appends: readonly Append[],
    fact: UserAppend,
    maySend?: MaySend,
  ): Promise<
    | {
        readonly kind: 'appended';
        readonly appended: readonly AppendedEvents[];
        readonly facts: UserFacts;
      }
    | Conflict
  >;
}

interface Conflict {
  readonly kind: 'conflict';
}

/** Tells of facts that other processes append, so that what is known of users here need not be asked for. */
export interface UserFactSignals {
  /**
   * Calls `onTier` for every user who has facts, `onComplete` when all have been told, and from the beginning on
   * `onFact` whenever a fact of a user is about to be stored (it may still be refused). After `onLost` nothing is
   * certain any more: all are told again. Ends when `signal` aborts; never throws.
   */
  follow(listener: UserFactListener, signal: AbortSignal): Promise<void>;
}

export interface UserFactListener {
  /** Null: the last fact does not tell it. */
  onTier(userId: UserId, tier: KnownTier | null): void;
  /** The user is deleted, or is just being. */
  onDeleted(userId: UserId): void;
  onComplete(): void;
  onFact(userId: UserId, eventId: string): void;
  onLost(): void;
}

export interface TemplateAppend {
  readonly templateId: TemplateId;
  readonly eventId: EventId;
  readonly time: Instant;
  readonly event: TemplateEvent;
  readonly context: CommandContext;
  /** As in `Append`. */
  readonly after: Position;
}

export type TemplateAppended =
  | { readonly kind: 'appended'; readonly event: RecordedTemplateEvent }
  | { readonly kind: 'conflict' };

/** The part of the log that holds the catalogue of templates; all as the stream's leader has it. */
export interface TemplateLog {
  /** As `EventLog.append`. */
  append(append: TemplateAppend): Promise<TemplateAppended>;
  /** Sequence of the last event of any template, 0 where there is none. Throws LogUnavailable. */
  lastOfCatalogue(): Promise<Sequence>;
  /** Events of all templates after a sequence, oldest first. Throws LogUnavailable. */
  readCatalogue(after: Sequence): Promise<RecordedTemplateEvent[]>;
  /** All events of one template, oldest first. Throws LogUnavailable. */
  readTemplate(templateId: TemplateId): Promise<RecordedTemplateEvent[]>;
}

/** Follows the whole log in order, from a sequence, for ever; survives server restarts. */
export interface LogFollower {
  /**
   * Calls `onEvents` with the next task events in log order, as many as have arrived (at most `maxBatch`), and
   * waits for it before the next call. `through` is the last sequence seen with them: the log also holds
   * entries that are no task's, so it may lie beyond the last event, and `events` may be empty; a checkpoint
   * moves to it. What came among them and is no task's is in `others`. Ends, without error, when `signal` aborts; throws what `onEvents` throws, and an error for a
   * stored event this build cannot read.
   */
  followOpened(
    after: Sequence,
    onEvents: (events: readonly RecordedTaskEvent[], through: Sequence, others: OtherEvents) => Promise<void>,
    options: FollowOptions,
  ): Promise<void>;
  followUnopened(
    after: Sequence,
    onEvents: (events: readonly UnopenedTaskEvent[], through: Sequence) => Promise<void>,
    options: FollowOptions,
  ): Promise<void>;
  /** Sequence of the last event in the log. Throws LogUnavailable. */
  lastSequence(): Promise<Sequence>;
}

/** Events of the log that are no task's, each kind in log order. */
export interface OtherEvents {
  readonly templates: readonly RecordedTemplateEvent[];
}

/** Wakes those who wait for something to happen to one task. */
export interface LogSignals {
  /**
   * Resolves as soon as the task has an event after that sequence, at once where it has one already. Rejects
   * with the reason of `signal` when that aborts. While the log does not answer, it goes on waiting.
   */
  waitForTask(userId: UserId, taskId: TaskId, after: Sequence, signal: AbortSignal): Promise<void>;
}

export interface FollowOptions {
  readonly maxBatch: number;
  /** Whose events are wanted, asked as they come; absent: everybody's. Others' are neither decoded nor opened. */
  readonly of?: (userId: UserId) => boolean;
  readonly signal: AbortSignal;
}

// ---- Views --------------------------------------------------------------------------------------------

/** Values of several keys, and up to where in the log they go. */
export interface ViewValues<Value> {
  /** Every event up to this sequence is in the values (a value may hold more). */
  readonly upTo: Sequence;
  readonly values: readonly Value[];
}

/** A value of any view, with what its key says. */
export interface ViewEntry {
  readonly view: ViewName;
  readonly userId: UserId;
  readonly taskId: TaskId;
  /** Which of the task's values in this view; empty where it has only one. */
  readonly place: string;
  readonly value: ViewValue;
}

/** Values of the views as the projector left them: any read adds the tail of the log (see queries). Throws LogUnavailable. */
export interface Views {
  /** Everything up to this sequence is in values that are read after it. 0 before the first step. */
  checkpoint(): Promise<Sequence>;
  /** May be behind the checkpoint: its own sequence says what it holds. */
  task(userId: UserId, taskId: TaskId): Promise<Snapshot<TaskState> | null>;
  /** All tasks of a user, deleted ones too; `upTo` is of the user's events. */
  tasksOf(userId: UserId): Promise<ViewValues<Snapshot<TaskState>>>;
  /**
   * Executions of a task by their numbers, in no order; missing or overwritten ones are left out. `upTo` is of the
   * task's events.
   */
  executions(
    userId: UserId,
    taskId: TaskId,
    numbers: readonly number[],
  ): Promise<ViewValues<Snapshot<ExecutionState>>>;
  /**
   * Every task with a timer or an unfinished execution, in no order. One that changes meanwhile may come twice: the
   * larger sequence counts.
   */
  scheduled(onEntries: (entries: readonly Snapshot<SchedulingState>[]) => void): Promise<void>;
  /** Every task with an event trigger, on the same terms. */
  triggers(onEntries: (entries: readonly Snapshot<Listener>[]) => void): Promise<void>;
  /** Of a task's milestones, the closed pages; empty where there is none yet. May be behind. */
  milestoneIndex(userId: UserId, taskId: TaskId): Promise<readonly PageSummary[]>;
  /** One page of them, counted from 0; the first that is not closed may have any number, also none. */
  milestonePage(userId: UserId, taskId: TaskId, number: number): Promise<readonly Milestone[]>;
  /** All templates, retired ones too. */
  templates(): Promise<ViewValues<TemplateSnapshot>>;
  /** How many of a task's newest executions have a value. */
  readonly executionsKept: number;
}

/** What is counted, as the projector left it. Throws LogUnavailable. */
export interface AnalyticsViews {
  /** Of a user in these months, those without anything left out. */
  userMonths(userId: UserId, months: readonly Month[]): Promise<UserMonths>;
  /** Of all users on these days, those without anything left out. */
  serviceDays(days: readonly Day[]): Promise<ServiceDays>;
}

export interface UserMonths {
  /** Every event up to this sequence is in the values (a value may hold more: its own sequence says so). */
  readonly upTo: Sequence;
  readonly months: ReadonlyMap<Month, Counted<UserMonth>>;
}

export interface ServiceDays {
  readonly upTo: Sequence;
  readonly days: ReadonlyMap<Day, ServiceDay>;
  /** Null before anything has happened. */
  readonly totals: ServiceTotals | null;
}

export interface AnalyticsEntry extends AnalyticsPlace {
  readonly value: Counted;
}

/** The views as they are verified. Throws LogUnavailable. */
export interface WholeViews extends Pick<Views, 'checkpoint' | 'executionsKept' | 'templates'> {
  /** Every value of every view of tasks, in no order; one that changes meanwhile comes again, the newer one later. */
  everything(onEntries: (entries: readonly ViewEntry[]) => void): Promise<void>;
  /** Likewise all that is counted. */
  analytics(onEntries: (entries: readonly AnalyticsEntry[]) => void): Promise<void>;
}

// ---- Leases -------------------------------------------------------------------------------------------

export interface Leadership {
  /** Fencing token: larger for every later leader. */
  readonly term: Term;
  /** Aborts when the lease is lost or given up; at the latest at 0.9 of its TTL after the last renewal was sent. */
  readonly signal: AbortSignal;
  /**
   * Whether the lease holds at this moment, by the monotonic clock: ask before each thing that only a leader may do.
   * In a process that was stopped and resumed, callbacks can run before the timer that aborts `signal`.
   */
  holds(): boolean;
}

export interface Lease {
  /**
   * Stands for election until `signal` aborts. Whenever this instance leads, `lead` runs; its `signal` aborts
   * when leadership ends. When `signal` aborts, the lease is given up at once, after `lead` has returned.
   * Throws what `lead` throws, after giving the lease up.
   */
  run(lead: (leadership: Leadership) => Promise<void>, signal: AbortSignal): Promise<void>;
  /** Who holds it, as last seen. */
  holder(): { readonly holder: string; readonly term: Term } | null;
}

// ---- Execution commands -------------------------------------------------------------------------------

/** "Run this attempt now." Disposable: what the log says counts, a repeat is harmless. */
export interface ExecutionCommand {
  readonly user_id: UserId;
  readonly task_id: TaskId;
  readonly execution_id: ExecutionId;
  readonly attempt: number;
  readonly task_type: TaskType;
  readonly priority: Priority;
  readonly due_at: Instant;
  readonly term: Term;
  readonly traceparent: string | null;
  /** Of the attempt; null: the command is of a build that did not say. */
  readonly timeout_seconds: number | null;
}

export interface ExecutionCommandPublisher {
  /**
   * Emits commands; each has message id `<execution id>.<attempt>.<n>`, `n` = whole 10 s since it became due, so
   * that an emission repeated within those 10 s is stored once. Resolves when all are stored; throws LogUnavailable.
   */
  emit(commands: readonly ExecutionCommand[], now: Instant): Promise<void>;
}

export interface DeliveredCommand {
  readonly command: ExecutionCommand;
  /** `<execution id>.<attempt>.<n>`: what a worker claims an attempt with. */
  readonly messageId: string;
  /** 1 for the first delivery. */
  readonly deliveries: number;
  ack(): void;
  /** Hands the command back, to be delivered again after the delay. */
  handBack(delayMs: number): void;
  /** Tells the server that it is still being worked on: puts redelivery off by the ack wait (10 s). */
  working(): void;
}

export interface ExecutionCommandQueue {
  /**
   * Takes commands of one priority, at most `maxInHand()` delivered and not yet acked or handed back. Ends when
   * `signal` aborts. Survives server restarts.
   */
  consume(
    priority: Priority,
    maxInHand: () => number,
    onCommand: (delivered: DeliveredCommand) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Commands that wait, by priority: not yet delivered to any worker. */
  depth(): Promise<Record<Priority, number>>;
}

// ---- Messages that start tasks --------------------------------------------------------------------------

/** What somebody published on `events.<user>.<subject>`. */
export interface TriggerMessage {
  readonly userId: UserId;
  readonly subject: string;
  /** No other message ever has it. */
  readonly id: string;
  /** Where it stands in its stream. */
  readonly sequence: number;
  readonly published_at: Instant;
  readonly payload: Uint8Array;
  /** The trace that it was published in; null: none. */
  readonly traceparent: string | null;
  /** 1 for the first delivery. */
  readonly deliveries: number;
  ack(): void;
  /** It is never to be delivered again; the reason is for the server's log. */
  drop(reason: string): void;
  /** Hands it back, to be delivered again after the delay. */
  handBack(delayMs: number): void;
  /** Puts redelivery off by the ack wait (5 s). */
  working(): void;
}

export interface TriggerMessageQueue {
  /**
   * Takes messages, shared with all other instances, at most `maxInHand` of them not yet acked, dropped or handed
   * back. Ends when `signal` aborts. Survives server restarts.
   */
  consume(
    maxInHand: number,
    onMessage: (message: TriggerMessage) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

// ---- Idempotency keys ---------------------------------------------------------------------------------

/** The ids that the work behind an idempotency key uses, whoever ends up doing it. */
export interface ClaimedIds {
  readonly event_id: EventId;
  /** For what the work creates; unused where it creates none. */
  readonly task_id: TaskId;
  readonly execution_id: ExecutionId;
}

/** An answer as it was given first. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface IdempotencyRecord {
  /** Of the request that the key stands for. */
  readonly fingerprint: string;
  /** The process that claimed it last. */
  readonly instance: string;
  readonly claimed_at: Instant;
  readonly ids: ClaimedIds;
  /** Null until there is one. */
  readonly answer: KeptAnswer | null;
}

export interface StoredIdempotency {
  readonly record: IdempotencyRecord;
  /** What a replacement is conditional on. */
  readonly version: number;
}

/** Keys and what they stand for, on disk once stored, for 24 hours. Everything throws LogUnavailable. */
export interface IdempotencyStore {
  /** Stores the record where the user has none under this key, else answers the one there is. */
  claim(
    userId: UserId,
    key: string,
    record: IdempotencyRecord,
  ): Promise<
    { readonly kind: 'claimed'; readonly version: number } | ({ readonly kind: 'taken' } & StoredIdempotency)
  >;
  /** Null where the user has none under this key. */
  read(userId: UserId, key: string): Promise<StoredIdempotency | null>;
  /** The new version; null, and nothing stored, where another replacement came first. */
  replace(userId: UserId, key: string, record: IdempotencyRecord, version: number): Promise<number | null>;
}

// ---- Task types ---------------------------------------------------------------------------------------

export interface ConfigFault {
  readonly path: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

/** What the task types make of a task's `config`; implemented beside the executors. */
export interface TaskTypeCatalog {
  /** Every fault of the config for this type; empty where it fits. */
  faultsOf(taskType: TaskType, config: JsonObject): readonly ConfigFault[];
  /** The config with secrets shown as `***`. */
  masked(taskType: TaskType, config: JsonObject): JsonObject;
  /** An updated config where `***` in a secret place keeps the stored value. */
  unmasked(taskType: TaskType, updated: JsonObject, stored: JsonObject): JsonObject;
}

// ---- People's own workers -------------------------------------------------------------------------------

/** Workers that are not ours: whoever answers under a name. */
export interface TaskWorkers {
  /**
   * Asks one worker of that name (letters, digits, `-` and `_`), in a trace unless `traceparent` is null. Rejects with
   * the reason of `signal` once it aborts.
   */
  ask(
    worker: string,
    request: Uint8Array,
    signal: AbortSignal,
    traceparent: string | null,
  ): Promise<WorkerAnswer>;
}

export type WorkerAnswer =
  | {
      readonly kind: 'answered';
      readonly body: Uint8Array;
      /** Set where the answer is a NATS service's error. */
      readonly error: { readonly code: string; readonly message: string } | null;
    }
  /** Nobody listens under that name. */
  | { readonly kind: 'nobody' }
  /** There is no way to ask now. */
  | { readonly kind: 'unreachable' };
