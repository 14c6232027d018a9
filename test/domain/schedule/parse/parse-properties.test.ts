import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../../src/domain/schedule/parse/parse.ts';
import { epochMs, instantOf, parseInstant } from '../../../../src/domain/shared/instant.ts';
import type { JsonObject } from '../../../../src/domain/shared/json.ts';
import { scheduleDocument } from '../arbitraries.ts';
import { at, NOW } from '../given.ts';

const MEMBERS = [
  'type expression cron_expression interval_seconds interval_minutes every anchor run_time time weekday weekdays',
  'day timezone start_at end_at dst_gap dst_fold catch_up catch_up_window_seconds overlap timeout_seconds',
  'max_runs retry rrule __proto__ constructor',
]
  .join(' ')
  .split(' ');

const WORDS = [
  ...[
    'cron',
    'interval',
    'once',
    'daily',
    'weekly',
    'monthly',
    'last',
    'mon',
    '09:00',
    'PT90M',
    'Europe/Berlin',
  ],
  ...['2027-01-01T00:00:00Z', '* * * * *', '30 2 * * *', '0 0 30 2 *', 'skip', 'both', 'latest', 'all', ''],
];

describe('any document', () => {
  it('is either normalised, with a first slot that is not in the past, or has faults with sentences', () => {
    const value = fc.oneof(fc.constantFrom(...WORDS), fc.integer({ min: -1, max: 100 }), fc.jsonValue());
    const document = fc.dictionary(fc.constantFrom(...MEMBERS), value, { maxKeys: 6 });
    fc.assert(
      fc.property(document, (given) => {
        const parsed = parseSchedule(given as JsonObject, NOW);
        if (parsed.ok) expect(parsed.first >= NOW).toBe(true);
        else {
          expect(parsed.faults.length).toBeGreaterThan(0);
          for (const fault of parsed.faults) expect(fault.msg).toMatch(/^\S.{3,}$/);
        }
      }),
      { numRuns: 1500 },
    );
  });
});

describe('a normalised schedule', () => {
  it('read again gives itself and the same first slot', () => {
    fc.assert(
      fc.property(scheduleDocument(), (document) => {
        const parsed = parseSchedule(document, NOW);
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
        const stored = JSON.parse(JSON.stringify(parsed.schedule));
        expect(parseSchedule(stored, NOW)).toEqual(parsed);
      }),
      { numRuns: 500 },
    );
  });

  it('read again later keeps its slots, as long as one is left', () => {
    fc.assert(
      fc.property(scheduleDocument(), fc.integer({ min: 1, max: 40 * 86_400 }), (document, seconds) => {
        const parsed = parseSchedule(document, NOW);
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
        const later = instantOf(epochMs(NOW) + seconds * 1000);
        const again = parseSchedule(JSON.parse(JSON.stringify(parsed.schedule)), later);
        if (!again.ok) expect(again.faults.every((fault) => fault.type === 'no_future_slot')).toBe(true);
        else if (parsed.schedule.type !== 'once') expect(again.schedule).toEqual(parsed.schedule);
        if (again.ok) expect(again.first >= later).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('holds instants in the one form that compares as text', () => {
    const parsed = parseSchedule({ type: 'once', run_time: '2026-12-31T23:59:59.9999-11:30' }, NOW);
    if (!parsed.ok) throw new Error('refused');
    expect(parsed.first).toBe(at('2027-01-01T11:29:59.999Z'));
    expect(parseInstant(parsed.first)).not.toBeNull();
  });
});
