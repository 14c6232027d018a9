/**
 * What is read out of documents that others wrote, by kind: plain data in, plain data out, and ExecutionFailure where a
 * document is not what it should be. It runs in a thread (`document-threads.ts`), which loads a parser when it first
 * needs it.
 */
import type { Instant } from '../../domain/shared/instant.ts';
import type { Json } from '../../domain/shared/json.ts';
import type { WorkerReply } from '../custom/worker-reply.ts';
import type { FeedItem } from '../news/feed-items.ts';
import type { Match } from '../news/matches.ts';
import type { FoundPrice } from '../prices/find-price.ts';

/** A document as it came. */
export interface ForeignDocument {
  readonly body: Uint8Array;
  /** The header of that name. */
  readonly contentType: string | undefined;
  /** Where the last redirect led. */
  readonly url: string;
}

export interface FeedToRead extends ForeignDocument {
  /** What the feed is known by. */
  readonly feedUrl: string;
  /** Words that are looked for in every item. */
  readonly keywords: readonly string[];
}

export interface PageToRead extends ForeignDocument {
  /** What the price is wanted in; null: what the page names first. */
  readonly currency: string | null;
  readonly now: Instant;
}

export interface ReadItem extends FeedItem {
  readonly matches: readonly Match[];
}

export const READINGS = {
  async feed(feed: FeedToRead): Promise<readonly ReadItem[]> {
    return (await import('../news/read-document.ts')).readFeedDocument(feed);
  },
  async price(page: PageToRead): Promise<FoundPrice> {
    return (await import('../prices/read-document.ts')).readPageDocument(page);
  },
  async workerReply({ body }: { readonly body: Uint8Array }): Promise<WorkerReply> {
    return (await import('../custom/worker-reply.ts')).readWorkerReply(body);
  },
  /** `body`: JSON of a webhook's template and of what it is filled with. */
  async bodyTemplate({ body }: { readonly body: Uint8Array }): Promise<Json> {
    const { template, told } = JSON.parse(Buffer.from(body).toString('utf8'));
    return (await import('../custom/body-template.ts')).fillTemplate(template, told);
  },
};

type ReadingKind = keyof typeof READINGS;
export type ReadingRequest<K extends ReadingKind> = Parameters<(typeof READINGS)[K]>[0];
export type ReadingResult<K extends ReadingKind> = Awaited<ReturnType<(typeof READINGS)[K]>>;

/** What a run reads documents by. */
export interface DocumentReader {
  /**
   * Throws ExecutionFailure: what the reading says of the document, DOCUMENT_TOO_SLOW or DOCUMENT_TOO_LARGE beyond what
   * one document may take; or the reason of the run's signal once that has aborted.
   */
  read<K extends ReadingKind>(kind: K, request: ReadingRequest<K>): Promise<ReadingResult<K>>;
}

export interface ReadingRun {
  /** Whose run it is: the threads are shared fairly between users. */
  readonly userId: string;
  readonly signal: AbortSignal;
}

/** What opens a reader for a run. */
export interface DocumentReaders {
  forRun(run: ReadingRun): DocumentReader;
}

/** One piece of work for a thread. */
export interface ReadingMessage<K extends ReadingKind = ReadingKind> {
  readonly kind: K;
  readonly request: ReadingRequest<K>;
}

export function readForeign<K extends ReadingKind>(
  kind: K,
  request: ReadingRequest<K>,
): Promise<ReadingResult<K>> {
  const reading = READINGS[kind] as (request: ReadingRequest<K>) => Promise<ReadingResult<K>>;
  return reading(request);
}
