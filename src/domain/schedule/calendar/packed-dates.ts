/**
 * Many dates as one short text that people can still read, for it stands in every task that follows a calendar:
 *
 *     2026:0101,0403,1224-1226;2027:0101        months and days by year; a range within a year
 *
 * A holiday takes some five characters, a month of days off nine.
 */
import { civilDate, dayNumber } from './civil.ts';

/** Of valid dates "YYYY-MM-DD", sorted, without repeats. */
export function packDates(dates: readonly string[]): string {
  const years: { readonly year: string; readonly parts: string[] }[] = [];
  let last: { readonly number: number; readonly first: string } | null = null;
  for (const date of dates) {
    const [year, monthDay] = [date.slice(0, 4), date.slice(5, 7) + date.slice(8, 10)];
    const number = numberOf(date);
    const current = years.at(-1);
    if (current?.year !== year) {
      years.push({ year, parts: [monthDay] });
      last = { number, first: monthDay };
    } else if (last !== null && number === last.number + 1) {
      current.parts[current.parts.length - 1] = `${last.first}-${monthDay}`;
      last = { number, first: last.first };
    } else {
      current.parts.push(monthDay);
      last = { number, first: monthDay };
    }
  }
  return years.map(({ year, parts }) => `${year}:${parts.join()}`).join(';');
}

/** Day numbers, ascending. */
export function unpackDays(packed: string): number[] {
  if (packed === '') return [];
  return packed.split(';').flatMap((ofYear) => {
    const year = Number(ofYear.slice(0, 4));
    return ofYear
      .slice(5)
      .split(',')
      .flatMap((part) => {
        const from = dayIn(year, part.slice(0, 4));
        const to = dayIn(year, part.slice(-4));
        return Array.from({ length: to - from + 1 }, (_, index) => from + index);
      });
  });
}

/** As they were given to `packDates`. */
export function unpackDates(packed: string): string[] {
  return unpackDays(packed).map((number) => {
    const { year, month, day } = civilDate(number);
    return `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`;
  });
}

function dayIn(year: number, monthDay: string): number {
  return dayNumber(year, Number(monthDay.slice(0, 2)), Number(monthDay.slice(2)));
}

function numberOf(date: string): number {
  return dayIn(Number(date.slice(0, 4)), date.slice(5, 7) + date.slice(8, 10));
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
