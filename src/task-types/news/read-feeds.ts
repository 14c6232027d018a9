/** Asks several feeds at once. What goes wrong with one is said of that one. */

import { OutboundError } from '../../outbound/egress.ts';
import type { OutboundCalls } from '../../outbound/outbound-http.ts';
import { ExecutionFailure } from '../executor.ts';
import { decodedText } from '../foreign/character-set.ts';
import { type FeedItem, parseFeedItems } from './feed-items.ts';
import type { NewsFeed } from './feed-list.ts';
import type { NewsMemory, Validators } from './memory.ts';

export type FeedReading =
  | {
      readonly kind: 'read';
      readonly feed: NewsFeed;
      readonly items: readonly FeedItem[];
      readonly validators: Validators;
    }
  | { readonly kind: 'not modified'; readonly feed: NewsFeed }
  | {
      readonly kind: 'failed';
      readonly feed: NewsFeed;
      readonly code: string;
      readonly message: string;
      readonly retryable: boolean;
    };

/** Milliseconds and bytes for one feed. */
const CALL_TIMEOUT_MS = 10_000;
const FEED_BYTES = 2 * 1024 * 1024;
const ACCEPT =
  'application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, ' +
  'application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1';

/** In the order of `feeds`. Throws ALL_SOURCES_FAILED where none could be read, and the reason of an aborted `signal`. */
export async function readFeeds(
  http: OutboundCalls,
  feeds: readonly NewsFeed[],
  memory: NewsMemory,
  signal: AbortSignal,
): Promise<readonly FeedReading[]> {
  const readings = await Promise.all(
    feeds.map((feed) =>
      readFeed(http, feed, memory.validatorsFor(feed.url)).catch((error: unknown): FeedReading => {
        signal.throwIfAborted();
        if (!(error instanceof OutboundError) && !(error instanceof ExecutionFailure)) throw error;
        const { code, message, retryable } = error;
        return { kind: 'failed', feed, code, message, retryable };
      }),
    ),
  );
  const failures = readings.filter((reading) => reading.kind === 'failed');
  if (failures.length < readings.length) return readings;
  const [only] = failures;
  const what =
    failures.length === 1 ? `the source ${only?.feed.name} failed: ${only?.message}` : 'all sources failed';
  throw new ExecutionFailure('ALL_SOURCES_FAILED', what, {
    retryable: failures.some(({ retryable }) => retryable),
    details: { sources: failures.map(({ feed, code, message }) => ({ name: feed.name, code, message })) },
  });
}

async function readFeed(http: OutboundCalls, feed: NewsFeed, known: Validators | null): Promise<FeedReading> {
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
  const { status, headers, body } = answer;
  if (status === 304 && known !== null) return { kind: 'not modified', feed };
  if (status !== 200) {
    throw new ExecutionFailure('UNEXPECTED_STATUS', `the server answered ${status}`, {
      retryable: status >= 500 || status === 429 || status === 408,
    });
  }
  const items = parseFeedItems(decodedText(body, headers['content-type']), feed.url, answer.url);
  const validators = { etag: headers.etag ?? null, last_modified: headers['last-modified'] ?? null };
  return { kind: 'read', feed, items, validators };
}
