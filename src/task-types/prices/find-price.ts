/** The price that a product page states: by JSON-LD, else by microdata or RDFa, else by its meta elements. */
import type { Instant } from '../../domain/shared/instant.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { ExecutionFailure } from '../executor.ts';
import { oneLine, shortened } from '../foreign/plain-text.ts';
import { availabilityIn, delayOf } from './availability.ts';
import { isWithin } from './conditions.ts';
import { currenciesIn, machineNumber, parseAmount } from './money.ts';
import { type Offered, offeredBy, type Quote } from './offers.ts';
import { type Page, readPage } from './page.ts';
import type { PageAddress } from './product.ts';

export interface FoundPrice {
  readonly price: number;
  readonly currency: string | null;
  readonly availability: string | null;
  readonly name: string | null;
  readonly source: (typeof SOURCES)[number]['name'];
}

type Reader = (page: Page, address: PageAddress, now: Instant) => Offered | null;

const SOURCES = [
  { name: 'json-ld', read: (page, address, now) => offeredBy(page.jsonLd, address, now) },
  { name: 'microdata', read: (page, address, now) => offeredBy(page.microdata, address, now) },
  { name: 'rdfa', read: (page, address, now) => offeredBy(page.rdfa, address, now) },
  { name: 'microdata', read: (page, address, now) => offeredLoosely(page, address, now) },
  { name: 'meta', read: (page, _address, now) => offeredInMeta(page.meta, now) },
] as const satisfies readonly { readonly name: string; readonly read: Reader }[];

/**
 * The lowest price in the currency wanted (null: in the one that the page names first), on the fewest conditions; of
 * offers that can be had, where there are any. Throws ExecutionFailure, never to be tried again: PRICE_NOT_FOUND,
 * CURRENCY_MISMATCH.
 */
export function findPrice(html: string, url: string, wanted: string | null, now: Instant): FoundPrice {
  const page = readPage(html);
  const address = { url, canonical: page.canonical };
  const read = SOURCES.map(({ name, read }) => ({ source: name, offered: read(page, address, now) }));
  for (const { source, offered } of read) {
    const found = offered === null ? null : best(offered.quotes, wanted);
    if (offered !== null && found !== null) return { ...found, source, name: offered.name ?? titleOf(page) };
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
  const currencies = [...new Set(found.map((quote) => currencyOf(quote, null)))];
  const named = currencies.map((currency) => currency ?? 'no currency that is named').join(', ');
  throw new ExecutionFailure('CURRENCY_MISMATCH', `the page states its price in ${named}, not in ${wanted}`, {
    retryable: false,
    details: { url, wanted, found: currencies },
  });
}

/** Of several that it may be, the one that is wanted: who asks for dollars knows whose. */
function currencyOf({ currencies }: Quote, wanted: string | null): string | null {
  if (wanted !== null && currencies.includes(wanted)) return wanted;
  return currencies.length === 1 ? (currencies[0] ?? null) : null;
}

function best(
  quotes: readonly Quote[],
  wanted: string | null,
): Pick<FoundPrice, 'price' | 'currency' | 'availability'> | null {
  const [first] = quotes;
  if (first === undefined) return null;
  const currency = wanted ?? currencyOf(first, null);
  const fitting = quotes.filter((quote) => currencyOf(quote, wanted) === currency);
  const [chosen] = fitting.toSorted(
    (a, b) =>
      a.reservations - b.reservations ||
      delayOf(a.availability) - delayOf(b.availability) ||
      a.price - b.price,
  );
  return chosen === undefined ? null : { price: chosen.price, currency, availability: chosen.availability };
}

/** Microdata outside of all items: a product's if it names one price. */
function offeredLoosely(page: Page, address: PageAddress, now: Instant): Offered | null {
  const prices = (page.loose as JsonObject).price;
  const isOne = Array.isArray(prices) && new Set(prices.map((price) => JSON.stringify(price))).size === 1;
  return isOne ? offeredBy([{ ...(page.loose as JsonObject), '@type': 'Offer' }], address, now) : null;
}

/** Facebook's product vocabulary, and what shops make of Open Graph; a sale's price is what is to be paid. */
const META = ['product:sale_price', 'product:price', 'og:price'];

function offeredInMeta(meta: Page['meta'], now: Instant): Offered | null {
  const unreadable: string[] = [];
  const sale = 'product:sale_price_dates';
  const isSale = isWithin(meta.get(`${sale}:start`), meta.get(`${sale}:end`), now);
  for (const prefix of isSale ? META : META.slice(1)) {
    const text = meta.get(`${prefix}:amount`);
    if (text === undefined || text.trim() === '') continue;
    const stated = currenciesIn(meta.get(`${prefix}:currency`) ?? '');
    const currencies = stated.length > 0 ? stated : currenciesIn(text);
    const [currency = null, another] = currencies;
    const number = machineNumber(text, currency);
    const price = number || (parseAmount(text, another === undefined ? currency : null)?.value ?? null);
    const availability = availabilityIn(
      meta.get('product:availability') ?? meta.get('og:availability') ?? null,
    );
    if (price !== null) {
      return { name: null, quotes: [{ price, currencies, availability, reservations: 0 }], unreadable };
    }
    unreadable.push(text.slice(0, 50));
  }
  return unreadable.length === 0 ? null : { name: null, quotes: [], unreadable };
}

function titleOf({ meta }: Page): string | null {
  return shortened(oneLine(meta.get('og:title') ?? ''), 300) || null;
}
