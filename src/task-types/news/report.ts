/** The parts that the results of both kinds of news tasks have in common. */
import type { JsonObject } from '../../domain/shared/json.ts';
import { shortened } from '../foreign/plain-text.ts';
import { type FeedItem, newestFirst } from './feed-items.ts';
import type { NewsFeed } from './feed-list.ts';
import { hasLinkOf, ItemIndex, type ItemKeys, isSameItem, recordOf } from './item-identity.ts';
import type { FeedReading } from './read-feeds.ts';

/** Bytes of JSON that the items of one result may take; memory and sources fit beside them into what a result may be. */
const ITEM_BYTES = 100 * 1024;
const SUMMARY_CHARACTERS = 280;
const URL_CHARACTERS = 500;
const TITLE_CHARACTERS = 120;

/** An item that is news, with what a type of task has to say of it. */
export interface Found<Extra = null> {
  readonly item: FeedItem;
  readonly feed: NewsFeed;
  /** Names of other sources that have the same item, and what it is in all of them. */
  readonly alsoIn: readonly string[];
  readonly items: readonly FeedItem[];
  readonly extra: Extra;
}

/** Newest first; what several sources have is there once, from the first that has it. */
export function merged<Extra>(found: readonly Found<Extra>[]): readonly Found<Extra>[] {
  const kept: Found<Extra>[] = [];
  const places = new ItemIndex<{ readonly at: number; readonly feedUrl: string }>();
  for (const one of found) {
    const { keys } = one.item;
    const feedUrl = one.feed.url;
    const [place] = places.find(keys, (record, it) => isSameStory(keys, record, it.feedUrl === feedUrl));
    const at = place?.value.at ?? kept.length;
    const same = kept[at];
    kept[at] = same === undefined ? one : joined(same, one);
    places.add(recordOf(keys), { at, feedUrl });
  }
  return newestFirst(kept.map((one) => ({ published: one.item.published, one }))).map(({ one }) => one);
}

export function foundIn<Extra>(feed: NewsFeed, item: FeedItem, extra: Extra): Found<Extra> {
  return { feed, item, extra, alsoIn: [], items: [item] };
}

function joined<Extra>(one: Found<Extra>, other: Found<Extra>): Found<Extra> {
  const sources = one.feed.url === other.feed.url ? one.alsoIn : [...one.alsoIn, other.feed.name];
  return { ...one, alsoIn: [...new Set(sources)], items: [...one.items, ...other.items] };
}

/** Sources give one article headlines of their own; what they link to is what they tell of. */
function isSameStory(keys: ItemKeys, record: string, isSameFeed: boolean): boolean {
  return isSameItem(keys, record, isSameFeed) || (!isSameFeed && hasLinkOf(record, keys));
}

/** As many as fit into the number and the space there is, from the front. */
export function shownItems<Extra>(
  found: readonly Found<Extra>[],
  most: number,
  more: (found: Found<Extra>) => JsonObject = () => ({}),
): { readonly items: readonly JsonObject[]; readonly shown: readonly Found<Extra>[] } {
  const items: JsonObject[] = [];
  let bytes = 0;
  for (const one of found.slice(0, most)) {
    const entry = { ...shownItem(one), ...more(one) };
    bytes += Buffer.byteLength(JSON.stringify(entry));
    if (bytes > ITEM_BYTES) break;
    items.push(entry);
  }
  return { items, shown: found.slice(0, items.length) };
}

function shownItem({ item, feed, alsoIn }: Found<unknown>): JsonObject {
  return {
    id: item.id,
    title: item.title,
    link: item.link,
    summary: shortened(item.summary === '' ? item.content : item.summary, SUMMARY_CHARACTERS),
    published: item.published,
    source: feed.name,
    also_in: alsoIn,
    categories: item.categories,
  };
}

export function shownSource(reading: FeedReading, newItems: number): JsonObject {
  const { name, url } = reading.feed;
  const source = { name, url: shortened(url, URL_CHARACTERS) };
  switch (reading.kind) {
    case 'read':
      return { ...source, status: 'ok', items: reading.items.length, new_items: newItems, error: null };
    case 'not modified':
      return { ...source, status: 'not_modified', items: null, new_items: 0, error: null };
    case 'failed': {
      const { code, message } = reading;
      return { ...source, status: 'failed', items: null, new_items: 0, error: { code, message } };
    }
  }
}

const NAMED = 3;

/** What people read of an item that has no title: how it begins, or where it is. */
export function itemTitle({ title, summary, content, link }: FeedItem): string {
  return title || shortened(summary || content, TITLE_CHARACTERS) || (link ?? 'untitled');
}

/** `3 new items: First; Second; Third`. */
export function headline(
  what: readonly [one: string, many: string],
  count: number,
  titles: readonly string[],
): string {
  const named = titles.slice(0, NAMED).map((title) => shortened(title, TITLE_CHARACTERS));
  const rest = count - named.length;
  return `${count} ${what[count === 1 ? 0 : 1]}: ${named.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
}
