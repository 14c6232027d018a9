/**
 * Single messages as the stream's leader has them (`STREAM.MSG.GET`): never stale, where a direct get on a
 * replica may be. Throws LogUnavailable where the leader does not answer in time.
 */
import { MsgHdrsImpl, type NatsConnection } from '@nats-io/transport-node';
import { LogUnavailable } from '../../application/ports/failures.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import { type Instant, instantOf } from '../../domain/shared/instant.ts';
import type { StoredMessage } from '../codec/codec.ts';
import { failIfLeaderGone } from './abandoned-requests.ts';
import { JETSTREAM_TIMEOUT_MS, jetstreamApi } from './api.ts';
import { JetStreamCode, jetstreamErrorCode, unavailableOr } from './errors.ts';

export interface LeaderMessage extends StoredMessage {
  /** A header's value, '' where it has none. */
  header(name: string): string;
}

export interface TimedMessage extends LeaderMessage {
  /** When the server stored it, by its clock. */
  readonly storedAt: Instant;
}

/** The last message of a subject, which may hold wildcards; null where there is none. */
export function readLast(
  nc: NatsConnection,
  stream: string,
  subject: string,
  timeoutMs?: number,
): Promise<TimedMessage | null> {
  return read(nc, stream, { last_by_subj: subject }, timeoutMs);
}

/** The first message of a subject after a sequence; null where there is none. */
export function readNext(
  nc: NatsConnection,
  stream: string,
  subject: string,
  after: number,
  timeoutMs?: number,
): Promise<TimedMessage | null> {
  return read(nc, stream, { seq: after + 1, next_by_subj: subject }, timeoutMs);
}

export function readAt(
  nc: NatsConnection,
  stream: string,
  sequence: number,
  timeoutMs?: number,
): Promise<TimedMessage | null> {
  return read(nc, stream, { seq: sequence }, timeoutMs);
}

/** Sequence of the stream's last message, 0 before the first. */
export async function lastSequence(
  nc: NatsConnection,
  stream: string,
  timeoutMs?: number,
): Promise<Sequence> {
  try {
    const info = await ask<{ state: { last_seq: number } }>(nc, 'STREAM.INFO', stream, undefined, timeoutMs);
    return info.state.last_seq as Sequence;
  } catch (error) {
    throw unavailableOr(error);
  }
}

interface MessageAnswer {
  readonly message: {
    readonly subject: string;
    readonly seq: number;
    readonly time: string;
    readonly hdrs?: string;
    readonly data?: string;
  };
}

async function read(
  nc: NatsConnection,
  stream: string,
  query: object,
  timeoutMs?: number,
): Promise<TimedMessage | null> {
  try {
    const { message } = await ask<MessageAnswer>(nc, 'STREAM.MSG.GET', stream, query, timeoutMs);
    const headers = Buffer.from(message.hdrs ?? '', 'base64');
    return {
      subject: message.subject,
      sequence: message.seq as Sequence,
      storedAt: instantOf(Date.parse(message.time)),
      body: Buffer.from(message.data ?? '', 'base64'),
      header: (name) => (headers.length === 0 ? '' : MsgHdrsImpl.decode(headers).get(name)),
    };
  } catch (error) {
    if (jetstreamErrorCode(error) === JetStreamCode.noMessageFound) return null;
    throw unavailableOr(error);
  }
}

/** Asks the stream's leader, and the next one where it has gone before it answered. */
async function ask<Answer>(
  nc: NatsConnection,
  what: string,
  stream: string,
  query: object | undefined,
  timeoutMs = JETSTREAM_TIMEOUT_MS,
): Promise<Answer> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    const left = Math.max(1, giveUpAt - performance.now());
    try {
      return await failIfLeaderGone(nc, stream, jetstreamApi<Answer>(nc, `${what}.${stream}`, query, left));
    } catch (error) {
      if (!(error instanceof LogUnavailable) || performance.now() >= giveUpAt) throw error;
    }
  }
}
