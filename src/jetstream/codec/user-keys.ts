/**
 * One 256-bit key per user, under which that user's personal content in the log is sealed.
 *
 * The bucket `USER_KEYS` holds each key wrapped under a key derived from SECRETS_KEY and bound to its user. A key
 * is created before the user's first event, once: its creation is conditional on the KV key never having
 * held a value, so of two creators one loses and reads the winner's, and a destroyed key is not made anew; nor is one
 * that was lost, for a user who has tasks. Reads go to the stream's leader; keys never change, so this process keeps
 * what it has opened.
 *
 * Destroying comes in two steps, for which the bucket keeps two messages a user: the mark stands first, so that no key is
 * made in between, and what the key was is erased then. With one message the mark would put it out of reach of erasing.
 * One that is wrapped by another SECRETS_KEY goes the same way (`rewrap.ts`).
 *
 * A user without a key, or with one that does not open, is that user's trouble alone: what was sealed is read as erased
 * (`find`), and nothing more is written.
 */
import { createSecretKey, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { LRUCache } from 'lru-cache';
import { LogRefused, LogUnavailable } from '../../application/ports/failures.ts';
import { parseUserId, type UserId } from '../../domain/shared/ids.ts';
import { mostEntries } from '../../kernel/most-entries.ts';
import { JETSTREAM_TIMEOUT_MS } from '../connection/api.ts';
import { type LeaderMessage, readLast, readNext } from '../connection/leader-read.ts';
import {
  escapeToken,
  LOG_STREAM,
  LOG_SUBJECTS,
  parseCalendarsSubject,
  parseDestinationsSubject,
  parseTaskSubject,
  unescapeToken,
  userSubjects,
} from '../connection/subjects.ts';
import type { KeyBucket } from './rewrap.ts';
import { SealBroken, type SealingKey } from './sealing.ts';
import { eraseBefore, storeKey } from './stored-keys.ts';
import { type SecretsKeys, Wrapping } from './wrapping.ts';

export const USER_KEYS_STREAM = 'KV_USER_KEYS';
const PREFIX = '$KV.USER_KEYS.';
const KEPT_KEYS = 50_000;
/** What a KV client knows as a deleted key. */
const DESTROYED = { 'KV-Operation': 'DEL' };
/** Of the oldest keys, where the very first does not open. */
const CHECKED_KEYS = 15;

/** A user's key does not open: it is damaged, or this SECRETS_KEY is not the one that the keys were wrapped under. */
export class WrongSecretsKey extends LogRefused {
  override readonly name = 'WrongSecretsKey';
  /** EX_CONFIG: as it was started, it cannot run. */
  readonly exitCode = 78;

  constructor(message: string, options?: ErrorOptions) {
    super('NO_USER_KEY', message, options);
  }
}

/** The log holds what people wrote, and not one key to it is there: with new ones it would be lost for good. */
export class AllUserKeysMissing extends Error {
  override readonly name = 'AllUserKeysMissing';
  /** EX_CONFIG: as it was started, it cannot run. */
  readonly exitCode = 78;
}

/** A user who has events has no key any more, or never had one here. */
export class UserKeyMissing extends LogRefused {
  override readonly name = 'UserKeyMissing';

  constructor(message: string) {
    super('NO_USER_KEY', message);
  }
}

export class UserKeys {
  readonly #nc: NatsConnection;
  readonly #wrapping: Wrapping;
  readonly #onNewUser: (userId: UserId) => void;
  readonly #kept = new LRUCache<UserId, SealingKey>(mostEntries(KEPT_KEYS));
  readonly #underWay = new Map<UserId, Promise<SealingKey | null>>();
  readonly #refused = new Set<UserId>();

  /** `onNewUser`: told of each user whose key is made here. */
  constructor(nc: NatsConnection, secretsKeys: SecretsKeys, onNewUser: (userId: UserId) => void = () => {}) {
    this.#onNewUser = onNewUser;
    this.#nc = nc;
    this.#wrapping = new Wrapping(secretsKeys, 'user keys');
  }

  /**
   * Holds SECRETS_KEY against the oldest keys that are left: with a wrong one, known users could neither be read nor
   * written, and what new ones write would be lost to the right one. One that is damaged is not everybody's fault: the
   * oldest opens, or most of the oldest do. Where no key was ever there, no task may be either. Answers which of the keys
   * of SECRETS_KEY opens the oldest that any does, 0 where none is there. Throws WrongSecretsKey, AllUserKeysMissing,
   * LogUnavailable.
   */
  async check(): Promise<number> {
    const looked: boolean[] = [];
    let fault: unknown = null;
    let inForce: number | null = null;
    for (let after = 0; looked.length < CHECKED_KEYS; ) {
      const message = await readNext(this.#nc, USER_KEYS_STREAM, `${PREFIX}*`, after);
      if (message === null && after === 0) {
        await this.#checkNothingIsSealed();
        return 0;
      }
      if (message === null) break;
      after = message.sequence;
      const userId = message.header('KV-Operation') === '' ? userIdOf(message.subject) : null;
      if (userId === null) continue;
      // One that is marked destroyed, and not erased yet, was perhaps of another time.
      const last = await readLast(this.#nc, USER_KEYS_STREAM, message.subject);
      if (last?.sequence !== message.sequence) continue;
      try {
        const { by } = this.#opened(userId, Buffer.from(message.body).toString());
        inForce ??= by;
        looked.push(true);
        if (looked.length === 1) return by;
      } catch (error) {
        looked.push(false);
        fault ??= error;
      }
    }
    if (fault !== null && looked.filter((opens) => opens).length * 2 <= looked.length) throw fault;
    return inForce ?? 0;
  }

  /** A log without tasks is read to its end: it holds templates, and little else. */
  async #checkNothingIsSealed(): Promise<void> {
    for (let after = 0; ; ) {
      const message = await readNext(this.#nc, LOG_STREAM, LOG_SUBJECTS, after);
      if (message === null) return;
      if (isSealed(message.subject)) {
        throw new AllUserKeysMissing(
          'the log holds what people wrote, and the stream KV_USER_KEYS holds no key to it: restore it from its backup',
        );
      }
      after = message.sequence;
    }
  }

  /** A key that this process has opened before; null is no answer. */
  kept(userId: UserId): SealingKey | null {
    return this.#kept.get(userId) ?? null;
  }

  /** The user's key. Throws UserKeyMissing, WrongSecretsKey, LogUnavailable. */
  async get(userId: UserId): Promise<SealingKey> {
    const kept = this.kept(userId) ?? (await this.#once(userId, () => this.#read(userId)));
    // A read that was under way already may have looked before the key was made.
    const key = kept ?? (await this.#read(userId));
    if (key === null) throw new UserKeyMissing(`user ${userId} has no key`);
    return key;
  }

  /** The user's key, null where there is none that opens. Throws LogUnavailable. */
  async find(userId: UserId): Promise<SealingKey | null> {
    const kept = this.kept(userId);
    if (kept !== null) return kept;
    try {
      return await this.get(userId);
    } catch (error) {
      if (error instanceof UserKeyMissing || error instanceof WrongSecretsKey) return null;
      throw error;
    }
  }

  /** The user's key, created where there never was one and the user has no task. Throws as `get`. */
  async getOrCreate(userId: UserId): Promise<SealingKey> {
    const kept = this.kept(userId);
    if (kept !== null) return kept;
    const read = await this.#once(userId, () => this.#read(userId));
    return read ?? (await this.#create(userId));
  }

  /** Whether there is a key that opens. Throws WrongSecretsKey, LogUnavailable, and UserKeyMissing for a destroyed one. */
  async has(userId: UserId): Promise<boolean> {
    return this.kept(userId) !== null || (await this.#once(userId, () => this.#read(userId))) !== null;
  }

  /** The user's key as it is stored: worth nothing without SECRETS_KEY. Throws as `get`. */
  async wrapped(userId: UserId): Promise<string> {
    await this.get(userId);
    const message = await readLast(this.#nc, USER_KEYS_STREAM, subjectOf(userId));
    if (message === null) throw new UserKeyMissing(`user ${userId} has no key`);
    return Buffer.from(message.body).toString();
  }

  /** A key as `wrapped` gave it. Throws WrongSecretsKey where it does not open for this user. */
  unwrap(userId: UserId, wrapped: string): SealingKey {
    return { number: 1, secret: createSecretKey(this.#opened(userId, wrapped).secret) };
  }

  #opened(userId: UserId, wrapped: string) {
    try {
      return this.#wrapping.unwrap(wrapped, userId);
    } catch (cause) {
      if (!(cause instanceof SealBroken)) throw cause;
      const text = `the key of user ${userId} does not open: SECRETS_KEY is not the one that the stored keys were made with`;
      throw new WrongSecretsKey(text, { cause });
    }
  }

  /** Stores a key as `wrapped` gave it, where the user never had one. Throws WrongSecretsKey, LogUnavailable. */
  async restore(userId: UserId, wrapped: string): Promise<void> {
    const { secret, by } = this.#opened(userId, wrapped);
    await this.#publish(userId, by === 0 ? wrapped : this.#wrapping.wrap(secret, userId));
  }

  /**
   * Destroys the user's key: marks it destroyed, and erases what it was from the disk of the stream's leader. From the
   * mark on no process that asks gets it, and none is made anew; who dies in between does it again. Throws LogUnavailable.
   */
  async destroy(userId: UserId): Promise<void> {
    this.refuse(userId);
    const subject = subjectOf(userId);
    for (;;) {
      const last = await readLast(this.#nc, USER_KEYS_STREAM, subject);
      const isMarked = last !== null && last.header('KV-Operation') !== '';
      // Also of a key that was being wrapped anew: the mark would be the third message.
      if (last !== null) await eraseBefore(this.#nc, USER_KEYS_STREAM, last);
      if (isMarked) return;
      await this.#store(userId, '', last?.sequence ?? 0, DESTROYED);
    }
  }

  /** From now on this process has no key of the user's, whatever is stored: the user is erased. False: it was so before. */
  refuse(userId: UserId): boolean {
    if (this.#refused.has(userId)) return false;
    this.#refused.add(userId);
    this.#kept.delete(userId);
    return true;
  }

  /** Whether a key of the user's is stored that is not marked as destroyed. Throws LogUnavailable. */
  async isStored(userId: UserId): Promise<boolean> {
    const last = await readLast(this.#nc, USER_KEYS_STREAM, subjectOf(userId));
    return last !== null && last.header('KV-Operation') === '';
  }

  /** Runs one read of a user's key at a time. */
  #once(userId: UserId, read: () => Promise<SealingKey | null>): Promise<SealingKey | null> {
    const underWay = this.#underWay.get(userId);
    if (underWay !== undefined) return underWay;
    const started = read().finally(() => this.#underWay.delete(userId));
    this.#underWay.set(userId, started);
    return started;
  }

  async #read(userId: UserId): Promise<SealingKey | null> {
    if (this.#refused.has(userId)) throw new UserKeyMissing(`user ${userId} is erased`);
    const message = await readLast(this.#nc, USER_KEYS_STREAM, subjectOf(userId));
    if (message === null) return null;
    return this.#keep(userId, this.#unwrap(userId, message));
  }

  #keep(userId: UserId, key: SealingKey): SealingKey {
    if (this.#refused.has(userId)) throw new UserKeyMissing(`user ${userId} is erased`);
    this.#kept.set(userId, key);
    return key;
  }

  async #create(userId: UserId): Promise<SealingKey> {
    // With another key, what is sealed under the one that was lost could not be told from what was tampered with.
    if (await this.#hasWritten(userId)) return this.get(userId);
    const wrapped = this.#wrapping.wrap(randomBytes(32), userId);
    const giveUpAt = performance.now() + JETSTREAM_TIMEOUT_MS;
    for (;;) {
      if (await this.#publish(userId, wrapped)) {
        this.#onNewUser(userId);
        return this.#keep(userId, this.unwrap(userId, wrapped));
      }
      // Whoever created it, what the leader holds now is the key; none there means that a creation is in flight.
      const key = await this.#once(userId, () => this.#read(userId));
      if (key !== null) return key;
      if (performance.now() > giveUpAt) throw new LogUnavailable('the key was not stored in time');
      await delay(20);
    }
  }

  /** Whether the log holds something sealed of the user's: a task, an event destination, a calendar. The user's own facts (tier, feed) are in clear. */
  async #hasWritten(userId: UserId): Promise<boolean> {
    const subjects = userSubjects(userId);
    if ((await readLast(this.#nc, LOG_STREAM, subjects)) === null) return false;
    for (let after = 0; ; ) {
      const message = await readNext(this.#nc, LOG_STREAM, subjects, after);
      if (message === null) return false;
      if (isSealed(message.subject)) return true;
      after = message.sequence;
    }
  }

  /** False where another creation came first. */
  #publish(userId: UserId, wrapped: string): Promise<boolean> {
    return this.#store(userId, wrapped, 0);
  }

  /** False where the user's last message is another than `after`. */
  #store(userId: UserId, body: string, after: number, headers = {}): Promise<boolean> {
    const write = { stream: USER_KEYS_STREAM, subject: subjectOf(userId), after, headers };
    return storeKey(this.#nc, write, body);
  }

  #unwrap(userId: UserId, message: LeaderMessage): SealingKey {
    if (message.header('KV-Operation') !== '')
      throw new UserKeyMissing(`the key of user ${userId} was destroyed`);
    return this.unwrap(userId, Buffer.from(message.body).toString());
  }
}

/** For `rewrap`. */
export function userKeyBucket(secretsKeys: SecretsKeys): KeyBucket {
  const wrapping = new Wrapping(secretsKeys, 'user keys');
  return { stream: USER_KEYS_STREAM, prefix: PREFIX, wrapping, ownerOf: userIdOf };
}

/** Whether what stands there was sealed under a user's key. */
function isSealed(subject: string): boolean {
  return (
    parseTaskSubject(subject) !== null ||
    parseDestinationsSubject(subject) !== null ||
    typeof parseCalendarsSubject(subject) === 'string'
  );
}

function subjectOf(userId: UserId): string {
  return `${PREFIX}${escapeToken(userId)}`;
}

function userIdOf(subject: string): UserId | null {
  const text = unescapeToken(subject.slice(PREFIX.length));
  return text === null ? null : parseUserId(text);
}
