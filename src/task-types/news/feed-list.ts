/** The feeds that tasks read where they name none, and that they may name. */
import { parseTarget } from '../../outbound/egress.ts';

export interface NewsFeed {
  readonly name: string;
  readonly url: string;
  /** All of its items belong to these; lower case. */
  readonly categories: readonly string[];
}

export const DEFAULT_NEWS_FEEDS: readonly NewsFeed[] = [
  feed('bbc-world', 'https://feeds.bbci.co.uk/news/world/rss.xml', 'world'),
  feed('bbc-business', 'https://feeds.bbci.co.uk/news/business/rss.xml', 'business'),
  feed('bbc-technology', 'https://feeds.bbci.co.uk/news/technology/rss.xml', 'technology'),
  feed('guardian-world', 'https://www.theguardian.com/world/rss', 'world'),
  feed('dw-top', 'https://rss.dw.com/rdf/rss-en-top', 'world'),
  feed('nature', 'https://www.nature.com/nature.rss', 'science'),
];

function feed(name: string, url: string, ...categories: string[]): NewsFeed {
  return { name, url, categories };
}

const ENTRY =
  /^(?<name>[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}?)?\s*(?:\[(?<categories>[^[\]]*)\])?=(?<url>https?:\/\/.*)$/iu;

/** One entry of `NEWS_FEEDS`: a URL, `name=url`, or `name[category|category]=url`. Null for anything else. */
export function parseNewsFeed(entry: string): NewsFeed | null {
  const given = ENTRY.exec(entry)?.groups;
  const target = parseTarget(given?.url ?? entry);
  if (!(target instanceof URL)) return null;
  const categories = (given?.categories ?? '').split('|').map((it) => it.trim().toLowerCase());
  return {
    name: given?.name?.trim() || target.hostname,
    url: target.href,
    categories: categories.filter((it) => it !== ''),
  };
}

/** As `parseNewsFeed` reads it. */
export function showNewsFeed({ name, url, categories }: NewsFeed): string {
  return `${name}${categories.length === 0 ? '' : `[${categories.join('|')}]`}=${url}`;
}
