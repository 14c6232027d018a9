import { chmodSync, existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type FetchWay,
  findNatsServer,
  NatsServerMissing,
} from '../../bootstrap/nats-server/nats-server.mjs';
import { fakeNatsServer, writeExecutable } from '../support/nats/fake-nats-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A machine of its own: nothing on the PATH but what the test puts there, an empty cache. */
function machine() {
  const home = temporaryFolder();
  const lines: string[] = [];
  const cache = join(home, '.cache', 'task-service', 'nats-server');
  const env = { HOME: home, PATH: join(home, 'bin') };
  const find = (more: { env?: NodeJS.ProcessEnv; fetch?: boolean; ways?: readonly FetchWay[] } = {}) =>
    findNatsServer({ ways: [], ...more, env: { ...env, ...more.env }, say: (line) => void lines.push(line) });
  const put = (file: string, version: string) => writeExecutable(join(home, file), fakeNatsServer(version));
  return { home, cache, lines, find, put };
}

function way(name: string, version: string | Error): FetchWay & { calls: number } {
  const self = {
    name,
    calls: 0,
    async fetchInto(folder: string): Promise<string> {
      self.calls++;
      if (version instanceof Error) throw version;
      return writeExecutable(join(folder, 'unpacked', 'nats-server'), fakeNatsServer(version));
    },
  };
  return self;
}

describe('NATS_SERVER_BIN', () => {
  test('comes before all others', async () => {
    const { find, put } = machine();
    put('bin/nats-server', '2.15.0');
    const binary = put('elsewhere/nats', '2.12.12');
    expect(await find({ env: { NATS_SERVER_BIN: binary } })).toEqual({ binary, version: '2.12.12' });
  });

  test.each(['2.11.9', '1.4.1', '2.12.11', '2.13.0', '2.14.2'])(
    'of version %s is refused, with what is needed',
    async (version) => {
      const { find, put } = machine();
      put('bin/nats-server', '2.15.0');
      const NATS_SERVER_BIN = put('old/nats-server', version);
      const failure = find({ env: { NATS_SERVER_BIN } });
      await expect(failure).rejects.toThrow(NatsServerMissing);
      await expect(failure).rejects.toThrow(`${version}, too old: 2.12.12, 2.14.3 or later is needed`);
    },
  );

  test('that is missing or something else is refused, not passed over', async () => {
    const { home, find, put } = machine();
    put('bin/nats-server', '2.15.0');
    const other = writeExecutable(join(home, 'other'), '#!/bin/sh\necho hello\n');
    await expect(find({ env: { NATS_SERVER_BIN: other } })).rejects.toThrow('hello');
    await expect(find({ env: { NATS_SERVER_BIN: join(home, 'none') } })).rejects.toThrow('ENOENT');
  });
});

describe('nats-server on the PATH', () => {
  test('is taken when it is new enough', async () => {
    const { find, put, lines } = machine();
    const binary = put('bin/nats-server', '2.14.3');
    expect(await find()).toEqual({ binary, version: '2.14.3' });
    expect(lines).toEqual([]);
  });

  test('is passed over with a line when it is too old, does not run, or cannot be run', async () => {
    const { home, find, put, lines } = machine();
    const old = put('bin/nats-server', '2.11.4');
    writeExecutable(join(home, 'broken', 'nats-server'), '#!/bin/sh\nexit 1\n');
    const good = put('good/nats-server', '2.100.0');
    const PATH = ['bin', 'missing', 'broken', 'good'].map((name) => join(home, name)).join(':');
    expect(await find({ env: { PATH } })).toEqual({ binary: good, version: '2.100.0' });
    expect(lines[0]).toBe(
      `${old} is nats-server 2.11.4, too old (2.12.12, 2.14.3 or later is needed): looking further`,
    );
    expect(lines[1]).toContain('does not work');
  });
});

/** A machine whose cache holds these, fetched and verified. */
async function machineWith(...versions: readonly string[]) {
  const own = machine();
  for (const version of versions) {
    await own.find({ fetch: true, ways: [way('a release', version)] });
    // So that the next one is fetched as well.
    for (const known of versions) renameIfThere(join(own.cache, known), join(own.home, `.${known}`));
  }
  for (const known of versions) renameIfThere(join(own.home, `.${known}`), join(own.cache, known));
  own.lines.length = 0;
  return own;
}

function renameIfThere(from: string, to: string): void {
  if (existsSync(from)) renameSync(from, to);
}

describe('the cache', () => {
  test('gives the newest one that was verified and runs', async () => {
    const { find, cache } = await machineWith('2.14.3', '2.15.1');
    expect(await find()).toEqual({ binary: join(cache, '2.15.1', 'nats-server'), version: '2.15.1' });
    chmodSync(join(cache, '2.15.1', 'nats-server'), 0o644);
    expect((await find()).version).toBe('2.14.3');
  });

  test('runs nothing that somebody put there, or that was changed since: looked at by checksum at every start', async () => {
    const { find, cache, lines } = await machineWith('2.15.1');
    const newer = writeExecutable(join(cache, '2.16.0', 'nats-server'), fakeNatsServer('2.16.0'));
    expect((await find()).version).toBe('2.15.1');
    expect(lines).toEqual([`${newer} is not what was verified when it was fetched, and is not run`]);
    const kept = join(cache, '2.15.1', 'nats-server');
    writeExecutable(kept, `${fakeNatsServer('2.15.1')}# one more line\n`);
    await expect(find()).rejects.toThrow(NatsServerMissing);
    // Fetched anew, it is what it was.
    expect(await find({ fetch: true, ways: [way('a release', '2.15.1')] })).toEqual({
      binary: kept,
      version: '2.15.1',
    });
    expect((await find()).binary).toBe(kept);
  });

  test('is where XDG_CACHE_HOME says', async () => {
    const { find, home } = machine();
    const env = { XDG_CACHE_HOME: join(home, 'xdg') };
    const binary = join(home, 'xdg', 'task-service', 'nats-server', '2.15.1', 'nats-server');
    await find({ env, fetch: true, ways: [way('a release', '2.15.1')] });
    expect((await find({ env })).binary).toBe(binary);
  });
});

describe('fetching', () => {
  test('happens only when asked for', async () => {
    const { find } = machine();
    const release = way('a release', '2.15.1');
    await expect(find({ ways: [release] })).rejects.toThrow(/Way out: .*NATS_SERVER_BIN.*NATS_URL/);
    expect(release.calls).toBe(0);
  });

  test('is done by the first way that works, once, with a line', async () => {
    const { find, cache, lines } = machine();
    const ways = [
      way('one', new Error('no network')),
      way('two', '2.15.1'),
      way('three', new Error('never asked')),
    ];
    const binary = join(cache, '2.15.1', 'nats-server');
    expect(await find({ fetch: true, ways })).toEqual({ binary, version: '2.15.1' });
    expect(lines).toEqual([
      'nats-server is not to be had from one: no network',
      `nats-server 2.15.1 from two, kept in ${binary}`,
    ]);
    expect(await find({ fetch: true, ways })).toEqual({ binary, version: '2.15.1' });
    expect(ways.map(({ calls }) => calls)).toEqual([1, 1, 0]);
    expect(lines).toHaveLength(2);
  });

  test('goes on when what was fetched is too old or does not run here', async () => {
    const { find, lines } = machine();
    const broken: FetchWay = {
      name: 'broken',
      fetchInto: async (folder) => writeExecutable(join(folder, 'nats-server'), '#!/bin/sh\nexit 126\n'),
    };
    const ways = [way('old', '2.10.0'), broken, way('good', '2.15.1')];
    expect((await find({ fetch: true, ways })).version).toBe('2.15.1');
    expect(lines[0]).toContain('2.10.0, too old');
  });

  test('that fails every way names each one and the way out, and leaves nothing', async () => {
    const { find, cache } = machine();
    const ways = [way('one', new Error('no network')), way('two', new Error('not Debian'))];
    const failure = find({ fetch: true, ways });
    await expect(failure).rejects.toThrow(/one: no network\n\s+two: not Debian\nWay out:/);
    expect(readdirSync(cache)).toEqual([]);
  });

  test('by many at once gives all of them one whole binary', async () => {
    const { find, cache } = machine();
    const slow: FetchWay = {
      name: 'slow',
      async fetchInto(folder) {
        await new Promise((resolve) => setImmediate(resolve));
        return writeExecutable(join(folder, 'nats-server'), fakeNatsServer('2.15.1'));
      },
    };
    const found = await Promise.all(Array.from({ length: 6 }, () => find({ fetch: true, ways: [slow] })));
    expect(new Set(found.map(({ binary }) => binary))).toEqual(
      new Set([join(cache, '2.15.1', 'nats-server')]),
    );
    expect(readdirSync(cache)).toEqual(['2.15.1']);
    expect(readdirSync(join(cache, '2.15.1'))).toEqual(['nats-server', 'nats-server.sha256']);
    expect(readFileSync(found[0]?.binary ?? '', 'utf8')).toBe(fakeNatsServer('2.15.1'));
    expect(existsSync(found[0]?.binary ?? '')).toBe(true);
  });
});
