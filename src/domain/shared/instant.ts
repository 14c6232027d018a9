/**
 * A UTC instant as RFC 3339 text with exactly three decimals and `Z` (`2026-11-23T08:54:00.000Z`).
 * One form only, so that comparing text compares time.
 */
declare const brand: unique symbol;
export type Instant = string & { readonly [brand]: 'Instant' };

const CANONICAL_LENGTH = 24;
const CANONICAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d+)?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/**
 * Epoch milliseconds (years 0000 to 9999) to an instant; throws RangeError outside of that. What callers give begins
 * with the year 0001: from there one can still look back.
 */
export function instantOf(epochMs: number): Instant {
  const text = new Date(epochMs).toISOString();
  // Years beyond have more digits, and a sign.
  if (text.length !== CANONICAL_LENGTH) throw new RangeError(`instant out of range: ${epochMs}`);
  return text as Instant;
}

export function epochMs(instant: Instant): number {
  return Date.parse(instant);
}

/** Reads the canonical form only: for what this service stored itself. Null for anything else. */
export function parseInstant(text: string): Instant | null {
  return CANONICAL.test(text) && !Number.isNaN(Date.parse(text)) ? (text as Instant) : null;
}

/**
 * RFC 3339 text with any offset to an instant, cut to milliseconds. Null where it is not RFC 3339,
 * lacks an offset, or names a day or time that does not exist (30 February, 25:00). A leap second
 * (`:60`) is not accepted.
 */
export function instantFromRfc3339(text: string): Instant | null {
  const match = RFC3339.exec(text);
  if (!match) return null;
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHour, offsetMinute] = match;
  const wall = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const date = new Date(wall);
  // Date.UTC takes the years 0 to 99 for those of the 20th century.
  date.setUTCFullYear(Number(year));
  const names = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  if (date.toISOString() !== names) return null;
  const ms = Math.trunc(Number(`0${fraction ?? ''}`) * 1000);
  const [hours, minutes] = [Number(offsetHour ?? 0), Number(offsetMinute ?? 0)];
  if (hours > 23 || minutes > 59) return null;
  const shift = (sign === '-' ? -1 : 1) * (hours * 60 + minutes);
  const epoch = date.getTime() + ms - shift * 60_000;
  if (epoch < Date.parse('0001-01-01T00:00:00.000Z') || epoch > Date.parse('9999-12-31T23:59:59.999Z'))
    return null;
  return instantOf(epoch);
}

/** Its UTC day: `2026-11-23`. */
export function dayOf(instant: Instant): string {
  return instant.slice(0, 10);
}

/** Its UTC month: `2026-11`. */
export function monthOf(instant: Instant): string {
  return instant.slice(0, 7);
}

export function plusMs(instant: Instant, ms: number): Instant {
  return instantOf(epochMs(instant) + ms);
}

/** Milliseconds from `from` to `to`; negative where `to` is earlier. */
export function msBetween(from: Instant, to: Instant): number {
  return epochMs(to) - epochMs(from);
}

/** The earliest of the instants given, null where all are null. */
export function earliest(...instants: readonly (Instant | null)[]): Instant | null {
  let first: Instant | null = null;
  for (const instant of instants) {
    if (instant !== null && (first === null || instant < first)) first = instant;
  }
  return first;
}
