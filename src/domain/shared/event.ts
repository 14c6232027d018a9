import type { TaskEvent, Unopened } from '../task/events/events.ts';
import type { EventId, Hash, Revision, Sequence, TaskId, UserId } from './ids.ts';
import type { Instant } from './instant.ts';
import type { JsonObject } from './json.ts';

/** What the log knows of any event besides its type and data. */
export interface FactMeta {
  readonly id: EventId;
  readonly sequence: Sequence;
  readonly revision: Revision;
  readonly time: Instant;
  /** `user:<id>`, `scheduler`, `worker:<id>`, `service:<name>`. */
  readonly actor: string;
  readonly correlation_id: string;
  readonly causation_id: string | null;
  readonly traceparent: string | null;
  /** SHA-256 of this event's stored body: the next event's `prevhash`. */
  readonly hash: Hash;
  readonly prevhash: Hash;
}

/** Of an event of a task. */
export interface EventMeta extends FactMeta {
  readonly user_id: UserId;
  readonly task_id: TaskId;
}

/** An event as it stands in the log. */
export type Recorded<E> = E & { readonly meta: EventMeta };

/** Where a subject stands: what the next append to it is locked on and links to. */
export interface Position {
  readonly sequence: Sequence;
  readonly revision: Revision;
  readonly hash: Hash;
}

/** State with the position of the last event folded into it. */
export interface Snapshot<S> extends Position {
  readonly state: S;
}

/** A task event with its sealed content opened, and one with it left sealed: enough for folds of scheduling state. */
export type RecordedTaskEvent = Recorded<TaskEvent>;
export type UnopenedTaskEvent = Recorded<Unopened<TaskEvent>>;

/** Brings an event's stored data from one version into the next. Pure; `time` is the event's. */
export type Upcaster = (data: JsonObject, time: Instant) => JsonObject;

/** By type: what brings stored data from each version to the next, from version 1 on. */
export type Upcasters<Type extends string> = Readonly<Record<Type, readonly Upcaster[]>>;
