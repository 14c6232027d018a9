import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { LogUnavailable } from '../../../application/ports/failures.ts';
import type { RecentDigests } from '../../../application/ports/log/audit.ts';
import type { FollowOptions, LogFollower, OtherEvents } from '../../../application/ports/log/following.ts';
import type { RecordedTaskEvent, UnopenedTaskEvent } from '../../../domain/shared/event.ts';
import type { Sequence, UserId } from '../../../domain/shared/ids.ts';
import type { StoredMessage } from '../../codec/codec.ts';
import type { SealingKey } from '../../codec/sealing.ts';
import { decodeTemplateEvent } from '../../codec/template-codec.ts';
import type { UserKeys } from '../../codec/user-keys.ts';
import { ConnectionWatch } from '../../connection/connection-watch.ts';
import { lastSequence } from '../../connection/leader-read.ts';
import {
  LOG_STREAM,
  parseCalendarsSubject,
  parseDestinationsSubject,
  parseFactsSubject,
  parseTemplateSubject,
} from '../../connection/subjects.ts';
import { LiveLog } from './live-log.ts';
import type { LogMessage } from './log-message.ts';
import type { PullRest } from './pull-pace.ts';
import type { RecentAppends } from './recent-appends.ts';

const KEY_RETRY_MS = 200;
const ERASED_TYPES = ['user.erased', 'user.erasure_completed'];

export interface LogFollowerOptions {
  /** What the log of this process appends, known without being decoded. */
  readonly own?: RecentAppends;
  /** Absent: all that others append is delivered at once. */
  readonly rest?: PullRest;
  /** Whether `seen` is asked for. */
  readonly keepsDigests?: boolean;
}

/** Throws LogBroken (log-message.ts) where the log lacks what it held, UnreadableEvent (codec.ts), and what the keys throw. */
export class JetStreamLogFollower implements LogFollower {
  readonly #nc: NatsConnection;
  readonly #keys: UserKeys;
  readonly #live: LiveLog;
  readonly #own: RecentAppends | null;

  constructor(nc: NatsConnection, keys: UserKeys, options: LogFollowerOptions = {}) {
    this.#nc = nc;
    this.#keys = keys;
    this.#live = new LiveLog(nc, new ConnectionWatch(nc), options.rest, options.keepsDigests);
    this.#own = options.own ?? null;
  }

  /** What this process has seen at the end of the log; null where it keeps nothing of it. */
  get seen(): RecentDigests | null {
    return this.#live.seen;
  }

  /** Told of all that this process has stored in the log, so that it need not wait until it is delivered. */
  appended(messages: readonly StoredMessage[]): void {
    this.#live.offer(messages);
  }

  followOpened(
    after: Sequence,
    onEvents: (events: readonly RecordedTaskEvent[], through: Sequence, others: OtherEvents) => Promise<void>,
    options: FollowOptions,
  ): Promise<void> {
    const decode = (messages: readonly LogMessage[]) => this.#opened(messages, options.signal);
    return this.#follow(
      after,
      decode,
      (events, messages, through) => onEvents(events, through, othersIn(messages)),
      options,
    );
  }

  followUnopened(
    after: Sequence,
    onEvents: (
      events: readonly UnopenedTaskEvent[],
      through: Sequence,
      others: Omit<OtherEvents, 'templates'>,
    ) => Promise<void>,
    options: FollowOptions,
  ): Promise<void> {
    return this.#follow(
      after,
      async (messages) => messages.map((message) => this.#unopened(message)),
      (events, messages, through) => onEvents(events, through, ownersIn(messages)),
      options,
    );
  }

  lastSequence(): Promise<Sequence> {
    return lastSequence(this.#nc, LOG_STREAM);
  }

  async #follow<Event>(
    after: Sequence,
    decode: (messages: readonly LogMessage[]) => Promise<readonly Event[]>,
    onEvents: (events: readonly Event[], messages: readonly LogMessage[], through: Sequence) => Promise<void>,
    { maxBatch, signal, of }: FollowOptions,
  ): Promise<void> {
    const reader = this.#live.read(after, signal);
    try {
      for (;;) {
        const messages = await reader.next(maxBatch);
        const last = messages.at(-1);
        if (last === undefined) return;
        const ofTasks = messages.filter(({ task }) => {
          return task !== null && (of === undefined || of(task.userId));
        });
        const events = await decode(ofTasks);
        for (const message of messages) this.#noteErasure(message);
        if (signal.aborted) return;
        await onEvents(events, messages, last.sequence);
      }
    } finally {
      reader.end();
    }
  }

  /** What this process has opened of an erased user's key ends where the log says so, whatever it is busy with. */
  #noteErasure(message: LogMessage): void {
    const userId = parseFactsSubject(message.subject);
    if (userId === null || !isErased(message)) return;
    this.#keys.refuse(userId);
  }

  #unopened(message: LogMessage): UnopenedTaskEvent {
    return message.ownIn(this.#own) ?? message.unopened();
  }

  async #opened(messages: readonly LogMessage[], signal: AbortSignal): Promise<RecordedTaskEvent[]> {
    const found = await this.#keysFor(messages, signal);
    if (signal.aborted) return [];
    const events: RecordedTaskEvent[] = [];
    for (const message of messages) {
      const own = message.ownIn(this.#own);
      const userId = message.task?.userId;
      if (own !== null) events.push(own);
      else if (userId !== undefined)
        events.push(message.opened(this.#keys.kept(userId) ?? found.get(userId) ?? null));
    }
    return events;
  }

  /** The keys that this process has not opened yet, all asked for at once: a log that is read from its first event has many. */
  async #keysFor(
    messages: readonly LogMessage[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<UserId, SealingKey | null>> {
    const wanted = new Set<UserId>();
    for (const message of messages) {
      const userId = message.task?.userId;
      if (userId === undefined || this.#keys.kept(userId) !== null) continue;
      if (message.ownIn(this.#own) === null) wanted.add(userId);
    }
    const find = async (userId: UserId) => [userId, await this.#keyOf(userId, signal)] as const;
    return new Map(await Promise.all([...wanted].map(find)));
  }

  /** Null where the user has none. Waits for the keys as for the log itself, until the signal aborts. */
  async #keyOf(userId: UserId, signal: AbortSignal): Promise<SealingKey | null> {
    while (!signal.aborted) {
      try {
        return await this.#keys.find(userId);
      } catch (error) {
        if (!(error instanceof LogUnavailable)) throw error;
        await delay(KEY_RETRY_MS);
      }
    }
    return null;
  }
}

/** Looked for as text first: few of the users' facts are of an erasure, and what else they are is not asked here. */
function isErased({ body }: LogMessage): boolean {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return ERASED_TYPES.some((type) => bytes.includes(`"type":"${type}"`));
}

function othersIn(messages: readonly LogMessage[]): OtherEvents {
  const templates = messages.filter(({ subject }) => parseTemplateSubject(subject) !== null);
  return { templates: templates.map(decodeTemplateEvent), ...ownersIn(messages) };
}

/** Whose event destinations and calendars have changed. */
function ownersIn(messages: readonly LogMessage[]): Omit<OtherEvents, 'templates'> {
  const destinations = new Set<UserId>();
  const calendars = new Set<UserId | null>();
  for (const { subject } of messages) {
    // Few are any of these, and most are told by a look at their end.
    const owner = parseCalendarsSubject(subject);
    if (owner !== undefined) calendars.add(owner);
    const user = owner === undefined ? parseDestinationsSubject(subject) : null;
    if (user !== null) destinations.add(user);
  }
  return { destinations: [...destinations], calendars: [...calendars] };
}
