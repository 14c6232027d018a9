/**
 * This service beside other durable queues and schedulers, in one run: `npm run bench -- peers`. They are installed into
 * `bench/peers`, apart from what the project needs, and each runs with an empty store of its own that fsyncs. `PEERS` names
 * some of them (`restate,bullmq,graphile-worker,pg-boss`), `ROUNDS` how often all take their turn; medians are told.
 *
 * They are called as libraries (Restate over HTTP) and keep a row for each run. Here each task is made by a request of its
 * own, with a token, checked and stored as an event; a run is three events, views, and a message to others. A peer's run
 * counts as started when its handler is entered; ours, which is a to-do and has none, when nats-server has stored its
 * start.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import pino from 'pino';
import { findNatsServer } from '../bootstrap/nats-server/nats-server.mjs';
import { connectNats } from '../src/jetstream/connection/connection.ts';
import { startEmbeddedServer } from '../src/jetstream/embedded-server/embedded-server.ts';
import { nodeOptionsOf, THIS_BUILD } from './load/npm-started.ts';
import { postTask } from './load/post-task.ts';
import { startService, tokenFor } from './load/service.ts';
import { calibration } from './measuring/calibration.ts';
import { whole } from './measuring/shown.ts';
import { atOnce, type Burst, burst, type Creates, creates, TASK } from './peers/measure.mjs';

const FOLDER = join(import.meta.dirname, 'peers');
const OURS = 'this service';
const USERS = 500;
const LEAD_MS = 20_000;
const PEERS = process.env.PEERS?.split(',') ?? ['restate', 'bullmq', 'graphile-worker', 'pg-boss'];
const ROUNDS = Number(process.env.ROUNDS ?? 3);

type FigureName = 'one' | 'many' | 'spread' | 'herd';
type Figure = { readonly peer: string; readonly figure: FigureName } & Partial<Creates & Burst>;

const ROWS: readonly (readonly [FigureName, string, string, (figure: Figure) => number | undefined])[] = [
  ['one', 'create, 1 in flight: a second', 'most', ({ perSecond }) => perSecond],
  ['one', 'its processor time, whole machine, ms', 'least', ({ cpuMs }) => cpuMs],
  ['many', 'create, 64 in flight: a second', 'most', ({ perSecond }) => perSecond],
  ['many', 'its processor time, ms', 'least', ({ cpuMs }) => cpuMs],
  ['spread', '500 due a second for 10 s: late, p50, ms', 'least', ({ p50Ms }) => p50Ms],
  ['spread', 'late, p99, ms', 'least', ({ p99Ms }) => p99Ms],
  ['herd', '5,000 due at one instant: last started after, ms', 'least', ({ lastMs }) => lastMs],
  ['herd', 'its processor time a run, ms', 'least', ({ cpuMs }) => cpuMs],
];

/** Prints a table: a row a figure, a column for each. */
export async function peers(): Promise<void> {
  execFileSync('npm', ['ci', '--silent'], { cwd: FOLDER, stdio: 'inherit' });
  process.stderr.write(`machine: ${calibration(tmpdir())}\n`);
  const figures: Figure[] = [];
  const add = (figure: Figure) => {
    process.stderr.write(`${JSON.stringify(figure)}\n`);
    figures.push(figure);
  };
  for (let round = 0; round < ROUNDS; round++) {
    for (const figure of await ourFigures()) add(figure);
    for (const peer of PEERS) for (const figure of figuresOf(peer)) add(figure);
  }
  print(figures);
}

function figuresOf(peer: string): Figure[] {
  const lines = execFileSync(process.execPath, [join(FOLDER, 'main.mjs'), peer], { encoding: 'utf8' });
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Figure);
}

async function ourFigures(): Promise<Figure[]> {
  const named = { peer: OURS } as const;
  return [
    { ...named, figure: 'one', ...(await withService(({ create }) => creates(create, 1, 1_500))) },
    { ...named, figure: 'many', ...(await withService(({ create }) => creates(create, 64, 10_000))) },
    { ...named, figure: 'spread', ...(await withService(({ runs }) => burst(runs, 5_000, 2, LEAD_MS))) },
    { ...named, figure: 'herd', ...(await withService(({ runs }) => burst(runs, 5_000, 0, LEAD_MS))) },
  ];
}

interface Ours {
  create(index: number): Promise<void>;
  readonly runs: Parameters<typeof burst>[0];
}

/** The built service as `npm start` runs it, with an empty store. */
async function withService<Result>(measured: (ours: Ours) => Promise<Result>): Promise<Result> {
  const dataDir = await mkdtemp(join(tmpdir(), 'task-service-bench-'));
  const { binary } = await findNatsServer();
  const server = await startEmbeddedServer({ binary, dataDir, logger: pino({ level: 'warn' }) });
  const { servers, user, pass } = server;
  const service = await startService(
    { NATS_URL: servers, NATS_USER: user, NATS_PASSWORD: pass, DATA_DIR: dataDir },
    nodeOptionsOf(THIS_BUILD),
  );
  const nc = await connectNats({ servers, user, pass, name: 'bench' });
  try {
    const callers = await Promise.all(Array.from({ length: USERS }, (_, i) => tokenFor(`load${i}`)));
    const agent = new Agent({ keepAlive: true, maxSockets: 256 });
    const create = (index: number, more = {}) =>
      postTask(agent, service.url, callers[index % USERS] ?? '', { ...TASK, ...more });
    return await measured({
      create: (index) => create(index),
      runs: {
        arm: (dues) =>
          atOnce(dues.length, 64, (i) => create(i, { schedule: { type: 'once', run_time: isoOf(dues[i]) } })),
        entered: () => startsIn(nc),
        isDone: async (amount) => (await runsEnded(service.url)) >= amount,
      },
    });
  } finally {
    await service.end('SIGTERM');
    await nc.close();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** When each run was due, and when nats-server stored its start: read after the fact, so that it costs the runs nothing. */
async function startsIn(nc: NatsConnection): Promise<[due: number, at: number][]> {
  const starts: [due: number, at: number][] = [];
  const consumer = await jetstream(nc).consumers.get('TASK_LOG');
  for await (const message of await consumer.consume({ max_messages: 5_000 })) {
    const { type, time, data } = message.json<StoredEvent>();
    if (type === 'task.execution_started') {
      starts.push([Date.parse(time) - data.late_by_ms, Date.parse(message.time.toISOString())]);
    }
    if (message.info.pending === 0) break;
  }
  return starts;
}

/** What counts here of an event as it is stored. */
interface StoredEvent {
  readonly type: string;
  readonly time: string;
  readonly data: { readonly late_by_ms: number };
}

/** Of all runs of the service, since it started. */
async function runsEnded(url: string): Promise<number> {
  const answer = await fetch(`${url}/health/detailed`);
  const { components } = (await answer.json()) as { components: { worker: Record<string, number> } };
  return (components.worker.completed ?? 0) + (components.worker.failed ?? 0);
}

function print(figures: readonly Figure[]): void {
  const names = [OURS, ...new Set(figures.map(({ peer }) => peer).filter((peer) => peer !== OURS))];
  console.log(
    `| | ${names.join(' | ')} | ours to the best of them |\n|---|${'---|'.repeat(names.length + 1)}`,
  );
  for (const [figure, what, best, pick] of ROWS) {
    const values = names.map((name) =>
      median(figures.filter((one) => one.peer === name && one.figure === figure).map(pick)),
    );
    const [ours = Number.NaN, ...theirs] = values;
    const ratio = ours / (best === 'most' ? Math.max(...theirs) : Math.min(...theirs));
    console.log(`| ${what} | ${values.map(shownValue).join(' | ')} | ${ratio.toFixed(2)} |`);
  }
}

function shownValue(value: number): string {
  return value < 10 ? value.toFixed(2) : whole(value);
}

function median(values: readonly (number | undefined)[]): number {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

function isoOf(epoch: number | undefined): string {
  return new Date(epoch ?? 0).toISOString();
}
