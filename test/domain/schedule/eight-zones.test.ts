import { describe, expect, it } from 'vitest';
import { slotsFrom } from '../../../src/domain/schedule/slots.ts';
import { epochMs, instantOf } from '../../../src/domain/shared/instant.ts';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import { at, schedule } from './given.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FROM = Date.UTC(2024, 0, 1);
const TO = Date.UTC(2029, 0, 1);
/** No change of the clock comes twice within so long before and after. */
const AROUND = 30 * HOUR;

const ZONES = [
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'Asia/Beirut',
  'Pacific/Apia',
  'Africa/Casablanca',
  'Europe/Berlin',
  'Asia/Kathmandu',
];
/** Every time of day at which the clocks of one of them change, and one at which none do. */
const TIMES = ['00:00', '00:30', '01:30', '02:00', '02:30', '03:00', '23:30', '12:00'];
const POLICIES = [
  { dst_gap: 'shift', dst_fold: 'first' },
  { dst_gap: 'end', dst_fold: 'second' },
  { dst_gap: 'skip', dst_fold: 'both' },
] as const;

/** What a clock in the zone shows, by `Intl`: all that this file knows of zones. */
class WallClock {
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();

  constructor(timeZone: string) {
    const numeric = {
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    } as const;
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...numeric });
  }

  offset(instant: number): number {
    const known = this.#offsets.get(instant);
    if (known !== undefined) return known;
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0] =
      this.#format.format(instant).match(/\d+/g)?.map(Number) ?? [];
    const offset = Date.UTC(year, month - 1, day, hour, minute) - instant;
    this.#offsets.set(instant, offset);
    return offset;
  }

  /** The instants at which the clock shows a wall time, ascending. */
  shows(wall: number): number[] {
    const offsets = new Set([this.offset(wall - AROUND), this.offset(wall + AROUND)]);
    const instants = [...offsets].map((offset) => wall - offset);
    return instants.filter((instant) => instant + this.offset(instant) === wall).sort((a, b) => a - b);
  }

  /** Around a wall time that is never shown: when the clock goes forward, and the offset before that. */
  gap(wall: number): { readonly change: number; readonly before: number } {
    const before = this.offset(wall - AROUND);
    let low = wall - AROUND;
    let high = wall + AROUND;
    while (high - low > 60_000) {
      const middle = low + Math.floor((high - low) / 120_000) * 60_000;
      if (this.offset(middle) === before) low = middle;
      else high = middle;
    }
    return { change: high, before };
  }
}

/** The slots of a daily schedule, day by day. */
function expectedSlots(clock: WallClock, time: string, policy: (typeof POLICIES)[number]): number[] {
  const slots: number[] = [];
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  for (let day = FROM - DAY; day < TO + DAY; day += DAY) {
    const wall = day + hours * HOUR + minutes * 60_000;
    const instants = clock.shows(wall);
    const [first] = instants;
    const last = instants.at(-1);
    if (first === undefined || last === undefined) {
      if (policy.dst_gap === 'skip') continue;
      const { change, before } = clock.gap(wall);
      slots.push(policy.dst_gap === 'end' ? change : wall - before);
    } else if (policy.dst_fold === 'both') slots.push(...instants);
    else slots.push(policy.dst_fold === 'first' ? first : last);
  }
  return slots.filter((slot) => slot >= FROM && slot < TO);
}

function slotsOf(document: JsonObject): number[] {
  const found: number[] = [];
  for (const slot of slotsFrom(schedule(document, at('2023-12-01T00:00:00Z')), instantOf(FROM - 1))) {
    if (epochMs(slot) >= TO) break;
    found.push(epochMs(slot));
  }
  return found;
}

describe('over five years', () => {
  it.each(ZONES)('%s: every daily slot is where the clock on the wall says', (timezone) => {
    const clock = new WallClock(timezone);
    for (const run_time of TIMES) {
      for (const policy of POLICIES) {
        const expected = expectedSlots(clock, run_time, policy);
        expect(slotsOf({ type: 'daily', run_time, timezone, ...policy })).toEqual(expected);
      }
    }
  });

  it.each(ZONES)('%s: a recurrence rule, a week and a cron expression have the same slots', (timezone) => {
    const given = { timezone, dst_gap: 'shift', dst_fold: 'first' };
    const daily = slotsOf({ type: 'daily', run_time: '02:30', ...given });
    expect(slotsOf({ type: 'cron', expression: '30 2 * * *', ...given })).toEqual(daily);
    const rule = { type: 'rrule', rrule: 'FREQ=DAILY', start_date: '2023-12-01', run_time: '02:30' };
    expect(slotsOf({ ...rule, ...given })).toEqual(daily);
    const week = { type: 'weekly', weekdays: [1, 2, 3, 4, 5, 6, 7], run_time: '02:30' };
    expect(slotsOf({ ...week, ...given })).toEqual(daily);
  });

  it('the table has clocks that change by an hour and by half of one, at midnight, and not at all', () => {
    const changes = (timezone: string) => {
      const clock = new WallClock(timezone);
      const steps: number[] = [];
      for (let day = FROM; day < TO; day += DAY) {
        const step = clock.offset(day + DAY) - clock.offset(day);
        if (step !== 0) steps.push(Math.abs(step) / HOUR);
      }
      return steps;
    };
    expect(changes('Europe/Berlin')).toEqual(new Array(10).fill(1));
    expect(changes('Australia/Lord_Howe')).toEqual(new Array(10).fill(0.5));
    expect(changes('Asia/Kathmandu')).toEqual([]);
    const midnight = expectedSlots(new WallClock('Asia/Beirut'), '00:00', POLICIES[0]);
    expect(midnight.some((slot, i) => slot - (midnight[i - 1] ?? slot) === 25 * HOUR)).toBe(true);
  });
});

describe('excluded dates', () => {
  it.each(ZONES)('%s: leave out exactly the slots that the clock shows on those dates', (timezone) => {
    const clock = new WallClock(timezone);
    const dateOf = (slot: number) => new Date(slot + clock.offset(slot)).toISOString().slice(0, 10);
    const hourly = { type: 'cron', expression: '0,30 * * * *', timezone };
    const all = slotsOf({ ...hourly, end_at: '2025-01-01T00:00:00Z' });
    // Around every change of the clock that this year has in one of the zones, and the turn of the year.
    const exclude_dates = [
      '2024-03-10',
      '2024-03-31',
      '2024-04-07',
      '2024-04-26',
      '2024-10-06',
      '2024-10-27',
    ].concat([
      '2024-10-31',
      '2024-11-03',
      '2024-01-01',
      '2024-12-31',
      '2024-04-08',
      '2024-04-14',
      '2024-03-30',
    ]);
    const excluded = new Set(exclude_dates);
    const left = slotsOf({ ...hourly, end_at: '2025-01-01T00:00:00Z', exclude_dates });
    expect(left).toEqual(all.filter((slot) => !excluded.has(dateOf(slot))));
    expect(left.length).toBeLessThan(all.length - 13 * 45);
  });
});
