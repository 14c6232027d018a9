/** The offers of a product in schema.org's vocabulary, be it JSON-LD or microdata. */
import type { Json, JsonObject } from '../../domain/shared/json.ts';
import { isJsonObject } from '../foreign/foreign-json.ts';
import { plainText, shortened } from '../foreign/plain-text.ts';
import { currencyOf, parseAmount } from './money.ts';

export interface Quote {
  readonly price: number;
  readonly currency: string | null;
  /** schema.org's name: `InStock`, `OutOfStock`, …; null where the page does not say. */
  readonly availability: string | null;
}

export interface Offered {
  readonly name: string | null;
  readonly quotes: readonly Quote[];
  /** Prices that could not be read beyond doubt. */
  readonly unreadable: readonly string[];
}

const MAX_NODES = 20_000;
const MAX_OFFERS = 500;
/** Specifications inside one another: honest pages have two. */
const MAX_DEPTH = 8;

/** Other products and what people say of this one. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'isRelatedTo',
  'isSimilarTo',
  'isAccessoryOrSparePartFor',
  'isConsumableFor',
  'itemListElement',
  'review',
  'reviews',
  'aggregateRating',
  'breadcrumb',
]);

/** The product that the page is about: by its URL, else the first. Null where there is none with an offer. */
export function offeredBy(documents: readonly Json[], pageUrl: string): Offered | null {
  const nodes = nodesIn(documents);
  const byId = new Map(nodes.filter((node) => !isReference(node)).map((node) => [idOf(node), node] as const));
  const products = nodes.filter((node) => node.offers !== undefined);
  const typed = products.filter((node) => typesOf(node).some((type) => /Product/.test(type)));
  const chosen =
    products.find((node) => isOfPage(node, pageUrl)) ?? typed[0] ?? products[0] ?? bareOffer(nodes);
  if (chosen === undefined) return null;
  const offers = chosen.offers === undefined ? [chosen] : listed(chosen.offers, byId);
  const reading = { byId, left: MAX_NODES };
  const read = offers.flatMap((offer) => quotesOf(offer, reading, null));
  return {
    name: shortened(plainText(textOf(chosen.name) ?? ''), 300) || null,
    quotes: read.flatMap((it) => (typeof it === 'string' ? [] : [it])),
    unreadable: read.flatMap((it) => (typeof it === 'string' ? [it] : [])),
  };
}

/** Every object in the documents, in their order, but not those that are about something else. */
function nodesIn(documents: readonly Json[]): readonly JsonObject[] {
  const nodes: JsonObject[] = [];
  const waiting: Json[] = [...documents].reverse();
  for (let seen = 0; seen < MAX_NODES; seen++) {
    const next = waiting.pop();
    if (next === undefined) break;
    if (isJsonObject(next)) nodes.push(next);
    const inner = Array.isArray(next)
      ? (next as readonly Json[])
      : isJsonObject(next)
        ? Object.entries(next).flatMap(([name, value]) => (ELSEWHERE.has(name) ? [] : [value]))
        : [];
    for (let at = inner.length - 1; at >= 0; at--) {
      const value = inner[at];
      if (typeof value === 'object' && value !== null) waiting.push(value);
    }
  }
  return nodes;
}

/** An offer that stands alone: its page names no product. */
function bareOffer(nodes: readonly JsonObject[]): JsonObject | undefined {
  return nodes.find((node) => typesOf(node).some((type) => type === 'Offer' || type === 'AggregateOffer'));
}

/** What a specification may be of, beside what the product costs: list prices, prices per litre, prices for members. */
const OTHER_PRICE = /list|srp|strikethrough|regular|minimumadvertised|invoice/i;

/**
 * A page's nodes, and how many more of them are read: references lead round in circles, and a few that name each other
 * several times over stand for more than could ever be read.
 */
interface Reading {
  readonly byId: ReadonlyMap<string | null, JsonObject>;
  left: number;
}

interface Around extends Pick<Quote, 'currency' | 'availability'> {
  /** 1: the offer itself. */
  readonly depth: number;
}

/** Quotes, and as text what is no clear price. */
function quotesOf(offer: JsonObject, reading: Reading, around: Around | null): readonly (Quote | string)[] {
  const depth = (around?.depth ?? 0) + 1;
  if (depth > MAX_DEPTH || reading.left <= 0) return [];
  reading.left--;
  const stated = textOf(offer.priceCurrency);
  const currency = (stated === null ? null : currencyOf(stated)) ?? around?.currency ?? null;
  const availability = availabilityOf(offer) ?? around?.availability ?? null;
  const price = priceIn(offer.price) ?? priceIn(offer.lowPrice);
  const quote = price === null ? [] : [quoteOf(price, currency, availability)];
  if (quote.some((it) => typeof it !== 'string')) return quote;
  const specifications = listed(offer.priceSpecification, reading.byId).filter(
    (it) =>
      it.referenceQuantity === undefined &&
      it.validForMemberTier === undefined &&
      !OTHER_PRICE.test(textOf(it.priceType) ?? ''),
  );
  const inner = [...specifications, ...(around === null ? listed(offer.offers, reading.byId) : [])];
  const quotes = inner
    .slice(0, MAX_OFFERS)
    .flatMap((it) => quotesOf(it, reading, { currency, availability, depth }));
  return [...quote, ...quotes];
}

function quoteOf(
  price: number | string,
  currency: string | null,
  availability: string | null,
): Quote | string {
  if (typeof price === 'number') {
    return price > 0 && Number.isFinite(price) ? { price, currency, availability } : String(price);
  }
  const amount = parseAmount(price, currency);
  return amount === null
    ? price.slice(0, 50)
    : { price: amount.value, currency: amount.currency, availability };
}

function availabilityOf(offer: JsonObject): string | null {
  const text = textOf(offer.availability);
  return text === null ? null : text.replace(/^.*[/#:]/, '').slice(0, 50);
}

function priceIn(value: Json | undefined): number | string | null {
  const first = Array.isArray(value) ? (value as readonly Json[])[0] : value;
  return typeof first === 'number' || (typeof first === 'string' && first.trim() !== '') ? first : null;
}

/** The first objects of a property, with references to others resolved. */
function listed(
  value: Json | undefined,
  byId: ReadonlyMap<string | null, JsonObject>,
): readonly JsonObject[] {
  const all = Array.isArray(value) ? (value as readonly Json[]) : value === undefined ? [] : [value];
  const objects = all.slice(0, MAX_OFFERS).filter(isJsonObject);
  return objects.map((node) => (isReference(node) ? (byId.get(idOf(node)) ?? node) : node));
}

/** `{"@id": …}` and nothing else stands for the node of that id. */
function isReference(node: JsonObject): boolean {
  return node['@id'] !== undefined && Object.keys(node).length === 1;
}

function idOf(node: JsonObject): string | null {
  return typeof node['@id'] === 'string' ? node['@id'] : null;
}

function isOfPage(node: JsonObject, pageUrl: string): boolean {
  const page = comparable(pageUrl, pageUrl);
  return [textOf(node.url), textOf(node['@id']), textOf(node.mainEntityOfPage)].some(
    (url) => url !== null && comparable(url, pageUrl) === page,
  );
}

function comparable(url: string, base: string): string | null {
  if (!URL.canParse(url, base)) return null;
  const { origin, pathname } = new URL(url, base);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}

function typesOf(node: JsonObject): readonly string[] {
  const types = node['@type'];
  const all = Array.isArray(types) ? (types as readonly Json[]) : [types ?? null];
  return all.flatMap((type) => (typeof type === 'string' ? [type.replace(/^.*[/:#]/, '')] : []));
}

function textOf(value: Json | undefined): string | null {
  const first = Array.isArray(value) ? (value as readonly Json[])[0] : value;
  if (typeof first === 'string') return first.trim() === '' ? null : first.trim();
  return isJsonObject(first) ? textOf(first['@id']) : null;
}
