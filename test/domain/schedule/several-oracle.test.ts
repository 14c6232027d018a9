import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSchedules, taskScheduleFrom } from '../../../src/domain/schedule/parse/schedules.ts';
import { namedSchedules } from '../../../src/domain/schedule/several.ts';
import {
  countSlots,
  latestSlot,
  nextSlot,
  nominalSlotsFrom,
  schedulesAt,
  slotFrom,
  slotsFrom,
} from '../../../src/domain/schedule/slots.ts';
import type { TaskSchedule, ThinnedSchedule } from '../../../src/domain/schedule/types.ts';
import { type Instant, instantOf, msBetween } from '../../../src/domain/shared/instant.ts';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import { scheduleDocument } from './arbitraries.ts';
import { at, NOW } from './given.ts';

/** Two to ten of any type with any options; intervals in whole minutes, as several need them. */
const documents = fc
  .uniqueArray(scheduleDocument().map(inWholeMinutes), {
    minLength: 2,
    maxLength: 10,
    selector: (document) => JSON.stringify(document),
  })
  .filter((all) => readSchedules(all, NOW, null).faults.length === 0);

function inWholeMinutes(document: JsonObject): JsonObject {
  const { interval_seconds } = document;
  if (typeof interval_seconds !== 'number') return document;
  return { ...document, interval_seconds: Math.ceil(interval_seconds / 60) * 60 };
}

function several(all: readonly JsonObject[]): TaskSchedule {
  const schedule = taskScheduleFrom(readSchedules(all, NOW, null).asked, null);
  if (schedule === null) throw new Error('no schedule');
  return schedule;
}

/** The slots of each by itself, up to so many of each; known to be all of them up to `end`. */
function separately(schedule: TaskSchedule, from: Instant, without: readonly Instant[] = []) {
  const most = 40;
  let end = instantOf(Date.UTC(2100, 0, 1));
  const all = new Set<Instant>();
  for (const one of namedSchedules(schedule)) {
    let seen = 0;
    for (const slot of slotsFrom(one, from)) {
      if (!without.includes(slot)) all.add(slot);
      seen += 1;
      if (seen < most) continue;
      if (slot < end) end = slot;
      break;
    }
  }
  return { end, slots: [...all].filter((slot) => slot <= end).sort() };
}

function taken(schedule: ThinnedSchedule, from: Instant, end: Instant): Instant[] {
  const found: Instant[] = [];
  for (const slot of slotsFrom(schedule, from)) {
    if (slot > end) break;
    found.push(slot);
  }
  return found;
}

const FROM = at('2026-03-27T00:00:00Z');

describe('several schedules together, against each of them alone', () => {
  it('have the slots of each, and what two share once', () => {
    fc.assert(
      fc.property(documents, (all) => {
        const schedule = several(all);
        const { slots, end } = separately(schedule, FROM);
        expect(taken(schedule, FROM, end)).toEqual(slots);
      }),
      { numRuns: 60 },
    );
  });

  it('have slots at least a minute apart', () => {
    fc.assert(
      fc.property(documents, (all) => {
        const schedule = several(all);
        const slots = taken(schedule, FROM, separately(schedule, FROM).end);
        slots.slice(1).forEach((slot, index) => {
          expect(msBetween(slots[index] ?? slot, slot)).toBeGreaterThanOrEqual(60_000);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('are counted and searched as they are listed', () => {
    fc.assert(
      fc.property(documents, fc.nat(), fc.nat(), (all, first, last) => {
        const schedule = several(all);
        const { slots, end } = separately(schedule, FROM);
        const from = slots[first % (slots.length + 1)] ?? FROM;
        const to = slots[last % (slots.length + 1)] ?? end;
        const within = slots.filter((slot) => slot >= from && slot <= to);
        expect(countSlots(schedule, from, to)).toEqual({ count: within.length, count_is_minimum: false });
        expect(latestSlot(schedule, to, from)).toBe(within.at(-1) ?? null);
        if (within.length > 0) expect(slotFrom(schedule, from)).toBe(within[0]);
        const next = slots.find((slot) => slot > from);
        if (next !== undefined) expect(nextSlot(schedule, from)).toBe(next);
      }),
      { numRuns: 60 },
    );
  });

  it('are less those that all are without', () => {
    fc.assert(
      fc.property(documents, fc.array(fc.nat(), { maxLength: 5 }), (all, out) => {
        const schedule = several(all);
        const { slots } = separately(schedule, FROM);
        const without = out.flatMap((index) => slots[index % slots.length] ?? []).sort();
        const thinned = { ...schedule, without };
        const { slots: left, end } = separately(schedule, FROM, without);
        expect(taken(thinned, FROM, end)).toEqual(left);
      }),
      { numRuns: 50 },
    );
  });

  it('name for each slot the first that has it, and call excluded what none of them has', () => {
    fc.assert(
      fc.property(documents, (all) => {
        const schedule = several(all);
        const named = namedSchedules(schedule);
        const { end, slots } = separately(schedule, FROM);
        const open: Instant[] = [];
        for (const slot of nominalSlotsFrom(schedule, FROM)) {
          if (slot.at > end) break;
          if (slot.excluded) {
            expect(schedulesAt(named, slot.at)).toEqual([]);
          } else {
            open.push(slot.at);
            expect(slot.schedule_id).toBe(schedulesAt(named, slot.at)[0]?.id);
          }
        }
        expect(open).toEqual(slots);
      }),
      { numRuns: 50 },
    );
  });
});

it('A count of several that goes far is a minimum, and no more than some hundred milliseconds', () => {
  const all = Array.from({ length: 10 }, (_, minute) => ({
    type: 'cron',
    expression: `${minute * 6}-59 * * * *`,
    timezone: 'Europe/Berlin',
  }));
  const schedule = several(all);
  const before = process.cpuUsage();
  const counted = countSlots(schedule, FROM, at('2036-03-27T00:00:00Z'));
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(300);
  expect(counted.count_is_minimum).toBe(true);
  expect(counted.count).toBeGreaterThanOrEqual(10_000);
});
