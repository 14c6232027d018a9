/**
 * What a create costs at least, and what ours costs beside it: `npm run bench -- floor`. A bare program with the same HTTP
 * server and the same store (`load/floor-program.mjs`), the same with what the design cannot do without, and this service, in
 * turn, each with an empty store, three rounds (`ROUNDS`); medians. `whole machine` includes the caller, and says something
 * only where nothing else runs (Linux only).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import { findNatsServer } from '../bootstrap/nats-server/nats-server.mjs';
import { startEmbeddedServer } from '../src/jetstream/embedded-server/embedded-server.ts';
import { readyAt, serverOf, started, THIS_BUILD } from './load/npm-started.ts';
import { postTask } from './load/post-task.ts';
import { SECRET, tokenFor } from './load/service.ts';
import { watchProcessorTime } from './measuring/cores.ts';
import { creates, TASK } from './peers/measure.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const PROGRAM = join(import.meta.dirname, 'load', 'floor-program.mjs');
/** In flight, measured; a third as many come before. */
const CREATES = [
  [1, 1_500],
  [64, 9_000],
] as const;
/** Views and what others are told are written once a second. */
const SETTLED_MS = 1_500;

interface Cost {
  readonly what: string;
  readonly perSecond: number;
  readonly machineMs: number;
  readonly programMs: number;
  readonly serverMs: number;
}
interface Running {
  readonly url: string;
  readonly program: number;
  readonly server: number;
  stop(): Promise<void>;
}

/** Prints a row for each of the three and each number in flight. */
export async function floor(): Promise<void> {
  const costs: Cost[] = [];
  const all = { bare: () => bareProgram('bare'), whole: () => bareProgram('whole'), service: thisService };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, start] of Object.entries(all)) costs.push(...(await costsOf(name, await start())));
  }
  console.log(
    '| what | a second | whole machine, ms | program, ms | nats-server, ms |\n|---|---|---|---|---|',
  );
  for (const what of new Set(costs.map((cost) => cost.what))) {
    const own = costs.filter((cost) => cost.what === what);
    const shown = [
      median(own.map(({ perSecond }) => perSecond)).toFixed(0),
      ...(['machineMs', 'programMs', 'serverMs'] as const).map((figure) =>
        median(own.map((cost) => cost[figure])).toFixed(2),
      ),
    ];
    console.log(`| ${what} | ${shown.join(' | ')} |`);
  }
}

async function costsOf(name: string, { url, program, server, stop }: Running): Promise<Cost[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const token = await tokenFor('load');
  const costs: Cost[] = [];
  try {
    for (const [inFlight, amount] of CREATES) {
      await creates(() => postTask(agent, url, token, TASK), inFlight, Math.ceil(amount / 4));
      await delay(SETTLED_MS);
      const spent = watchProcessorTime({ service: program, server });
      const { perSecond, cpuMs } = await creates(() => postTask(agent, url, token, TASK), inFlight, amount);
      await delay(SETTLED_MS);
      const { serviceMs = Number.NaN, serverMs = Number.NaN } = spent() ?? {};
      // Those that `creates` begins with were spent on too.
      const each = amount + Math.ceil(amount / 3);
      const what = `${name}, ${inFlight} in flight`;
      costs.push({
        what,
        perSecond,
        machineMs: cpuMs,
        programMs: serviceMs / each,
        serverMs: serverMs / each,
      });
      process.stderr.write(`${JSON.stringify(costs.at(-1))}\n`);
    }
    return costs;
  } finally {
    agent.destroy();
    await stop();
  }
}

async function bareProgram(level: 'bare' | 'whole'): Promise<Running> {
  const dataDir = await mkdtemp(join(tmpdir(), 'task-service-floor-'));
  const { binary } = await findNatsServer();
  const server = await startEmbeddedServer({ binary, dataDir, logger: pino({ level: 'warn' }) });
  const { servers, user, pass } = server;
  const env = {
    ...process.env,
    SERVERS: `${servers}`,
    NATS_USER: user,
    NATS_PASS: pass,
    SECRET,
    LEVEL: level,
  };
  const program = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: program.stdout }), 'line');
  return {
    url: `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}`,
    program: program.pid ?? 0,
    server: server.pid,
    stop: async () => {
      await ended(program, 'SIGKILL');
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function thisService(): Promise<Running> {
  const dataDir = await mkdtemp(join(tmpdir(), 'task-service-floor-'));
  const service = started(THIS_BUILD, dataDir);
  const url = await readyAt(service);
  const program = service.pid ?? 0;
  return {
    url,
    program,
    server: serverOf(program),
    stop: async () => {
      await ended(service, 'SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
