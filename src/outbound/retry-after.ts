/**
 * Milliseconds that an answer asks to be given before the next call; null where it does not, or in no known form. A
 * time of day counts from the answer's own `date`: the clocks of two machines may differ.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, nowMs: number): number | null {
  const text = headers['retry-after']?.trim() ?? '';
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1_000;
  // A name of a day or a year must be in it: engines read much else as a date.
  const at = /^[A-Za-z]{3,9},? |^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) return null;
  const sent = Date.parse(headers.date ?? '');
  return Math.max(0, at - (Number.isNaN(sent) ? nowMs : sent));
}
