import { expect, it } from 'vitest';
import type { TaskQueries } from '../../../src/application/queries/queries.ts';
import type { TaskId, UserId } from '../../../src/domain/shared/ids.ts';
import { type Instant, plusMs } from '../../../src/domain/shared/instant.ts';
import { DEFAULT_NOTIFY, type Notify } from '../../../src/domain/task/notify.ts';
import { notify } from '../../../src/relay/clients/notification.ts';
import type { ServiceClient } from '../../../src/relay/clients/service-client.ts';
import type { PublishedEvent } from '../../../src/relay/published/published-event.ts';
import { START } from '../../support/histories/history.ts';

const HOUR_MS = 3_600_000;

const FAILED = { type: 'task.failed', data: { error_message: 'No water.' } } as const;
const MISSED = {
  type: 'task.slots_skipped',
  data: { reason: 'missed', count: 2, count_is_minimum: false, from: START, to: START, next_run_time: START },
} as const;

interface Given {
  readonly event: typeof FAILED | typeof MISSED | Pick<PublishedEvent, 'type' | 'data'>;
  /** When such a notice was told last. */
  readonly last: Instant | null;
  readonly lastRun?: Instant | null;
  readonly switches?: Notify | null;
}

/** Whether it is told now. */
async function isTold({ event, last, lastRun = null, switches = null }: Given): Promise<boolean> {
  let calls = 0;
  const client = {
    call: async () => {
      calls += 1;
    },
  } as unknown as ServiceClient;
  const task = { state: { name: 'Water the plants', notify: switches, last_run_time: lastRun } };
  const told: PublishedEvent = {
    id: `7.${event.type}`,
    type: event.type,
    actor: 'worker:1',
    traceparent: null,
    userId: 'usr_ann' as UserId,
    taskId: 'tsk_1' as TaskId,
    data: event.data,
  };
  const deps = {
    client,
    queries: { task: async () => task } as unknown as TaskQueries,
    users: { readIsDeleted: async () => false },
    records: {
      get: async () => (last === null ? null : { value: { message_id: '5', at: last }, version: 1 }),
      put: async () => 2,
    },
    clock: { now: () => START, monotonicMs: () => 0 },
  };
  await notify(deps, told, new AbortController().signal);
  return calls > 0;
}

it('a failure is told an hour after the last one, or where that is still to come: a clock was ahead', async () => {
  const asked = [-HOUR_MS, -HOUR_MS + 1, 0, 1, 24 * HOUR_MS];
  const told = await Promise.all(asked.map((ms) => isTold({ event: FAILED, last: plusMs(START, ms) })));
  expect(told).toEqual([true, false, false, true, true]);
});

it('what is missed is told once, until the task has run again and an hour has passed', async () => {
  const ago = (ms: number) => plusMs(START, -ms);
  const told = await Promise.all(
    [
      { last: null },
      { last: ago(30 * HOUR_MS) },
      { last: ago(30 * HOUR_MS), lastRun: ago(31 * HOUR_MS) },
      { last: ago(30 * HOUR_MS), lastRun: ago(2 * HOUR_MS) },
      { last: ago(HOUR_MS / 2), lastRun: ago(HOUR_MS / 4) },
      { last: null, switches: { ...DEFAULT_NOTIFY, missed: false } },
    ].map((given) => isTold({ event: MISSED, ...given })),
  );
  expect(told).toEqual([true, false, false, true, false, false]);
});

it('what a limit left out is told, what the run before it stood in the way of is not', async () => {
  const reasons = ['execution_limit', 'credit_limit', 'overlap'];
  const told = await Promise.all(
    reasons.map((reason) => isTold({ event: { ...MISSED, data: { ...MISSED.data, reason } }, last: null })),
  );
  expect(told).toEqual([true, true, false]);
});
