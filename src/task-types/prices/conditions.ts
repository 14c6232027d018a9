/**
 * Conditions of an offer, or of one of its price specifications: whom it is for, when, how much of it. A price on
 * conditions is not what the product costs, or not where the page states another.
 */
import { epochMs, type Instant, instantFromRfc3339 } from '../../domain/shared/instant.ts';
import type { Json, JsonObject } from '../../domain/shared/json.ts';
import { isJsonObject } from '../foreign/foreign-json.ts';
import { textIn } from './schema-org.ts';

/** A price for something else altogether; or how many reservations there are about it. */
export type OfferCondition = 'other price' | number;

/** List prices, those of competitors, and parts of a price. */
const OTHER_TYPE = /list|srp|strikethrough|regular|minimumadvertised|invoice/i;
/** Single pieces, by UN/CEFACT's codes and in words; other units are of volume, weight and time. */
const PIECE = /^(?:C62|EA|PCE|H87|NMP|XPP|IE|1|piece|pieces|pc|pcs|unit|each|item|stück)$/i;
const SALE = /^(?:sell)$/i;

export function conditionOf(offer: JsonObject, now: Instant): OfferCondition {
  return isOtherPrice(offer, now) ? 'other price' : reservationsAbout(offer, now);
}

function isOtherPrice(offer: JsonObject, now: Instant): boolean {
  const purpose = nameIn(offer.businessFunction);
  return (
    isGiven(offer.validForMemberTier) ||
    isGiven(offer.eligibleCustomerType) ||
    isGiven(offer.referenceQuantity) ||
    isGiven(offer.priceComponentType) ||
    isGiven(offer.eligibleDuration) ||
    OTHER_TYPE.test(nameIn(offer.priceType) ?? '') ||
    (purpose !== null && !SALE.test(purpose)) ||
    leastOf(offer.eligibleQuantity) > 1 ||
    leastOf(offer.eligibleTransactionVolume) > 0 ||
    isAfter(timeOf(offer.validFrom, 'start'), now) ||
    isAfter(timeOf(offer.availabilityStarts, 'start'), now)
  );
}

function reservationsAbout(offer: JsonObject, now: Instant): number {
  const condition = nameIn(offer.itemCondition) ?? '';
  const unit = textIn(offer.unitCode) ?? textIn(offer.unitText);
  const expired = [offer.priceValidUntil, offer.validThrough, offer.availabilityEnds].some((until) =>
    isBefore(timeOf(until, 'end'), now),
  );
  return [
    expired,
    /used|refurbished|damaged|gebraucht|occasion|usado|usato/i.test(condition),
    isGiven(offer.billingDuration) || isGiven(offer.billingIncrement),
    unit !== null && !PIECE.test(unit),
    offer.valueAddedTaxIncluded === false || /^false$/i.test(textIn(offer.valueAddedTaxIncluded) ?? ''),
  ].filter((it) => it).length;
}

function isGiven(value: Json | undefined): boolean {
  return (
    value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
  );
}

/** The last part of schema.org's or GoodRelations' name for something. */
function nameIn(value: Json | undefined): string | null {
  return textIn(value)?.replace(/^.*[/#:]/, '') ?? null;
}

/** Of a quantity, or of an amount of money: from where on the price holds. 0: from the first. */
function leastOf(value: Json | undefined): number {
  const first = Array.isArray(value) ? (value as readonly Json[])[0] : value;
  if (!isJsonObject(first)) return Number(first ?? 0) || 0;
  const least = [first.minValue, first.value, first.minPrice, first.price].find((it) => isGiven(it));
  return typeof least === 'number' ? least : Number(textIn(least) ?? 0) || 0;
}

const DAY_MS = 24 * 60 * 60_000;
/** A time that names no zone is that of the shop, wherever it is. */
const ZONES_MS = 14 * 60 * 60_000;

/** Milliseconds: of a day its beginning or end, wherever on earth. Null for what is no time. */
function timeOf(value: Json | undefined, edge: 'start' | 'end'): number | null {
  const text = textIn(value) ?? '';
  const instant = instantFromRfc3339(text);
  if (instant !== null) return epochMs(instant);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return null;
  const hasTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(text);
  const zone = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) ? '' : 'Z';
  const ms = Date.parse(hasTime ? `${text.replace(' ', 'T')}${zone}` : `${text.slice(0, 10)}T00:00Z`);
  if (Number.isNaN(ms)) return null;
  const doubt = hasTime && zone === '' ? 0 : ZONES_MS;
  return edge === 'start' ? ms - doubt : ms + doubt + (hasTime ? 0 : DAY_MS);
}

function isAfter(ms: number | null, now: Instant): boolean {
  return ms !== null && ms > epochMs(now);
}

function isBefore(ms: number | null, now: Instant): boolean {
  return ms !== null && ms < epochMs(now);
}

/** Whether a time span from one text to another holds now; a missing or unreadable end holds for ever. */
export function isWithin(from: string | undefined, until: string | undefined, now: Instant): boolean {
  return !isAfter(timeOf(from, 'start'), now) && !isBefore(timeOf(until, 'end'), now);
}
