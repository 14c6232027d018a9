/**
 * RSS, RDF, Atom and JSON feeds as items of one shape, all text plain. The parser expands no entities of a document's
 * own and loads nothing; what it accepts although it is cut off in the middle is refused here.
 */
import { type AnyFeed, DetectError, MalformedError, ParseError, parseFeed } from 'feedsmith';
import { type Instant, instantOf } from '../../domain/shared/instant.ts';
import { parseTarget } from '../../outbound/egress.ts';
import { ExecutionFailure } from '../executor.ts';
import { oneLine, plainText, shortened } from '../foreign/plain-text.ts';
import { type ItemKeys, identified } from './item-identity.ts';

export interface FeedItem {
  /** The same for the same item of the same publisher, in every run: 60 bits in base64url. */
  readonly id: string;
  readonly keys: ItemKeys;
  readonly title: string;
  /** http or https. */
  readonly link: string | null;
  readonly published: Instant | null;
  readonly summary: string;
  /** The text in full where the feed has it apart from the summary. */
  readonly content: string;
  readonly categories: readonly string[];
}

/** Newest items of a feed that are looked at. */
export const ITEMS_READ = 200;
const TITLE_CHARACTERS = 300;
const TEXT_CHARACTERS = 4_000;
const LINK_CHARACTERS = 2_048;
const MOST_CATEGORIES = 20;
const CATEGORY_CHARACTERS = 64;

/**
 * The newest items, newest first. `feedUrl` is what the feed is known by, `answeredUrl` what relative links start
 * from. Throws ExecutionFailure FEED_INVALID.
 */
export function parseFeedItems(
  document: string,
  feedUrl: string,
  answeredUrl = feedUrl,
): readonly FeedItem[] {
  const entries = entriesOf(parsedFeed(document));
  const dated = entries.map((entry) => ({ ...entry, published: publishedAt(entry.date) }));
  const read = newestFirst(dated)
    .slice(0, ITEMS_READ)
    .map((entry) => {
      const content = entry.read();
      return { ...content, ...entry, link: linkOf(content.link, answeredUrl) };
    })
    .filter(({ title, link, summary, content }) => (link ?? title + summary + content) !== '');
  const names = identified(
    read.map(({ id = '', link, title, date = '', published, summary, content }) => ({
      id: id.trim(),
      link,
      title,
      date: published ?? date.trim(),
      text: summary === '' ? content : summary,
    })),
    feedUrl,
  );
  return read.flatMap((item, at) => {
    const name = names[at];
    return name === undefined ? [] : [{ ...name, ...shownOf(item) }];
  });
}

/** By time; items without one stay where they stand beside their neighbours in the feed. */
export function newestFirst<T extends { readonly published: Instant | null }>(
  items: readonly T[],
): readonly T[] {
  let before = '';
  const placed = items.map((item) => {
    before = item.published ?? before;
    return { item, at: before };
  });
  // An item without a time at the very top is as new as the first that has one.
  const first = placed.find(({ at }) => at !== '')?.at ?? '';
  return placed
    .map(({ item, at }) => ({ item, at: at === '' ? first : at }))
    .sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? 1 : -1))
    .map(({ item }) => item);
}

const END = /(?:<\/(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>|\})(?:\s|<!--(?:(?!-->)[\s\S])*-->|\0)*$/i;

function parsedFeed(document: string): AnyFeed {
  try {
    const parsed = parseFeed(document);
    if (END.test(document.slice(-4_096))) return parsed;
  } catch (cause) {
    if (cause instanceof DetectError) {
      throw new ExecutionFailure('FEED_INVALID', 'the answer is not a feed', { retryable: false, cause });
    }
    if (
      !(cause instanceof MalformedError) &&
      !(cause instanceof ParseError) &&
      !(cause instanceof RangeError)
    )
      throw cause;
    throw new ExecutionFailure('FEED_INVALID', 'the feed is malformed', { retryable: true, cause });
  }
  throw new ExecutionFailure('FEED_INVALID', 'the feed ends in the middle', { retryable: true });
}

/** What the formats have in common; everything may be missing, whatever a format requires. */
interface Entry {
  readonly date: string | undefined;
  /** Only the newest are read: taking markup out is most of the work. */
  readonly read: () => Content;
}

interface Content {
  readonly id: string | undefined;
  readonly title: string;
  readonly link: string | undefined;
  readonly summary: string;
  readonly content: string;
  readonly categories: readonly (string | undefined)[];
}

function entriesOf(parsed: AnyFeed): readonly Entry[] {
  switch (parsed.format) {
    case 'rss':
      return (parsed.feed.items ?? []).map((item) => ({
        date: item.pubDate ?? item.dc?.dates?.[0] ?? item.atom?.published ?? item.atom?.updated,
        read: () => ({
          id: item.guid?.value,
          title: plainText(item.title ?? item.dc?.titles?.[0] ?? ''),
          link: item.link ?? (item.guid?.isPermaLink === false ? undefined : item.guid?.value),
          summary: plainText(item.description ?? ''),
          content: plainText(item.content?.encoded ?? ''),
          categories: [...(item.categories ?? []).map(({ name }) => name), ...(item.dc?.subjects ?? [])],
        }),
      }));
    case 'rdf':
      return (parsed.feed.items ?? []).map((item) => ({
        date: item.dc?.dates?.[0],
        read: () => ({
          id: item.rdf?.about,
          title: plainText(item.title ?? ''),
          link: item.link,
          summary: plainText(item.description ?? ''),
          content: plainText(item.content?.encoded ?? ''),
          categories: item.dc?.subjects ?? [],
        }),
      }));
    case 'atom':
      return (parsed.feed.entries ?? []).map((entry) => ({
        date: entry.published ?? entry.updated,
        read: () => ({
          id: entry.id,
          title: atomText(entry.title),
          link: (entry.links?.find(({ rel }) => rel === undefined || rel === 'alternate') ?? entry.links?.[0])
            ?.href,
          summary: atomText(entry.summary),
          content: atomText(entry.content),
          categories: (entry.categories ?? []).map(({ label, term }) => label ?? term),
        }),
      }));
    case 'json':
      return (parsed.feed.items ?? []).map((item) => ({
        date: item.date_published ?? item.date_modified,
        read: () => ({
          id: item.id,
          title: oneLine(item.title ?? ''),
          link: item.url ?? item.external_url,
          summary: oneLine(item.summary ?? ''),
          content:
            item.content_text === undefined ? plainText(item.content_html ?? '') : oneLine(item.content_text),
          categories: item.tags ?? [],
        }),
      }));
  }
}

/** By RFC 4287 text that does not name its type is not markup. */
function atomText(text: { readonly value?: string; readonly type?: string } | undefined): string {
  const { value = '', type = 'text' } = text ?? {};
  return /^(html|xhtml|text\/html|application\/xhtml\+xml)$/i.test(type) ? plainText(value) : oneLine(value);
}

function shownOf(
  item: Omit<Content, 'link' | 'id'> & Pick<FeedItem, 'link' | 'published'>,
): Omit<FeedItem, 'id' | 'keys'> {
  const content = item.content === item.summary ? '' : item.content;
  return {
    title: shortened(item.title, TITLE_CHARACTERS),
    link: item.link,
    published: item.published,
    summary: item.summary.slice(0, TEXT_CHARACTERS),
    content: content.slice(0, TEXT_CHARACTERS),
    categories: categoriesOf(item.categories),
  };
}

function linkOf(link: string | undefined, base: string): string | null {
  if (link === undefined || link.length > LINK_CHARACTERS) return null;
  const target = parseTarget(link.trim(), new URL(base));
  return target instanceof URL && target.href.length <= LINK_CHARACTERS ? target.href : null;
}

function categoriesOf(given: Content['categories']): readonly string[] {
  const named = given.map((category) => shortened(plainText(category ?? ''), CATEGORY_CHARACTERS));
  return [...new Set(named.filter((category) => category !== ''))].slice(0, MOST_CATEGORIES);
}

const ZONE = /(?:Z|[A-Z]{2,4}|[+-]\d{2}:?\d{2})\s*$/i;

/** RFC 3339, RFC 822, and what else Node can read; without a zone it is taken as UTC. */
function publishedAt(date: string | undefined): Instant | null {
  const text = date?.trim() ?? '';
  if (text === '' || text.length > 64) return null;
  const isTimed = /\d:\d/.test(text);
  const ms = Date.parse(!isTimed || ZONE.test(text) ? text : `${text}${/\dT\d/.test(text) ? 'Z' : ' GMT'}`);
  return ms >= 0 && ms < Date.UTC(10_000, 0) ? instantOf(ms) : null;
}
