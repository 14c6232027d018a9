/**
 * The event log on the stream TASK_LOG: append under the task's optimistic lock, read as the leader has it.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { type AppendOutcome, type Measures, NOT_MEASURED } from '../application/measures.ts';
import {
  type Append,
  type Appended,
  type EventLog,
  LogRefused,
  OutcomeUnknown,
  type RecordedTaskEvent,
} from '../application/ports.ts';
import {
  type Hash,
  NO_SEQUENCE,
  type Revision,
  type Sequence,
  type TaskId,
  type UserId,
} from '../domain/ids.ts';
import { decodeOpened, encodeEvent, type StoredMessage } from './codec.ts';
import { GroupCommit } from './group-commit.ts';
import { readLast } from './leader-read.ts';
import { readThrough } from './log-pages.ts';
import { LOG_STREAM, parseTaskSubject, taskSubject, userSubjects } from './subjects.ts';
import type { UserKeys } from './user-keys.ts';

type LogMeasures = Pick<Measures, 'appended' | 'committed'>;

export class JetStreamEventLog implements EventLog {
  readonly #nc: NatsConnection;
  readonly #keys: UserKeys;
  readonly #commit: GroupCommit;
  readonly #measures: LogMeasures;

  constructor(nc: NatsConnection, keys: UserKeys, measures: LogMeasures = NOT_MEASURED) {
    this.#nc = nc;
    this.#keys = keys;
    this.#commit = new GroupCommit(nc, measures);
    this.#measures = measures;
  }

  async append(append: Append): Promise<Appended> {
    const began = performance.now();
    let outcome: AppendOutcome = 'unavailable';
    try {
      const appended = await this.#append(append);
      outcome = appended.kind === 'appended' ? 'stored' : 'conflict';
      return appended;
    } catch (error) {
      if (error instanceof LogRefused) outcome = error.code === 'LOG_FULL' ? 'full' : 'refused';
      else if (error instanceof OutcomeUnknown) outcome = 'unknown';
      throw error;
    } finally {
      this.#measures.appended(outcome, performance.now() - began);
    }
  }

  async #append(append: Append): Promise<Appended> {
    const { userId, taskId, eventId, event, after } = append;
    const key = this.#keys.kept(userId) ?? (await this.#keys.getOrCreate(userId));
    const { body, hash } = encodeEvent(append, key);
    const outcome = await this.#commit.append([
      {
        subject: taskSubject(userId, taskId),
        eventId,
        eventType: event.type,
        expected: after.sequence,
        body,
      },
    ]);
    const [message] = outcome.kind === 'stored' ? outcome.messages : [];
    if (message === undefined) return { kind: 'conflict' };
    const asGiven = message.body === body;
    return {
      kind: 'appended',
      event: asGiven ? recorded(append, hash, message.sequence) : decodeOpened(message, key),
    };
  }

  async readTask(
    userId: UserId,
    taskId: TaskId,
    after: Sequence,
    limit?: number,
  ): Promise<RecordedTaskEvent[]> {
    const subject = taskSubject(userId, taskId);
    const last = await readLast(this.#nc, LOG_STREAM, subject);
    if (last === null || last.sequence <= after || limit === 0) return [];
    // The lock that it was appended under is the sequence of the event before it.
    const before = last.header('Nats-Expected-Last-Subject-Sequence');
    const alone = before !== '' && Number(before) <= after;
    const messages = alone ? [last] : await readThrough(this.#nc, subject, after, last.sequence, limit);
    return this.#opened(userId, messages);
  }

  async readUser(userId: UserId, after: Sequence): Promise<RecordedTaskEvent[]> {
    const subjects = userSubjects(userId);
    const last = await readLast(this.#nc, LOG_STREAM, subjects);
    if (last === null || last.sequence <= after) return [];
    const messages = await readThrough(this.#nc, subjects, after, last.sequence);
    return this.#opened(
      userId,
      messages.filter((message) => parseTaskSubject(message.subject) !== null),
    );
  }

  async lastOfTask(userId: UserId, taskId: TaskId): Promise<Sequence> {
    const last = await readLast(this.#nc, LOG_STREAM, taskSubject(userId, taskId));
    return last?.sequence ?? NO_SEQUENCE;
  }

  /** Counts the user's own facts (`_user`) too: never earlier than the last event of a task. */
  async lastOfUser(userId: UserId): Promise<Sequence> {
    const last = await readLast(this.#nc, LOG_STREAM, userSubjects(userId));
    return last?.sequence ?? NO_SEQUENCE;
  }

  async #opened(userId: UserId, messages: readonly StoredMessage[]): Promise<RecordedTaskEvent[]> {
    if (messages.length === 0) return [];
    const key = this.#keys.kept(userId) ?? (await this.#keys.get(userId));
    return messages.map((message) => decodeOpened(message, key));
  }
}

function recorded(append: Append, hash: Hash, sequence: Sequence): RecordedTaskEvent {
  return {
    ...append.event,
    meta: {
      id: append.eventId,
      sequence,
      revision: (append.after.revision + 1) as Revision,
      time: append.time,
      user_id: append.userId,
      task_id: append.taskId,
      ...append.context,
      hash,
      prevhash: append.after.hash,
    },
  };
}
