/** Asks several feeds, a few at once. What goes wrong with one is said of that one. */

import { epochMs, type Instant, plusMs } from '../../domain/shared/instant.ts';
import { OutboundError } from '../../outbound/egress.ts';
import { ExecutionFailure, type Run } from '../executor.ts';
import type { ReadItem } from '../foreign/readings.ts';
import type { NewsFeed } from './feed-list.ts';
import type { NewsMemory, Validators } from './memory.ts';

export type FeedReading =
  | {
      readonly kind: 'read';
      readonly feed: NewsFeed;
      readonly items: readonly ReadItem[];
      readonly validators: Validators;
    }
  | { readonly kind: 'not modified'; readonly feed: NewsFeed }
  | {
      readonly kind: 'failed';
      readonly feed: NewsFeed;
      readonly code: string;
      readonly message: string;
      readonly retryable: boolean;
      /** Before which its server is not to be asked again; null: whenever. */
      readonly retryAt: Instant | null;
    };

/** Milliseconds and bytes for one feed. */
const CALL_TIMEOUT_MS = 10_000;
const FEED_BYTES = 2 * 1024 * 1024;
/** Feeds of one run that are asked at once: what they answer is in memory until it is read. */
const AT_ONCE = 4;
const ACCEPT =
  'application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, ' +
  'application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1';

/** However long a server asks for. */
const LONGEST_REST_MS = 24 * 60 * 60_000;

type FeedRun = Pick<Run<unknown>, 'http' | 'documents' | 'signal' | 'clock'>;

/**
 * In the order of `feeds`; `keywords` are looked for. Throws ALL_SOURCES_FAILED where none could be
 * read, and the reason of an aborted signal.
 */
export async function readFeeds(
  run: FeedRun,
  feeds: readonly NewsFeed[],
  memory: NewsMemory,
  keywords: readonly string[] = [],
): Promise<readonly FeedReading[]> {
  const now = run.clock.now();
  const readings = await inTurns(feeds, (feed) =>
    readFeed(run, feed, memory, keywords).catch((error: unknown): FeedReading => {
      run.signal.throwIfAborted();
      if (!(error instanceof OutboundError) && !(error instanceof ExecutionFailure)) throw error;
      const { code, message, retryable } = error;
      const askedMs = error instanceof ExecutionFailure ? error.retry_after_ms : null;
      const retryAt = askedMs === null ? null : plusMs(now, Math.min(askedMs, LONGEST_REST_MS));
      return { kind: 'failed', feed, code, message, retryable, retryAt };
    }),
  );
  const failures = readings.filter((reading) => reading.kind === 'failed');
  if (failures.length < readings.length) return readings;
  const [only] = failures;
  const what =
    failures.length === 1 ? `the source ${only?.feed.name} failed: ${only?.message}` : 'all sources failed';
  throw new ExecutionFailure('ALL_SOURCES_FAILED', what, {
    retryable: failures.some(({ retryable }) => retryable),
    retry_after_ms: soonest(failures, now),
    details: { sources: failures.map(({ feed, code, message }) => ({ name: feed.name, code, message })) },
  });
}

async function inTurns(
  feeds: readonly NewsFeed[],
  read: (feed: NewsFeed) => Promise<FeedReading>,
): Promise<readonly FeedReading[]> {
  const readings: FeedReading[] = [];
  const left = feeds.entries();
  const turns = Array.from({ length: AT_ONCE }, async () => {
    for (const [at, feed] of left) readings[at] = await read(feed);
  });
  await Promise.all(turns);
  return readings;
}

/** Milliseconds until one of those that may do better next time may be asked; null: at once. */
function soonest(failures: readonly Extract<FeedReading, { kind: 'failed' }>[], now: Instant): number | null {
  const waits = failures.flatMap(({ retryable, retryAt }) => {
    if (!retryable) return [];
    return [retryAt === null ? 0 : epochMs(retryAt) - epochMs(now)];
  });
  return waits.length === 0 || waits.includes(0) ? null : Math.min(...waits);
}

async function readFeed(
  { http, documents, clock }: FeedRun,
  feed: NewsFeed,
  memory: NewsMemory,
  keywords: readonly string[],
): Promise<FeedReading> {
  const known = memory.validatorsFor(feed.url);
  const { retry_at } = memory.of(feed.url);
  const now = clock.now();
  if (retry_at !== null && retry_at > now) {
    throw new ExecutionFailure('RETRY_LATER', `its server asked not to be called before ${retry_at}`, {
      retryable: true,
      retry_after_ms: epochMs(retry_at) - epochMs(now),
    });
  }
  const answer = await http.request({
    url: feed.url,
    headers: {
      accept: ACCEPT,
      ...(known?.etag == null ? {} : { 'if-none-match': known.etag }),
      ...(known?.last_modified == null ? {} : { 'if-modified-since': known.last_modified }),
    },
    timeoutMs: CALL_TIMEOUT_MS,
    maxResponseBytes: FEED_BYTES,
    unpack: true,
  });
  const { status, headers, body, retryAfterMs } = answer;
  if (status === 304 && known !== null) return { kind: 'not modified', feed };
  if (status !== 200 && status !== 203) {
    throw new ExecutionFailure('UNEXPECTED_STATUS', `the server answered ${status}`, {
      retryable: status >= 500 || status === 429 || status === 408,
      retry_after_ms: retryAfterMs,
    });
  }
  const items = await documents.read('feed', {
    body,
    contentType: headers['content-type'],
    url: answer.url,
    feedUrl: feed.url,
    keywords,
  });
  const validators = { etag: headers.etag ?? null, last_modified: headers['last-modified'] ?? null };
  return { kind: 'read', feed, items, validators };
}
