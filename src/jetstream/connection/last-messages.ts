/**
 * The last messages of many subjects: by one batched direct get for up to 1,024 of them, by a consumer for any
 * number.
 *
 * With replicas, a direct get is answered by any of them, and a consumer reads where it was placed: either may be
 * behind the leader. What a get shows is nevertheless one state that the stream once had, never a mixture: it is
 * isolated from writes, atomic batches too. What a consumer shows it shows in stream order.
 */
import { JetStreamApiError } from '@nats-io/jetstream';
import { createInbox, type Msg, type NatsConnection, nuid } from '@nats-io/transport-node';
import { LogUnavailable } from '../../application/ports/failures.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import { JETSTREAM_TIMEOUT_MS, jetstreamApi } from './api.ts';
import { isNoResponders, unavailableOr } from './errors.ts';

export interface LastMessage {
  readonly subject: string;
  readonly sequence: number;
  readonly data: Uint8Array;
}

/** Of one answer; more at once, and the server takes this connection for a slow one. */
const MAX_BYTES = 8 * 1024 * 1024;

/** What the last message of a subject holds; null where it has none. Throws LogUnavailable. */
export async function getLastMessage(
  nc: NatsConnection,
  stream: string,
  subject: string,
): Promise<Uint8Array | null> {
  try {
    const options = { timeout: JETSTREAM_TIMEOUT_MS };
    const message = await nc.request(`$JS.API.DIRECT.GET.${stream}.${subject}`, '', options);
    const status = statusOf(message);
    if (status === 0) return message.data;
    if (status === 404) return null;
    throw refusal(status, message);
  } catch (error) {
    throw unavailableOr(error);
  }
}

/**
 * The last message of each subject (wildcards allowed), in stream order, all of one state of the stream. `null` where
 * they are more than 1,024 or larger than 8 MiB together: read less at once, or by `streamLastMessages`. Throws
 * LogUnavailable.
 */
export async function getLastMessages(
  nc: NatsConnection,
  stream: string,
  subjects: readonly string[],
): Promise<LastMessage[] | null> {
  try {
    return await getTogether(nc, stream, subjects);
  } catch (error) {
    throw unavailableOr(error);
  }
}

function getTogether(
  nc: NatsConnection,
  stream: string,
  subjects: readonly string[],
): Promise<LastMessage[] | null> {
  return new Promise((resolve, reject) => {
    const messages: LastMessage[] = [];
    const inbox = createInbox();
    const settle = (answer: () => LastMessage[] | null) => {
      clearTimeout(timer);
      subscription.unsubscribe();
      try {
        resolve(answer());
      } catch (error) {
        reject(error);
      }
    };
    const fail = (error: unknown) =>
      settle(() => {
        throw error;
      });
    // Before the timer: where the connection is closed this throws, and nothing may be left to end later.
    const subscription = nc.subscribe(inbox, {
      callback: (error, message) => {
        if (error !== null) return fail(error);
        const status = statusOf(message);
        if (status !== 0) return settle(() => endOf(messages, status, message));
        timer.refresh();
        messages.push(lastMessageOf(message));
      },
    });
    const timer = setTimeout(
      () => fail(new LogUnavailable('the views did not answer')),
      JETSTREAM_TIMEOUT_MS,
    );
    const body = JSON.stringify({ multi_last: subjects, max_bytes: MAX_BYTES });
    try {
      nc.publish(`$JS.API.DIRECT.GET.${stream}`, body, { reply: inbox });
    } catch (error) {
      fail(error);
    }
  });
}

function endOf(messages: LastMessage[], status: number, message: Msg): LastMessage[] | null {
  switch (status) {
    case 204:
      return Number(message.headers?.get('Nats-Num-Pending')) > 0 ? null : messages;
    case 404:
      // Nothing matches; after messages: one of them was overwritten before it was sent.
      return messages.length === 0 ? messages : null;
    case 413:
      return null;
    default:
      throw refusal(status, message);
  }
}

/** 0 for a message that holds something; a deleted value holds nothing but has no status either. */
function statusOf(message: Msg): number {
  return message.data.length === 0 ? (message.headers?.code ?? 0) : 0;
}

function refusal(status: number, message: Msg): Error {
  if (isNoResponders(message)) return new LogUnavailable('the views did not answer');
  const description = message.headers?.description ?? '';
  return new JetStreamApiError({ code: status, err_code: 0, description });
}

function lastMessageOf(message: Msg): LastMessage {
  return {
    subject: message.headers?.get('Nats-Subject') ?? '',
    sequence: Number(message.headers?.get('Nats-Sequence') ?? 0),
    data: message.data,
  };
}

export interface StreamedRead {
  readonly stream: string;
  readonly filters: readonly string[];
  /** A subject, matched by the filters, that every atomic batch of the stream ends with. */
  readonly marker: string;
  /** The stream sequence of a message of the marker: the read comes at least as far. */
  readonly atLeast: number;
}

/** How many messages one pull asks for, and at how few outstanding ones the next pull is sent. */
const PULL = 2_000;
/** Without a message for so long the read is given up. */
const STALLED_MS = 3_000;
/** In a cluster the server of this connection may hear a little late of a consumer that was just made on another. */
const UNHEARD_OF_MS = 10;

/**
 * All messages that match, in stream order, of a stream that keeps one for each subject. One that is overwritten
 * while this reads may come twice, the newer one later. Ends where nothing is left to read and a marker at or after
 * `atLeast` has come. Throws LogUnavailable, and what `onMessage` throws.
 */
export async function streamLastMessages(
  nc: NatsConnection,
  read: StreamedRead,
  onMessage: (message: LastMessage) => void,
): Promise<void> {
  const consumer = `read-${nuid.next()}`;
  const config = {
    name: consumer,
    deliver_policy: 'all',
    ack_policy: 'none',
    filter_subjects: read.filters,
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: STALLED_MS * 2 * 1e6,
  };
  try {
    await jetstreamApi(nc, `CONSUMER.CREATE.${read.stream}.${consumer}`, {
      stream_name: read.stream,
      config,
    });
    await drain(nc, read, consumer, onMessage);
  } catch (error) {
    throw unavailableOr(error);
  } finally {
    if (!nc.isClosed()) nc.publish(`$JS.API.CONSUMER.DELETE.${read.stream}.${consumer}`);
  }
}

function drain(
  nc: NatsConnection,
  read: StreamedRead,
  consumer: string,
  onMessage: (message: LastMessage) => void,
): Promise<void> {
  const inbox = createInbox();
  const pull = JSON.stringify({ batch: PULL, max_bytes: MAX_BYTES, expires: STALLED_MS * 1e6 });
  return new Promise((resolve, reject) => {
    let outstanding = 0;
    let delivered = 0;
    let arrived = false;
    let again: NodeJS.Timeout | undefined;
    const settle = (error?: unknown) => {
      clearTimeout(timer);
      clearTimeout(again);
      subscription.unsubscribe();
      if (error === undefined) resolve();
      else reject(error);
    };
    const ask = () => {
      outstanding += PULL;
      nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${read.stream}.${consumer}`, pull, { reply: inbox });
    };
    const take = (message: Msg) => {
      const position = positionOf(message);
      if (isNoResponders(message) && delivered === 0) {
        outstanding -= PULL;
        again = setTimeout(ask, UNHEARD_OF_MS);
        return;
      }
      if (position === null) {
        outstanding -= unfulfilled(message);
      } else {
        timer.refresh();
        outstanding--;
        delivered++;
        if (position.delivered !== delivered) throw new LogUnavailable('the views were read with a gap');
        onMessage({ subject: message.subject, sequence: position.sequence, data: message.data });
        arrived ||= message.subject === read.marker && position.sequence >= read.atLeast;
        if (arrived && position.pending === 0) return settle();
      }
      if (outstanding <= PULL) ask();
    };
    const subscription = nc.subscribe(inbox, {
      callback: (error, message) => {
        try {
          if (error !== null) throw error;
          take(message);
        } catch (failure) {
          settle(failure);
        }
      },
    });
    // After the subscription, which throws where the connection is closed.
    const timer = setTimeout(() => settle(new LogUnavailable('the views did not answer')), STALLED_MS);
    ask();
  });
}

interface Delivered {
  readonly sequence: Sequence;
  /** 1, 2, 3, … in this consumer. */
  readonly delivered: number;
  readonly pending: number;
}

/** What the reply subject of a delivered message says; null for a status message. */
export function positionOf(message: Msg): Delivered | null {
  const tokens = message.reply?.split('.') ?? [];
  if (tokens[1] !== 'ACK') return null;
  // $JS.ACK.<stream>.<consumer>… or, across domains and accounts, $JS.ACK.<domain>.<account>.<stream>.<consumer>…
  const at = tokens.length > 9 ? 7 : 5;
  return {
    sequence: Number(tokens[at]) as Sequence,
    delivered: Number(tokens[at + 1]),
    pending: Number(tokens[at + 3]),
  };
}

/** How many messages an ended pull left unfulfilled. */
function unfulfilled(status: Msg): number {
  if (isNoResponders(status)) throw new LogUnavailable('the views did not answer');
  return Number(status.headers?.get('Nats-Pending-Messages') ?? 0);
}
