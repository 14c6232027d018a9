import { expect, test } from 'vitest';
import { parseSchedule } from '../../../../src/domain/schedule/parse/parse.ts';
import { isRepeated } from '../../../../src/domain/schedule/parse/repeated.ts';
import type { Schedule } from '../../../../src/domain/schedule/types.ts';
import { plusMs } from '../../../../src/domain/shared/instant.ts';
import type { JsonObject } from '../../../../src/domain/shared/json.ts';
import { START } from '../../../support/history.ts';

const DAY_MS = 86_400_000;

function parsed(document: JsonObject, daysLater = 0): Schedule {
  const result = parseSchedule(document, plusMs(START, daysLater * DAY_MS));
  if (!result.ok || result.schedule === null) throw new Error('no schedule');
  return result.schedule;
}

const ofAnotherDay = (document: JsonObject, stored: Schedule) =>
  isRepeated(document, parsed(document, 3), stored);

test.each<[string, JsonObject]>([
  ['an interval without its anchor', { type: 'interval', interval_minutes: 90 }],
  ['an interval with null for it', { type: 'interval', every: 'PT90M', anchor: null }],
  ['a recurrence without its first day', { type: 'rrule', rrule: 'FREQ=DAILY;INTERVAL=2;COUNT=9' }],
  ['a daily schedule', { type: 'daily', time: '07:30' }],
  ['a cron expression', { type: 'cron', cron_expression: '@hourly' }],
])('%s says again what it said days ago', (_, document) => {
  expect(ofAnotherDay(document, parsed(document))).toBe(true);
});

test.each<[string, JsonObject, JsonObject]>([
  ['its interval', { type: 'interval', interval_minutes: 90 }, { type: 'interval', interval_minutes: 91 }],
  [
    'an option',
    { type: 'interval', interval_minutes: 90 },
    { type: 'interval', interval_minutes: 90, max_runs: 2 },
  ],
  [
    'the anchor, where it is said',
    { type: 'interval', interval_minutes: 90 },
    { type: 'interval', interval_minutes: 90, anchor: '2026-11-23T12:01:00Z' },
  ],
  [
    'the first day, where it is said',
    { type: 'rrule', rrule: 'FREQ=DAILY' },
    { type: 'rrule', rrule: 'FREQ=DAILY', start_date: '2026-11-24' },
  ],
  ['its type', { type: 'interval', interval_minutes: 60 }, { type: 'cron', expression: '0 * * * *' }],
])('it is another by %s', (_, stored, document) => {
  expect(ofAnotherDay(document, parsed(stored))).toBe(false);
});
