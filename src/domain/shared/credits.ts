/**
 * Credits are exact: an integer count of millionths. A REST caller sees the JSON number (1.25), the log and
 * the views hold the integer (1250000) in members whose names end in `_micros`.
 */
declare const brand: unique symbol;
export type CreditMicros = number & { readonly [brand]: 'CreditMicros' };

export const NO_CREDITS = 0 as CreditMicros;
const PER_CREDIT = 1_000_000;
/** The most one amount may be, in credits: sums of a million of them still are exact integers. */
export const MAX_CREDITS = 1_000_000;

/** A JSON number with at most 6 decimals, 0 to `MAX_CREDITS` (BR-TSK-007), to micros; null for any other. */
export function parseCredits(value: number): CreditMicros | null {
  if (!Number.isFinite(value) || value < 0 || value > MAX_CREDITS) return null;
  const micros = Math.round(value * PER_CREDIT);
  return micros / PER_CREDIT === value ? (micros as CreditMicros) : null;
}

/** Micros to the JSON number that `parseCredits` reads back to the same micros. */
export function creditsOf(micros: CreditMicros): number {
  return micros / PER_CREDIT;
}

export function addCredits(a: CreditMicros, b: CreditMicros): CreditMicros {
  return (a + b) as CreditMicros;
}
