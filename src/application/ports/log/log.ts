/** The event log: what is appended to it and read from it. */

import type { Position, RecordedTaskEvent, Snapshot } from '../../../domain/shared/event.ts';
import type { EventId, Sequence, TaskId, TemplateId, UserId } from '../../../domain/shared/ids.ts';
import type { Instant } from '../../../domain/shared/instant.ts';
import type { TaskEvent } from '../../../domain/task/events/events.ts';
import type { RecordedTemplateEvent, TemplateEvent } from '../../../domain/template/events.ts';
import type { ErasureStage, UserEvent } from '../../../domain/user/events.ts';
import type { KnownTier } from '../../../domain/user/tier.ts';
import type { CommandContext } from '../clock.ts';

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
  /**
   * One task's events after a sequence, oldest first, as the stream's leader has them: at most `limit`, and fewer where
   * they take more than about `maxBytes` in the log, but at least one where there is one. After a position of the task,
   * one event that has come since is found by one read. Throws LogUnavailable.
   */
  readTask(
    userId: UserId,
    taskId: TaskId,
    after: Sequence | Position,
    limit?: number,
    maxBytes?: number,
  ): Promise<RecordedTaskEvent[]>;
  /** Events of all tasks of a user after a sequence, oldest first, as the leader has them. Throws LogUnavailable. */
  readUser(userId: UserId, after: Sequence, limit?: number): Promise<RecordedTaskEvent[]>;
  /** Sequence of the task's last event, 0 where it has none; read from the leader. Throws LogUnavailable. */
  lastOfTask(userId: UserId, taskId: TaskId): Promise<Sequence>;
  /** Whose task it is; null where there is no such task. Read from the leader. Throws LogUnavailable. */
  ownerOf(taskId: TaskId): Promise<UserId | null>;
  /** Sequence of the last event of any of the user's tasks; 0 where there is none. Throws LogUnavailable. */
  lastOfUser(userId: UserId): Promise<Sequence>;
}

/** When what is in the log happened. Throws LogUnavailable. */
export interface LogTimes {
  /** Sequence of the log's last event; 0 where there is none. */
  lastSequence(): Promise<Sequence>;
  /** The time of the first event at or after a sequence, whoever's it is; null where there is none. */
  timeFrom(sequence: Sequence): Promise<Instant | null>;
}

/** What is known of a user, with the position of the last of the user's own facts; the tier is null where none tells it. */
export type UserFacts = Snapshot<KnownTier | null> & {
  readonly deleted: boolean;
  /** Absent: not asked for. */
  readonly erasure?: ErasureStage;
};

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
  /** The user's erasure has come to this stage, or is just coming to it. */
  onErasure(userId: UserId, stage: ErasureStage): void;
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
