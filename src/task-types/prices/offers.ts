/** What the offers of a product ask for it, in schema.org's vocabulary, and on what conditions. */
import type { Instant } from '../../domain/shared/instant.ts';
import type { Json, JsonObject } from '../../domain/shared/json.ts';
import { isJsonObject } from '../foreign/foreign-json.ts';
import { plainText, shortened } from '../foreign/plain-text.ts';
import { availabilityIn, delayOf } from './availability.ts';
import { conditionOf, type OfferCondition } from './conditions.ts';
import { currenciesIn, machineNumber, parseAmount } from './money.ts';
import { chosenProduct, type PageAddress } from './product.ts';
import { byIds, listed, MAX_LISTED, type NodesById, nodesIn, textIn } from './schema-org.ts';

export interface Quote {
  readonly price: number;
  /** What the currency may be: several where the page says `$`; none where it says nothing. */
  readonly currencies: readonly string[];
  /** schema.org's name: `InStock`, `OutOfStock`, …; null where the page does not say. */
  readonly availability: string | null;
  /** Above 0: not what everybody pays for the new thing now, and no price to be told of where there is another. */
  readonly reservations: number;
}

export interface Offered {
  readonly name: string | null;
  readonly quotes: readonly Quote[];
  /** Prices that could not be read beyond doubt. */
  readonly unreadable: readonly string[];
}

const MAX_NODES = 20_000;
/** Specifications inside one another: honest pages have two. */
const MAX_DEPTH = 8;
/** A price of nothing: mostly one that is not told. */
const FREE = 100;

/** Null where the documents have no offer of the page's product. */
export function offeredBy(documents: readonly Json[], page: PageAddress, now: Instant): Offered | null {
  const nodes = nodesIn(documents);
  const byId = byIds(nodes);
  const product = chosenProduct(nodes, byId, page);
  if (product === null) return null;
  const reading = { byId, now, left: MAX_NODES };
  const read = product.offers.flatMap((offer) => quotesOf(offer, reading, null));
  return {
    name: shortened(plainText(textIn(product.node.name) ?? ''), 300) || null,
    quotes: read.flatMap((it) => (typeof it === 'string' ? [] : [it])),
    unreadable: read.flatMap((it) => (typeof it === 'string' ? [it] : [])),
  };
}

/**
 * A page's nodes, and how many more of them are read: references lead round in circles, and a few that name each other
 * several times over stand for more than could ever be read.
 */
interface Reading {
  readonly byId: NodesById;
  readonly now: Instant;
  left: number;
}

interface Around extends Omit<Quote, 'price'> {
  /** 1: the offer itself. */
  readonly depth: number;
}

/** Quotes, and as text what is no clear price. */
function quotesOf(offer: JsonObject, reading: Reading, around: Around | null): readonly (Quote | string)[] {
  const depth = (around?.depth ?? 0) + 1;
  if (depth > MAX_DEPTH || reading.left <= 0) return [];
  reading.left--;
  const condition: OfferCondition = conditionOf(offer, reading.now);
  if (condition === 'other price') return [];
  const stated = currenciesIn(textIn(offer.priceCurrency) ?? '');
  const its: Around = {
    currencies: stated.length > 0 ? stated : (around?.currencies ?? []),
    availability:
      stockOf(offer) ?? availabilityIn(textIn(offer.availability)) ?? around?.availability ?? null,
    reservations: condition + (around?.reservations ?? 0),
    depth,
  };
  // An aggregate's lowest price is that of whichever offer, to be had or not: its offers say more.
  const offers = around === null ? quotesIn(offer.offers, reading, its) : [];
  if (offers.some((it) => typeof it !== 'string')) return offers;
  const price = firstOf(offer.price) ?? firstOf(offer.lowPrice);
  const quote = price === null ? [] : [quoteOf(price, its)];
  if (quote.some((it) => typeof it !== 'string')) return quote;
  return [...quote, ...offers, ...quotesIn(offer.priceSpecification, reading, its)];
}

function quotesIn(value: Json | undefined, reading: Reading, around: Around): readonly (Quote | string)[] {
  return listed(value, reading.byId)
    .slice(0, MAX_LISTED)
    .flatMap((it) => quotesOf(it, reading, around));
}

function quoteOf(value: Json, { depth: _, ...its }: Around): Quote | string {
  const [currency = null, another] = its.currencies;
  const known = another === undefined ? currency : null;
  const isForPeople = isJsonObject(value) && value['@text'] !== undefined;
  const text = typeof value === 'number' ? String(value) : (textIn(value) ?? '');
  // Of several that `$` may be none has thousandths: they read alike.
  const number = isForPeople ? null : machineNumber(text, known ?? currency);
  const amount = number === null ? parseAmount(text, known) : null;
  const price = number ?? amount?.value ?? null;
  if (price === null || (price === 0 && delayOf(its.availability) === 2)) return text.slice(0, 50);
  return {
    ...its,
    price,
    currencies: its.currencies.length > 0 ? its.currencies : currenciesIn(text),
    reservations: its.reservations + (price === 0 ? FREE : 0),
  };
}

/** What an empty shelf says; a full one may be reserved. */
function stockOf(offer: JsonObject): string | null {
  const level = firstOf(offer.inventoryLevel);
  const value = isJsonObject(level ?? undefined) ? firstOf((level as JsonObject).value) : level;
  return value === 0 || value === '0' ? 'OutOfStock' : null;
}

function firstOf(value: Json | undefined): Json {
  const first = Array.isArray(value) ? (value as readonly Json[])[0] : value;
  return first === undefined || (typeof first === 'string' && first.trim() === '') ? null : first;
}
