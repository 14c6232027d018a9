import { createHash, randomBytes } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { NatsConnection } from '@nats-io/transport-node';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../../src/app/config/config.ts';
import { importFrom } from '../../../src/cli/moving/import.ts';
import { rebuild, verify } from '../../../src/cli/views.ts';
import type { UserId } from '../../../src/domain/shared/ids.ts';
import { exportLog } from '../../../src/history/moving/export-log.ts';
import { openServiceKeys } from '../../../src/jetstream/codec/service-keys.ts';
import { UserKeys } from '../../../src/jetstream/codec/user-keys.ts';
import { readLast } from '../../../src/jetstream/connection/leader-read.ts';
import { JetStreamInstances } from '../../../src/jetstream/leases/instances.ts';
import { readStream } from '../../../src/jetstream/log/log-pages.ts';
import { JetStreamStoredLog } from '../../../src/jetstream/log/stored-log.ts';
import { LogCheck } from '../../../src/jetstream/log-guard/log-faults.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { SECRETS } from '../../support/log/log-fixture.ts';
import {
  appendOddBytes,
  changeLines,
  changeManifest,
  exported,
  fillLog,
  imported,
  manifestIn,
  movingEnv,
  partsIn,
  storedLog,
} from '../../support/log/moved-log.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer, startNatsServer, type TestNatsServer } from '../../support/nats/nats-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SMALL = 20_000;
const NOW = '2026-11-23T08:54:00.000Z' as never;
let origin: TestNatsServer;
let nc: NatsConnection;

beforeAll(async () => {
  origin = await startNatsServer();
  nc = await connected(origin, 'test', () => {});
  await provision(nc, { replicas: 1 });
  await fillLog(nc, 8, 20);
  const last = await readLast(nc, 'TASK_LOG', 'tasklog.user-3.>');
  if (last !== null) await appendOddBytes(nc, last);
  await new UserKeys(nc, SECRETS).destroy('user-5' as UserId);
  await openServiceKeys(nc, SECRETS, 0);
});
afterAll(async () => {
  await nc.close();
  await origin.stop();
});

/** In parts of a few events. */
async function inParts(folder: string, after = 0) {
  const log = new JetStreamStoredLog(nc);
  const manifest = await exportLog({
    log,
    folder,
    after: after as never,
    now: NOW,
    noteOf: () => null,
    partBytes: SMALL,
  });
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return manifest;
}

async function target(): Promise<{ server: TestNatsServer; to: NatsConnection }> {
  const server = await natsServer();
  return { server, to: await connected(server) };
}

async function expectNothing(to: NatsConnection): Promise<void> {
  expect(await storedLog(to)).toEqual([]);
  expect(await readLast(to, 'KV_USER_KEYS', '$KV.USER_KEYS.>')).toBe(null);
}

test('an exported log imported elsewhere is the same byte for byte, at the same sequences, checks out, and opens by its keys', async () => {
  const [folder, keys] = [join(temporaryFolder(), 'export'), join(temporaryFolder(), 'keys')];
  const said = await exported(origin, '--to', folder, '--keys', keys);
  const { root, last_sequence, parts } = manifestIn(folder);
  expect(said).toContain(root);
  expect(parts).toMatchObject([{ name: '000001.ndjson.gz', first_sequence: 1, last_sequence }]);
  expect(statSync(keys).mode & 0o777).toBe(0o600);
  expect(readFileSync(keys, 'utf8')).not.toContain('user-5');
  const { server, to } = await target();
  expect(await imported(server, '--from', folder, '--keys', keys)).toContain(root);
  expect(await storedLog(to)).toEqual(await storedLog(nc));
  const faults: unknown[] = [];
  const check = new LogCheck((fault) => faults.push(fault));
  for await (const message of readStream(to, { stream: 'TASK_LOG', subject: 'tasklog.>' }))
    check.add(message);
  check.end();
  expect(faults).toEqual([]);
  const [there, here] = [new UserKeys(nc, SECRETS), new UserKeys(to, SECRETS)];
  for (const user of ['user-0', 'user-7'] as UserId[]) {
    expect((await here.get(user)).secret.equals((await there.get(user)).secret)).toBe(true);
  }
  expect(await openServiceKeys(to, SECRETS, 0)).toEqual(await openServiceKeys(nc, SECRETS, 0));
  const told = await readLast(to, 'KV_PLATFORM_STATE', '$KV.PLATFORM_STATE.checkpoint.relay');
  expect(JSON.parse(Buffer.from(told?.body ?? []).toString())).toEqual({ sequence: last_sequence });
  expect(await imported(server, '--from', folder, '--keys', keys)).toContain(
    `0 events behind ${last_sequence}`,
  );
  expect(await storedLog(to)).toHaveLength(last_sequence);
});

test('parts are as large as is asked for, and what comes later goes on behind what was imported', async () => {
  const { server, to } = await target();
  const first = temporaryFolder();
  const { parts, root } = await inParts(first);
  expect(parts.length).toBeGreaterThan(3);
  const half = temporaryFolder();
  cpSync(first, half, { recursive: true });
  const cut = parts[1]?.last_sequence ?? 0;
  await expect(inParts(join(temporaryFolder(), 'late'), 10_000)).rejects.toThrow('the log ends with event');
  const later = temporaryFolder();
  const rest = await inParts(later, cut);
  expect(rest).toMatchObject({ after: cut, root });
  await expect(imported(server, '--from', later)).rejects.toThrow('first import what comes before');
  await expectNothing(to);
  const log = new JetStreamStoredLog(nc);
  const until = { lastSequence: async () => cut as never, pages: log.pages.bind(log) };
  const begin = temporaryFolder();
  const manifest = await exportLog({
    log: until,
    folder: begin,
    after: 0 as never,
    now: NOW,
    noteOf: () => null,
  });
  writeFileSync(join(begin, 'manifest.json'), JSON.stringify(manifest));
  await imported(server, '--from', begin);
  expect(await imported(server, '--from', later)).toContain(root);
  expect(await storedLog(to)).toEqual(await storedLog(nc));
});

test('an export that was broken off goes on behind its whole parts', async () => {
  const whole = temporaryFolder();
  const { parts } = await inParts(whole);
  const folder = temporaryFolder();
  cpSync(whole, folder, { recursive: true });
  for (const { name } of parts.slice(2)) rmSync(join(folder, name));
  rmSync(join(folder, 'manifest.json'));
  writeFileSync(join(folder, '000003.ndjson.gz.1.partial'), 'half a part');
  expect(await inParts(folder)).toEqual(manifestIn(whole));
  for (const name of partsIn(whole)) {
    expect(readFileSync(join(folder, name))).toEqual(readFileSync(join(whole, name)));
  }
  expect(readdirSync(folder).sort()).toEqual(readdirSync(whole).sort());
  await expect(exported(origin, '--to', folder)).rejects.toThrow('holds a whole export');
  rmSync(join(folder, 'manifest.json'));
  rmSync(join(folder, '000002.ndjson.gz'));
  await expect(exported(origin, '--to', folder)).rejects.toThrow('lacks 000002.ndjson.gz');
  writeFileSync(join(folder, 'letter.txt'), 'mine');
  await expect(exported(origin, '--to', folder)).rejects.toThrow('holds something else: letter.txt');
});

describe('an import that is refused appends nothing', () => {
  const swap = (lines: string[]) => {
    const [one, two, ...rest] = lines.map((line) => line.replace(/^\{"sequence":\d+/, ''));
    return [
      `{"sequence":1${two}`,
      `{"sequence":2${one}`,
      ...rest.map((line, at) => `{"sequence":${at + 3}${line}`),
    ];
  };
  const withoutLineBreak = (lines: string[]) => lines.slice(0, 5);

  test.each<[string, (folder: string) => void, string]>([
    ['no manifest', (at) => rmSync(join(at, 'manifest.json')), 'is no export, or one that was broken off'],
    [
      'a manifest that is cut',
      (at) => truncateSync(join(at, 'manifest.json'), 40),
      'manifest.json is no JSON',
    ],
    ['a manifest of another format', (at) => changeManifest(at, { format: 'x' }), 'manifest.json'],
    [
      'a part elsewhere',
      (at) => changeManifest(at, { parts: [{ ...manifestIn(at).parts[0], name: '../x.ndjson.gz' }] }),
      'name',
    ],
    ['a part left out', (at) => changeManifest(at, { parts: [] }), 'the parts end with event 0'],
    ['a part that is gone', (at) => rmSync(join(at, '000001.ndjson.gz')), 'cannot be read'],
    ['a part that is cut', (at) => truncateSync(join(at, '000001.ndjson.gz'), 900), 'its SHA-256 is another'],
    [
      'other lines',
      (at) => changeLines(at, (lines) => lines.slice(1), { isHonest: false }),
      'its SHA-256 is another',
    ],
    [
      'a gap',
      (at) => changeLines(at, (lines) => lines.filter((_, index) => index !== 6)),
      'event 7 is missing',
    ],
    [
      'a repeat',
      (at) => changeLines(at, (lines) => [...lines.slice(0, 7), lines[6] ?? '', ...lines.slice(7)]),
      'event 7 comes behind event 7',
    ],
    ['an end that is missing', (at) => changeLines(at, withoutLineBreak), 'ends with event 5'],
    [
      'carriage returns',
      (at) => changeLines(at, (lines) => lines, { end: '\r\n' }),
      'line 1: it ends in a carriage return',
    ],
    ['an empty line', (at) => changeLines(at, (lines) => ['', ...lines]), 'line 1: no JSON'],
    [
      'an end line',
      (at) => changeLines(at, (lines) => [...lines, '{"end":{"through":1,"count":1}}']),
      'the "end" of another form',
    ],
    [
      'a space in a line',
      (at) => changeLines(at, ([first = '', ...rest]) => [first.replace(':1,', ': 1,'), ...rest]),
      'not in the form of an export',
    ],
    [
      'other base64',
      (at) => changeLines(at, (lines) => lines.map((line) => line.replace('_base64":"', '_base64":" '))),
      'not in the form of an export',
    ],
    [
      'an event of another user',
      (at) =>
        changeLines(at, ([first = '', ...rest]) => [
          first.replace('tasklog.user-', 'tasklog.other-'),
          ...rest,
        ]),
      'is of user-',
    ],
    [
      'a subject of another stream',
      (at) =>
        changeLines(at, ([first = '', ...rest]) => [first.replace('tasklog.', '$KV.USER_KEYS.'), ...rest]),
      'is of no subject of the log',
    ],
    [
      'a changed event',
      (at) =>
        changeLines(at, ([first = '', ...rest]) => [
          first.replace('"priority":"medium"', '"priority":"urgent"'),
          ...rest,
        ]),
      'does not follow revision',
    ],
    [
      'swapped neighbours under the old root',
      (at) => {
        const { root } = manifestIn(at);
        changeLines(at, swap);
        changeManifest(at, { root });
      },
      'the events are not those that the manifest names',
    ],
    [
      'a part that unpacks to far more',
      (at) => {
        const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024, 'x'));
        writeFileSync(join(at, '000001.ndjson.gz'), bomb);
        const sha256 = createHash('sha256').update(bomb).digest('hex');
        changeManifest(at, { parts: [{ ...manifestIn(at).parts[0], sha256 }] });
      },
      'unpacks to more than',
    ],
    [
      'no gzip at all',
      (at) => {
        writeFileSync(join(at, '000001.ndjson.gz'), 'plain');
        const sha256 = createHash('sha256').update('plain').digest('hex');
        changeManifest(at, { parts: [{ ...manifestIn(at).parts[0], sha256 }] });
      },
      'cannot be unpacked',
    ],
  ])('%s', async (_, spoil, named) => {
    const folder = temporaryFolder();
    await exported(origin, '--to', folder);
    spoil(folder);
    const { server, to } = await target();
    const failure = imported(server, '--from', folder);
    await expect(failure).rejects.toThrow(named);
    await expect(failure).rejects.toMatchObject({ exitCode: 65 });
    await expectNothing(to);
  });

  test('keys that are cut, foreign, of another SECRETS_KEY or others than those there', async () => {
    const [folder, file] = [temporaryFolder(), join(temporaryFolder(), 'keys')];
    await exported(origin, '--to', folder, '--keys', file);
    const { server, to } = await target();
    const text = readFileSync(file, 'utf8');
    const refusing = async (content: string, named: string, env = movingEnv(server)) => {
      writeFileSync(file, content);
      const failure = importFrom(
        ['--from', folder, '--keys', file],
        () => parseConfig(env),
        () => {},
      );
      await expect(failure).rejects.toThrow(named);
      await expect(failure).rejects.toMatchObject({ exitCode: 65 });
      expect(await storedLog(to)).toEqual([]);
    };
    await refusing(text.slice(0, -30), 'no key');
    await refusing(
      text
        .split('\n')
        .filter((_, at) => at !== 1)
        .join('\n'),
      'is cut short',
    );
    await refusing('{}\n', 'is no file of exported keys');
    await refusing(text, 'does not open', movingEnv(server, [randomBytes(32)]));
    await expectNothing(to);
    await new UserKeys(to, SECRETS).getOrCreate('user-0' as UserId);
    await refusing(text, 'user user-0 has another key');
  });

  test('into a log that holds other events, or more', async () => {
    const folder = temporaryFolder();
    await exported(origin, '--to', folder);
    const { server, to } = await target();
    await fillLog(to, 1, 1);
    const before = await storedLog(to);
    await expect(imported(server, '--from', folder)).rejects.toThrow('is not that of the export');
    expect(await storedLog(to)).toEqual(before);
    await fillLog(to, 20, 20);
    await expect(imported(server, '--from', folder)).rejects.toThrow('holds events behind');
  });
});

test('nothing is imported beside an instance of the service', async () => {
  const folder = temporaryFolder();
  await exported(origin, '--to', folder);
  const { server, to } = await target();
  const stop = new AbortController();
  const instances = new JetStreamInstances(to, { logger: pino({ level: 'silent' }) });
  const self = { instance: 'one', roles: ['api'], version: '0', started_at: NOW };
  const { known, ended } = instances.announce(self, stop.signal);
  await known;
  try {
    const failure = imported(server, '--from', folder);
    await expect(failure).rejects.toThrow('stop every instance first');
    await expect(failure).rejects.toMatchObject({ exitCode: 75 });
    await expectNothing(to);
  } finally {
    stop.abort();
    await ended;
  }
}, 30_000);

test.each([
  [['--from'], 'argument'],
  [[], 'import takes --from'],
  [['--from', 'a', '--from', 'b'], 'takes one value'],
  [['--from', 'a', '--tell'], 'tell'],
])('import %j is a mistake of usage', async (args, named) => {
  await expect(
    importFrom(
      args,
      () => parseConfig({}),
      () => {},
    ),
  ).rejects.toThrow(named);
});

test.each(['-1', '1e3', '9007199254740992', '01', 'x'])('--after %s is refused', async (after) => {
  await expect(exported(origin, '--to', temporaryFolder(), '--after', after)).rejects.toThrow('--after');
});

test('keys are not written beside the log', async () => {
  const folder = temporaryFolder();
  await expect(exported(origin, '--to', folder, '--keys', join(folder, 'keys'))).rejects.toThrow('elsewhere');
});

test('views of an imported log are what the log says', async () => {
  const [folder, keys] = [temporaryFolder(), join(temporaryFolder(), 'keys')];
  const source = await natsServer();
  await fillLog(await connected(source), 3, 3);
  await exported(source, '--to', folder, '--keys', keys);
  const { server } = await target();
  await imported(server, '--from', folder, '--keys', keys);
  const lines: string[] = [];
  await rebuild(parseConfig(movingEnv(server)), () => {});
  expect(await verify(parseConfig(movingEnv(server)), (line) => lines.push(line))).toBe(true);
  expect(lines.join()).toContain('12 events');
});
