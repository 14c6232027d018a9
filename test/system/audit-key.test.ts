/** The key of the signed log is changed with a data folder, by a service that is killed on the way; witnesses cosign the change. */
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
import { startWitness, type WitnessServer } from '../support/witness-server.ts';

/** A policy by which `least` of them are enough for a log of these keys. */
function policyOf(logs: readonly string[], witnesses: readonly WitnessServer[], least: number): string {
  return [
    ...logs.map((vkey) => `log ${vkey}`),
    ...witnesses.map(({ name, vkey, url }) => `witness ${name} ${vkey} ${url}`),
    `group enough ${least} ${witnesses.map(({ name }) => name).join(' ')}`,
    'quorum enough\n',
  ].join('\n');
}

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
  const made = await ann.call<{ task_id: string }>('POST', '/tasks', { name: 'x', task_type: 'todo' });
  expect(made.status).toBe(201);
  const keys = (await resolveAuditKey(config)) as SignerKeys;
  // As the service does after a minute.
  const access = await openNatsBeside(config, pino({ level: 'silent' }), 'test');
  await signCheckpoint(access, keys);
  await access.close();
  const [, size, root = ''] = (await read(first.url, 'log/checkpoint')).text.split('\n');
  const old = await vkey();
  const rotated = await runCommand(['audit', 'rotate-key'], commandEnv);
  expect(rotated.stdout).toContain(`until then: ${old}`);
  expect(keyFile()).toHaveLength(2);
  await first.end('SIGKILL');

  const second = await startService(env);
  await second.logged(({ msg }) => msg === 'the key that signs the log was changed');
  await second.end('SIGKILL');
  const next = await vkey();
  const names = ['well', 'behind', 'hangs', 'nonsense'] as const;
  const witnesses = await Promise.all(
    names.map((name) => startWitness(`${name}.example`, () => [old, next])),
  );
  const [well, behind, hangs, nonsense] = witnesses as [
    WitnessServer,
    WitnessServer,
    WitnessServer,
    WitnessServer,
  ];
  behind.believe({ size: Number(size), root });
  hangs.badDay = () => {};
  nonsense.badDay = (response) => response.writeHead(200).end('all is well');
  const policy = join(temporaryFolder(), 'policy');
  writeFileSync(policy, policyOf([next], witnesses, 2));
  const third = await startService({
    ...env,
    AUDIT_POLICY: policy,
    EGRESS_ALLOW: witnesses.map(({ host }) => host).join(','),
  });
  await expect.poll(() => keyFile().length, { timeout: 30_000 }).toBe(1);
  const now = await vkey();
  expect(now).not.toBe(old);
  expect((await read(third.url, 'log/key')).text).toBe(now);

  const { text } = await read(third.url, 'events');
  expect(text.match(/"type":"audit.key_changed"/g)).toHaveLength(1);
  const file = join(folder, 'log.ndjson');
  writeFileSync(file, text);
  const told = async (verified: string, ...trusting: readonly string[]) => {
    const lines: string[] = [];
    const io = { print: (line: string) => void lines.push(line), stdin: process.stdin };
    const isRight = await audit(['verify', verified, ...trusting], () => config, {}, io);
    return { isRight, text: lines.join('\n') };
  };
  expect(await told(file, '--vkey', old)).toEqual({
    isRight: true,
    text: expect.stringContaining(`from there on it is ${now}`),
  });
  expect(await told(file, '--vkey', now)).toEqual({
    isRight: true,
    text: expect.stringMatching(/^passed over: 1 checkpoints/m),
  });

  // Two of the four are enough, one of whom was asked from another size than it has; nobody waits for the others.
  const witnessed = async () => {
    const detailed = await fetch(`${third.url}/health/detailed`, { headers: auditor });
    const { components } = (await detailed.json()) as { components: { audit: { witnessing: unknown } } };
    return components.audit.witnessing;
  };
  await expect.poll(witnessed, { timeout: 30_000 }).toMatchObject({
    size: well.last?.size,
    witnesses: [
      { name: 'well.example', fault: null },
      { name: 'behind.example', fault: null },
      { name: 'hangs.example', size: 0 },
      { name: 'nonsense.example', fault: 'NONSENSE', size: 0 },
    ],
  });
  expect(behind.answers).toEqual([409, 200]);
  expect(hangs.asked).toBeGreaterThan(0);
  const save = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const checkpoint = save('checkpoint', (await read(third.url, 'log/checkpoint')).text);
  const proof = save('task.ndjson', (await read(third.url, `proof/${made.body.task_id}`)).text);
  const strict = save('strict', policyOf([now], witnesses, 3));
  const right = { isRight: true, text: expect.any(String) };
  expect(await told(proof, '--policy', policy)).toEqual(right);
  expect(await told(file, '--policy', policy, '--since', checkpoint)).toEqual(right);
  expect(await told(proof, '--policy', strict)).toEqual({
    isRight: false,
    text: expect.stringContaining('not-cosigned'),
  });
  await expect(told(file, '--policy', strict, '--since', checkpoint)).rejects.toThrow(
    '--since: QUORUM_NOT_REACHED',
  );
  const verified = await read(third.url, 'verify');
  expect(JSON.parse(verified.text.trimEnd().split('\n').at(-1) ?? '').end).toMatchObject({ faults: 0 });
  expect(await third.end('SIGTERM')).toBe(0);
}, 180_000);
