import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countSlots, latestSlot, nextSlot, slotsFrom } from '../../../src/domain/schedule/slots.ts';
import type { Schedule } from '../../../src/domain/schedule/types.ts';
import { epochMs, type Instant, instantOf } from '../../../src/domain/shared/instant.ts';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import { at, schedule } from './given.ts';
import { expectedSlots, type OracleRule, type WallWalk, walk } from './wall-clock-oracle.ts';

const CHANGES: readonly [string, string][] = [
  ['America/New_York', '2026-03-08T07:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Africa/Cairo', '2026-04-23T22:00:00Z'],
  ['Africa/Cairo', '2026-10-29T21:00:00Z'],
  ['Europe/Berlin', '2026-03-29T01:00:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00:00Z'],
  ['Asia/Kathmandu', '1985-12-31T18:30:00Z'],
  ['Asia/Kathmandu', '2026-06-15T00:00:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00:00Z'],
  ['Africa/Casablanca', '2026-02-15T02:00:00Z'],
  ['Africa/Casablanca', '2026-03-22T02:00:00Z'],
  ['Antarctica/Troll', '2026-03-29T01:00:00Z'],
  ['Europe/Dublin', '2026-10-25T01:00:00Z'],
  ['America/Santiago', '2026-09-06T04:00:00Z'],
  // Two changes in one block of 25 days, a week apart.
  ['Asia/Gaza', '2040-10-20T00:00:00Z'],
  // A gap and a fold across the boundary of two blocks of 2^31 ms.
  ['America/Montevideo', '1979-04-29T03:00:00Z'],
  ['Europe/Berlin', '2010-10-31T01:00:00Z'],
];

interface Case {
  readonly document: JsonObject;
  readonly rule: Pick<OracleRule, 'matches' | 'elapsed'>;
}

const minuteOf = (wall: number) => (wall / 60_000) % 60;
const hourOf = (wall: number) => Math.floor(wall / 3_600_000) % 24;
const two = (value: number) => String(value).padStart(2, '0');

const minutes = fc.uniqueArray(fc.oneof(fc.constantFrom(0, 15, 30, 45), fc.nat({ max: 59 })), {
  minLength: 1,
  maxLength: 4,
});
const someHours = fc.uniqueArray(fc.oneof(fc.nat({ max: 4 }), fc.nat({ max: 23 })), {
  minLength: 1,
  maxLength: 4,
});

const fixedHours: fc.Arbitrary<Case> = fc.tuple(minutes, someHours).map(([ms, hs]) => ({
  document: { type: 'cron', expression: `${ms.join(',')} ${hs.join(',')} * * *` },
  rule: { matches: (wall) => ms.includes(minuteOf(wall)) && hs.includes(hourOf(wall)), elapsed: false },
}));
const everyMinuteOfHours: fc.Arbitrary<Case> = someHours.map((hs) => ({
  document: { type: 'cron', expression: `* ${hs.join(',')} * * *` },
  rule: { matches: (wall) => hs.includes(hourOf(wall)), elapsed: false },
}));
const steppedHours: fc.Arbitrary<Case> = fc
  .tuple(minutes, fc.integer({ min: 1, max: 12 }))
  .map(([ms, step]) => ({
    document: { type: 'cron', expression: `${ms.join(',')} ${step === 1 ? '*' : `*/${step}`} * * *` },
    rule: { matches: (wall) => ms.includes(minuteOf(wall)) && hourOf(wall) % step === 0, elapsed: true },
  }));
const onWeekdays: fc.Arbitrary<Case> = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
    fc.nat({ max: 4 }),
    fc.nat({ max: 59 }),
  )
  .map(([weekdays, hour, minute]) => ({
    document: { type: 'weekly', weekdays, run_time: `${two(hour)}:${two(minute)}` },
    rule: {
      matches: (wall) =>
        hourOf(wall) === hour &&
        minuteOf(wall) === minute &&
        weekdays.includes(new Date(wall).getUTCDay() || 7),
      elapsed: false,
    },
  }));

const example = fc.record({
  change: fc.constantFrom(...CHANGES),
  given: fc.oneof(fixedHours, everyMinuteOfHours, steppedHours, onWeekdays),
  gap: fc.constantFrom('shift', 'end', 'skip'),
  fold: fc.constantFrom('first', 'second', 'both'),
  /** Where in the walk to ask, as fractions. */
  from: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.double({ min: 0, max: 1, noNaN: true }),
});

const walks = new Map<string, WallWalk>();

function prepare(drawn: typeof example extends fc.Arbitrary<infer T> ? T : never) {
  const [zone, change] = drawn.change;
  const key = `${zone} ${change}`;
  const walked = walks.get(key) ?? walk(zone, change);
  walks.set(key, walked);
  const { gap, fold } = drawn;
  const document = { ...drawn.given.document, timezone: zone, dst_gap: gap, dst_fold: fold };
  const expected = expectedSlots(walked, { ...drawn.given.rule, gap, fold }).map(instantOf);
  const from = Math.floor(walked.from + (walked.to - 1 - walked.from) * drawn.from);
  const to = Math.floor(from + (walked.to - 1 - from) * drawn.length);
  return {
    walked,
    schedule: schedule(document, at('1970-01-01T00:00:00Z')),
    expected,
    from: instantOf(from),
    to: instantOf(to),
  };
}

function slotsWithin(of: Schedule, after: Instant, end: number): Instant[] {
  const found: Instant[] = [];
  for (const slot of slotsFrom(of, after)) {
    if (epochMs(slot) >= end) break;
    found.push(slot);
  }
  return found;
}

describe('around every kind of clock change, against a minute by minute walk', () => {
  it('slotsFrom gives all slots, strictly ascending', () => {
    fc.assert(
      fc.property(example, (drawn) => {
        const { walked, schedule, expected } = prepare(drawn);
        const found = slotsWithin(schedule, instantOf(walked.from - 1), walked.to);
        expect(found).toEqual(expected);
        expect(found).toEqual([...new Set(found)].sort());
      }),
      { numRuns: 400 },
    );
  });

  it('nextSlot is the first strictly after, from anywhere', () => {
    fc.assert(
      fc.property(example, (drawn) => {
        const { schedule, expected, from, walked } = prepare(drawn);
        const wanted = expected.find((slot) => slot > from);
        const found = nextSlot(schedule, from);
        if (wanted === undefined) expect(found === null || epochMs(found) >= walked.to).toBe(true);
        else expect(found).toBe(wanted);
        for (const slot of expected.slice(0, 5)) {
          const next = nextSlot(schedule, slot);
          expect(next !== null && next > slot).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('countSlots and latestSlot agree with the slots of the range, both ends included', () => {
    fc.assert(
      fc.property(example, (drawn) => {
        const { schedule, expected, from, to } = prepare(drawn);
        const within = expected.filter((slot) => slot >= from && slot <= to);
        expect(countSlots(schedule, from, to)).toEqual({ count: within.length, count_is_minimum: false });
        expect(latestSlot(schedule, to, from)).toBe(within.at(-1) ?? null);
        const [first] = within;
        const last = within.at(-1);
        if (first === undefined || last === undefined) return;
        expect(countSlots(schedule, first, last).count).toBe(within.length);
        expect(latestSlot(schedule, last, first)).toBe(last);
      }),
      { numRuns: 400 },
    );
  });
});
