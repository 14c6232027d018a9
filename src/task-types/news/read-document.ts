/** A feed's document to its items, within bounds. It runs in a thread of its own: see `foreign/readings.ts`. */
import { asBuffer, decodedText } from '../foreign/character-set.ts';
import { checkJson, checkMarkup, FEED_BOUNDS } from '../foreign/document-bounds.ts';
import type { FeedToRead, ReadItem } from '../foreign/readings.ts';
import { parseFeedItems } from './feed-items.ts';
import { keywordOf } from './keywords.ts';
import { matchesOf } from './matches.ts';

/** Throws ExecutionFailure: as `parseFeedItems`, and what document-bounds.ts refuses. */
export function readFeedDocument(feed: FeedToRead): readonly ReadItem[] {
  const text = decodedText(asBuffer(feed.body), feed.contentType);
  if (/^\s*[[{]/.test(text)) checkJson(text);
  else checkMarkup(text, FEED_BOUNDS, 'xml');
  const keywords = feed.keywords.map(keywordOf);
  return parseFeedItems(text, feed.feedUrl, feed.url).map((item) => ({
    ...item,
    matches: matchesOf(item, keywords),
  }));
}
