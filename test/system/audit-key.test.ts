/** The key of the signed log is changed with a data folder, by a service that is killed on the way. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/app/config/config.ts';
import { resolveAuditKey } from '../../src/app/start/audit-files.ts';
import { openNatsBeside } from '../../src/app/start/nats-access.ts';
import { audit } from '../../src/cli/audit.ts';
import type { SignerKeys } from '../../src/history/audit/note.ts';
import { signCheckpoint } from '../support/audit-signer.ts';
import { runCommand } from '../support/processes/command-line.ts';
import { Caller, SECRET, SECRETS_KEY, startService, tokenFor } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('the key is changed once, wherever the service is killed, and who has the old one is led to the new one', async () => {
  const folder = temporaryFolder();
  const env = { DATA_DIR: folder };
  const commandEnv = { ...env, SECRETS_KEY, AUTH_JWT_SECRET: SECRET };
  const config = parseConfig(commandEnv);
  const keyFile = () => readFileSync(join(folder, 'audit-key'), 'utf8').trim().split('\n');
  const vkey = async () => (await resolveAuditKey(config))?.signer.vkey ?? '';
  const auditor = { authorization: `Bearer ${await tokenFor('auditor', 'free', ['auditor'])}` };
  const read = async (url: string, path: string) => {
    const answer = await fetch(`${url}/api/v1/audit/${path}`, { headers: auditor });
    return { status: answer.status, text: await answer.text() };
  };

  const first = await startService(env);
  const ann = new Caller(first.url, await tokenFor('ann'));
  expect((await ann.call('POST', '/tasks', { name: 'x', task_type: 'todo' })).status).toBe(201);
  const keys = (await resolveAuditKey(config)) as SignerKeys;
  // As the service does after a minute.
  const access = await openNatsBeside(config, pino({ level: 'silent' }), 'test');
  await signCheckpoint(access, keys);
  await access.close();
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
  const told = async (key: string) => {
    const lines: string[] = [];
    const io = { print: (line: string) => void lines.push(line), stdin: process.stdin };
    expect(await audit(['verify', file, '--vkey', key], () => config, {}, io)).toBe(true);
    return lines;
  };
  expect(await told(old)).toContainEqual(expect.stringContaining(`from there on it is ${now}`));
  expect(await told(now)).toContainEqual(expect.stringMatching(/^passed over: 1 checkpoints/));
  const verified = await read(third.url, 'verify');
  expect(JSON.parse(verified.text.trimEnd().split('\n').at(-1) ?? '').end).toMatchObject({ faults: 0 });
  expect(await third.end('SIGTERM')).toBe(0);
}, 180_000);
