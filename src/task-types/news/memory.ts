/**
 * What a news task remembers from one run to the next, kept in its own result: which items of each feed it has dealt
 * with, and what the feed's server wants to be asked with so that it need not send the same again (ETag and
 * Last-Modified). Bounded, at most about 7 KiB for a feed.
 */
import { z } from 'zod';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Json, JsonObject } from '../../domain/shared/json.ts';
import { instant } from '../config-schema.ts';
import { type FeedItem, ITEMS_READ } from './feed-items.ts';
import { ItemIndex, isSameItem, RECORD_CHARACTERS, recordOf, shortHash } from './item-identity.ts';

export interface Validators {
  readonly etag: string | null;
  readonly last_modified: string | null;
}

export interface FeedMemory extends Validators {
  /** Before which its server asked not to be called; null: it did not. */
  readonly retry_at: Instant | null;
  /** Records of items that were dealt with; what the feed holds now first. */
  readonly records: readonly string[];
  /** Ids of items that were dealt with before there were records. */
  readonly ids: readonly string[];
}

const NOTHING: FeedMemory = { etag: null, last_modified: null, retry_at: null, records: [], ids: [] };

/** Items that were taken out of a feed may come back: so many more than it can hold are remembered. */
const ITEMS_KEPT = ITEMS_READ + 100;
const SENDABLE = /^[\x20-\x7e]{1,256}$/;
const RECORD = new RegExp(`.{${RECORD_CHARACTERS}}`, 'g');

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
        retry_at: instant.nullable().catch(null).default(null),
        items: z
          .string()
          .default('')
          .transform((records): readonly string[] => records.match(RECORD) ?? []),
        seen: z
          .string()
          .default('')
          .transform((ids) => ids.split(' ').filter((id) => id !== '')),
      }),
    ),
  }),
});

export class NewsMemory {
  readonly #feeds: ReadonlyMap<string, FeedMemory>;
  readonly #isSameChoice: boolean;
  /** Of all feeds, each record with the feed that it is of. */
  readonly #records = new ItemIndex<string>();
  readonly #ids: ReadonlySet<string>;

  /** Reads it out of the result of the run before; anything else than such a result is no memory. */
  constructor(previous: Json, chosenBy: string) {
    const parsed = stored.safeParse(previous);
    const memory = parsed.success ? parsed.data.memory : { chosen_by: chosenBy, feeds: [] };
    this.#feeds = new Map(
      memory.feeds.map(({ feed, items, seen, ...kept }) => [feed, { ...kept, records: items, ids: seen }]),
    );
    this.#isSameChoice = memory.chosen_by === chosenBy;
    this.#ids = new Set(memory.feeds.flatMap(({ seen }) => seen));
    for (const { feed, items } of memory.feeds) for (const record of items) this.#records.add(record, feed);
  }

  of(feedUrl: string): FeedMemory {
    return this.#feeds.get(shortHash(feedUrl)) ?? NOTHING;
  }

  /** Whether the item was dealt with, in this feed or another. */
  knows({ id, keys }: FeedItem, feedUrl: string): boolean {
    if (this.#ids.has(id)) return true;
    const feed = shortHash(feedUrl);
    for (const _ of this.#records.find(keys, (record, of) => isSameItem(keys, record, of === feed)))
      return true;
    return false;
  }

  /** Null where the feed has to be sent whole. */
  validatorsFor(feedUrl: string): Validators | null {
    const { etag, last_modified } = this.of(feedUrl);
    return this.#isSameChoice && (etag !== null || last_modified !== null) ? { etag, last_modified } : null;
  }
}

/** After a feed was not read. */
export function unread(before: FeedMemory, retryAt: Instant | null): FeedMemory {
  return { ...before, retry_at: retryAt };
}

/** After a feed was read: what it holds now comes first, and what was known before is kept as far as there is room. */
export function remembered(
  before: FeedMemory,
  validators: Validators,
  dealtWith: readonly FeedItem[],
): FeedMemory {
  const sendable = (value: string | null) => (value !== null && SENDABLE.test(value) ? value : null);
  const known = new ItemIndex<null>();
  for (const record of before.records) known.add(record, null);
  const replaced = new Set(
    dealtWith.flatMap(({ keys }) =>
      [...known.find(keys, (record) => isSameItem(keys, record, true))].map(({ record }) => record),
    ),
  );
  const current = dealtWith.map(({ keys }) => recordOf(keys));
  const gone = before.records.filter((record) => !replaced.has(record));
  const records = [...new Set([...current, ...gone])].slice(0, ITEMS_KEPT);
  return {
    etag: sendable(validators.etag),
    last_modified: sendable(validators.last_modified),
    retry_at: null,
    records,
    ids: before.ids.slice(0, ITEMS_KEPT - records.length),
  };
}

export function storedMemory(
  chosenBy: string,
  feeds: readonly (readonly [string, FeedMemory])[],
): JsonObject {
  return {
    chosen_by: chosenBy,
    feeds: feeds.map(([url, { records, ids, retry_at, ...validators }]) => ({
      feed: shortHash(url),
      ...validators,
      ...(retry_at === null ? {} : { retry_at }),
      items: records.join(''),
      ...(ids.length === 0 ? {} : { seen: ids.join(' ') }),
    })),
  };
}
