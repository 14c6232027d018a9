/**
 * Atomic batch publish by the raw protocol: all messages are stored, or none.
 *
 * The client library's own batch drops locks and message ids after the first message and hides the server's
 * error, so the headers are written here: `Nats-Batch-Id` on each message, `Nats-Batch-Sequence` 1 to n, and
 * `Nats-Batch-Commit: 1` on the last, which is a request whose answer speaks for the whole batch.
 *
 * Locks (`Nats-Expected-Last-Subject-Sequence`) are checked against the stream as it was before the batch: two
 * messages under one condition would both pass. Only the first message to a subject may carry one.
 */
import { type MsgHdrs, MsgHdrsImpl, type NatsConnection, nuid } from '@nats-io/transport-node';
import { answerOf } from './api.ts';

export interface BatchMessage {
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
}

/** What an answer to a publish or a batch may hold in `error.err_code`. */
export const PublishCode = {
  /** The subject's last sequence is another than expected. */
  lockLost: 10071,
  /** The lock cannot be judged: a write to the subject is in flight, or comes before it in the batch. */
  lockBusy: 10164,
  lockNotReady: 10163,
  /** A message id of the batch is in the stream already, or twice in the batch. */
  duplicateInBatch: 10201,
  /** A message with this id is being stored. */
  duplicateInFlight: 10158,
  /** Part of the batch did not arrive, or too late: nothing was stored. */
  incomplete: 10176,
  tooManyInFlight: 10210,
  tooManyMessages: 10199,
  messageTooLarge: 10054,
} as const;

/** The most messages that the server takes in one batch. */
export const MAX_BATCH_MESSAGES = 1_000;

/**
 * Resolves with the sequence of the last message once all are stored; they are consecutive. Throws
 * JetStreamApiError, whose `code` is a `PublishCode` or another `err_code`, where nothing was stored, and the
 * connection's own errors (timeout, no responders) where that is not known.
 */
export async function publishBatch(
  nc: NatsConnection,
  messages: readonly BatchMessage[],
  timeoutMs: number,
): Promise<{ sequence: number; count: number }> {
  const last = messages.length - 1;
  const id = nuid.next();
  for (const [index, message] of messages.entries()) {
    if (index === last) break;
    nc.publish(message.subject, message.payload, { headers: batchHeaders(message, id, index + 1, false) });
  }
  const commit = messages[last];
  if (commit === undefined) throw new RangeError('a batch without messages');
  const headers = batchHeaders(commit, id, messages.length, true);
  const answer = await nc.request(commit.subject, commit.payload, { headers, timeout: timeoutMs });
  const { seq, count } = answerOf<PublishAnswer>(answer.json());
  return { sequence: seq, count: count ?? 0 };
}

export interface PublishAnswer {
  readonly seq: number;
  readonly duplicate?: boolean;
  readonly count?: number;
}

/** Message headers from a record, without the per-header checks of `headers()`: these are ours. For sending only. */
export function headersFrom(record: Readonly<Record<string, string>>): MsgHdrs {
  let text = 'NATS/1.0\r\n';
  for (const name in record) text += `${name}: ${record[name] ?? ''}\r\n`;
  return new EncodedHeaders(`${text}\r\n`);
}

/** As they go over the wire: there is no need to take them apart first. */
class EncodedHeaders extends MsgHdrsImpl {
  readonly #text: string;

  constructor(text: string) {
    super();
    this.#text = text;
  }

  override encode(): Uint8Array {
    return Buffer.from(this.#text);
  }
}

function batchHeaders(message: BatchMessage, id: string, sequence: number, commit: boolean): MsgHdrs {
  return headersFrom({
    ...message.headers,
    'Nats-Batch-Id': id,
    'Nats-Batch-Sequence': `${sequence}`,
    ...(commit ? { 'Nats-Batch-Commit': '1' } : {}),
  });
}
