/** RSS, RDF, Atom and JSON feeds as items of one shape, all text plain. */
import type { AnyFeed } from 'feedsmith';
import type { Instant } from '../../domain/shared/instant.ts';
import { parseTarget } from '../../outbound/egress.ts';
import { oneLine, plainText, shortened } from '../foreign/plain-text.ts';
import { publishedAt } from './feed-dates.ts';
import { parsedFeed } from './feed-document.ts';
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
  const parsed = parsedFeed(document);
  const entries = entriesOf(parsed);
  const feedBase = resolved('xml' in parsed.feed ? parsed.feed.xml?.base : undefined, answeredUrl);
  const dated = entries.map((entry) => ({ ...entry, published: publishedAt(entry.date) }));
  const read = newestFirst(dated)
    .slice(0, ITEMS_READ)
    .map((entry) => {
      const content = entry.read();
      return { ...content, ...entry, link: linkOf(content.link, resolved(content.base, feedBase)) };
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
  /** From where the link starts, itself from the base of the feed. */
  readonly base?: string | undefined;
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
          link: item.link ?? (item.guid?.isPermaLink === false ? undefined : urlOrNothing(item.guid?.value)),
          base: item.xml?.base,
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
          // Others are of files, of the entry itself, of what it is about.
          link: entry.links?.find(({ rel }) => /^(?:alternate)?$/i.test(rel?.trim() ?? ''))?.href,
          base: entry.xml?.base,
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
    summary: item.summary,
    content,
    categories: categoriesOf(item.categories),
  };
}

/** A name that is no URL is not to be taken for a relative one. */
function urlOrNothing(text: string | undefined): string | undefined {
  return /^https?:\/\//i.test(text?.trim() ?? '') ? text : undefined;
}

function resolved(base: string | undefined, from: string): string {
  const target = base === undefined ? null : parseTarget(base.trim(), new URL(from));
  return target instanceof URL ? target.href : from;
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
