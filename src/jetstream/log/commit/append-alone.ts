/**
 * One unit on its own, to its outcome. An answer may be lost (timeout, broken connection, another leader), and a repeat
 * under the old lock is then refused like any lost lock. So a lost lock and a lost answer are both resolved by reading,
 * from the leader, what follows the lock on the subject, as many messages as the unit has there: our own event ids mean
 * stored, another a conflict, nothing that it was not stored so far, and the same bytes are sent again under the same ids
 * and lock.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { errors, type NatsConnection } from '@nats-io/transport-node';
import type { StoredMessage } from '../../codec/codec.ts';
import { failIfLeaderGone } from '../../connection/abandoned-requests.ts';
import { answerOf } from '../../connection/api.ts';
import { headersFrom, type PublishAnswer, PublishCode, publishBatch } from '../../connection/atomic-batch.ts';
import type { ConnectionWatch } from '../../connection/connection-watch.ts';
import { isFull, isUnavailable, jetstreamErrorCode } from '../../connection/errors.ts';
import { type LeaderMessage, readAt, readNext } from '../../connection/leader-read.ts';
import { LOG_STREAM } from '../../connection/subjects.ts';
import {
  type AppendUnit,
  batchMessage,
  entryHeaders,
  type LockedEntry,
  type LogEntry,
} from './append-unit.ts';

/** How long one publish may take before its subject is read instead. */
export const PUBLISH_TIMEOUT_MS = 2_000;
const READ_TIMEOUT_MS = 1_000;
const RETRY_MS = 20;

export type Refusal = 'LOG_FULL' | 'EVENT_TOO_LARGE' | 'REFUSED';

/** What a publish that was not acknowledged means for what it carried. */
export type Failure =
  /** A lock was lost, or an id is stored already: reading tells. */
  | { readonly kind: 'contested' }
  /** Not stored: one of the subjects or ids is in use this moment. */
  | { readonly kind: 'busy' }
  /** Not stored: the log takes nothing this moment. */
  | { readonly kind: 'again' }
  /** Not known. */
  | { readonly kind: 'unanswered' }
  /** Not stored, and the same again would not be either. */
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export interface LoneAppend {
  readonly nc: NatsConnection;
  readonly watch: ConnectionWatch;
  /** Told when a lock on a subject of the unit was lost. */
  readonly onContested: (unit: AppendUnit) => void;
}

/** Settles the unit, at the latest at its deadline. Never throws. */
export async function appendAlone(by: LoneAppend, unit: AppendUnit): Promise<void> {
  let cause: unknown;
  while (!unit.settled) {
    if (unit.remaining() <= 0) return unit.abandon(cause);
    try {
      await by.watch.upWithin(unit.remaining());
      if (!by.watch.up) continue;
      if (!unit.begins()) return unit.abandon();
      if ((unit.unanswered || unit.contested) && (await settledByReading(by, unit))) return;
      await publishUnit(by, unit);
    } catch (error) {
      cause = error;
      await afterFailure(by, unit, error);
    }
  }
}

async function publishUnit(by: LoneAppend, unit: AppendUnit): Promise<void> {
  const timeout = Math.max(1, Math.min(PUBLISH_TIMEOUT_MS, unit.remaining()));
  const [entry, ...more] = unit.entries;
  if (entry === undefined) return unit.stored([]);
  if (more.length > 0) {
    const batch = publishBatch(by.nc, unit.entries.map(batchMessage), timeout);
    const { sequence, count } = await failIfLeaderGone(by.nc, LOG_STREAM, batch);
    return unit.storedFrom(sequence - count + 1);
  }
  const headers = headersFrom(entryHeaders(entry));
  const request = by.nc.request(entry.subject, entry.body, { headers, timeout });
  const answer = await failIfLeaderGone(by.nc, LOG_STREAM, request);
  const { seq, duplicate } = answerOf<PublishAnswer>(answer.json());
  if (duplicate !== true) return unit.storedFrom(seq);
  await settleDuplicate(by, unit, entry, seq);
}

/** The id is stored already, perhaps before the lock: an append repeated by one who has folded its own event. */
async function settleDuplicate(
  by: LoneAppend,
  unit: AppendUnit,
  entry: LogEntry,
  seq: number,
): Promise<void> {
  const message = await by.watch.orLost(readAt(by.nc, LOG_STREAM, seq, READ_TIMEOUT_MS));
  if (message !== null && message.subject === entry.subject) return unit.stored([stored(message)]);
  unit.refused('REFUSED', new Error(`event id ${entry.eventId} is stored under another subject`));
}

async function afterFailure(by: LoneAppend, unit: AppendUnit, error: unknown): Promise<void> {
  const failure = failureOf(error);
  switch (failure.kind) {
    case 'contested':
      by.onContested(unit);
      return settleContested(by, unit);
    case 'refused':
      return unit.refused(failure.refusal, error);
    case 'unanswered':
      unit.unanswered = true;
      break;
    case 'busy':
    case 'again':
      break;
  }
  await delay(Math.max(0, Math.min(unit.remaining(), RETRY_MS * (0.5 + Math.random()))));
}

/** The server has compared the lock with the log: where nothing of ours is found behind it, it never holds again. */
async function settleContested(by: LoneAppend, unit: AppendUnit): Promise<void> {
  try {
    if (!(await settledByReading(by, unit))) unit.conflict();
  } catch {
    // Not read: the loop publishes again, and is told the same again.
    await delay(Math.max(0, Math.min(unit.remaining(), RETRY_MS)));
  }
}

/** False where nothing stands after the lock. Throws LogUnavailable or ConnectionLost. */
async function settledByReading(by: LoneAppend, unit: AppendUnit): Promise<boolean> {
  const timeout = Math.max(1, Math.min(READ_TIMEOUT_MS, unit.remaining()));
  const found = await by.watch.orLost(
    Promise.all(unit.locks.map((lock) => readBehind(by.nc, lock, unit.entries, timeout))),
  );
  const messages = found.flat();
  const own = messages.filter((message) => unit.entries.some((entry) => isOf(message, entry)));
  if (own.length < messages.length) {
    unit.conflict();
    return true;
  }
  if (own.length < unit.entries.length) return false;
  // In the order of the entries, whatever their subjects.
  const inOrder = unit.entries.flatMap((entry) => own.filter((message) => isOf(message, entry)));
  unit.stored(inOrder.map(stored));
  return true;
}

/** What stands behind a lock, from the first message on, up to the one that is not the unit's. */
async function readBehind(
  nc: NatsConnection,
  lock: LockedEntry,
  entries: readonly LogEntry[],
  timeout: number,
): Promise<readonly LeaderMessage[]> {
  const messages: LeaderMessage[] = [];
  let after: number = lock.expected;
  for (const entry of entries) {
    if (entry.subject !== lock.subject) continue;
    const message = await readNext(nc, LOG_STREAM, entry.subject, after, timeout);
    if (message === null) break;
    messages.push(message);
    if (!isOf(message, entry)) break;
    after = message.sequence;
  }
  return messages;
}

function isOf(message: LeaderMessage, entry: LogEntry): boolean {
  return message.subject === entry.subject && message.header('Nats-Msg-Id') === entry.eventId;
}

function stored({ subject, sequence, body }: LeaderMessage): StoredMessage {
  return { subject, sequence, body };
}

const CONTESTED: readonly number[] = [PublishCode.lockLost, PublishCode.duplicateInBatch];
const BUSY: readonly number[] = [
  PublishCode.lockBusy,
  PublishCode.lockNotReady,
  PublishCode.duplicateInFlight,
];
const PASSING: readonly number[] = [PublishCode.incomplete, PublishCode.tooManyInFlight];

export function failureOf(error: unknown): Failure {
  const code = jetstreamErrorCode(error);
  if (code === null) return nobodyListened(error) ? { kind: 'again' } : { kind: 'unanswered' };
  if (CONTESTED.includes(code)) return { kind: 'contested' };
  if (BUSY.includes(code)) return { kind: 'busy' };
  if (isFull(error)) return { kind: 'refused', refusal: 'LOG_FULL' };
  if (code === PublishCode.messageTooLarge) return { kind: 'refused', refusal: 'EVENT_TOO_LARGE' };
  if (PASSING.includes(code) || isUnavailable(error)) return { kind: 'again' };
  return { kind: 'refused', refusal: 'REFUSED' };
}

/** The server's word that the message reached no stream. */
function nobodyListened(error: unknown): boolean {
  return (
    error instanceof errors.NoRespondersError ||
    (error instanceof errors.RequestError && error.isNoResponders())
  );
}
