import { expect, test } from 'vitest';
import { Caller, startService, tokenFor } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { httpReceiver } from '../support/world/http-receiver.ts';

/** As many as all places of a service with nothing set. */
const ACCOUNTS = 10;
const TASKS_EACH = 5;

const pathOf = (receiverUrl: string, account: number, task: number) => `${receiverUrl}/${account}/${task}`;

test('ten accounts that call silent hosts hold all places, and another user is served at once', async () => {
  // Takes every request and never answers.
  const silent = await httpReceiver(() => {});
  const service = await startService({
    DATA_DIR: temporaryFolder(),
    EGRESS_ALLOW: silent.host,
    EXECUTION_TIMEOUT_SECONDS: '3600',
  });
  for (let account = 0; account < ACCOUNTS; account++) {
    const caller = new Caller(service.url, await tokenFor(`usr_silent_${account}`, 'free'));
    for (let task = 0; task < TASKS_EACH; task++) {
      const url = pathOf(silent.url, account, task);
      const config = { script_type: 'webhook', url };
      const made = await caller.call('POST', '/tasks', { name: 'Wait', task_type: 'custom', config });
      expect(made.status).toBe(201);
      const asked = await caller.call(
        'POST',
        `/tasks/${made.body.task_id}/execute`,
        {},
        { prefer: 'wait=0' },
      );
      expect(asked.status).toBe(202);
    }
  }
  await silent.received(ACCOUNTS * TASKS_EACH);

  const victim = new Caller(service.url, await tokenFor('usr_victim', 'free'));
  const made = await victim.call('POST', '/tasks', {
    name: 'Buy milk',
    task_type: 'custom',
    config: {
      script_type: 'webhook',
      url: `${silent.url}/victim`,
    },
  });
  const began = performance.now();
  await victim.call('POST', `/tasks/${made.body.task_id}/execute`, {}, { prefer: 'wait=0' });
  const call = await silent.received(ACCOUNTS * TASKS_EACH + 1);
  expect(call.path).toBe('/victim');
  // It is a second on a machine with nothing else to do; without a place it is as long as the hosts are silent.
  expect(performance.now() - began).toBeLessThan(10_000);

  const health = (await (await fetch(`${service.url}/health/detailed`)).json()) as {
    components: { worker: { running: number } };
    warnings: string[];
  };
  expect(health.components.worker.running).toBe(ACCOUNTS * TASKS_EACH + 1);
  expect(health.warnings).toEqual([]);
}, 120_000);
