import { describe, expect, it } from 'vitest';
import { dueAt } from '../../../src/domain/schedule/jitter.ts';
import { slotsFrom } from '../../../src/domain/schedule/slots.ts';
import type { Schedule } from '../../../src/domain/schedule/types.ts';
import { epochMs, type Instant, msBetween } from '../../../src/domain/shared/instant.ts';
import { at, NOW, schedule } from './given.ts';

const TASK = 'tsk_01JD0000000000000000000000';
const hourly = (jitter_seconds: number) =>
  schedule({ type: 'cron', expression: '0 * * * *', jitter_seconds });

function firstSlots(of: Schedule, count: number): Instant[] {
  const found: Instant[] = [];
  for (const slot of slotsFrom(of, NOW)) {
    found.push(slot);
    if (found.length === count) break;
  }
  return found;
}

function delays(of: Schedule, count: number, task = TASK, version = 1): number[] {
  return firstSlots(of, count).map((slot) => msBetween(slot, dueAt(of, task, version, slot)));
}

describe('jitter', () => {
  it('of no seconds leaves a slot where it is', () => {
    expect(delays(hourly(0), 3)).toEqual([0, 0, 0]);
  });

  it('is what it ever was: schedulers of all versions come to the same instant', () => {
    expect(delays(hourly(600), 6)).toEqual([230_688, 119_095, 596_968, 176_411, 576_521, 257_022]);
    expect(delays(hourly(600), 3, TASK, 2)).toEqual([428_707, 549_688, 206_909]);
    expect(delays(hourly(600), 3, 'tsk_01JD0000000000000000000001')).toEqual([377_675, 158_544, 146_046]);
  });

  it('lies within its seconds, both ends possible', () => {
    const minute = schedule({ type: 'cron', expression: '* * * * *', jitter_seconds: 1 });
    const seen = delays(minute, 4_000);
    expect(Math.min(...seen)).toBe(0);
    expect(Math.max(...seen)).toBe(1_000);
  });

  it('is spread evenly', () => {
    const seen = delays(hourly(1000), 4_000);
    for (let tenth = 0; tenth < 10; tenth++) {
      const within = seen.filter((ms) => Math.floor(ms / 100_001) === tenth).length;
      expect(within).toBeGreaterThan(320);
      expect(within).toBeLessThan(480);
    }
  });

  it('ends before the next slot', () => {
    const minute = schedule({ type: 'cron', expression: '* * * * *', jitter_seconds: 86_400 });
    const seen = delays(minute, 2_000);
    expect(Math.max(...seen)).toBeGreaterThan(59_000);
    expect(Math.max(...seen)).toBeLessThan(60_000);
  });

  it('that is cut short by the next slot is also what it ever was', () => {
    const minute = schedule({ type: 'cron', expression: '* * * * *', jitter_seconds: 86_400 });
    expect(delays(minute, 3)).toEqual([59_802, 41_933, 21_771]);
  });

  it('of the last slot may take all of its seconds', () => {
    const once = (second: number) =>
      schedule({
        type: 'once',
        run_time: `2026-04-01T00:00:${String(second).padStart(2, '0')}Z`,
        jitter_seconds: 86_400,
      });
    const seen = Array.from({ length: 60 }, (_, second) => delays(once(second), 1)[0] ?? 0);
    expect(Math.max(...seen)).toBeGreaterThan(80_000_000);
    expect(Math.max(...seen)).toBeLessThanOrEqual(86_400_000);
  });

  it('never goes beyond what an instant can say', () => {
    const last = at('9999-12-31T23:59:59.999Z');
    const once = schedule({ type: 'once', run_time: last, jitter_seconds: 86_400 });
    expect(epochMs(dueAt(once, TASK, 1, last))).toBe(epochMs(last));
  });
});
