/** The key of the signed log is changed with a data folder, by a service that is killed on the way. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../support/command-line.ts';
import { Caller, SECRET, SECRETS_KEY, startService, tokenFor } from '../support/service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** So many events are signed without waiting for a minute. */
const EVENTS = 1_000;
const AT_ONCE = 50;

test('the key is changed once, wherever the service is killed, and who has the old one is led to the new one', async () => {
  const folder = temporaryFolder();
  const env = { DATA_DIR: folder };
  const commandEnv = { ...env, SECRETS_KEY, AUTH_JWT_SECRET: SECRET };
  const keyFile = () => readFileSync(join(folder, 'audit-key'), 'utf8').trim().split('\n');
  const vkey = async () => (await runCommand(['audit', 'key'], commandEnv)).stdout.trim();
  const auditor = { authorization: `Bearer ${await tokenFor('auditor', 'free', ['auditor'])}` };
  const read = async (url: string, path: string) => {
    const answer = await fetch(`${url}/api/v1/audit/${path}`, { headers: auditor });
    return { status: answer.status, text: await answer.text() };
  };

  const first = await startService(env);
  const ann = new Caller(first.url, await tokenFor('ann'));
  for (let made = 0; made < EVENTS; made += AT_ONCE) {
    const some = Array.from({ length: AT_ONCE }, () =>
      ann.call('POST', '/tasks', { name: 'x', task_type: 'todo' }),
    );
    for (const { status } of await Promise.all(some)) expect(status).toBe(201);
  }
  await expect
    .poll(async () => (await read(first.url, 'log/checkpoint')).status, { timeout: 30_000 })
    .toBe(200);
  const old = await vkey();
  const rotated = await runCommand(['audit', 'rotate-key'], commandEnv);
  expect(rotated.stdout).toContain(`until then: ${old}`);
  expect(keyFile()).toHaveLength(2);
  await first.end('SIGKILL');

  const second = await startService(env);
  await second.logged(({ msg }) => msg === 'the key that signs the log was changed');
  await second.end('SIGKILL');
  const third = await startService(env);
  await expect.poll(() => keyFile().length, { timeout: 30_000 }).toBe(1);
  const now = await vkey();
  expect(now).not.toBe(old);
  expect((await read(third.url, 'log/key')).text).toBe(now);

  const { text } = await read(third.url, 'events');
  expect(text.match(/"type":"audit.key_changed"/g)).toHaveLength(1);
  const file = join(folder, 'log.ndjson');
  writeFileSync(file, text);
  const withOld = await runCommand(['audit', 'verify', file, '--vkey', old], {});
  expect([withOld.status, withOld.stdout]).toEqual([
    0,
    expect.stringContaining(`from there on it is ${now}\n`),
  ]);
  const withNew = await runCommand(['audit', 'verify', file, '--vkey', now], {});
  expect([withNew.status, withNew.stdout]).toEqual([
    0,
    expect.stringMatching(/^passed over: \d+ checkpoints/),
  ]);
  const verified = await read(third.url, 'verify');
  expect(JSON.parse(verified.text.trimEnd().split('\n').at(-1) ?? '').end).toMatchObject({ faults: 0 });
  expect(await third.end('SIGTERM')).toBe(0);
});
