import { expect, test } from 'vitest';
import { parseSchedule } from '../../../../src/domain/schedule/parse/parse.ts';
import { begunAsStored } from '../../../../src/domain/schedule/parse/repeated.ts';
import type { Schedule } from '../../../../src/domain/schedule/types.ts';
import { plusMs } from '../../../../src/domain/shared/instant.ts';
import type { JsonObject } from '../../../../src/domain/shared/json.ts';
import { START } from '../../../support/histories/history.ts';

const DAY_MS = 86_400_000;

function parsed(document: JsonObject, daysLater = 0): Schedule {
  const result = parseSchedule(document, plusMs(START, daysLater * DAY_MS));
  if (!result.ok || result.schedule === null) throw new Error('no schedule');
  return result.schedule;
}

const daysLater = (document: JsonObject, stored: JsonObject) =>
  begunAsStored(document, parsed(document, 3), parsed(stored));

test.each<[string, JsonObject]>([
  ['an interval without its anchor', { type: 'interval', interval_minutes: 90 }],
  ['an interval with null for it', { type: 'interval', every: 'PT90M', anchor: null }],
  ['a recurrence without its first day', { type: 'rrule', rrule: 'FREQ=DAILY;INTERVAL=2;COUNT=9' }],
  ['a daily schedule', { type: 'daily', time: '07:30' }],
  ['a cron expression', { type: 'cron', cron_expression: '@hourly' }],
])('%s says again what it said days ago', (_, document) => {
  expect(daysLater(document, document)).toEqual(parsed(document));
});

test.each<[string, JsonObject, JsonObject]>([
  ['interval', { type: 'interval', every: 'PT90M' }, { timeout_seconds: 60 }],
  ['interval', { type: 'interval', every: 'PT90M' }, { max_runs: 2, timezone: 'Europe/Berlin' }],
  ['recurrence', { type: 'rrule', rrule: 'FREQ=WEEKLY;INTERVAL=2' }, { run_time: '10:00' }],
])('the phase of a %s stays where another option changes', (_, stored, option) => {
  const document = { ...stored, ...option };
  const { timeout_seconds, max_runs, timezone } = parsed(document, 3);
  const found = daysLater(document, stored);
  expect(found).toMatchObject({ timeout_seconds, max_runs, timezone });
  const [before, after] = [parsed(stored), found].map((each) =>
    each.type === 'interval' ? each.anchor : each.type === 'rrule' ? each.start_date : null,
  );
  expect(after).toBe(before);
});

test.each<[string, JsonObject, JsonObject]>([
  ['its interval', { type: 'interval', interval_minutes: 90 }, { type: 'interval', interval_minutes: 91 }],
  [
    'the anchor, where it is said',
    { type: 'interval', interval_minutes: 90 },
    { type: 'interval', interval_minutes: 90, anchor: '2026-11-23T12:01:00Z' },
  ],
  [
    'its begin, where it is said',
    { type: 'interval', interval_minutes: 90 },
    { type: 'interval', interval_minutes: 90, start_at: '2026-11-30T12:00:00Z' },
  ],
  ['its rule', { type: 'rrule', rrule: 'FREQ=DAILY' }, { type: 'rrule', rrule: 'FREQ=DAILY;INTERVAL=2' }],
  [
    'the first day, where it is said',
    { type: 'rrule', rrule: 'FREQ=DAILY' },
    { type: 'rrule', rrule: 'FREQ=DAILY', start_date: '2026-11-24' },
  ],
  ['its type', { type: 'interval', interval_minutes: 60 }, { type: 'cron', expression: '0 * * * *' }],
])('it begins anew by %s', (_, stored, document) => {
  expect(daysLater(document, stored)).toEqual(parsed(document, 3));
});
