import { expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/domain/shared/json.ts';
import { schedule, slots } from '../../../domain/schedule/given.ts';

test.each<[string, JsonObject, string]>([
  ['a time of day', { type: 'daily', run_time: '09:00' }, '2026-03-21T09:00:00.000Z'],
  ['a cron expression', { type: 'cron', expression: '30 8 * * 1-5' }, '2026-03-23T08:30:00.000Z'],
  ['one instant', { type: 'once', run_time: '2026-04-01T00:00:00Z' }, '2026-04-01T00:00:00.000Z'],
])('A schedule of %s is read, and has its first slot after now (BR-SCH-002)', (_, document, first) => {
  expect(slots(document, '2026-03-20T10:00:00Z', 1)).toEqual([first]);
});

test('A schedule that says nothing of its zone is one of UTC', () => {
  expect(schedule({ type: 'daily', run_time: '09:00' }).timezone).toBe('UTC');
});
