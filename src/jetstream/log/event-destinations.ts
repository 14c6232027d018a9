/**
 * Event destinations on the users' own subjects, `tasklog.<user>._destinations`. What was read once is kept, so that a
 * question costs one read of the subject's last message.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { LRUCache } from 'lru-cache';
import type {
  DestinationAppend,
  DestinationAppended,
  DestinationLog,
  DestinationsSnapshot,
} from '../../application/commands/event-destinations.ts';
import { destinationDecider } from '../../domain/destination/decider.ts';
import { NO_HASH, NO_REVISION, NO_SEQUENCE, type UserId } from '../../domain/shared/ids.ts';
import { mostEntries } from '../../kernel/most-entries.ts';
import { hashOf, type StoredMessage } from '../codec/codec.ts';
import { decodeDestinationEvent, encodeDestinationEvent } from '../codec/destination-codec.ts';
import type { SealingKey } from '../codec/sealing.ts';
import type { UserKeys } from '../codec/user-keys.ts';
import { readLast } from '../connection/leader-read.ts';
import {
  ALL_DESTINATIONS,
  destinationsSubject,
  LOG_STREAM,
  parseDestinationsSubject,
} from '../connection/subjects.ts';
import type { GroupCommit } from './commit/group-commit.ts';
import { readStream, readThrough } from './log-pages.ts';

const KEPT_USERS = 5_000;

const NOTHING_YET: DestinationsSnapshot = {
  sequence: NO_SEQUENCE,
  revision: NO_REVISION,
  hash: NO_HASH,
  user: destinationDecider.initial,
};

export class JetStreamDestinationLog implements DestinationLog {
  readonly #nc: NatsConnection;
  readonly #commit: GroupCommit;
  readonly #keys: UserKeys;
  readonly #kept = new LRUCache<UserId, DestinationsSnapshot>(mostEntries(KEPT_USERS));

  constructor(nc: NatsConnection, commit: GroupCommit, keys: UserKeys) {
    this.#nc = nc;
    this.#commit = commit;
    this.#keys = keys;
  }

  async readDestinations(userId: UserId): Promise<DestinationsSnapshot | null> {
    const subject = destinationsSubject(userId);
    const last = await readLast(this.#nc, LOG_STREAM, subject);
    if (last === null) return null;
    const key = await this.#keys.find(userId);
    // Without its key nothing that was opened before is told any more.
    const kept = key === null ? null : (this.#kept.get(userId) ?? null);
    if (kept !== null && last.sequence <= kept.sequence) return kept;
    let known = kept ?? NOTHING_YET;
    for (const message of await readThrough(this.#nc, subject, known.sequence, last.sequence)) {
      known = withEvent(known, message, key);
    }
    if (key === null) this.#kept.delete(userId);
    else this.#kept.set(userId, known);
    return known;
  }

  async usersWithDestinations(): Promise<ReadonlySet<UserId>> {
    const users = new Set<UserId>();
    const last = await readLast(this.#nc, LOG_STREAM, ALL_DESTINATIONS);
    const all = { stream: LOG_STREAM, subject: ALL_DESTINATIONS };
    for await (const { subject } of readStream(this.#nc, all, last?.sequence ?? 0)) {
      const userId = parseDestinationsSubject(subject);
      if (userId !== null) users.add(userId);
    }
    return users;
  }

  async append(append: DestinationAppend): Promise<DestinationAppended> {
    const { userId, eventId, event, after } = append;
    const key = this.#keys.kept(userId) ?? (await this.#keys.getOrCreate(userId));
    const { body } = encodeDestinationEvent(append, key);
    const subject = destinationsSubject(userId);
    const outcome = await this.#commit.append([
      { subject, eventId, eventType: event.type, expected: after.sequence, body },
    ]);
    const [message] = outcome.kind === 'stored' ? outcome.messages : [];
    if (message === undefined) return { kind: 'conflict' };
    const snapshot = await this.readDestinations(userId);
    if (snapshot === null) throw new Error('an event of a destination was stored and is not there');
    return { kind: 'appended', snapshot };
  }
}

function withEvent(
  before: DestinationsSnapshot,
  message: StoredMessage,
  key: SealingKey | null,
): DestinationsSnapshot {
  const { event, revision, time } = decodeDestinationEvent(message, key);
  const { sequence } = message;
  const user = destinationDecider.evolve(before.user, { ...event, stored: { sequence, time } });
  return { sequence, revision, hash: hashOf(message.body), user };
}
