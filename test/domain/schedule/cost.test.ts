import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../src/domain/schedule/parse/parse.ts';
import { countSlots, latestSlot, nextSlot } from '../../../src/domain/schedule/slots.ts';
import { instantOf } from '../../../src/domain/shared/instant.ts';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import { at, NOW, schedule } from './given.ts';

const everyMinute = { type: 'cron', expression: '* * * * *' };
const END = '9999-12-31T23:59:59.999Z';

/** Milliseconds of processor time: others may hold the processor meanwhile. */
function costOf(question: () => unknown): number {
  const before = process.cpuUsage();
  question();
  return process.cpuUsage(before).user / 1000;
}

/** The first is compiled on the way, and any may collect what was left by those before. */
function leastOfThree(question: () => unknown): number {
  return Math.min(...[1, 2, 3].map(() => costOf(question)));
}

describe('no question takes long', () => {
  // An order of magnitude above what was measured, so that a busy machine does not fail it.
  const BOUND_MS = 100;
  const never = { type: 'cron', expression: '30 2 * 3 0L', timezone: 'America/New_York' };
  it.each<[string, JsonObject]>([
    ['every minute', everyMinute],
    ['every minute of a zone', { ...everyMinute, timezone: 'Africa/Casablanca' }],
    ['every minute of listed hours', { type: 'cron', expression: '* 0-23 * * *', timezone: 'Europe/Berlin' }],
    ['29 February', { type: 'cron', expression: '0 0 29 2 *', timezone: 'Asia/Kathmandu' }],
    ['a fifth Friday in February', { type: 'cron', expression: '0 0 * 2 5#5', timezone: 'Europe/Berlin' }],
    ['yearly, in the hour of the gap', never],
    ['an interval of a minute', { type: 'interval', interval_seconds: 60 }],
  ])('%s, over all of time', (_, document) => {
    const given = schedule(document);
    const [from, to] = [at('1970-01-01T00:00:00Z'), at(END)];
    const questions = [
      () => nextSlot(given, from),
      () => countSlots(given, from, to),
      () => latestSlot(given, to, from),
      () => latestSlot({ ...given, dst_gap: 'skip', timezone: 'Europe/Berlin' }, to, from),
    ];
    for (const question of questions) expect(leastOfThree(question)).toBeLessThan(BOUND_MS);
  });

  it('100,000 next slots of one zone come within seconds', () => {
    const given = schedule({ type: 'cron', expression: '*/5 * * * *', timezone: 'Europe/Berlin' });
    let slot = at('2026-03-20T00:00:00Z');
    const cost = costOf(() => {
      for (let i = 0; i < 100_000; i += 1) slot = nextSlot(given, slot) ?? slot;
    });
    expect(slot).toBe('2027-03-02T05:20:00.000Z');
    expect(cost).toBeLessThan(5000);
  });
});

it('a recurrence rule costs little, whatever it says', () => {
  const numbers = Array.from({ length: 31 }, (_, k) => `${k + 1},-${k + 1}`).join();
  const hostile = [
    'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;INTERVAL=1000',
    'FREQ=DAILY;COUNT=100000;INTERVAL=7;BYMONTHDAY=31',
    `FREQ=MONTHLY;BYMONTHDAY=${numbers};BYDAY=5SU;INTERVAL=999`,
    'FREQ=YEARLY;BYDAY=53SU;INTERVAL=1000;COUNT=100000',
    'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6',
    'FREQ=YEARLY;BYMONTHDAY=-31;BYDAY=-53MO',
    `FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=${Array.from({ length: 60 }, (_, k) => k + 300).join()}`,
  ];
  const twentySlots = (rule: string, start_date: string) => {
    const parsed = parseSchedule({ type: 'rrule', rrule: rule, start_date }, NOW);
    if (parsed.ok)
      for (let slot = NOW, n = 0; n < 20; n++) slot = nextSlot(parsed.schedule, slot) ?? instantOf(0);
  };
  for (const rule of hostile) {
    for (const start of ['2026-01-01', '0001-01-01', '9999-12-31'])
      expect(leastOfThree(() => twentySlots(rule, start))).toBeLessThan(100);
  }
});
