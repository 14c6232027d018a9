/** The geometry of bars: pure. */

const TWO_DAYS = 172_800;
const DURATION_TOPS = [60, 120, 240, 600, 1_200, 3_600, 7_200, 14_400, 36_000, 86_400, TWO_DAYS];

/** The least of 1, 2, 5, 10, 20, 50, … that is not below; 1 for nothing. Halves of it are shown too. */
export function axisTop(most: number): number {
  if (most <= 0) return 1;
  const size = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((step) => step * size).find((top) => top >= most) ?? 10 * size;
}

/** The same for seconds: what it and its half come to is told in one unit. */
export function durationTop(most: number): number {
  if (most <= 20) return axisTop(most);
  return DURATION_TOPS.find((top) => top >= most) ?? TWO_DAYS * axisTop(most / TWO_DAYS);
}

/** Of a stack from the bottom up: where each part begins, counted from the top, and how high it is. */
export function stackedHeights(
  values: readonly number[],
  top: number,
  height: number,
): { readonly y: number; readonly height: number }[] {
  let below = 0;
  return values.map((value) => {
    const begin = below;
    below += value;
    return { y: height * (1 - below / top), height: (height * (below - begin)) / top };
  });
}

/** What it takes to show amounts that are small: `0`, `0.25`, `12.5`, `1,200`. */
export function amountText(value: number): string {
  return new Intl.NumberFormat('en-GB', { maximumFractionDigits: value < 10 ? 2 : 1 }).format(value);
}

/** How dark a cell is, 0 for nothing to 4 for the most. */
export function heatOf(count: number, most: number): number {
  return count === 0 ? 0 : Math.max(1, Math.ceil((count / most) * 4));
}
