/**
 * What tasks that wait cost: `npm run bench -- start` makes 50,000 scheduled tasks (`TASKS`) of a hundredth as many users
 * (`USERS`), straight to the log of a service as `npm start` runs it, and tells memory before and after, and, of a start
 * with them, the time until it is ready, the processor time and the memory. Half of the tasks are due once in a month,
 * half daily in a zone of their own; none while it lasts. Needs /proc (Linux).
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ulidIds } from '../src/app/ulid-ids.ts';
import { UserKeys } from '../src/jetstream/codec/user-keys.ts';
import { connectNats } from '../src/jetstream/connection/connection.ts';
import { readServerAccess } from '../src/jetstream/embedded-server/server-access.ts';
import { GroupCommit } from '../src/jetstream/log/commit/group-commit.ts';
import { JetStreamEventLog } from '../src/jetstream/log/event-log.ts';
import { JetStreamLogFollower } from '../src/jetstream/log/follow/log-follower.ts';
import { readyAt, serverOf, started, THIS_BUILD } from './load/npm-started.ts';
import { seedScheduled } from './load/seed.ts';
import { SECRETS_KEY } from './load/service.ts';
import { calibration } from './measuring/calibration.ts';
import { type Spent, spentSinceStart, watchProcessorTime } from './measuring/cores.ts';
import { HeapWatch, type Memory, memoryOf, type ThreadHeap } from './measuring/memory.ts';
import { each, whole } from './measuring/shown.ts';

const TASKS = Number(process.env.TASKS ?? 50_000);
const USERS = Number(process.env.USERS ?? Math.max(1, Math.round(TASKS / 100)));
/** Long enough for what is done once after a start, and for heaps to shrink where they do. */
const SETTLED_MS = Number(process.env.SETTLE_MS ?? 10_000);
const LOOK_EVERY_MS = 25;

interface Running {
  readonly pid: number;
  readonly server: number;
  readonly url: string;
  /** On this process's own clock. */
  readonly began: number;
  readonly readyMs: number;
  readonly stop: () => Promise<void>;
}

interface Look {
  readonly when: string;
  readonly service: Memory;
  readonly server: Memory;
  readonly heaps: readonly ThreadHeap[];
}

interface Start {
  readonly timers: number;
  readonly readyMs: number;
  readonly armedMs: number;
  readonly spent: Spent;
}

/** Prints two tables, and how fast the machine was. */
export async function startWithMany(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'task-service-start-'));
  const heaps = new HeapWatch(join(dataDir, 'heap-figures'));
  let running: Running | null = null;
  try {
    const machine = calibration(dataDir);
    running = await start(dataDir, heaps);
    const withNone = await startOf(running, 0);
    const looks: Look[] = [await settled('no task', running, heaps)];
    const since = watchProcessorTime({ service: running.pid, server: running.server });
    const seedMs = await seed(dataDir, running);
    const cost = each(since(), TASKS);
    looks.push(await settled(`${whole(TASKS)} made`, running, heaps));
    await running.stop();

    running = await start(dataDir, heaps);
    const withMany = await startOf(running, TASKS);
    looks.push(await settled('started again', running, heaps));
    console.log(`Machine: ${machine}\n`);
    console.log(
      `${whole(TASKS)} tasks of ${whole(USERS)} users, made in ${seconds(seedMs)}; processor time each ${cost}.\n`,
    );
    printMemory(looks);
    printStarts([withNone, withMany]);
  } finally {
    await running?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function start(dataDir: string, heaps: HeapWatch): Promise<Running> {
  const began = performance.now();
  const service = started(THIS_BUILD, dataDir, heaps.env, heaps.nodeOptions);
  const stop = async () => {
    const ended = once(service, 'exit');
    if (service.exitCode !== null || service.signalCode !== null) return;
    service.kill('SIGTERM');
    await ended;
  };
  try {
    const url = await readyAt(service);
    const pid = service.pid ?? 0;
    return { pid, server: serverOf(pid), url, began, readyMs: performance.now() - began, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Makes them, and waits until the views, the timers and what others are told are as far. Answers how long it took. */
async function seed(dataDir: string, { pid, url }: Running): Promise<number> {
  const access = await readServerAccess(dataDir, pid);
  if (access === null) throw new Error('the server does not let anybody in');
  const { servers, user, pass } = access;
  const nc = await connectNats({ servers, user, pass, name: 'bench' });
  try {
    const keys = new UserKeys(nc, Buffer.from(SECRETS_KEY, 'base64'));
    const log = new JetStreamEventLog(nc, keys, new GroupCommit(nc));
    const began = performance.now();
    await seedScheduled(log, ulidIds(), USERS, TASKS);
    const end = await new JetStreamLogFollower(nc, keys).lastSequence();
    for (;;) {
      const { projector, relay, scheduler } = await components(url);
      const behind = [projector.checkpoint, relay.position, scheduler.position].some((at) => at < end);
      if (!behind && scheduler.armed_timers >= TASKS) return performance.now() - began;
      await delay(100);
    }
  } finally {
    await nc.close();
  }
}

/** Waits until it leads, with so many timers. */
async function startOf({ pid, server, url, began, readyMs }: Running, timers: number): Promise<Start> {
  for (;;) {
    const { scheduler } = await components(url);
    if (scheduler.state === 'leading' && scheduler.armed_timers >= timers) break;
    await delay(LOOK_EVERY_MS);
  }
  const spent = spentSinceStart({ service: pid, server });
  return { timers, readyMs, armedMs: performance.now() - began, spent };
}

interface Components {
  readonly projector: { readonly checkpoint: number };
  readonly relay: { readonly position: number };
  readonly scheduler: { readonly state: string; readonly armed_timers: number; readonly position: number };
}

/** Waits while the thread that knows is too busy to answer. */
async function components(url: string): Promise<Components> {
  for (;;) {
    const answer = await fetch(`${url}/health/detailed`);
    const { components } = (await answer.json()) as {
      components: { readonly [Part in keyof Components]: Components[Part] | null };
    };
    const { projector, relay, scheduler } = components;
    if (projector !== null && relay !== null && scheduler !== null) return { projector, relay, scheduler };
    await delay(LOOK_EVERY_MS);
  }
}

async function settled(when: string, { pid, server }: Running, heaps: HeapWatch): Promise<Look> {
  await delay(SETTLED_MS);
  const [service, ofServer] = [await memoryOf(pid), await memoryOf(server)];
  return { when, service, server: ofServer, heaps: await heaps.look(pid) };
}

function printMemory(looks: readonly Look[]): void {
  const row = (what: string, figure: (look: Look) => string) =>
    console.log(`| ${what} | ${looks.map(figure).join(' | ')} |`);
  row('MiB', ({ when }) => when);
  console.log(`|---|${'---|'.repeat(looks.length)}`);
  for (const [what, of] of [
    ['service', (look: Look) => look.service],
    ['nats-server', (look: Look) => look.server],
  ] as const) {
    row(`${what}, resident`, (look) => mib(of(look).rss));
    row(`${what}, its share (PSS)`, (look) => mib(of(look).pss ?? Number.NaN));
  }
  const [first] = looks;
  const sum = ({ service, server }: Look) => (service.pss ?? service.rss) + (server.pss ?? server.rss);
  row('both', (look) => mib(sum(look)));
  row('both, over no task', (look) => (first === undefined ? '' : mib(sum(look) - sum(first))));
  for (const name of ['main', 'api', 'projector']) {
    const heap = (look: Look) => look.heaps.find((thread) => thread.name === name);
    row(`thread ${name}: heap, external`, (look) => {
      const { asItIs } = heap(look) ?? {};
      return asItIs === undefined ? '' : `${mib(asItIs.heapTotal)}, ${mib(asItIs.external)}`;
    });
    row(`thread ${name}: live, after a collection`, (look) => {
      const { live } = heap(look) ?? {};
      return live === undefined ? '' : `${mib(live.heapUsed)}, ${mib(live.external)}`;
    });
  }
  console.log('');
}

function printStarts(starts: readonly Start[]): void {
  const row = (what: string, figure: (start: Start) => string) =>
    console.log(`| ${what} | ${starts.map(figure).join(' | ')} |`);
  row('start', ({ timers }) => (timers === 0 ? 'of an empty store' : `with ${whole(timers)} timers`));
  console.log(`|---|${'---|'.repeat(starts.length)}`);
  row('ready after', ({ readyMs }) => seconds(readyMs));
  row('leading, all timers armed, after', ({ armedMs }) => seconds(armedMs));
  row('processor time of the service until then', ({ spent }) => `${whole(spent.serviceMs)} ms`);
  row('of nats-server', ({ spent }) => `${whole(spent.serverMs)} ms`);
}

function mib(bytes: number): string {
  return Number.isNaN(bytes) ? '' : (bytes / 1024 / 1024).toFixed(0);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
