import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { cutLogEnd } from '../support/nats/damaged-store.ts';
import { Caller, SECRET, SECRETS_KEY, startService, tokenFor } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');

/** `task-service <command>` as an operator types it: what it prints, or fails with. */
async function command(name: string, dataDir: string): Promise<string> {
  const env = { PATH: process.env.PATH, DATA_DIR: dataDir, SECRETS_KEY, AUTH_JWT_SECRET: SECRET };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [PROGRAM, name], { env }).catch(
    (failure: { stdout: string; stderr: string }) => failure,
  );
  return stdout + stderr;
}

test('a log that lost events is not served before that is accepted: not ready, no writes, no reads, and says why', async () => {
  const dataDir = await temporaryFolder();
  const start = async () => {
    const service = await startService({
      DATA_DIR: dataDir,
      PLATFORM_SERVICES: 'notification=http://127.0.0.1:9',
    });
    return { service, ann: new Caller(service.url, await tokenFor('ann')) };
  };
  const before = await start();
  const made: string[] = [];
  for (const name of ['one', 'two', 'three']) {
    const { body } = await before.ann.call<{ task_id: string }>('POST', '/tasks', {
      name,
      task_type: 'todo',
    });
    made.push(body.task_id);
  }
  await before.service.end('SIGTERM');
  cutLogEnd(join(dataDir, 'nats'), 100);

  const { service, ann } = await start();
  const ready = await fetch(`${service.url}/health/ready`);
  expect([ready.status, await ready.json()]).toMatchObject([
    503,
    { reasons: [expect.stringMatching(/LOST EVENTS.*restore the log.*task-service accept-loss/)] },
  ]);
  const refused = { status: 503, body: { error_code: 'LOG_INCOMPLETE' } };
  expect(await ann.call('POST', '/tasks', { name: 'four', task_type: 'todo' })).toMatchObject(refused);
  expect(await ann.call('GET', '/tasks')).toMatchObject(refused);
  expect(await ann.call('GET', `/tasks/${made[0]}`)).toMatchObject(refused);
  await service.end('SIGTERM');

  expect(await command('rebuild', dataDir)).toContain('HAS LOST EVENTS');
  expect(await command('accept-loss', dataDir)).toContain('is recorded in the log');
  const after = await start();
  const { body } = await after.ann.call<{ tasks: { task_id: string }[] }>('GET', '/tasks');
  expect(body.tasks.map(({ task_id }) => task_id).toSorted()).toEqual(made.slice(0, 2).toSorted());
  const four = await after.ann.call('POST', '/tasks', { name: 'four', task_type: 'todo' });
  expect(four.status).toBe(201);
  await after.service.end('SIGTERM');
  expect(await command('verify', dataDir)).toContain('the views are what the log says');
});
