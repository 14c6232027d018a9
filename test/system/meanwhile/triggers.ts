import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { expectSoundHistory, readWholeLog } from '../../support/log/inspect-log.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer } from '../../support/nats/nats-server.ts';
import { publish } from '../../support/parts/event-triggers.ts';
import { Caller, startService, tokenFor } from '../../support/processes/service.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const TASKS = 20;

test('what was published while the service was killed and down runs each of its tasks once', async () => {
  const server = await natsServer();
  const env = {
    NATS_URL: server.servers,
    NATS_USER: server.user,
    NATS_PASSWORD: server.pass,
    DATA_DIR: temporaryFolder(),
  };
  let service = await startService(env);
  const token = await tokenFor('ann@example.com');
  const caller = new Caller(service.url, token);
  const create = async (n: number) => {
    const task = { name: 'Ship', task_type: 'todo', trigger: { type: 'event', subject: `orders.${n % 5}` } };
    return (await caller.call<{ task_id: string }>('POST', '/tasks', task)).body.task_id;
  };
  const taskIds = await Promise.all(Array.from({ length: TASKS }, (_, n) => create(n)));
  const hook = await caller.call<{ url: string }>('POST', `/tasks/${taskIds[0]}/webhook`);
  expect(hook.body.url.startsWith(`${service.url}/api/v1/hooks/`)).toBe(true);

  const nc = await connected(server);
  const round = (n: number) => publish(nc, `events.ann=40example=2Ecom.orders.${n % 5}`, `{"n":${n}}`);
  await Promise.all([0, 1, 2, 3, 4].map(round));
  // What it has in hand now comes again once the server has missed its acknowledgement for five seconds.
  await service.end('SIGKILL');
  await Promise.all([5, 6, 7, 8, 9].map(round));
  service = await startService(env);
  caller.url = service.url;

  const finished = async (taskId: string) => {
    for (;;) {
      const path = `/tasks/${taskId}/executions?status=completed`;
      const { body } = await caller.call<{ trigger_data: { payload: { n: number } } }[]>('GET', path);
      if (body.length >= 2) return body.map(({ trigger_data }) => trigger_data.payload.n);
      await delay(50);
    }
  };
  const runs = await Promise.all(taskIds.map(finished));
  expect(runs.map((ran) => ran.sort())).toEqual(taskIds.map((_, n) => [n % 5, (n % 5) + 5]));

  const example = await promisify(execFile)(process.execPath, [join(ROOT, 'examples', 'event-trigger.mjs')], {
    env: {
      ...env,
      PATH: process.env.PATH ?? '',
      TASK_SERVICE_URL: service.url,
      TASK_SERVICE_TOKEN: token,
      TASK_SERVICE_USER: 'ann=40example=2Ecom',
    },
  });
  expect(example.stdout).toMatch(/^exe_\w+ completed, triggered by \{"order":7,"total":120\}\n$/);
  expect(await service.end('SIGTERM')).toBe(0);
  expectSoundHistory(await readWholeLog(nc));
});
