/** A digest of what is new in the feeds since the last one. */
import { z } from 'zod';
import type { JsonObject } from '../../domain/shared/json.ts';
import { parseBySchema, text } from '../config-schema.ts';
import type { Executor } from '../executor.ts';
import type { FeedItem } from './feed-items.ts';
import type { NewsFeed } from './feed-list.ts';
import { shortHash } from './item-identity.ts';
import { type FeedMemory, NewsMemory, remembered, storedMemory, unread } from './memory.ts';
import { type FeedReading, readFeeds } from './read-feeds.ts';
import { type Found, foundIn, headline, itemTitle, merged, shownItems, shownSource } from './report.ts';
import { sourcesOf } from './sources.ts';

const ITEMS_SHOWN = 20;

function schemaFor(feeds: readonly NewsFeed[]) {
  return z.strictObject({
    categories: z.array(text(64)).min(1).max(50).optional(),
    sources: sourcesOf(feeds),
    limit: z.int().min(1).max(100).default(ITEMS_SHOWN),
  });
}
type Config = z.output<ReturnType<typeof schemaFor>>;

/** `feeds`: those that a task reads that names none. */
export function dailyNews(feeds: readonly NewsFeed[]): Executor<Config> {
  const schema = schemaFor(feeds);
  return {
    parseConfig: (config) => parseBySchema(schema, config),
    secretsIn: () => [],
    async execute({ config, http, documents, previous, clock, signal }) {
      const categories = (config.categories ?? []).map((category) => category.toLowerCase());
      const chosenBy = shortHash(JSON.stringify(categories.toSorted()));
      const memory = new NewsMemory(previous, chosenBy);
      const readings = await readFeeds({ http, documents, clock, signal }, config.sources, memory);
      const digests = readings.map((reading) => digestOf(reading, memory, categories));
      const news = merged(digests.flatMap(({ found }) => found));
      const { items } = shownItems(news, config.limit);
      const titles = news.map(({ item }) => itemTitle(item));
      const result: JsonObject = {
        items,
        count: items.length,
        new_items: news.length,
        sources: readings.map((reading, at) => shownSource(reading, digests[at]?.found.length ?? 0)),
        memory: storedMemory(
          chosenBy,
          digests.map(({ kept }, at) => [readings[at]?.feed.url ?? '', kept] as const),
        ),
      };
      return {
        result,
        summary: news.length === 0 ? null : headline(['new item', 'new items'], news.length, titles),
      };
    },
  };
}

interface Digest {
  readonly found: readonly Found[];
  readonly kept: FeedMemory;
}

function digestOf(reading: FeedReading, memory: NewsMemory, categories: readonly string[]): Digest {
  const { feed } = reading;
  const before = memory.of(feed.url);
  if (reading.kind !== 'read') {
    return { found: [], kept: unread(before, reading.kind === 'failed' ? reading.retryAt : null) };
  }
  const chosen = reading.items.filter((item) => isIn(item, feed, categories));
  const found = chosen
    .filter((item) => !memory.knows(item, feed.url))
    .map((item) => foundIn(feed, item, null));
  // Also those that the limit leaves out of this digest: the next one is of what comes after it.
  return { found, kept: remembered(before, reading.validators, chosen) };
}

/** An item belongs to its own categories and to those of its feed; without a wish, every one fits. */
function isIn(item: FeedItem, feed: NewsFeed, wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  const own = [...feed.categories, ...item.categories.map((category) => category.toLowerCase())];
  return wanted.some((category) => own.includes(category));
}
