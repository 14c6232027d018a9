/**
 * What the log says of events that it has lost: `log.loss_accepted` on a subject of its own, recorded by an operator.
 *
 * A sequence that others know is never given to another event: cursors, message ids and checkpoints stand for it. So
 * where the log ends before what others know of it, the numbers in between are taken by such events, one each; where
 * the log has kept the numbers and not the events, the first event behind the hole says so. Each names the whole loss
 * in its headers, so that whoever reads the log in order knows a hole that is accepted from one that is not.
 */
import type { MsgHdrs, NatsConnection } from '@nats-io/transport-node';
import {
  type EventId,
  type Hash,
  NO_HASH,
  NO_REVISION,
  NO_SEQUENCE,
  type Revision,
  type Sequence,
} from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import {
  CLOUD_EVENTS_JSON,
  cloudEvent,
  encodedDocument,
  factMetaOf,
  malformed,
  parseDocument,
} from '../codec/codec.ts';
import type { BatchMessage } from '../connection/atomic-batch.ts';
import { readLast } from '../connection/leader-read.ts';
import { LOG_STREAM } from '../connection/subjects.ts';

export const LOSS_SUBJECT = 'tasklog._log.loss';
const TYPE = 'log.loss_accepted';
const VERSION = 1;
const LOST_FROM = 'Log-Lost-From';
const LOST_THROUGH = 'Log-Lost-Through';

export interface AcceptedLoss {
  readonly lost_from: number;
  readonly lost_through: number;
  /** Sequences of the log that hold no event, of all losses so far. */
  readonly holes: number;
  /** How far each who knows the log knew it. */
  readonly known: Readonly<Record<string, number>>;
  /** False while the acceptance is under way. */
  readonly complete: boolean;
  /** Losses accepted before this one, oldest first; absent: none, or none that is known. */
  readonly earlier?: readonly EarlierLoss[];
}

/** A loss that is accepted: events `from` to `through` are not what they were. */
export interface EarlierLoss {
  readonly from: number;
  readonly through: number;
  /** Names the log as it is behind the loss. */
  readonly epoch: string;
}

/** Where the next such event follows. */
interface LossPosition {
  readonly sequence: Sequence;
  readonly revision: Revision;
  readonly hash: Hash;
}

export interface LastLoss extends LossPosition {
  /** Null: none was ever accepted. */
  readonly loss: AcceptedLoss | null;
}

/** As the leader has it. Throws LogUnavailable, UnreadableEvent. */
export async function readLastLoss(nc: NatsConnection): Promise<LastLoss> {
  const message = await readLast(nc, LOG_STREAM, LOSS_SUBJECT);
  if (message === null) {
    return { sequence: NO_SEQUENCE, revision: NO_REVISION, hash: NO_HASH, loss: null };
  }
  const document = parseDocument(message);
  if (document.type !== TYPE) throw malformed(message, `type ${document.type}`);
  const { sequence, revision, hash } = factMetaOf(message, document);
  return { sequence, revision, hash, loss: document.data as unknown as AcceptedLoss };
}

const EPOCH_DIGITS = 12;

/** All losses that are accepted, oldest first. */
export function earlierLosses({ loss, sequence, hash }: LastLoss): readonly EarlierLoss[] {
  if (loss === null) return [];
  const { earlier = [], complete, lost_from } = loss;
  if (!complete) return earlier;
  return [...earlier, { from: lost_from, through: sequence, epoch: hash.slice(0, EPOCH_DIGITS) }];
}

/** The event behind the last one; the first of a batch carries the lock. */
export function lossMessage(
  loss: AcceptedLoss,
  after: LossPosition,
  { id, time, lock }: { readonly id: EventId; readonly time: Instant; readonly lock: boolean },
): { readonly message: BatchMessage; readonly hash: Hash } {
  const meta = {
    id,
    time,
    actor: 'service:accept-loss',
    correlation_id: id,
    causation_id: null,
    traceparent: null,
    revision: after.revision + 1,
    prevhash: after.hash,
  };
  const data = loss as unknown as JsonObject;
  const { body, hash } = encodedDocument(cloudEvent(TYPE, VERSION, data, { ...meta, subject: 'log' }));
  const headers = {
    'Nats-Msg-Id': id,
    'Content-Type': CLOUD_EVENTS_JSON,
    'Event-Type': TYPE,
    ...lossHeaders(data),
    ...(lock ? { 'Nats-Expected-Last-Subject-Sequence': String(after.sequence) } : {}),
  };
  return { message: { subject: LOSS_SUBJECT, payload: body, headers }, hash };
}

/** Whether a message says that everything from `asked` up to before itself was lost, and that this is accepted. */
export function acceptsHole(
  { subject, headers }: { readonly subject: string; readonly headers?: MsgHdrs | undefined },
  asked: number,
  came: number,
): boolean {
  if (subject !== LOSS_SUBJECT || headers === undefined) return false;
  return Number(headers.get(LOST_FROM)) <= asked && Number(headers.get(LOST_THROUGH)) >= came - 1;
}

/** What such an event says in its headers, by its document. */
export function lossHeaders({ lost_from, lost_through }: JsonObject): Record<string, string> {
  return { [LOST_FROM]: String(lost_from), [LOST_THROUGH]: String(lost_through) };
}
