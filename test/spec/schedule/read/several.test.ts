import { expect, test } from 'vitest';
import { readSchedules, taskScheduleFrom } from '../../../../src/domain/schedule/parse/schedules.ts';
import { MOST_SCHEDULES, namedSchedules } from '../../../../src/domain/schedule/several.ts';
import type { TaskSchedule } from '../../../../src/domain/schedule/types.ts';
import type { JsonObject } from '../../../../src/domain/shared/json.ts';
import { at, NOW } from '../../../domain/schedule/given.ts';

const ODD = at('2026-03-20T10:00:12.345Z');

function read(documents: readonly JsonObject[], stored: TaskSchedule | null = null): TaskSchedule {
  const { faults, asked } = readSchedules(documents, ODD, stored);
  const schedule = taskScheduleFrom(asked, stored);
  if (faults.length > 0 || schedule === null) throw new Error(JSON.stringify(faults));
  return schedule;
}

const hourly = { type: 'interval', every: 'PT1H' };
const daily = { type: 'daily', run_time: '09:00' };
const ids = (schedule: TaskSchedule) => namedSchedules(schedule).map(({ id }) => id);

test('A list of one schedule without an id is that schedule', () => {
  expect(read([daily])).toMatchObject({ type: 'daily' });
  expect(read([{ ...daily, id: 'main' }])).toEqual(read([daily]));
});

test('Schedules without ids get some that tell of their types', () => {
  expect(ids(read([daily, { ...daily, run_time: '10:00' }, hourly]))).toEqual([
    'daily',
    'daily-2',
    'interval',
  ]);
  expect(ids(read([{ ...hourly, id: 'daily' }, daily]))).toEqual(['daily', 'daily-2']);
});

test('A schedule that is sent again without its id has it still', () => {
  const stored = read([
    { ...daily, id: 'mornings' },
    { ...hourly, id: 'check' },
  ]);
  expect(ids(read([hourly, daily, { ...daily, run_time: '10:00' }], stored))).toEqual([
    'check',
    'mornings',
    'daily',
  ]);
});

test('Several are on whole minutes: an interval begins its phase in the minute, a one-off comes after it', () => {
  const [interval, once] = namedSchedules(read([hourly, { type: 'once', run_time: '2026-03-20T12:00:01Z' }]));
  expect(interval).toMatchObject({ anchor: '2026-03-20T10:00:00.000Z' });
  expect(once).toMatchObject({ run_time: '2026-03-20T12:01:00.000Z' });
  const begins = { ...hourly, start_at: '2026-03-21T00:00:30Z' };
  expect(namedSchedules(read([begins, daily]))[0]).toMatchObject({ anchor: '2026-03-21T00:01:00.000Z' });
});

test('One alone is where it was put, to the millisecond', () => {
  expect(read([{ ...hourly, id: 'check' }])).toMatchObject({ schedules: [{ anchor: ODD }] });
});

test('What is stored may stay, also without a slot ahead', () => {
  const stored = read([daily, { type: 'once', run_time: '2026-03-20T10:01:00Z' }]);
  const later = at('2027-01-01T00:00:00Z');
  const documents = namedSchedules(stored) as unknown as JsonObject[];
  const { faults, asked } = readSchedules(documents, later, stored);
  expect(faults).toEqual([]);
  expect(taskScheduleFrom(asked, stored)).toEqual(stored);
});

test('Each fault is named by the place of its schedule', () => {
  const { faults } = readSchedules([daily, { type: 'cron', expression: '* *' }, null], NOW, null);
  expect(faults.map(({ path, type }) => [path.join('.'), type])).toEqual([['1.expression', 'invalid_value']]);
});

test('A task has ten at most', () => {
  expect(MOST_SCHEDULES).toBe(10);
});
