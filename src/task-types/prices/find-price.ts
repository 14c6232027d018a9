/** The price that a product page states: by JSON-LD, else by microdata, else by its meta elements. */
import { ExecutionFailure } from '../executor.ts';
import { oneLine, shortened } from '../foreign/plain-text.ts';
import { currencyOf, parseAmount } from './money.ts';
import { type Offered, offeredBy, type Quote } from './offers.ts';
import { type ProductPage, readPage } from './page.ts';

export interface FoundPrice extends Quote {
  readonly name: string | null;
  readonly source: (typeof SOURCES)[number]['name'];
}

const SOURCES = [
  { name: 'json-ld', read: (page: ProductPage, url: string) => offeredBy(page.jsonLd, url) },
  { name: 'microdata', read: (page: ProductPage, url: string) => offeredBy(page.microdata, url) },
  { name: 'meta', read: (page: ProductPage) => offeredInMeta(page.meta) },
] as const;

/**
 * The lowest price in the currency wanted (null: in the one that the page names first); of offers that can be had,
 * where there are any. Throws ExecutionFailure, never to be tried again: PRICE_NOT_FOUND, CURRENCY_MISMATCH.
 */
export function findPrice(html: string, url: string, wanted: string | null): FoundPrice {
  const page = readPage(html);
  const read = SOURCES.map(({ name, read }) => ({ source: name, offered: read(page, url) }));
  for (const { source, offered } of read) {
    const quote = offered === null ? null : best(offered.quotes, wanted);
    if (offered !== null && quote !== null) return { ...quote, source, name: offered.name ?? titleOf(page) };
  }
  const found = read.flatMap(({ offered }) => offered?.quotes ?? []);
  const unreadable = read.flatMap(({ offered }) => offered?.unreadable ?? []).slice(0, 5);
  if (found.length === 0) {
    const why = unreadable.length === 0 ? '' : ' that can be read beyond doubt';
    throw new ExecutionFailure('PRICE_NOT_FOUND', `the page states no price${why}`, {
      retryable: false,
      details: { url, unreadable },
    });
  }
  const currencies = [...new Set(found.map(({ currency }) => currency))];
  const named = currencies.map((currency) => currency ?? 'no currency that is named').join(', ');
  throw new ExecutionFailure('CURRENCY_MISMATCH', `the page states its price in ${named}, not in ${wanted}`, {
    retryable: false,
    details: { url, wanted, found: currencies },
  });
}

const NOT_TO_BE_HAD = /^(OutOfStock|SoldOut|Discontinued)$/i;

function best(quotes: readonly Quote[], wanted: string | null): Quote | null {
  const currency = wanted ?? quotes[0]?.currency ?? null;
  const fitting = quotes.filter((quote) => quote.currency === currency);
  const available = fitting.filter(({ availability }) => !NOT_TO_BE_HAD.test(availability ?? ''));
  const among = available.length > 0 ? available : fitting;
  return among.reduce<Quote | null>(
    (low, quote) => (low === null || quote.price < low.price ? quote : low),
    null,
  );
}

/** Facebook's product vocabulary, and what shops make of Open Graph; a sale's price is what is to be paid. */
const META = ['product:sale_price', 'product:price', 'og:price'];

function offeredInMeta(meta: ProductPage['meta']): Offered | null {
  const unreadable: string[] = [];
  for (const prefix of META) {
    const text = meta.get(`${prefix}:amount`);
    if (text === undefined || text.trim() === '') continue;
    const stated = meta.get(`${prefix}:currency`);
    const amount = parseAmount(text, stated === undefined ? null : currencyOf(stated));
    const availability = meta.get('product:availability') ?? meta.get('og:availability') ?? null;
    if (amount !== null) {
      const quote = {
        price: amount.value,
        currency: amount.currency,
        availability: asSchemaOrg(availability),
      };
      return { name: null, quotes: [quote], unreadable };
    }
    unreadable.push(text.slice(0, 50));
  }
  return unreadable.length === 0 ? null : { name: null, quotes: [], unreadable };
}

/** `out of stock`, `oos` and `instock` as schema.org names them. */
function asSchemaOrg(availability: string | null): string | null {
  const word = availability?.toLowerCase().replace(/[^a-z]/g, '') ?? '';
  if (word === 'instock' || word === 'available') return 'InStock';
  if (word === 'outofstock' || word === 'oos') return 'OutOfStock';
  return availability;
}

function titleOf({ meta }: ProductPage): string | null {
  return shortened(oneLine(meta.get('og:title') ?? ''), 300) || null;
}
