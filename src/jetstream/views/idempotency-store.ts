/**
 * Idempotency keys in the bucket `IDEMPOTENCY`: one value per user and key, `{fingerprint, instance, claimed_at,
 * ids, answer}`, on disk before it is acknowledged and gone after 24 hours. An answer holds what a person wrote,
 * so it is sealed under the user's key, as the log is. The key itself is only kept as a hash.
 */
import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { LogUnavailable } from '../../application/ports/failures.ts';
import type {
  IdempotencyRecord,
  IdempotencyStore,
  KeptAnswer,
  StoredIdempotency,
} from '../../application/ports/idempotency.ts';
import type { UserId } from '../../domain/shared/ids.ts';
import { seal, unseal } from '../codec/sealing.ts';
import type { UserKeys } from '../codec/user-keys.ts';
import { failIfLeaderGone } from '../connection/abandoned-requests.ts';
import { answerOf, JETSTREAM_TIMEOUT_MS } from '../connection/api.ts';
import { headersFrom } from '../connection/atomic-batch.ts';
import { JetStreamCode, jetstreamErrorCode, notWritten } from '../connection/errors.ts';
import { readLast } from '../connection/leader-read.ts';
import { escapeToken } from '../connection/subjects.ts';

const STREAM = 'KV_IDEMPOTENCY';

type StoredRecord = Omit<IdempotencyRecord, 'answer'> & { readonly answer: string | null };

export class JetStreamIdempotencyStore implements IdempotencyStore {
  readonly #nc: NatsConnection;
  readonly #keys: UserKeys;

  constructor(nc: NatsConnection, keys: UserKeys) {
    this.#nc = nc;
    this.#keys = keys;
  }

  async claim(
    userId: UserId,
    key: string,
    record: IdempotencyRecord,
  ): Promise<{ kind: 'claimed'; version: number } | ({ kind: 'taken' } & StoredIdempotency)> {
    const giveUpAt = performance.now() + JETSTREAM_TIMEOUT_MS;
    do {
      const version = await this.#put(userId, key, record, 0);
      if (version !== null) return { kind: 'claimed', version };
      const stored = await this.read(userId, key);
      if (stored !== null) return { kind: 'taken', ...stored };
      // Refused, and nothing there: another claim is still in flight, or a day has just passed.
      await delay(20);
    } while (performance.now() < giveUpAt);
    throw new LogUnavailable('the idempotency key could not be claimed in time');
  }

  replace(userId: UserId, key: string, record: IdempotencyRecord, version: number): Promise<number | null> {
    return this.#put(userId, key, record, version);
  }

  /** The new version, null where the stored one is not `version`. */
  async #put(
    userId: UserId,
    key: string,
    record: IdempotencyRecord,
    version: number,
  ): Promise<number | null> {
    const subject = subjectOf(userId, key);
    const answer = record.answer === null ? null : await this.#sealed(userId, subject, record.answer);
    const stored: StoredRecord = { ...record, answer };
    try {
      const request = this.#nc.request(subject, JSON.stringify(stored), {
        headers: headersFrom({ 'Nats-Expected-Last-Subject-Sequence': String(version) }),
        timeout: JETSTREAM_TIMEOUT_MS,
      });
      const message = await failIfLeaderGone(this.#nc, STREAM, request);
      return answerOf<{ seq: number }>(message.json()).seq;
    } catch (error) {
      const code = jetstreamErrorCode(error);
      if (code === JetStreamCode.wrongLastSequence || code === JetStreamCode.wrongLastSequenceInFlight) {
        return null;
      }
      throw notWritten(error);
    }
  }

  async read(userId: UserId, key: string): Promise<StoredIdempotency | null> {
    const subject = subjectOf(userId, key);
    const message = await readLast(this.#nc, STREAM, subject);
    if (message === null) return null;
    const stored = JSON.parse(Buffer.from(message.body).toString()) as StoredRecord;
    const answer = stored.answer === null ? null : await this.#opened(userId, subject, stored.answer);
    return { record: { ...stored, answer }, version: message.sequence };
  }

  async #sealed(userId: UserId, subject: string, answer: KeptAnswer): Promise<string> {
    return seal(await this.#keys.getOrCreate(userId), JSON.stringify(answer), subject);
  }

  async #opened(userId: UserId, subject: string, sealed: string): Promise<KeptAnswer> {
    const content = unseal(await this.#keys.get(userId), sealed, subject);
    return JSON.parse(content.toString()) as KeptAnswer;
  }
}

function subjectOf(userId: UserId, key: string): string {
  return `$KV.IDEMPOTENCY.${escapeToken(userId)}.${hash('sha256', key, 'base64url')}`;
}
