/** An auditor with a policy takes only what enough witnesses have cosigned; the service starts with no wrong one. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/app/config/config.ts';
import { readWitnesses } from '../../src/app/start/audit-policy.ts';
import { NOT_TRACED } from '../../src/application/ports/traces.ts';
import { audit } from '../../src/cli/audit.ts';
import { parseCheckpoint } from '../../src/history/audit/checkpoint.ts';
import { LogTree } from '../../src/history/audit/log-tree.ts';
import { Witness } from '../../src/history/audit/witnesses/witness.ts';
import { Witnessing } from '../../src/history/audit/witnesses/witnessing.ts';
import { JetStreamCheckpointLog } from '../../src/jetstream/log/checkpoint-log.ts';
import { GroupCommit } from '../../src/jetstream/log/commit/group-commit.ts';
import { JetStreamStoredLog } from '../../src/jetstream/log/stored-log.ts';
import { JetStreamAuditTiles } from '../../src/jetstream/views/audit-tiles.ts';
import { JetStreamCosignedCheckpoints } from '../../src/jetstream/views/cosigned-checkpoints.ts';
import { EgressPolicy, parseAllowedHost } from '../../src/outbound/egress.ts';
import { GuardedWitnessCalls } from '../../src/outbound/witness-calls.ts';
import { AUDIT_SIGNER, signCheckpoint } from '../support/audit-signer.ts';
import { testClock } from '../support/clock.ts';
import { type Stack, sharedStack, signed } from '../support/parts/stack.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWitness, type WitnessServer } from '../support/witness-server.ts';

const api = sharedStack();

function fileOf(content: string): string {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, content);
  return file;
}

async function read(path: string): Promise<string> {
  const headers = { authorization: `Bearer ${await signed({ sub: 'auditor', roles: ['auditor'] })}` };
  return (await api().call('GET', `/api/v1/audit/${path}`, { user: null, headers })).text;
}

async function verified(content: string, ...more: string[]): Promise<{ ok: boolean; lines: string[] }> {
  const lines: string[] = [];
  const io = { print: (line: string) => void lines.push(line), stdin: process.stdin };
  const ok = await audit(['verify', fileOf(content), ...more], () => parseConfig({}), {}, io);
  return { ok, lines };
}

/** Has the last checkpoint cosigned by who is asked, as the signing instance does. */
async function cosigned(
  { nc }: Pick<Stack, 'nc'>,
  file: string,
  servers: readonly WitnessServer[],
): Promise<void> {
  const { witnesses, quorum } = await readWitnesses(file, { signer: AUDIT_SIGNER, outgoing: null });
  const allow = servers.flatMap(({ host }) => parseAllowedHost(host) ?? []);
  const calls = new GuardedWitnessCalls(new EgressPolicy({ allow }), NOT_TRACED);
  const tree = new LogTree(new JetStreamStoredLog(nc), new JetStreamAuditTiles(nc));
  const witnessing = new Witnessing({
    witnesses: witnesses.map((one) => new Witness(one, { tree, calls, clock: testClock })),
    quorum,
    cosigned: new JetStreamCosignedCheckpoints(nc),
    clock: testClock,
    logger: pino({ level: 'silent' }),
  });
  const last = await new JetStreamCheckpointLog(nc, new GroupCommit(nc)).last();
  const head = parseCheckpoint(`${last?.note.split('\n\n')[0]}\n`);
  if (last === null || head === null) throw new Error('nothing was signed');
  witnessing.offer({ note: last.note, head, time: last.time });
  await witnessing.runOnce(new AbortController().signal);
}

const policyOf = (servers: readonly WitnessServer[], enough = 'all', urls = true) =>
  [
    `log ${AUDIT_SIGNER.vkey}`,
    ...servers.map(({ name, vkey, url }) => `witness ${name} ${vkey} ${urls ? url : ''}`),
    `group enough ${enough} ${servers.map(({ name }) => name).join(' ')}`,
    'quorum enough',
    '',
  ].join('\n');

test('a log, and a proof, is taken where enough have cosigned it, and only then', async () => {
  const servers = await Promise.all(
    ['w1', 'w2'].map((name) => startWitness(name, () => [AUDIT_SIGNER.vkey])),
  );
  const { body: task } = await api().call('POST', '/api/v1/tasks', {
    body: { name: 'x', task_type: 'todo' },
  });
  await signCheckpoint(api());
  const alone = await read('log/checkpoint');
  const proofAlone = await read(`proof/${task.task_id}`);
  await cosigned(api(), fileOf(policyOf(servers)), servers);
  const checkpoint = await read('log/checkpoint');
  expect(checkpoint.split('\n').filter((line) => line.startsWith('— '))).toHaveLength(3);
  await api().call('POST', '/api/v1/tasks', { body: { name: 'y', task_type: 'todo' } });

  // Auditors need no URLs.
  const policy = ['--policy', fileOf(policyOf(servers, 'all', false))];
  const log = await read('events');
  expect(await verified(log, ...policy, '--since', fileOf(checkpoint))).toEqual({
    ok: true,
    lines: [
      'cosigned: the first 1 events, by w1, w2',
      expect.stringMatching(/^what was signed: 3 events, checkpoints cover 1, root /),
    ],
  });
  expect((await verified(await read(`proof/${task.task_id}`), ...policy)).lines).toEqual([
    'proven: 1 events, the last of them event 1 of the log',
  ]);
  expect(await verified(log, ...policy)).toMatchObject({
    ok: false,
    lines: [expect.stringMatching(/^not-cosigned: there is no cosigned checkpoint/), expect.anything()],
  });
  expect((await verified(proofAlone, ...policy)).lines[0]).toMatch(
    /^not-cosigned: event 1 is not proven: QUORUM_NOT_REACHED/,
  );
  await expect(verified(log, ...policy, '--since', fileOf(alone))).rejects.toThrow(
    '--since: QUORUM_NOT_REACHED',
  );
  await expect(verified(log, '--policy', fileOf('quorum nobody\n'))).rejects.toThrow(
    '--policy: line 1: quorum takes',
  );
  await expect(verified(log, '--policy', fileOf('quorum none\n'))).rejects.toThrow('--policy names no log');
  expect(
    (await verified(proofAlone, '--policy', fileOf('quorum none\n'), '--vkey', AUDIT_SIGNER.vkey)).ok,
  ).toBe(true);
  const stranger = await startWitness('w3', () => []);
  const other = ['--policy', fileOf(policyOf([...servers, stranger], '3'))];
  await expect(verified(log, ...other, '--since', fileOf(checkpoint))).rejects.toThrow('QUORUM_NOT_REACHED');
});

test('a policy that cannot work is refused at the start, by name', async () => {
  const keys = { signer: AUDIT_SIGNER, outgoing: null };
  const [one, two] = await Promise.all(['w1', 'w2'].map((name) => startWitness(name, () => [])));
  const servers = [one, two] as WitnessServer[];
  const many = await Promise.all(Array.from({ length: 15 }, (_, n) => startWitness(`w${n}`, () => [])));
  const wrong: [string, RegExp][] = [
    ['quorum\n', /line 1: quorum takes one name/],
    ['quorum none\n', /names no witness with a URL/],
    [policyOf(servers, 'all', false), /names no witness with a URL/],
    [policyOf(servers).replace(one?.url ?? '', ''), /never enough for its quorum/],
    [
      policyOf(servers).replace(one?.url ?? '', 'ftp://x'),
      /URL of the witness w1 is not an http or https URL/,
    ],
    [policyOf(servers).replace(AUDIT_SIGNER.vkey, 'remora.n621.de+da77ade7+BOvN'), /line 1: log takes/],
    [policyOf(many), /more than 14 witnesses/],
  ];
  for (const [text, what] of wrong) {
    const file = fileOf(text);
    await expect(readWitnesses(file, keys)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(what),
    });
    await expect(readWitnesses(file, keys)).rejects.toThrow(`AUDIT_POLICY: ${file}: `);
  }
  await expect(readWitnesses(join(temporaryFolder(), 'nothing'), keys)).rejects.toThrow(
    /cannot be read \(ENOENT\)/,
  );
});
