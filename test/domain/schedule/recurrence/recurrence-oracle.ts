/**
 * Recurrence rules by brute force: every day from the start on is held against each part of the rule, days are gathered
 * into their periods, and the places are counted off. Shares nothing with the code under test.
 */
const DAY = 86_400_000;
const NAMES = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

type Parts = Readonly<Record<string, string | undefined>>;

const numbers = (list: string | undefined) => list?.split(',').map(Number) ?? [];
const dateOf = (day: number) => new Date(day * DAY);
const lengthOf = (year: number, month: number) => new Date(Date.UTC(year, month + 1, 0)).getUTCDate();

/** `from` counts from the front, or negative from the end; `length` is how many there are. */
function isPlace(places: readonly number[], from: number, length: number): boolean {
  return places.length === 0 || places.some((place) => place === from || place === from - length - 1);
}

function weekdayFits(parts: Parts, day: number): boolean {
  if (parts.BYDAY === undefined) return true;
  const date = dateOf(day);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const inYear = parts.FREQ === 'YEARLY' && parts.BYMONTH === undefined;
  const first = Date.UTC(year, inYear ? 0 : month, 1) / DAY;
  const last = Date.UTC(inYear ? year + 1 : year, inYear ? 0 : month + 1, 1) / DAY - 1;
  return parts.BYDAY.split(',').some((text) => {
    const name = text.slice(-2);
    if (NAMES[date.getUTCDay()] !== name) return false;
    const nth = Number(text.slice(0, -2));
    const forward = Math.floor((day - first) / 7) + 1;
    const backward = -(Math.floor((last - day) / 7) + 1);
    return text.length === 2 || nth === forward || nth === backward;
  });
}

function fits(parts: Parts, start: number, day: number): boolean {
  const date = dateOf(day);
  const begin = dateOf(start);
  const [year, month, dayOfMonth] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const months = numbers(parts.BYMONTH);
  if (months.length > 0 && !months.includes(month + 1)) return false;
  const ofYear = day - Date.UTC(year, 0, 1) / DAY + 1;
  const yearLength = (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / DAY;
  if (!isPlace(numbers(parts.BYYEARDAY), ofYear, yearLength)) return false;
  if (!isPlace(numbers(parts.BYMONTHDAY), dayOfMonth, lengthOf(year, month))) return false;
  if (!weekdayFits(parts, day)) return false;
  if (parts.BYDAY !== undefined || parts.BYMONTHDAY !== undefined || parts.BYYEARDAY !== undefined)
    return true;
  if (parts.FREQ === 'WEEKLY') return date.getUTCDay() === begin.getUTCDay();
  if (parts.FREQ === 'MONTHLY') return dayOfMonth === begin.getUTCDate();
  if (parts.FREQ !== 'YEARLY') return true;
  return dayOfMonth === begin.getUTCDate() && (months.length > 0 || month === begin.getUTCMonth());
}

/** Number of the period that a day lies in. */
function periodOf(parts: Parts, day: number): number {
  const date = dateOf(day);
  switch (parts.FREQ) {
    case 'DAILY':
      return day;
    case 'WEEKLY': {
      const first = NAMES.indexOf(parts.WKST ?? 'MO');
      return Math.floor((day + 4 - first) / 7);
    }
    case 'MONTHLY':
      return date.getUTCFullYear() * 12 + date.getUTCMonth();
    default:
      return date.getUTCFullYear();
  }
}

/** "2027-01-01T09:00", up to the end of a year; at `run_time` where the rule names no time. */
export function expectedTimes(
  rule: string,
  start_date: string,
  run_time: string,
  lastYear: number,
): string[] {
  const parts: Parts = Object.fromEntries(rule.split(';').map((part) => part.split('=')));
  const start = Date.parse(`${start_date}T00:00:00Z`) / DAY;
  const from = start - 366;
  const interval = Number(parts.INTERVAL ?? 1);
  const periods = new Map<number, number[]>();
  for (let day = from; day <= Date.UTC(lastYear, 11, 31) / DAY; day += 1) {
    const period = periodOf(parts, day);
    if ((period - periodOf(parts, start)) % interval !== 0) continue;
    if (fits(parts, start, day)) periods.set(period, [...(periods.get(period) ?? []), day]);
  }
  const [hour, minute] = run_time.split(':').map(Number);
  const hours = parts.BYHOUR === undefined ? [hour ?? 0] : numbers(parts.BYHOUR);
  const minutes = parts.BYMINUTE === undefined ? [minute ?? 0] : numbers(parts.BYMINUTE);
  const clock = hours.flatMap((h) => minutes.map((m) => h * 60 + m)).sort((a, b) => a - b);
  const places = numbers(parts.BYSETPOS);
  const times = [...periods.values()]
    .flatMap((days) => days.filter((_, index) => isPlace(places, index + 1, days.length)))
    .filter((day) => day >= start)
    .flatMap((day) => clock.map((m) => new Date(day * DAY + m * 60_000).toISOString().slice(0, 16)));
  return parts.COUNT === undefined ? times : times.slice(0, Number(parts.COUNT));
}
