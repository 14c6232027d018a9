/**
 * `npm run bench -- rebuild [folder of another build, built]`: views made anew of a log of many users with long tasks among
 * them (`EVENTS`, default 100,000), by the command as an operator gives it, of this build and of the other in turn on the
 * same server, three rounds (`ROUNDS`); the medians are told, beside a raw replay. What a rebuild of an empty log takes is
 * taken off. Processor time is from /proc (Linux only). `PROFILE=<folder>` leaves a CPU profile of this build's command.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import pino from 'pino';
import { findNatsServer } from '../bootstrap/nats-server/nats-server.mjs';
import { ulidIds } from '../src/app/ulid-ids.ts';
import { UserKeys } from '../src/jetstream/codec/user-keys.ts';
import { connectNats } from '../src/jetstream/connection/connection.ts';
import { LOG_STREAM } from '../src/jetstream/connection/subjects.ts';
import {
  type EmbeddedServer,
  startEmbeddedServer,
} from '../src/jetstream/embedded-server/embedded-server.ts';
import { provision } from '../src/jetstream/provisioning/provision.ts';
import { seedMixedLog } from './load/mixed-log.ts';
import { THIS_BUILD } from './load/npm-started.ts';
import { SECRET, SECRETS_KEY } from './load/service.ts';
import { calibration } from './measuring/calibration.ts';
import { rawReplay } from './measuring/raw.ts';
import { whole } from './measuring/shown.ts';

const EVENTS = Number(process.env.EVENTS ?? 100_000);
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const LOOK_EVERY_MS = 20;

/** Milliseconds. */
interface Taken {
  readonly wallMs: number;
  readonly commandMs: number;
  readonly serverMs: number;
  /** Stored in streams of views. */
  readonly messages: number;
}

/** Prints a row for each figure. Throws where the other build is none. */
export async function rebuilds(other: string | undefined): Promise<void> {
  const builds = [...(other === undefined ? [] : [resolve(other)]), THIS_BUILD];
  const dataDir = await mkdtemp(join(tmpdir(), 'task-service-rebuild-'));
  const { binary } = await findNatsServer();
  const server = await startEmbeddedServer({ binary, dataDir, logger: pino({ level: 'warn' }) });
  const { servers, user, pass } = server;
  const nc = await connectNats({ servers, user, pass, name: 'bench' });
  try {
    await provision(nc, { replicas: 1 });
    const empty = new Map<string, Taken>();
    for (const folder of builds) empty.set(folder, await rebuilt(folder, server, nc, dataDir));
    const keys = new UserKeys(nc, Buffer.from(SECRETS_KEY, 'base64'));
    const events = await seedMixedLog(nc, keys, ulidIds(), EVENTS);
    const taken = new Map<string, Taken[]>(builds.map((folder) => [folder, []]));
    const replays: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      replays.push(await rawReplay(nc, LOG_STREAM));
      for (const folder of builds) {
        const { PROFILE } = process.env;
        const profile = folder === THIS_BUILD && PROFILE !== undefined ? PROFILE : null;
        const all = await rebuilt(folder, server, nc, dataDir, profile);
        const start = empty.get(folder) ?? all;
        taken.get(folder)?.push({
          wallMs: all.wallMs - start.wallMs,
          commandMs: all.commandMs - start.commandMs,
          serverMs: all.serverMs - start.serverMs,
          messages: all.messages,
        });
      }
    }
    print(
      events,
      median(replays),
      builds.map((folder) => taken.get(folder) ?? []),
      calibration(dataDir),
    );
  } finally {
    await nc.close();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function print(events: number, replay: number, taken: readonly Taken[][], machine: string): void {
  const row = (what: string, shown: (all: readonly Taken[]) => number, digits: number) => {
    const figures = taken.map(shown);
    const ratio = (figures.at(-1) ?? 0) / (figures[0] ?? 1);
    const cells = figures.map((figure) => (digits === 0 ? whole(figure) : figure.toFixed(digits)));
    console.log(`| ${[what, ...cells, ...(taken.length > 1 ? [ratio.toFixed(2)] : [])].join(' | ')} |`);
  };
  const each = (of: keyof Taken) => (all: readonly Taken[]) => median(all.map((one) => one[of])) / events;
  console.log(`Machine: ${machine}\n`);
  console.log(
    `| ${whole(events)} events |${taken.length > 1 ? ' other build |' : ''} this build |${taken.length > 1 ? ' ratio |' : ''}`,
  );
  console.log(`|---|${'---|'.repeat(taken.length > 1 ? 3 : 1)}`);
  row('events a second', (all) => events / (median(all.map(({ wallMs }) => wallMs)) / 1_000), 0);
  row('raw replay, events a second', () => replay, 0);
  row('processor time an event, us: the command', (all) => each('commandMs')(all) * 1_000, 1);
  row('nats-server', (all) => each('serverMs')(all) * 1_000, 1);
  row('both', (all) => (each('commandMs')(all) + each('serverMs')(all)) * 1_000, 1);
  row('messages stored an event', each('messages'), 2);
}

async function rebuilt(
  folder: string,
  server: EmbeddedServer,
  nc: NatsConnection,
  dataDir: string,
  profile: string | null = null,
): Promise<Taken> {
  const before = { serverMs: spentMs(server.pid), stored: await storedInViews(nc) };
  const began = performance.now();
  const options = profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const child = spawn(process.execPath, [...options, join(folder, 'dist', 'cli', 'main.js'), 'rebuild'], {
    cwd: folder,
    env: {
      ...process.env,
      NATS_URL: server.servers,
      NATS_USER: server.user,
      NATS_PASSWORD: server.pass,
      DATA_DIR: dataDir,
      SECRETS_KEY,
      AUTH_JWT_SECRET: SECRET,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let commandMs = 0;
  const looking = setInterval(() => {
    commandMs = spentMs(child.pid ?? 0, commandMs);
  }, LOOK_EVERY_MS);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearInterval(looking);
  if (code !== 0) throw new Error(`rebuild of ${folder} ended with ${code}`);
  const wallMs = performance.now() - began;
  const messages = (await storedInViews(nc)) - before.stored;
  return { wallMs, commandMs, serverMs: spentMs(server.pid) - before.serverMs, messages };
}

/** Processor time of a process so far, milliseconds; `last` where it has ended. */
function spentMs(pid: number, last = 0): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const values = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(values[11]) + Number(values[12])) * 10;
  } catch {
    return last;
  }
}

/** All messages that the streams of views have ever taken: each is dropped with what it has taken, but not at once. */
async function storedInViews(nc: NatsConnection): Promise<number> {
  const manager = await jetstreamManager(nc);
  let stored = 0;
  for await (const { config, state } of manager.streams.list()) {
    if (/^KV_VIEWS/.test(config.name)) stored += state.last_seq;
  }
  return stored;
}

function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
