import { describe, expect, test } from 'vitest';
import type { Instant } from '../../../src/domain/instant.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { createExecutors } from '../../../src/worker/executors/all.ts';
import { providers } from '../../support/providers.ts';
import { runOnce } from '../../support/run.ts';

const executors = createExecutors(providers());

test('a to-do acknowledges itself, with its due date', async () => {
  const due_date = '2026-12-01T09:30:00.000Z' as Instant;
  expect(await runOnce(executors.todo, {}).done).toEqual({
    result: { acknowledged: true, name: 'Water the plants', due_date: null },
    summary: 'Water the plants',
  });
  expect(await runOnce(executors.todo, {}, undefined, { task: { due_date } }).done).toMatchObject({
    summary: 'Water the plants, due 2026-12-01 09:30 UTC',
  });
});

test('a reminder tells its message', async () => {
  const config = { reminder_message: ' Stand up ', channels: ['push'] };
  expect(await runOnce(executors.reminder, config).done).toEqual({
    result: { message: 'Stand up', channels: ['push'] },
    summary: 'Stand up',
  });
});

describe('a type that this version cannot run says so', () => {
  test.each<[keyof typeof executors, JsonObject]>([
    ['data_backup', {}],
    ['calendar_event', { event_title: 'Dentist', event_time: '2026-12-01T09:00:00Z' }],
  ])('%s', async (taskType, config) => {
    await expect(runOnce(executors[taskType], config).done).rejects.toMatchObject({
      code: 'NOT_AVAILABLE',
      retryable: false,
    });
  });
});
