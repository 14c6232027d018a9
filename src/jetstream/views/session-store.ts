/**
 * The bucket `SESSIONS`: a value for each session and each code, `{kept_at, sealed}`, gone after twelve hours in which it
 * was not written anew. The token is sealed under a key of this use alone, bound to where it stands; of the id there is
 * only a hash. What was removed is told to every instance by the stream's republishing.
 */
import { createSecretKey } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import type { KeptToken, KeptTokenKind, SessionStore } from '../../application/ports/sessions.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { type SealingKey, seal, unseal } from '../codec/sealing.ts';
import { failIfLeaderGone } from '../connection/abandoned-requests.ts';
import { answerOf, JETSTREAM_TIMEOUT_MS } from '../connection/api.ts';
import { headersFrom } from '../connection/atomic-batch.ts';
import { JetStreamCode, jetstreamErrorCode, notWritten } from '../connection/errors.ts';
import { readLast } from '../connection/leader-read.ts';

const STREAM = 'KV_SESSIONS';
const OPERATION = 'KV-Operation';
const REMOVED = 'DEL';

interface StoredToken {
  readonly kept_at: Instant;
  readonly sealed: string;
}

export class JetStreamSessionStore implements SessionStore {
  readonly #nc: NatsConnection;
  readonly #key: SealingKey;

  /** `secret`: 32 bytes for nothing but this. */
  constructor(nc: NatsConnection, secret: Uint8Array) {
    this.#nc = nc;
    this.#key = { number: 1, secret: createSecretKey(secret) };
  }

  put(
    kind: KeptTokenKind,
    name: string,
    { token, keptAt }: Pick<KeptToken, 'token' | 'keptAt'>,
    version: number,
  ): Promise<boolean> {
    const subject = subjectOf(kind, name);
    const stored: StoredToken = { kept_at: keptAt, sealed: seal(this.#key, token, subject) };
    return this.#write(subject, JSON.stringify(stored), versioned(version));
  }

  async read(kind: KeptTokenKind, name: string): Promise<KeptToken | null> {
    const subject = subjectOf(kind, name);
    const message = await readLast(this.#nc, STREAM, subject);
    if (message === null || message.header(OPERATION) !== '') return null;
    const { kept_at, sealed } = JSON.parse(Buffer.from(message.body).toString()) as StoredToken;
    const token = unseal(this.#key, sealed, subject).toString();
    return { token, keptAt: kept_at, version: message.sequence };
  }

  remove(kind: KeptTokenKind, name: string, version?: number): Promise<boolean> {
    const lock = version === undefined ? {} : versioned(version);
    return this.#write(subjectOf(kind, name), '', { ...lock, [OPERATION]: REMOVED });
  }

  onRemoved(listen: (name: string) => void): () => void {
    const subscription = this.#nc.subscribe('sessions.changed.session.*', {
      callback: (error, message) => {
        if (error !== null || message.headers?.get(OPERATION) !== REMOVED) return;
        listen(message.subject.split('.').at(-1) ?? '');
      },
    });
    return () => subscription.unsubscribe();
  }

  async #write(subject: string, value: string, headers: Record<string, string>): Promise<boolean> {
    try {
      const request = this.#nc.request(subject, value, {
        headers: headersFrom(headers),
        timeout: JETSTREAM_TIMEOUT_MS,
      });
      const message = await failIfLeaderGone(this.#nc, STREAM, request);
      answerOf(message.json());
      return true;
    } catch (error) {
      const code = jetstreamErrorCode(error);
      if (code === JetStreamCode.wrongLastSequence || code === JetStreamCode.wrongLastSequenceInFlight) {
        return false;
      }
      throw notWritten(error);
    }
  }
}

function versioned(version: number): Record<string, string> {
  return { 'Nats-Expected-Last-Subject-Sequence': String(version) };
}

function subjectOf(kind: KeptTokenKind, name: string): string {
  return `$KV.SESSIONS.${kind}.${name}`;
}
