/**
 * The figures of the README: `npm run bench [-- name ...]`. One embedded nats-server with every event fsynced, the
 * built service as one process with all roles, the load from this process. Each figure stands beside what plain
 * JetStream does in the same run, and beside the processor time that one operation took. A table goes to the standard output, JSON to `bench/results.json`.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import { findNatsServer } from '../bootstrap/nats-server/nats-server.mjs';
import { systemClock } from '../src/app/system-clock.ts';
import { ulidIds } from '../src/app/ulid-ids.ts';
import { NO_SEQUENCE, type Sequence, type UserId } from '../src/domain/shared/ids.ts';
import { type Instant, instantOf } from '../src/domain/shared/instant.ts';
import { TASK_TYPES } from '../src/domain/task/status.ts';
import { UserKeys } from '../src/jetstream/codec/user-keys.ts';
import { connectNats } from '../src/jetstream/connection/connection.ts';
import { startEmbeddedServer } from '../src/jetstream/embedded-server/embedded-server.ts';
import { JetStreamLease } from '../src/jetstream/leases/lease.ts';
import { GroupCommit } from '../src/jetstream/log/commit/group-commit.ts';
import { JetStreamEventLog } from '../src/jetstream/log/event-log.ts';
import { JetStreamLogFollower } from '../src/jetstream/log/follow/log-follower.ts';
import { provision } from '../src/jetstream/provisioning/provision.ts';
import { ViewGenerations } from '../src/jetstream/views/generations.ts';
import { JetStreamViews } from '../src/jetstream/views/views.ts';
import { Projector } from '../src/projector/projector.ts';
import { auditFigures } from './audit.ts';
import { beside } from './beside.ts';
import { floor } from './floor.ts';
import { histories } from './histories.ts';
import { historyFigures } from './history.ts';
import { startHostileHosts } from './load/hostile-hosts.ts';
import { nodeOptionsOf, THIS_BUILD } from './load/npm-started.ts';
import { type DueTask, seedOnceTasks, seedRuns, seedYear } from './load/seed.ts';
import { SECRETS_KEY, startService, tokenFor } from './load/service.ts';
import { startWebhookReceiver } from './load/webhook-receiver.ts';
import { calibration } from './measuring/calibration.ts';
import { watchCores, watchProcessorTime } from './measuring/cores.ts';
import {
  makeRawStream,
  rawBatches,
  rawPublishes,
  rawPublishTimes,
  rawReads,
  rawReplay,
} from './measuring/raw.ts';
import { Report } from './measuring/report.ts';
import { runsAfter } from './measuring/runs.ts';
import { each, ms, whole } from './measuring/shown.ts';
import { type NeighbourRow, neighbours } from './neighbours.ts';
import { peers } from './peers.ts';
import { rebuilds } from './rebuild.ts';
import { type Bench, listsOfMany, requests } from './requests.ts';
import { startWithMany } from './start.ts';

const TIMERS_ELSEWHERE = 100_000;
const SLOTS = 5_000;
const NO_OPS = 15_000;
const WEBHOOKS = 3_000;
const EVENTS_A_RUN = 3;
/** Messages of one atomic batch, as the group commit fills them. */
const BATCH = 256;
const ANALYST = 'analyst' as UserId;
const ANALYTICS_READS = 500;
const TASKS_RUN = 30_000;
/** Events that are added for auditors; `AUDITED` says another number. */
const AUDITED = Number(process.env.AUDITED ?? (process.argv.includes('history') ? 1_000_000 : 100_000));
/** Runs of one task. */
const HISTORIES = [300, 100_000];
const SCHEDULED_BACKLOG_MS = 15_000;

/** Those that start services of their own. */
const APART: Readonly<Record<string, () => Promise<void>>> = {
  beside: () => beside(process.argv[3] ?? ''),
  floor,
  start: startWithMany,
  rebuild: () => rebuilds(process.argv[3]),
  peers,
};
const apart = APART[process.argv[2] ?? ''];
if (apart !== undefined) {
  await apart();
  process.exit(0);
}
const only = new Set(process.argv.slice(2));
const wanted = (name: string) => only.size === 0 || only.has(name);

const dataDir = await mkdtemp(join(tmpdir(), 'task-service-bench-'));
const logger = pino({ level: 'warn' });
const { binary } = await findNatsServer();
const server = await startEmbeddedServer({ binary, dataDir, logger });
const { servers, user, pass } = server;
const nc = await connectNats({ servers, user, pass, name: 'bench' });
await provision(nc, { replicas: 1 });
const report = new Report();
const ids = ulidIds();
const keys = new UserKeys(nc, Buffer.from(SECRETS_KEY, 'base64'));
const log = new JetStreamEventLog(nc, keys, new GroupCommit(nc));
const follower = new JetStreamLogFollower(nc, keys);
const views = new JetStreamViews(nc, { executionsKept: 100, keys });
// Before there is a scheduler, which would cancel what was to be started long ago.
if (wanted('analytics')) await seedYear(log, ids, ANALYST);
// WORKER_CONCURRENCY is the service's own.
const { WORKER_CONCURRENCY } = process.env;
const given = WORKER_CONCURRENCY === undefined ? {} : { WORKER_CONCURRENCY };
// PROFILE=<folder> leaves a CPU profile of the service there.
const profile =
  process.env.PROFILE === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${process.env.PROFILE}`];
const hosts = await startHostileHosts();
const receiver = await startWebhookReceiver();
const egress = { EGRESS_ALLOW: `${hosts.host},${receiver.host}` };
const service = await startService(
  { NATS_URL: servers, NATS_USER: user, NATS_PASSWORD: pass, DATA_DIR: dataDir, ...egress, ...given },
  [...nodeOptionsOf(THIS_BUILD), ...profile],
);
const processes = { service: service.pid, server: server.pid };
const bench: Bench = { nc, url: service.url, processes, report, projected };
try {
  report.calibration = calibration(dataDir);
  process.stderr.write(`machine: ${report.calibration}\n`);
  await makeRawStream(nc);
  if (wanted('batches')) await batches();
  if (wanted('rest')) await requests(bench);
  if (wanted('analytics')) await analytics();
  if (wanted('lists')) await listsOfMany(bench);
  if (wanted('slots')) await slots();
  if (wanted('executions')) await executions();
  if (wanted('webhooks')) await webhooks();
  if (wanted('neighbours')) await besideNeighbours();
  if (wanted('history')) await historyFigures(bench);
  await service.end('SIGTERM');
  if (wanted('projector')) await projector();
  if (wanted('audit') || wanted('history')) await audit();
  if (wanted('histories')) await historiesOfRuns();
} finally {
  await service.end('SIGKILL');
  await hosts.stop();
  await receiver.stop();
  await nc.close();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}
report.print();
await writeFile(join(import.meta.dirname, 'results.json'), `${report.json()}\n`);

/** What group commit is built on: an atomic batch costs the same few fsyncs whatever its size. */
async function batches(): Promise<void> {
  const alone = 1000 / (await rawPublishes(nc, 1, 1_000));
  for (const size of [2, 25, 50, 100, 400]) {
    const took = await rawBatches(nc, size, 100);
    report.add(
      `raw atomic batch of ${size}`,
      `p50 ${ms(took)}`,
      `${ms(alone)} a publish`,
      (alone * size) / took,
    );
  }
}

async function slots(): Promise<void> {
  const far = Date.now() + 30 * 24 * 3_600_000;
  const elsewhere = Array.from({ length: TIMERS_ELSEWHERE }, (_, i) => instantOf(far + i));
  await seedOnceTasks(log, ids, 1_000, 'far', elsewhere);
  await relayed(await follower.lastSequence());

  const over = new AbortController();
  const meanwhile = rawPublishTimes(nc, over.signal);
  const spread = await run(SLOTS, (first, i) => instantOf(first + Math.floor((i * 10_000) / SLOTS)));
  over.abort();
  const times = await meanwhile;
  const rawP50 = times[times.length >> 1] ?? 0;
  const rawP99 = times[Math.floor(times.length * 0.99)] ?? 0;
  report.add(
    `lateness, ${whole(SLOTS)} slots over 10 s, ${whole(TIMERS_ELSEWHERE)} other timers`,
    `p50 ${ms(spread.p50Ms)}, p99 ${ms(spread.p99Ms)}, max ${ms(spread.maxMs)}`,
    `p50 ${ms(rawP50)}, p99 ${ms(rawP99)} a publish meanwhile`,
    rawP99 / Math.max(1, spread.p99Ms),
    spread.processorTime,
  );
  const atOnce = await run(SLOTS, (first) => instantOf(first));
  const rawMs = (SLOTS * EVENTS_A_RUN * 1_000) / (await rawInBatches());
  report.add(
    `${whole(SLOTS)} slots at one instant, last started`,
    `${ms(atOnce.maxMs)} (p50 ${ms(atOnce.p50Ms)})`,
    `${ms(rawMs)} for as many events in batches of ${BATCH}`,
    rawMs / atOnce.maxMs,
    atOnce.processorTime,
  );
  addCores('while those run', atOnce.cores);
}

async function executions(): Promise<void> {
  const raw = await rawInBatches();
  const runs = await run(NO_OPS, (first) => instantOf(first));
  const perSecond = NO_OPS / (runs.viewsAfterMs / 1000);
  report.add(
    `no-op executions, slot to views (${whole(NO_OPS)} at one instant)`,
    `${whole(perSecond)} / s`,
    `${whole(raw)} events / s in batches of ${BATCH}`,
    (perSecond * EVENTS_A_RUN) / raw,
    runs.processorTime,
  );
  addCores('while those run', runs.cores);
}

/** Runs with effects; lateness is counted to the entry of the executor. */
async function webhooks(): Promise<void> {
  const task = { task_type: 'custom', config: { script_type: 'webhook', url: receiver.url } } as const;
  const overMs = WEBHOOKS * 5;
  for (const [what, runTime] of [
    [`over ${whole(overMs / 1_000)} s`, (first: number, i: number) => first + i * 5],
    ['at one instant', (first: number) => first],
  ] as const) {
    receiver.calls();
    const runs = await run(WEBHOOKS, (first, i) => instantOf(runTime(first, i)), task);
    const calls = receiver.calls();
    if (calls !== WEBHOOKS) throw new Error(`${calls} calls of ${WEBHOOKS} tasks`);
    report.add(
      `${whole(WEBHOOKS)} webhook runs ${what}`,
      `late p50 ${ms(runs.p50Ms)}, p99 ${ms(runs.p99Ms)}, max ${ms(runs.maxMs)}`,
      '',
      null,
      runs.processorTime,
    );
  }
}

/** Seeds tasks due soon, waits until all have run and the views have caught up, and reads what the log says. */
async function run(amount: number, runTime: (first: number, index: number) => Instant, task?: DueTask) {
  const first = Date.now() + SCHEDULED_BACKLOG_MS;
  const times = Array.from({ length: amount }, (_, i) => runTime(first, i));
  await seedOnceTasks(log, ids, Math.ceil(amount / 10), 'run', times, task);
  const before = await follower.lastSequence();
  await relayed(before);
  if (Date.now() > first - 1_000) throw new Error('seeding took too long');
  await delay(first - Date.now());
  const coresSince = watchCores(processes);
  const spent = watchProcessorTime(processes);
  // Three events for each run; what is asked for here costs the service next to nothing.
  while ((await views.checkpoint()) < before + amount * EVENTS_A_RUN) await delay(50);
  const viewsAt = Date.now();
  const cores = coresSince();
  const processorTime = each(spent(), amount);
  const runs = await runsAfter(follower, before);
  if (runs.ended !== amount) throw new Error(`${runs.ended} of ${amount} executions ended`);
  return { ...runs, viewsAfterMs: viewsAt - first, cores, processorTime };
}

/** What group commit is made for: events a second in atomic batches as full as its own. */
async function rawInBatches(): Promise<number> {
  return (BATCH * 1_000) / (await rawBatches(nc, BATCH, 40));
}

/** Waits until the views hold what the log holds: that costs processor time too. */
async function projected(): Promise<void> {
  const end = await follower.lastSequence();
  while ((await views.checkpoint()) < end) await delay(20);
}

/** A user's reads and writes beside what another does at their worst; the ratio is of the quiet p99 to this one. */
async function besideNeighbours(): Promise<void> {
  let quiet: NeighbourRow | null = null;
  await neighbours(service, hosts, (row) => {
    if (row.what === 'quiet') {
      quiet = row;
      return;
    }
    const failed = row.failed === 0 ? '' : `, ${row.failed} failed`;
    report.add(
      `20 requests a second beside: ${row.what}`,
      `${shownWait(row)}${failed}`,
      quiet === null ? '' : `quiet: ${shownWait(quiet)}`,
      quiet === null ? null : quiet.p99Ms / row.p99Ms,
    );
  });
}

function shownWait({ p50Ms, p99Ms, threadP50Ms, threadP99Ms }: NeighbourRow): string {
  return `p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}; thread ${ms(threadP50Ms)}, ${ms(threadP99Ms)}`;
}

function addCores(when: string, cores: string | null): void {
  if (cores !== null) report.add(`processor time ${when}`, cores, '', null);
}

/** Waits until others have been told of what the log holds: that it was seeded must not cost what is measured next. */
async function relayed(sequence: Sequence): Promise<void> {
  for (;;) {
    const answer = await fetch(`${service.url}/health/detailed`);
    const { components } = (await answer.json()) as { components: { relay: { position: number } } };
    if (components.relay.position >= sequence) return;
    await delay(100);
  }
}

/** Every answer after a change, so that none is one that was kept. */
async function analytics(): Promise<void> {
  const token = await tokenFor(ANALYST);
  const raw = await rawReads(nc, 1, 1_000);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ name: 'Buy milk', task_type: 'todo' });
  const taken: number[] = [];
  for (let n = 0; n < ANALYTICS_READS; n++) {
    await fetch(`${service.url}/api/v1/tasks`, { method: 'POST', headers, body }).then((made) => made.text());
    const began = performance.now();
    const answer = await fetch(`${service.url}/api/v1/analytics?days=365`, { headers });
    const { total_executions } = (await answer.json()) as { total_executions: number };
    taken.push(performance.now() - began);
    if (total_executions !== TASK_TYPES.length * 365)
      throw new Error(`${total_executions} runs were counted`);
  }
  taken.sort((a, b) => a - b);
  const at = (part: number) => taken[Math.floor(taken.length * part)] ?? 0;
  report.add(
    'analytics of 365 days, each after a write of the user',
    `p50 ${ms(at(0.5))}, p95 ${ms(at(0.95))}`,
    `p95 ${ms(raw)} a read`,
    raw / at(0.95),
  );
}

/** Of the log as the other figures have left it; on its own it makes one. */
async function projector(): Promise<void> {
  if ((await follower.lastSequence()) === NO_SEQUENCE) await seedRuns(log, ids, 1_000, 'past', TASKS_RUN);
  const raw = await rawReplay(nc, 'TASK_LOG');
  const events = await follower.lastSequence();
  const lease = new JetStreamLease(nc, systemClock, { name: 'bench', holder: 'bench' });
  const rebuilt = new Projector({ nc, keys, log, follower, lease, executionsKept: 100, logger });
  const generations = new ViewGenerations(nc);
  const bucket = await generations.begin();
  const began = performance.now();
  await rebuilt.build(bucket, () => {});
  await generations.switchTo(bucket);
  const perSecond = events / ((performance.now() - began) / 1000);
  report.add(
    `projector, ${whole(events)} events from the start`,
    `${whole(perSecond)} events / s`,
    `${whole(raw)} replayed / s`,
    perSecond / raw,
  );
}

async function audit(): Promise<void> {
  const { events, lines, leaves, verified, peak } = await auditFigures(nc, keys, ids, AUDITED);
  const size = `${whole(events)} events`;
  report.add(`audit: lines of ${size}`, `${whole(lines)} / s of CPU`, '', null);
  report.add(`audit: checked by the public key, ${size}`, `${whole(verified)} / s of CPU`, '', null);
  report.add(`audit: tree over ${size}`, `${whole(leaves)} / s of CPU`, '', null);
  report.add(
    'audit: memory while lines are read, more than before',
    `${whole(peak / 1024 / 1024)} MiB`,
    '',
    null,
  );
}

/** Last: the service would go on with tasks that are due. */
async function historiesOfRuns(): Promise<void> {
  const figures = await histories(nc, keys, ids, HISTORIES);
  for (const { question, runs, cpuMs } of figures) {
    const short = figures.find((each) => each.question === question)?.cpuMs ?? cpuMs;
    report.add(
      `${question} of a task with ${whole(runs)} runs`,
      `${ms(cpuMs)} of processor time`,
      '',
      short / cpuMs,
    );
  }
}
