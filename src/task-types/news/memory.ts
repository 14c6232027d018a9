/**
 * What a news task remembers from one run to the next, kept in its own result: which items of each feed it has dealt
 * with, and what the feed's server wants to be asked with so that it need not send the same again (ETag and
 * Last-Modified). Bounded, at most about 4 KiB for a feed.
 */
import { z } from 'zod';
import type { Json, JsonObject } from '../../domain/shared/json.ts';
import { ITEMS_READ, shortHash } from './feed-items.ts';

export interface Validators {
  readonly etag: string | null;
  readonly last_modified: string | null;
}

export interface FeedMemory extends Validators {
  /** Ids of items that were dealt with; what the feed holds now first. */
  readonly seen: readonly string[];
}

const NOTHING: FeedMemory = { etag: null, last_modified: null, seen: [] };

/** Items that were taken out of a feed may come back: so many more than it can hold are remembered. */
const SEEN_KEPT = ITEMS_READ + 100;
const SENDABLE = /^[\x20-\x7e]{1,256}$/;

const header = z.string().regex(SENDABLE).nullable().catch(null);
const stored = z.object({
  memory: z.object({
    /** What items were chosen by: with another choice an unchanged feed has to be read again. */
    chosen_by: z.string(),
    feeds: z.array(
      z.object({
        feed: z.string(),
        etag: header,
        last_modified: header,
        seen: z.string().transform((ids) => ids.split(' ').filter((id) => id !== '')),
      }),
    ),
  }),
});

export class NewsMemory {
  readonly #feeds: ReadonlyMap<string, FeedMemory>;
  readonly #isSameChoice: boolean;
  /** Of all feeds. */
  readonly seen: ReadonlySet<string>;

  /** Reads it out of the result of the run before; anything else than such a result is no memory. */
  constructor(previous: Json, chosenBy: string) {
    const parsed = stored.safeParse(previous);
    const memory = parsed.success ? parsed.data.memory : { chosen_by: chosenBy, feeds: [] };
    this.#feeds = new Map(memory.feeds.map(({ feed, ...kept }) => [feed, kept]));
    this.#isSameChoice = memory.chosen_by === chosenBy;
    this.seen = new Set(memory.feeds.flatMap(({ seen }) => seen));
  }

  of(feedUrl: string): FeedMemory {
    return this.#feeds.get(shortHash(feedUrl)) ?? NOTHING;
  }

  /** Null where the feed has to be sent whole. */
  validatorsFor(feedUrl: string): Validators | null {
    const { etag, last_modified } = this.of(feedUrl);
    return this.#isSameChoice && (etag !== null || last_modified !== null) ? { etag, last_modified } : null;
  }
}

/** After a feed was read: what it holds now comes first, and what was known before is kept as far as there is room. */
export function remembered(
  before: FeedMemory,
  validators: Validators,
  dealtWith: readonly string[],
): FeedMemory {
  const sendable = (value: string | null) => (value !== null && SENDABLE.test(value) ? value : null);
  return {
    etag: sendable(validators.etag),
    last_modified: sendable(validators.last_modified),
    seen: [...new Set([...dealtWith, ...before.seen])].slice(0, SEEN_KEPT),
  };
}

export function storedMemory(
  chosenBy: string,
  feeds: readonly (readonly [string, FeedMemory])[],
): JsonObject {
  return {
    chosen_by: chosenBy,
    feeds: feeds.map(([url, { seen, ...validators }]) => ({
      feed: shortHash(url),
      ...validators,
      seen: seen.join(' '),
    })),
  };
}
