import { describe, expect, test } from 'vitest';
import { LogRefused, LogUnavailable } from '../../../src/application/ports/failures.ts';
import type { BackupMade, BackupOrder } from '../../../src/application/ports/user-backups.ts';
import type { Sequence } from '../../../src/domain/shared/ids.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import { dueOnDay } from '../../../src/domain/task/due-day.ts';
import { createExecutors } from '../../../src/task-types/all.ts';
import { providers } from '../../support/parts/providers.ts';
import { runOnce } from '../../support/parts/run.ts';

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
  const day = dueOnDay('2026-12-24', 'Europe/Zurich');
  expect(await runOnce(executors.todo, {}, undefined, { task: day }).done).toMatchObject({
    result: { due_date: '2026-12-24' },
    summary: 'Water the plants, due 2026-12-24',
  });
});

test('a reminder tells its message', async () => {
  const config = { reminder_message: ' Stand up ', channels: ['push'] };
  expect(await runOnce(executors.reminder, config).done).toEqual({
    result: { message: 'Stand up', channels: ['push'] },
    summary: 'Stand up',
  });
});

describe('a calendar event', () => {
  const config = { event_title: ' Dentist ', event_time: '2026-12-01T10:00:00+01:00' };

  test('tells what, when and where', async () => {
    const all = { ...config, duration_minutes: 45, location: 'Bern', channels: ['push'] };
    const clock = { now: () => '2026-12-01T08:30:00.000Z' as Instant, monotonicMs: () => 0 };
    expect(await runOnce(executors.calendar_event, all, undefined, { clock }).done).toEqual({
      result: {
        message: 'Dentist, 2026-12-01 09:00 UTC, Bern',
        channels: ['push'],
        event_title: 'Dentist',
        event_time: '2026-12-01T09:00:00.000Z',
        ends_at: '2026-12-01T09:45:00.000Z',
        location: 'Bern',
        minutes_until: 30,
      },
      summary: 'Dentist, 2026-12-01 09:00 UTC, Bern',
    });
  });

  test('needs no length and no place', async () => {
    expect(await runOnce(executors.calendar_event, config).done).toMatchObject({
      result: { ends_at: null, location: null },
      summary: 'Dentist, 2026-12-01 09:00 UTC',
    });
  });
});

describe('a backup', () => {
  const made: BackupMade = {
    name: 'usr_1/tsk/0',
    bytes: 1_234,
    sha256: 'ab',
    counts: { tasks: 1, executions: 2, events: 9 },
    first_sequence: 3 as Sequence,
    last_sequence: 40 as Sequence,
    kept: 2,
  };

  async function backUp(config: JsonObject, make: (order: BackupOrder) => Promise<BackupMade>) {
    const orders: BackupOrder[] = [];
    const backups = { make: (order: BackupOrder) => make(order).finally(() => orders.push(order)) };
    const executor = createExecutors(providers({ backups })).data_backup;
    return { orders, done: await runOnce(executor, config).done };
  }

  test('orders an archive of everything, of which seven are kept', async () => {
    const { orders, done } = await backUp({}, async () => made);
    expect(orders).toMatchObject([{ userId: 'usr_1', scope: ['tasks', 'executions', 'events'], keep: 7 }]);
    expect(done).toMatchObject({
      result: { archive: made.name, bytes: 1_234, sha256: 'ab', counts: made.counts, kept: 2 },
      summary: 'Backed up 1 task, 2 executions and 9 events.',
    });
  });

  test.each<[JsonObject, JsonObject, string]>([
    [
      { scope: 'all', keep: 1 },
      { scope: ['tasks', 'executions', 'events'], keep: 1 },
      '1 task, 2 executions and 9 events',
    ],
    [{ scope: 'events' }, { scope: ['events'], keep: 7 }, '9 events'],
    [{ scope: ['events', 'tasks', 'tasks'] }, { scope: ['tasks', 'events'], keep: 7 }, '1 task and 9 events'],
  ])('as configured: %j', async (config, order, told) => {
    const { orders, done } = await backUp(config, async () => made);
    expect(orders).toMatchObject([order]);
    expect(done.summary).toBe(`Backed up ${told}.`);
  });

  test.each<[JsonObject, string]>([
    [{ keep: 0 }, 'keep'],
    [{ keep: 1_001 }, 'keep'],
    [{ scope: [] }, 'scope'],
    [{ scope: 'everything' }, 'scope'],
    [{ to: 'elsewhere' }, 'to'],
  ])('is not taken with %j', (config, field) => {
    const parsed = executors.data_backup.parseConfig(config);
    expect(parsed.ok ? [] : parsed.faults.map(({ path }) => path[0])).toEqual([field]);
  });

  test.each([
    [new LogUnavailable('x'), { code: 'STORE_UNAVAILABLE', retryable: true }],
    [new LogRefused('LOG_FULL', 'x'), { code: 'STORE_FULL', retryable: true }],
  ])('that is not stored fails by name: %s', async (error, failure) => {
    await expect(backUp({}, () => Promise.reject(error))).rejects.toMatchObject(failure);
  });
});
