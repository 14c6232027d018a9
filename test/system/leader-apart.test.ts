/** What holds REST up holds up neither slots nor leases, and a thread of REST that ends takes nothing else with it. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ServiceProcess } from '../../harness/service-process.ts';
import { eventually } from '../support/eventually.ts';
import { Caller, startService, tokenFor } from '../support/processes/service.ts';
import { type CoreWaits, watchCoreWaits } from '../support/processes/waited-for-cores.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const HOLDING = join(import.meta.dirname, 'held-rest.mjs');
/** Longer than the lease of a leader lasts. */
const HELD_MS = 8_000;
/** Services are started here, and a thread of theirs up to four times more. */
const WITHIN_MS = 180_000;

async function heldService(env: Record<string, string> = {}) {
  const service = await startService({ DATA_DIR: temporaryFolder(), ...env }, ['--import', HOLDING]);
  const ann = new Caller(service.url, await tokenFor('ann'));
  await scheduling(service);
  const waits = watchCoreWaits(service.pid);
  onTestFinished(() => waits.stop());
  return { service, ann, waits };
}

interface Scheduling {
  readonly state: string;
  readonly term: number | null;
}

/** Of the instance, once it leads. */
function scheduling({ url }: ServiceProcess): Promise<Scheduling> {
  return eventually(async () => {
    const { components } = (await (await fetch(`${url}/health/detailed`)).json()) as {
      components: { scheduler: Scheduling | null };
    };
    return components.scheduler?.state === 'leading' ? components.scheduler : null;
  });
}

function runAt(ann: Caller, atMs: number): Promise<string> {
  const schedule = { type: 'once', run_time: new Date(atMs).toISOString() };
  return ann
    .call('POST', '/tasks', { name: 'Soon', task_type: 'todo', schedule })
    .then(({ body }) => String(body.task_id));
}

/** Milliseconds from slot to end, less those in which the service had no core, and as many for its nats-server. */
async function latenessOf(ann: Caller, taskId: string, waits: CoreWaits): Promise<number> {
  const run = await eventually(async () => {
    const path = `/tasks/${taskId}/executions`;
    const { body } = await ann.call<{ scheduled_for: string; completed_at: string | null }[]>('GET', path);
    return body[0]?.completed_at ? { ...body[0], completed_at: body[0].completed_at } : null;
  });
  const [due, ended] = [run.scheduled_for, run.completed_at].map((time) => Date.parse(time)) as [
    number,
    number,
  ];
  return ended - due - 2 * waits.between(due, ended);
}

describe('a service whose REST is held up', () => {
  test(
    'fires its slots in time and keeps its leases',
    async () => {
      const { service, ann, waits } = await heldService();
      const before = await scheduling(service);
      const due = Date.now() + 1_500;
      const tasks = await Promise.all([0, 500, 3_000].map((afterMs) => runAt(ann, due + afterMs)));
      await fetch(`${service.url}/hold?ms=${HELD_MS}`);
      for (const taskId of tasks) expect(await latenessOf(ann, taskId, waits)).toBeLessThan(1_000);
      expect(await scheduling(service)).toMatchObject({ term: before.term });
      // A lease that was lost and had again would have another term.
      expect(service.log().filter(({ msg }) => msg === 'scheduler leads')).toHaveLength(1);
    },
    WITHIN_MS,
  );

  test(
    'stops in time all the same',
    async () => {
      const { service } = await heldService();
      void fetch(`${service.url}/hold?ms=60000`).catch(() => {});
      await delay(500);
      const began = performance.now();
      expect(await service.end('SIGTERM')).toBe(0);
      expect(performance.now() - began).toBeLessThan(15_000);
      expect(service.log().at(-1)?.msg).toBe('stopped');
    },
    WITHIN_MS,
  );
});

describe('a thread of REST that ends by an error', () => {
  test(
    'is started again where it listened, and says why; the leader goes on',
    async () => {
      const { service, ann, waits } = await heldService();
      const before = await scheduling(service);
      const task = await runAt(ann, Date.now() + 1_000);
      await fetch(`${service.url}/die`).catch(() => {});
      const line = await service.logged(({ level, err }) => level === 'error' && err !== undefined);
      expect(line).toMatchObject({
        component: 'api',
        err: { message: expect.stringContaining('nobody catches this') },
      });
      await eventually(() =>
        fetch(`${service.url}/health/ready`).then(
          ({ ok }) => ok || null,
          () => null,
        ),
      );
      expect(await latenessOf(ann, task, waits)).toBeLessThan(1_000);
      expect(await scheduling(service)).toEqual(expect.objectContaining({ term: before.term }));
    },
    WITHIN_MS,
  );

  test(
    'ends the service where it ends again and again',
    async () => {
      const { service } = await heldService();
      const killing = (async () => {
        for (let ended = false; !ended; ) {
          await fetch(`${service.url}/die`).catch(() => {});
          ended = await Promise.race([service.ended.then(() => true), delay(200).then(() => false)]);
        }
      })();
      expect(await service.ended).toBe(1);
      await killing;
      expect(service.log().find(({ level }) => level === 'fatal')).toMatchObject({
        err: { message: expect.stringMatching(/REST.*nobody catches this/) },
      });
    },
    WITHIN_MS,
  );
});

test('health, figures and log lines of both threads are in one place', async () => {
  const { service, ann } = await heldService();
  const { body } = await ann.call('POST', '/tasks', { name: 'Once', task_type: 'todo' });
  const run = await ann.call('POST', `/tasks/${body.task_id}/execute`, {}, { prefer: 'wait=10' });
  expect(run.body).toMatchObject({ status: 'completed' });
  const text = await (await fetch(`${service.url}/metrics`)).text();
  const lines = text.split('\n');
  const value = (name: string) =>
    Number(
      lines
        .find((line) => line.startsWith(`${name} `))
        ?.split(' ')
        .at(-1),
    );
  // Counted by the thread that answers, and by the one that runs.
  expect(
    value('task_service_http_request_seconds_count{method="POST",route="/api/v1/tasks",status="201"}'),
  ).toBe(1);
  expect(value('task_service_executions_total{type="todo",outcome="completed"}')).toBe(1);
  expect(value('task_service_ready')).toBe(1);
  expect(value('task_service_scheduler_leading')).toBe(1);
  for (const thread of ['main', 'api']) {
    expect(value(`nodejs_eventloop_lag_p99_seconds{thread="${thread}"}`)).toBeGreaterThan(0);
  }
  expect(lines.filter((line) => line.startsWith('process_cpu_seconds_total '))).toHaveLength(1);
  expect(new Set(lines.filter((line) => line.startsWith('# TYPE '))).size).toBe(
    lines.filter((line) => line.startsWith('# TYPE ')).length,
  );
  await service.end('SIGTERM');
  // Each thread's in the order in which they happened; REST's wait for each other before they are handed over.
  for (const component of ['http', 'scheduler']) {
    const times = service
      .log()
      .filter((line) => line.component === component)
      .map(({ time }) => String(time));
    expect(times.length).toBeGreaterThan(0);
    expect(times).toEqual(times.toSorted());
  }
});
