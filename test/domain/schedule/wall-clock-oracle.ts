/**
 * Slots by brute force: every minute of some days is put on the wall by `Intl`, and the rules for gaps and
 * folds are read off that table. Shares nothing with the code under test.
 */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export interface WallWalk {
  readonly zone: string;
  /** Slots are known from here … */
  readonly from: number;
  /** … to here, exclusive. */
  readonly to: number;
  /** Instants at which the wall shows a minute (epoch ms as if the wall were UTC), in order. */
  readonly shown: ReadonlyMap<number, readonly number[]>;
  /** For minutes that are never shown: the offset before the change, and the change itself. */
  readonly missing: ReadonlyMap<number, { readonly before: number; readonly at: number }>;
}

/** Wider than the longest gap. */
const MARGIN = 26 * HOUR;

/** Walks the days around an instant. */
export function walk(zone: string, middle: string): WallWalk {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const from = Date.parse(middle) - 20 * HOUR;
  const to = Date.parse(middle) + 20 * HOUR;
  const shown = new Map<number, number[]>();
  const missing = new Map<number, { before: number; at: number }>();
  let previous: number | null = null;
  for (let instant = from - MARGIN; instant < to + MARGIN; instant += MINUTE) {
    const wall = wallTime(format, instant);
    shown.set(wall, [...(shown.get(wall) ?? []), instant]);
    if (previous !== null) {
      for (let lost = previous + MINUTE; lost < wall; lost += MINUTE) {
        missing.set(lost, { before: previous - (instant - MINUTE), at: instant });
      }
    }
    previous = wall;
  }
  return { zone, from, to, shown, missing };
}

function wallTime(format: Intl.DateTimeFormat, instant: number): number {
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0] =
    format.format(instant).match(/\d+/g)?.map(Number) ?? [];
  return Date.UTC(year, month - 1, day, hour, minute);
}

export interface OracleRule {
  readonly matches: (wall: number) => boolean;
  readonly gap: 'shift' | 'end' | 'skip';
  readonly fold: 'first' | 'second' | 'both';
  readonly elapsed: boolean;
}

/** All slots of the walk, ascending. */
export function expectedSlots(walked: WallWalk, rule: OracleRule): number[] {
  const slots = new Set<number>();
  for (const [wall, instants] of walked.shown) {
    if (!rule.matches(wall)) continue;
    const [first] = instants;
    const last = instants.at(-1);
    if (first === undefined || last === undefined) continue;
    if (rule.elapsed || rule.fold === 'both') for (const instant of instants) slots.add(instant);
    else slots.add(rule.fold === 'first' ? first : last);
  }
  for (const [wall, { before, at }] of walked.missing) {
    if (rule.elapsed || rule.gap === 'skip' || !rule.matches(wall)) continue;
    slots.add(rule.gap === 'end' ? at : wall - before);
  }
  return [...slots].filter((slot) => slot >= walked.from && slot < walked.to).sort((a, b) => a - b);
}
