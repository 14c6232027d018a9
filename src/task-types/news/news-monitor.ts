/** Watches feeds for words, and tells of each item that has one, once. */

import { z } from 'zod';
import { refusing } from '../../application/faults/issue-said.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import { parseBySchema, text } from '../config-schema.ts';
import type { Executor } from '../executor.ts';
import type { FeedItem } from './feed-items.ts';
import type { NewsFeed } from './feed-list.ts';
import { shortHash } from './item-identity.ts';
import { keywordOf } from './keywords.ts';
import type { Match } from './matches.ts';
import { type FeedMemory, NewsMemory, remembered, storedMemory, unread } from './memory.ts';
import { type FeedReading, readFeeds } from './read-feeds.ts';
import { type Found, foundIn, headline, itemTitle, merged, shownItems, shownSource } from './report.ts';
import { sourcesOf } from './sources.ts';

const MOST_SHOWN = 100;

const keyword = text(100)
  .transform(keywordOf)
  .refine((it) => it.folded !== '', refusing(says`must not be empty`));

function schemaFor(feeds: readonly NewsFeed[]) {
  return z.strictObject({
    keywords: z.array(keyword).min(1).max(100),
    match: z.enum(['any', 'all']).default('any'),
    exclude: z.array(keyword).max(100).default([]),
    sources: sourcesOf(feeds),
  });
}
type Config = z.output<ReturnType<typeof schemaFor>>;

/** `feeds`: those that a task reads that names none. */
export function newsMonitor(feeds: readonly NewsFeed[]): Executor<Config> {
  const schema = schemaFor(feeds);
  return {
    parseConfig: (config) => parseBySchema(schema, config),
    secretsIn: () => [],
    async execute({ config, http, documents, previous, clock, signal }) {
      const chosenBy = shortHash(criteriaOf(config));
      const memory = new NewsMemory(previous, chosenBy);
      const words = [...config.keywords, ...config.exclude].map(({ text }) => text);
      const readings = await readFeeds({ http, documents, clock, signal }, config.sources, memory, words);
      const found = matchesIn(readings, memory, config);
      const news = merged(found.flat());
      const { items, shown } = shownItems(news, MOST_SHOWN, ({ extra }) => ({
        matches: extra.map(shownMatch),
      }));
      const told = new Set(shown.flatMap(({ items: same }) => same));
      const result: JsonObject = {
        items,
        count: items.length,
        new_items: news.length,
        sources: readings.map((reading, at) => shownSource(reading, found[at]?.length ?? 0)),
        memory: storedMemory(
          chosenBy,
          readings.map(
            (reading, at) => [reading.feed.url, keptOf(reading, memory, found[at] ?? [], told)] as const,
          ),
        ),
      };
      const titles = news.map(({ item, extra }) => `${itemTitle(item)} (${extra[0]?.keyword})`);
      return {
        result,
        summary: news.length === 0 ? null : headline(['new match', 'new matches'], news.length, titles),
      };
    },
  };
}

/** As it was before there was more than words, where there is no more. */
function criteriaOf({ keywords, match, exclude }: Config): string {
  const [wanted, unwanted] = [keywords, exclude].map((all) => all.map((it) => it.folded).toSorted());
  return JSON.stringify(match === 'any' && exclude.length === 0 ? wanted : { wanted, unwanted, match });
}

/** Of the words wanted, those that an item has; none where they are too few, or one is there that must not be. */
function wantedIn(matches: readonly Match[], { keywords, match, exclude }: Config): readonly Match[] {
  const unwanted = new Set(exclude.map(({ text }) => text));
  if (matches.some(({ keyword }) => unwanted.has(keyword))) return [];
  return match === 'all' && matches.length < keywords.length ? [] : matches;
}

/** For each reading. */
function matchesIn(
  readings: readonly FeedReading[],
  memory: NewsMemory,
  config: Config,
): readonly (readonly Found<readonly Match[]>[])[] {
  return readings.map((reading) =>
    (reading.kind === 'read' ? reading.items : [])
      .map((item) => ({ item, matches: wantedIn(item.matches, config) }))
      .filter(({ item, matches }) => matches.length > 0 && !memory.knows(item, reading.feed.url))
      .map(({ item, matches }) => foundIn(reading.feed, item, matches)),
  );
}

function shownMatch({ keyword, in: place, text }: Match): JsonObject {
  return { keyword, in: place, text };
}

/** What did not fit into this result is news to the next run, so its feed must be sent again. */
function keptOf(
  reading: FeedReading,
  memory: NewsMemory,
  found: readonly Found<unknown>[],
  told: ReadonlySet<FeedItem>,
): FeedMemory {
  const before = memory.of(reading.feed.url);
  if (reading.kind !== 'read') return unread(before, reading.kind === 'failed' ? reading.retryAt : null);
  const isComplete = found.every(({ item }) => told.has(item));
  const validators = isComplete ? reading.validators : { etag: null, last_modified: null };
  return remembered(
    before,
    validators,
    reading.items.filter((item) => told.has(item) || memory.knows(item, reading.feed.url)),
  );
}
