/** Watches feeds for words, and tells of each item that has one, once. */
import { z } from 'zod';
import type { JsonObject } from '../../domain/shared/json.ts';
import { Timeslice } from '../../kernel/timeslice.ts';
import { parseBySchema, text } from '../config-schema.ts';
import type { Executor } from '../executor.ts';
import type { FeedItem } from './feed-items.ts';
import type { NewsFeed } from './feed-list.ts';
import { shortHash } from './item-identity.ts';
import { type Keyword, keywordOf, SearchedText } from './keywords.ts';
import { type FeedMemory, NewsMemory, remembered, storedMemory } from './memory.ts';
import { type FeedReading, readFeeds } from './read-feeds.ts';
import { type Found, foundIn, headline, merged, shownItems, shownSource } from './report.ts';
import { sourcesOf } from './sources.ts';

const MOST_SHOWN = 100;
/** Characters of the excerpt on each side of a match. */
const AROUND = 60;

const keyword = text(100)
  .transform(keywordOf)
  .refine((it) => it.folded !== '', 'must not be empty');

function schemaFor(feeds: readonly NewsFeed[]) {
  return z.strictObject({ keywords: z.array(keyword).min(1).max(100), sources: sourcesOf(feeds) });
}
type Config = z.output<ReturnType<typeof schemaFor>>;

/** `feeds`: those that a task reads that names none. */
export function newsMonitor(feeds: readonly NewsFeed[]): Executor<Config> {
  const schema = schemaFor(feeds);
  return {
    parseConfig: (config) => parseBySchema(schema, config),
    secretsIn: () => [],
    async execute({ config, http, previous, signal }) {
      const chosenBy = shortHash(JSON.stringify(config.keywords.map((it) => it.folded).toSorted()));
      const memory = new NewsMemory(previous, chosenBy);
      const readings = await readFeeds(http, config.sources, memory, signal);
      const found = await matchesIn(readings, memory, config.keywords, signal);
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
      const titles = news.map(({ item, extra }) => `${item.title} (${extra[0]?.keyword})`);
      return {
        result,
        summary: news.length === 0 ? null : headline(['new match', 'new matches'], news.length, titles),
      };
    },
  };
}

interface Match {
  readonly keyword: string;
  readonly in: 'title' | 'summary' | 'content' | 'categories';
  /** What stands around it. */
  readonly text: string;
}

/** For each reading. Many words in many long texts are much work: others get their turn between items. */
async function matchesIn(
  readings: readonly FeedReading[],
  memory: NewsMemory,
  keywords: readonly Keyword[],
  signal: AbortSignal,
): Promise<readonly (readonly Found<readonly Match[]>[])[]> {
  const slice = new Timeslice();
  const matching: Found<readonly Match[]>[][] = [];
  for (const reading of readings) {
    const found: Found<readonly Match[]>[] = [];
    matching.push(found);
    for (const item of reading.kind === 'read' ? reading.items : []) {
      if (memory.knows(item, reading.feed.url)) continue;
      const matches = matchesOf(item, keywords);
      if (matches.length > 0) found.push(foundIn(reading.feed, item, matches));
      if (slice.isOver()) await slice.next();
      signal.throwIfAborted();
    }
  }
  return matching;
}

function matchesOf(item: FeedItem, keywords: readonly Keyword[]): readonly Match[] {
  const places = [
    { in: 'title', text: item.title },
    { in: 'summary', text: item.summary },
    { in: 'content', text: item.content },
    ...item.categories.map((text) => ({ in: 'categories', text }) as const),
  ] as const;
  const texts = places.map(({ in: place, text }) => ({ in: place, text, searched: new SearchedText(text) }));
  return keywords.flatMap((keyword): Match[] => {
    for (const { in: place, text, searched } of texts) {
      const at = searched.find(keyword);
      // Folding may change the length; then the folded text is what can be shown.
      if (at !== null) {
        const shown = text.length === searched.folded.length ? text : searched.folded;
        return [{ keyword: keyword.text, in: place, text: excerpt(shown, at.from, at.to) }];
      }
    }
    return [];
  });
}

function excerpt(text: string, from: number, to: number): string {
  const start = Math.max(0, from - AROUND);
  const end = Math.min(text.length, to + AROUND);
  const cut = text.slice(start, end).toWellFormed();
  return `${start > 0 ? '…' : ''}${cut}${end < text.length ? '…' : ''}`;
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
  if (reading.kind !== 'read') return before;
  const isComplete = found.every(({ item }) => told.has(item));
  const validators = isComplete ? reading.validators : { etag: null, last_modified: null };
  return remembered(
    before,
    validators,
    reading.items.filter((item) => told.has(item) || memory.knows(item, reading.feed.url)),
  );
}
