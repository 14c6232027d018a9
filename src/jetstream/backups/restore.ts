/**
 * An archive's events back into a log, byte for byte, in their order: the same ids, times and hash chains; only where
 * they stand in the log is new.
 *
 * They are appended only after all of them, in order, or after those that an earlier, interrupted restore of the same
 * archive left: so it can be run again. Whoever calls it makes sure that no scheduler works meanwhile, which would
 * take up tasks before their last event is there.
 */
import type { Readable } from 'node:stream';
import type { NatsConnection } from '@nats-io/transport-node';
import { type Hash, NO_SEQUENCE, type Sequence, type UserId } from '../../domain/shared/ids.ts';
import {
  CLOUD_EVENTS_JSON,
  decodeOpened,
  hashOf,
  type StoredMessage,
  UnreadableEvent,
} from '../codec/codec.ts';
import type { SealingKey } from '../codec/sealing.ts';
import type { UserKeys } from '../codec/user-keys.ts';
import { type BatchMessage, publishBatch } from '../connection/atomic-batch.ts';
import { readLast } from '../connection/leader-read.ts';
import { LOG_STREAM, parseTaskSubject, userSubjects } from '../connection/subjects.ts';
import { readArchive, verifyArchive } from './archive-reader.ts';
import { type Manifest, parseEventLine } from './format.ts';
import { archiveMessagesOf } from './write-archive.ts';

const BATCH_MESSAGES = 200;
/** A batch is closed when it has grown to this; one message is below the server's limit, as it was before. */
const BATCH_BYTES = 2 * 1024 * 1024;
const BATCH_TIMEOUT_MS = 10_000;

export class RestoreRefused extends Error {
  override readonly name = 'RestoreRefused';
  readonly code: 'NO_EVENTS' | 'USER_HAS_OTHER_EVENTS' | 'KEY_MISSING' | 'KEY_OF_ANOTHER';

  constructor(code: RestoreRefused['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface Restored {
  readonly manifest: Manifest;
  readonly appended: number;
  /** Events that an earlier restore had appended. */
  readonly found: number;
}

/**
 * `open` gives the archive from its beginning, each time it is called: it is verified as a whole before anything is
 * written. `wrappedKey`: the user's key as `UserKeys.wrapped` gives it; null where this server must have it already.
 * Throws BrokenArchive, RestoreRefused, WrongSecretsKey, LogUnavailable.
 */
export async function restoreArchive(
  nc: NatsConnection,
  keys: UserKeys,
  open: () => Readable,
  wrappedKey: string | null,
): Promise<Restored> {
  const { manifest } = await verifyArchive(open());
  const userId = manifest.user_id;
  if (!manifest.scope.includes('events')) {
    throw new RestoreRefused('NO_EVENTS', 'the archive was made without events: there is nothing to restore');
  }
  const there = await hashesOf(nc, userId);
  await provideKey(keys, userId, wrappedKey, open);
  const log = new Appender(nc);
  let at = 0;
  await readArchive(open(), async (part, line) => {
    if (part !== 'events') return;
    const message = parseEventLine(line);
    const found = there[at++];
    if (found === undefined) return log.add(message);
    if (found.hash !== hashOf(message.body)) throw otherEvents(userId);
    log.found(message.subject, found.sequence);
  });
  if (there.length > at) throw otherEvents(userId);
  await log.flush();
  return { manifest, appended: log.appended, found: there.length };
}

interface Found {
  readonly sequence: Sequence;
  readonly hash: Hash;
}

async function hashesOf(nc: NatsConnection, userId: UserId): Promise<readonly Found[]> {
  const subjects = userSubjects(userId);
  const last = await readLast(nc, LOG_STREAM, subjects);
  const found: Found[] = [];
  for await (const { sequence, body } of archiveMessagesOf(nc, subjects, last?.sequence ?? NO_SEQUENCE)) {
    found.push({ sequence, hash: hashOf(body) });
  }
  return found;
}

/** Makes sure that the server holds the key that the archive was sealed with. */
async function provideKey(
  keys: UserKeys,
  userId: UserId,
  wrapped: string | null,
  open: () => Readable,
): Promise<void> {
  if (await keys.has(userId)) return checkKey(await keys.get(userId), userId, open);
  if (wrapped === null) {
    throw new RestoreRefused(
      'KEY_MISSING',
      `this server has no key of user ${userId}: give the key that was saved with the archive, or restore USER_KEYS first`,
    );
  }
  // A key is never changed: so a wrong one must not get there.
  await checkKey(keys.unwrap(userId, wrapped), userId, open);
  await keys.restore(userId, wrapped);
}

/** The first event of a task stands for all. */
async function checkKey(key: SealingKey, userId: UserId, open: () => Readable): Promise<void> {
  let checked = false;
  await readArchive(open(), (part, line) => {
    if (part !== 'events' || checked) return;
    const message = parseEventLine(line);
    if (parseTaskSubject(message.subject) === null) return;
    checked = true;
    try {
      decodeOpened(message, key);
    } catch (cause) {
      if (!(cause instanceof UnreadableEvent) || cause.code !== 'SEAL_BROKEN') throw cause;
      const text = `the key of user ${userId} is not the one that the archive was sealed with`;
      throw new RestoreRefused('KEY_OF_ANOTHER', text, { cause });
    }
  });
}

function otherEvents(userId: UserId): RestoreRefused {
  const text = `user ${userId} has events in this log that are not the archive's: restore into a log without them`;
  return new RestoreRefused('USER_HAS_OTHER_EVENTS', text);
}

/** Appends in order, in atomic batches, each subject's first event of a batch under the lock of what came before. */
class Appender {
  readonly #nc: NatsConnection;
  /** The last sequence of each subject. */
  readonly #last = new Map<string, Sequence>();
  #batch: BatchMessage[] = [];
  #bytes = 0;
  #appended = 0;

  constructor(nc: NatsConnection) {
    this.#nc = nc;
  }

  get appended(): number {
    return this.#appended;
  }

  found(subject: string, sequence: Sequence): void {
    this.#last.set(subject, sequence);
  }

  async add({ subject, body }: StoredMessage): Promise<void> {
    let locked = this.#batch.some((other) => other.subject === subject);
    if (locked && parseTaskSubject(subject) === null) {
      // Who reads a user's own facts backwards follows their locks: each of them carries its own.
      await this.flush();
      locked = false;
    }
    const { id, type } = JSON.parse(Buffer.from(body).toString('utf8')) as { id: string; type: string };
    const headers = {
      'Nats-Msg-Id': id,
      'Content-Type': CLOUD_EVENTS_JSON,
      'Event-Type': type,
      ...(locked ? {} : { 'Nats-Expected-Last-Subject-Sequence': `${this.#last.get(subject) ?? 0}` }),
    };
    this.#batch.push({ subject, headers, payload: body });
    this.#bytes += body.length;
    if (this.#batch.length >= BATCH_MESSAGES || this.#bytes >= BATCH_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    const batch = this.#batch.splice(0);
    this.#bytes = 0;
    if (batch.length === 0) return;
    const { sequence } = await publishBatch(this.#nc, batch, BATCH_TIMEOUT_MS);
    const first = sequence - batch.length + 1;
    for (const [index, { subject }] of batch.entries()) this.#last.set(subject, (first + index) as Sequence);
    this.#appended += batch.length;
  }
}
