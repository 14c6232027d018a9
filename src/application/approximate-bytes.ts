/**
 * Roughly how much memory a JSON value takes, so that caches are bounded by memory and not by count. Folding shares
 * what an event does not change, so objects are measured once.
 */
const measured = new WeakMap<object, number>();

export function approximateBytes(value: unknown): number {
  if (typeof value === 'string') return 16 + value.length * 2;
  if (typeof value !== 'object' || value === null) return 8;
  const known = measured.get(value);
  if (known !== undefined) return known;
  let bytes = 32;
  for (const key in value) bytes += 16 + approximateBytes((value as Record<string, unknown>)[key]);
  measured.set(value, bytes);
  return bytes;
}
