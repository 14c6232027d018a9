/**
 * Schedules take a minute on the wall clock. While it passes, the tests in `meanwhile/` try what else the built service
 * does, each with services of its own. An outside cluster has one service for all, which some tests end: there the minute
 * begins with the test of it, and the others are run by themselves.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { ServiceProcess } from '../../harness/service-process.ts';
import { restThreadWaitedMs } from '../../harness/thread-time.ts';
import { outsideCluster } from '../support/cluster/outside-cluster.ts';
import { Caller, startService, tokenFor } from '../support/processes/service.ts';
import { type CoreWaits, waitedForCores, watchCoreWaits } from '../support/processes/waited-for-cores.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  type HttpReceiver,
  type ReceivedRequest,
  startHttpReceiver,
} from '../support/world/http-receiver.ts';

if (outsideCluster === null) {
  await import('./meanwhile/policies.ts');
  await import('./meanwhile/providers.ts');
  await import('./meanwhile/secrets.ts');
  await import('./meanwhile/triggers.ts');
}

interface Task {
  task_id: string;
  status: string;
  next_run_time: string | null;
  run_count: number;
  last_result: unknown;
}
interface Execution {
  execution_id: string;
  status: string;
  trigger_type: string;
  scheduled_for: string;
  late_by_ms: number;
  attempt: number;
  result: { status: number };
}

/** One webhook task for each path, so that the receiver can tell them apart. */
function webhook(url: string, path: string, schedule: object): object {
  return {
    name: `Call ${path}`,
    task_type: 'custom',
    config: {
      script_type: 'webhook',
      url: `${url}${path}`,
      secret: 'whsec_c2VjcmV0IG9mIHRoZSByZWNlaXZlcg==',
    },
    schedule,
  };
}

type Path = '/once' | '/cron' | '/interval';
interface Ran {
  readonly path: Path;
  readonly task: Task;
  readonly requests: readonly ReceivedRequest[];
  readonly executions: readonly Execution[];
}

let service: ServiceProcess;
let coreWaits: CoreWaits;
let receiver: HttpReceiver;
let caller: Caller;
let minute: Promise<readonly Ran[]> | null = null;

beforeAll(async () => (outsideCluster === null ? begin() : undefined));

/** Answers how to end what it began. */
async function begin(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'task-service-test-'));
  receiver = await startHttpReceiver();
  service = await startService({ DATA_DIR: folder, EGRESS_ALLOW: receiver.host });
  coreWaits = watchCoreWaits(service.pid);
  caller = new Caller(service.url, await tokenFor('ada'));
  const tasks = await createTasks();
  minute = runThrough(tasks);
  // Where it fails, the test that waits for it says so.
  minute.catch(() => {});
  return async () => {
    coreWaits.stop();
    await service.end('SIGKILL');
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

/** The interval's slots are 2 s and 62 s from now; the cron's is the next full minute. */
async function createTasks(): Promise<readonly [Path, Task][]> {
  const began = Date.now();
  const schedules: [Path, object][] = [
    ['/once', { type: 'once', run_time: new Date(began + 3_000).toISOString() }],
    ['/cron', { type: 'cron', expression: '* * * * *', timezone: 'Asia/Kathmandu' }],
    ['/interval', { type: 'interval', interval_minutes: 1, anchor: new Date(began - 58_000).toISOString() }],
  ];
  const tasks: [Path, Task][] = [];
  for (const [path, schedule] of schedules) {
    const task = webhook(receiver.url, path, schedule);
    const { status, headers, body } = await caller.call<Task>('POST', '/tasks', task);
    expect(status).toBe(201);
    expect(body.status).toBe('scheduled');
    expect(headers.get('location')).toBe(`/api/v1/tasks/${body.task_id}`);
    tasks.push([path, body]);
  }
  return tasks;
}

/** What became of the tasks once each slot has called the receiver. */
async function runThrough(tasks: readonly [Path, Task][]): Promise<readonly Ran[]> {
  const of = (path: Path) => receiver.requests.filter((request) => request.path === path);
  for (let n = 1; of('/once').length < 1 || of('/cron').length < 1 || of('/interval').length < 2; n++) {
    await receiver.received(n);
  }
  return Promise.all(
    tasks.map(async ([path, task]) => {
      const requests = of(path);
      return { path, task, requests, executions: await ended(caller, task.task_id, requests.length) };
    }),
  );
}

test('a clean stop ends the process at once, also after callers have waited for runs', async () => {
  const service = await startService({ DATA_DIR: temporaryFolder() });
  const caller = new Caller(service.url, await tokenFor('ada'));
  const { body } = await caller.call<Task>('POST', '/tasks', { name: 'Run', task_type: 'todo' });
  const run = await caller.call('POST', `/tasks/${body.task_id}/execute`, {}, { prefer: 'wait=10' });
  expect(run.status).toBe(201);
  const began = performance.now();
  expect(await service.end('SIGTERM')).toBe(0);
  expect(performance.now() - began).toBeLessThan(5_000);
});

test('after a clean stop the next start finds everything, in less than 3 s', async () => {
  const env = { DATA_DIR: temporaryFolder() };
  const first = await startService(env);
  const token = await tokenFor('ada');
  const { body } = await new Caller(first.url, token).call<Task>('POST', '/tasks', {
    name: 'Stay',
    task_type: 'todo',
  });
  expect(await first.end('SIGINT')).toBe(0);

  const began = performance.now();
  const second = await startService(env);
  const waited = waitedForCores(second.pid) + restThreadWaitedMs(second.pid);
  expect(performance.now() - began - waited).toBeLessThan(3_000);
  const { status, body: again } = await new Caller(second.url, token).call<Task>(
    'GET',
    `/tasks/${body.task_id}`,
  );
  expect(status).toBe(200);
  expect(again).toEqual(body);
});

test('once, cron and interval tasks run on time: one signed call a slot, an execution and a history each', async () => {
  if (minute === null) onTestFinished(await begin());
  const ran = (await minute) ?? [];
  expect(ran).toHaveLength(3);
  for (const { task, requests, executions } of ran) {
    expect(executions.map((e) => e.execution_id).sort()).toEqual(requests.map(executionId).sort());
    for (const execution of executions) {
      expect(execution).toMatchObject({ status: 'completed', trigger_type: 'scheduled', attempt: 1 });
      const slot = Date.parse(execution.scheduled_for);
      const waited = coreWaits.between(slot, slot + execution.late_by_ms);
      expect(execution.late_by_ms - waited).toBeLessThan(1_000);
      expect(execution.result.status).toBe(200);
    }
    expect(executions.map((e) => e.scheduled_for)).toContain(task.next_run_time);
    for (const request of requests) expect(request.headers['webhook-signature']).toMatch(/^v1,/);
  }

  const once = ran.find(({ path }) => path === '/once')?.task.task_id;
  const { body: done } = await caller.call<Task>('GET', `/tasks/${once}`);
  expect(done).toMatchObject({ status: 'completed', run_count: 1, next_run_time: null });
  const { body: history } = await caller.call<{ events: { event: { type: string; data: object } }[] }>(
    'GET',
    `/tasks/${once}/events`,
  );
  expect(history.events.map(({ event }) => event.type)).toEqual([
    'task.created',
    'task.execution_requested',
    'task.execution_started',
    'task.execution_completed',
  ]);
  expect(await service.end('SIGTERM')).toBe(0);
}, 100_000);

function executionId(request: ReceivedRequest): string {
  return String(request.headers['webhook-id']);
}

/** The task's executions, once `count` of them have an outcome. */
async function ended(caller: Caller, taskId: string, count: number): Promise<Execution[]> {
  for (;;) {
    const { body } = await caller.call<Execution[]>('GET', `/tasks/${taskId}/executions`);
    const over = body.filter((execution) => execution.status !== 'pending' && execution.status !== 'running');
    if (over.length >= count) return over;
  }
}
