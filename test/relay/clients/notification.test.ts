import { expect, it } from 'vitest';
import type { TaskQueries } from '../../../src/application/queries/queries.ts';
import type { TaskId, UserId } from '../../../src/domain/shared/ids.ts';
import { type Instant, plusMs } from '../../../src/domain/shared/instant.ts';
import { notify } from '../../../src/relay/clients/notification.ts';
import type { ServiceClient } from '../../../src/relay/clients/service-client.ts';
import type { PublishedEvent } from '../../../src/relay/published/published-event.ts';
import { START } from '../../support/history.ts';

const HOUR_MS = 3_600_000;

/** Whether a failure is told now, where one was told at `last`. */
async function isTold(last: Instant): Promise<boolean> {
  let calls = 0;
  const client = {
    call: async () => {
      calls += 1;
    },
  } as unknown as ServiceClient;
  const task = { state: { name: 'Water the plants', notify: null } };
  const told: PublishedEvent = {
    id: '7.task.failed',
    type: 'task.failed',
    actor: 'worker:1',
    traceparent: null,
    userId: 'usr_ann' as UserId,
    taskId: 'tsk_1' as TaskId,
    data: { error_message: 'No water.' },
  };
  const deps = {
    client,
    queries: { task: async () => task } as unknown as TaskQueries,
    users: { readIsDeleted: async () => false },
    records: {
      get: async () => ({ value: { message_id: '5.task.failed', at: last }, version: 1 }),
      put: async () => 2,
    },
    clock: { now: () => START, monotonicMs: () => 0 },
  };
  await notify(deps, told, new AbortController().signal);
  return calls > 0;
}

it('a failure is told an hour after the last one, or where that is still to come: a clock was ahead', async () => {
  const asked = [-HOUR_MS, -HOUR_MS + 1, 0, 1, 24 * HOUR_MS];
  const told = await Promise.all(asked.map((ms) => isTold(plusMs(START, ms))));
  expect(told).toEqual([true, false, false, true, true]);
});
