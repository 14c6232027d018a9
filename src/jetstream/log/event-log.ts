/**
 * The event log on the stream TASK_LOG: append under the optimistic lock of the task or of the user's facts, read as the
 * leader has it.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { LogRefused, OutcomeUnknown } from '../../application/ports/failures.ts';
import type {
  Append,
  Appended,
  EventLog,
  FollowingEvent,
  MaySend,
  UserAppend,
  UserFacts,
  UserLog,
} from '../../application/ports/log/log.ts';
import { type AppendOutcome, type Measures, NOT_MEASURED } from '../../application/ports/measures.ts';
import { NOT_TRACED, type Span, type Traces } from '../../application/ports/traces.ts';
import type { Position, RecordedTaskEvent } from '../../domain/shared/event.ts';
import {
  type Hash,
  NO_REVISION,
  NO_SEQUENCE,
  type Revision,
  type Sequence,
  type TaskId,
  type UserId,
} from '../../domain/shared/ids.ts';
import { continues } from '../../domain/task/evolve/snapshot.ts';
import { Timeslice } from '../../kernel/timeslice.ts';
import { decodeOpened, parseDocument, type StoredMessage } from '../codec/codec.ts';
import type { UserKeys } from '../codec/user-keys.ts';
import { readLast } from '../connection/leader-read.ts';
import {
  LOG_STREAM,
  parseTaskSubject,
  taskOfAnybody,
  taskSubject,
  userSubjects,
} from '../connection/subjects.ts';
import { encodedAppend, factEntry } from './commit/encoded-append.ts';
import type { GroupCommit } from './commit/group-commit.ts';
import type { RecentAppends } from './follow/recent-appends.ts';
import { readThrough } from './log-pages.ts';
import { factsAfter, readFacts } from './user-facts.ts';

type LogMeasures = Pick<Measures, 'appended' | 'committed'>;

export interface EventLogOptions {
  readonly measures?: LogMeasures;
  /** Remembers what is appended, for those who follow the log in this process. */
  readonly own?: RecentAppends;
  readonly traces?: Traces;
}

export class JetStreamEventLog implements EventLog, UserLog {
  readonly #nc: NatsConnection;
  readonly #keys: UserKeys;
  readonly #commit: GroupCommit;
  readonly #measures: LogMeasures;
  readonly #own: RecentAppends | null;
  readonly #traces: Traces;

  /** `commit`: shared by all that append to the log in this process. */
  constructor(nc: NatsConnection, keys: UserKeys, commit: GroupCommit, options: EventLogOptions = {}) {
    const { measures = NOT_MEASURED, own = null, traces = NOT_TRACED } = options;
    this.#nc = nc;
    this.#keys = keys;
    this.#commit = commit;
    this.#measures = measures;
    this.#own = own;
    this.#traces = traces;
  }

  async append(append: Append, maySend?: MaySend): Promise<Appended> {
    const spans = this.#spansOf(append);
    return this.#measured(spans, () => this.#append(under(spans, append), maySend));
  }

  #spansOf(append: Append): Span[] {
    const { taskId, following = [] } = append;
    return [append, ...following].map((event) => this.#spanOf(taskId, event));
  }

  /** The event carries it on: what follows from the event hangs on its append. */
  #spanOf(taskId: TaskId, { eventId, event, context }: FollowingEvent): Span {
    const span = this.#traces.begin(`append ${LOG_STREAM}`, 'producer', context.traceparent);
    if (span.isRecorded) {
      span.set({
        'messaging.system': 'nats',
        'messaging.operation.name': 'append',
        'messaging.operation.type': 'send',
        'messaging.destination.name': LOG_STREAM,
        'messaging.message.id': eventId,
        'task_service.event_type': event.type,
        'task_service.task_id': taskId,
      });
    }
    return span;
  }

  async #measured<Result extends { readonly kind: 'appended' | 'conflict' }>(
    spans: readonly Span[],
    work: () => Promise<Result>,
  ): Promise<Result> {
    const began = performance.now();
    let outcome: AppendOutcome = 'unavailable';
    try {
      const result = await work();
      outcome = result.kind === 'appended' ? 'stored' : 'conflict';
      return result;
    } catch (error) {
      if (error instanceof LogRefused) outcome = error.code === 'LOG_FULL' ? 'full' : 'refused';
      else if (error instanceof OutcomeUnknown) outcome = 'unknown';
      throw error;
    } finally {
      this.#measures.appended(outcome, performance.now() - began);
      // A lost lock is no failure: whoever lost it decides again.
      const failure = outcome === 'stored' || outcome === 'conflict' ? undefined : outcome;
      for (const span of spans) {
        if (span.isRecorded) span.set({ 'task_service.outcome': outcome });
        span.end(failure);
      }
    }
  }

  async #append(append: Append, maySend?: MaySend): Promise<Appended> {
    const { userId } = append;
    const key = this.#keys.kept(userId) ?? (await this.#keys.getOrCreate(userId));
    const encoded = encodedAppend(append, key, this.#own);
    const outcome = await this.#commit.append(encoded.entries, maySend);
    if (outcome.kind === 'conflict') return outcome;
    return { kind: 'appended', ...encoded.recorded(outcome.messages) };
  }

  appendAdmitted(
    appends: readonly Append[],
    fact: UserAppend,
    maySend?: MaySend,
  ): ReturnType<UserLog['appendAdmitted']> {
    const spans = appends.map((append) => this.#spansOf(append));
    const spanned = appends.map((append, index) => under(spans[index] ?? [], append));
    return this.#measured(spans.flat(), () => this.#appendAdmitted(spanned, fact, maySend));
  }

  async #appendAdmitted(
    appends: readonly Append[],
    fact: UserAppend,
    maySend?: MaySend,
  ): ReturnType<UserLog['appendAdmitted']> {
    const { userId } = fact;
    const key = this.#keys.kept(userId) ?? (await this.#keys.getOrCreate(userId));
    const encoded = appends.map((append) => encodedAppend(append, key, this.#own));
    const entries = [...encoded.flatMap((each) => each.entries), factEntry(fact)];
    const outcome = await this.#commit.append(entries, maySend);
    if (outcome.kind === 'conflict') return outcome;
    const messages = outcome.messages;
    const last = messages.at(-1);
    if (last === undefined) throw new Error('an admission was stored without its fact');
    let next = 0;
    const appended = encoded.map(({ entries: own, recorded }) => {
      const from = next;
      next += own.length;
      return recorded(messages.slice(from, next));
    });
    return { kind: 'appended', appended, facts: factsAfter(fact, last) };
  }

  async appendFact(append: UserAppend): ReturnType<UserLog['appendFact']> {
    // The key comes before the user's first event, also where that has nothing to seal.
    const isFirst = append.after.revision === NO_REVISION;
    if (isFirst && this.#keys.kept(append.userId) === null) await this.#keys.getOrCreate(append.userId);
    const outcome = await this.#commit.append([factEntry(append)]);
    const [message] = outcome.kind === 'stored' ? outcome.messages : [];
    if (message === undefined) return { kind: 'conflict' };
    return { kind: 'appended', facts: factsAfter(append, message) };
  }

  lastFact(userId: UserId): Promise<UserFacts | null> {
    return readFacts(this.#nc, userId);
  }

  async readTask(
    userId: UserId,
    taskId: TaskId,
    after: Sequence | Position,
    limit?: number,
    maxBytes?: number,
  ): Promise<RecordedTaskEvent[]> {
    const subject = taskSubject(userId, taskId);
    const from = typeof after === 'number' ? after : after.sequence;
    const last = await readLast(this.#nc, LOG_STREAM, subject);
    if (last === null || last.sequence <= from || limit === 0) return [];
    // By the hash that it names, which its own hash covers; its headers are covered by none.
    const isNext = (typeof after !== 'number' || after === NO_SEQUENCE) && isNextAfter(after, last);
    const messages = isNext
      ? [last]
      : await readThrough(this.#nc, subject, from, last.sequence, limit, maxBytes);
    return this.#opened(userId, messages);
  }

  async readUser(
    userId: UserId,
    after: Sequence,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<RecordedTaskEvent[]> {
    const subjects = userSubjects(userId);
    const last = (await readLast(this.#nc, LOG_STREAM, subjects))?.sequence ?? NO_SEQUENCE;
    const ofTasks: StoredMessage[] = [];
    for (let from = after; from < last && ofTasks.length < limit; ) {
      const messages = await readThrough(this.#nc, subjects, from, last, limit - ofTasks.length);
      for (const message of messages) if (parseTaskSubject(message.subject) !== null) ofTasks.push(message);
      from = messages.at(-1)?.sequence ?? last;
    }
    return this.#opened(userId, ofTasks);
  }

  async lastOfTask(userId: UserId, taskId: TaskId): Promise<Sequence> {
    const last = await readLast(this.#nc, LOG_STREAM, taskSubject(userId, taskId));
    return last?.sequence ?? NO_SEQUENCE;
  }

  async ownerOf(taskId: TaskId): Promise<UserId | null> {
    const last = await readLast(this.#nc, LOG_STREAM, taskOfAnybody(taskId));
    return last === null ? null : (parseTaskSubject(last.subject)?.userId ?? null);
  }

  /** Counts the user's own facts (`_user`) too: never earlier than the last event of a task. */
  async lastOfUser(userId: UserId): Promise<Sequence> {
    const last = await readLast(this.#nc, LOG_STREAM, userSubjects(userId));
    return last?.sequence ?? NO_SEQUENCE;
  }

  /** A few milliseconds at a time: a long history takes seconds. */
  async #opened(userId: UserId, messages: readonly StoredMessage[]): Promise<RecordedTaskEvent[]> {
    if (messages.length === 0) return [];
    const key = this.#keys.kept(userId) ?? (await this.#keys.find(userId));
    const events: RecordedTaskEvent[] = [];
    const slice = new Timeslice();
    for (const message of messages) {
      // One alone is never worth a look.
      if (events.length > 0 && slice.isOver()) await slice.next();
      events.push(decodeOpened(message, key));
    }
    return events;
  }
}

function isNextAfter(after: Sequence | Position, message: StoredMessage): boolean {
  const { revision, prevhash } = parseDocument(message);
  const before = typeof after === 'number' ? null : after;
  return continues(before, { revision: revision as Revision, prevhash: prevhash as Hash });
}

/** The append with every event in the trace of its span. */
function under(spans: readonly Span[], append: Append): Append {
  const { following } = append;
  const traced = { ...append, context: contextUnder(spans[0], append.context) };
  if (following === undefined) return traced;
  return {
    ...traced,
    following: following.map((event, index) => {
      return { ...event, context: contextUnder(spans[index + 1], event.context) };
    }),
  };
}

function contextUnder(span: Span | undefined, context: Append['context']): Append['context'] {
  if (span === undefined || span.traceparent === context.traceparent) return context;
  return { ...context, traceparent: span.traceparent };
}
