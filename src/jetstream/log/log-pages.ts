/**
 * Stretches of the log by batched direct get. Raw protocol: the client's iterator forms leak a subscription a call,
 * and its callback form waits 5 s for a server that says nothing.
 *
 * A direct get may be answered by a replica that lags. So a stretch is read up to a sequence that the leader has
 * named, and asked for again until it reaches it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createInbox, deferred, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { LogUnavailable } from '../../application/ports/failures.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import type { StoredMessage } from '../codec/codec.ts';
import { type LeaderMessage, readNext } from '../connection/leader-read.ts';
import { LOG_STREAM } from '../connection/subjects.ts';

const PAGE_MESSAGES = 500;
const PAGE_BYTES = 4 * 1024 * 1024;
/** More than the largest message: the server sends none that does not fit. */
const LEAST_PAGE_BYTES = 2 * 1024 * 1024;
/** The most that a page may pause between two messages. */
const SILENCE_MS = 2_000;
const LAG_MS = 2_000;
const LAG_RETRY_MS = 10;

/**
 * Messages of a subject (wildcards allowed) after a sequence, in order, at least up to `through`, a sequence at which
 * the leader has one; at most `limit`, the oldest, and none more once `maxBytes` of them have been read. Throws LogUnavailable.
 */
export async function readThrough(
  nc: NatsConnection,
  subject: string,
  after: Sequence,
  through: Sequence,
  limit = Number.POSITIVE_INFINITY,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<StoredMessage[]> {
  const messages: StoredMessage[] = [];
  const giveUpAt = performance.now() + LAG_MS;
  let last: Sequence = after;
  let bytes = 0;
  while (last < through && messages.length < limit && bytes < maxBytes) {
    const size = Math.min(PAGE_MESSAGES, limit - messages.length);
    const most = Math.max(LEAST_PAGE_BYTES, Math.min(PAGE_BYTES, maxBytes - bytes));
    const page = await readPage(nc, { stream: LOG_STREAM, subject }, last, size, most);
    const newest = page.at(-1);
    if (newest !== undefined) {
      messages.push(...page);
      last = newest.sequence;
      for (const { body } of page) bytes += body.length;
    } else if (performance.now() > giveUpAt) {
      throw new LogUnavailable('a replica lags behind its leader');
    } else {
      await delay(LAG_RETRY_MS);
    }
  }
  return messages;
}

async function readPage(
  nc: NatsConnection,
  { stream, subject }: { readonly stream: string; readonly subject: string },
  after: Sequence,
  size: number,
  max_bytes: number,
): Promise<LeaderMessage[]> {
  const query = { seq: after + 1, next_by_subj: subject, batch: size, max_bytes };
  try {
    return await collect(nc, stream, JSON.stringify(query));
  } catch (cause) {
    throw new LogUnavailable(`a page of ${stream} did not come`, { cause });
  }
}

/**
 * A stream that allows direct gets, as it is stored, headers too, up to a sequence or to what its leader has in the end.
 * Throws LogUnavailable.
 */
export async function* readStream(
  nc: NatsConnection,
  of: { readonly stream: string; readonly subject: string },
  through = Number.POSITIVE_INFINITY,
): AsyncGenerator<LeaderMessage> {
  for (let last = 0 as Sequence; last < through; ) {
    const page = await readPage(nc, of, last, PAGE_MESSAGES, PAGE_BYTES);
    const newest = page.at(-1);
    if (newest === undefined) {
      // Its last sequence would not tell: that message may be deleted.
      if ((await readNext(nc, of.stream, of.subject, last)) === null) return;
      await delay(LAG_RETRY_MS);
      continue;
    }
    for (const message of page) if (message.sequence <= through) yield message;
    last = newest.sequence;
  }
}

async function collect(nc: NatsConnection, stream: string, query: string): Promise<LeaderMessage[]> {
  const page: LeaderMessage[] = [];
  const end = deferred<void>();
  const inbox = createInbox();
  const subscription = nc.subscribe(inbox, {
    callback: (error, message) => {
      const status = error === null ? (message.headers?.code ?? 0) : 0;
      if (error !== null) return end.reject(error);
      // 204: end of the batch. 404: nothing there.
      if (status === 204 || status === 404) return end.resolve();
      if (status !== 0) return end.reject(new Error(`status ${status}`));
      timer.refresh();
      page.push(storedMessage(message));
    },
  });
  const timer = setTimeout(() => end.reject(new Error('silence')), SILENCE_MS);
  try {
    nc.publish(`$JS.API.DIRECT.GET.${stream}`, query, { reply: inbox });
    await end;
    return page;
  } finally {
    clearTimeout(timer);
    subscription.unsubscribe();
  }
}

function storedMessage({ headers, data }: Msg): LeaderMessage {
  return {
    subject: headers?.last('Nats-Subject') ?? '',
    sequence: Number(headers?.last('Nats-Sequence')) as Sequence,
    body: data,
    header: (name) => headers?.get(name) ?? '',
  };
}
