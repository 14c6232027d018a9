/** A product page's document to its price, within bounds. It runs in a thread of its own: see `foreign/readings.ts`. */
import { asBuffer, decodedText } from '../foreign/character-set.ts';
import { checkMarkup, PAGE_BOUNDS } from '../foreign/document-bounds.ts';
import type { PageToRead } from '../foreign/readings.ts';
import { type FoundPrice, findPrice } from './find-price.ts';

/** Throws ExecutionFailure: as `findPrice`, and what document-bounds.ts refuses. */
export function readPageDocument(page: PageToRead): FoundPrice {
  const text = decodedText(asBuffer(page.body), page.contentType);
  checkMarkup(text, PAGE_BOUNDS, 'html');
  return findPrice(text, page.url, page.currency, page.now);
}
