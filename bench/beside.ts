/**
 * This build beside another: `npm run bench -- beside <folder of the other, built>`. Both run as `npm start` runs them, in
 * turn, each with an empty store of its own, three rounds (`ROUNDS`); the medians are told. What counts on a machine that
 * is busy with other things is processor time, of the service and of its nats-server, from /proc (Linux only).
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { load } from './load/http-load.ts';
import { readyAt, serverOf, started, THIS_BUILD } from './load/npm-started.ts';
import { tokenFor } from './load/service.ts';
import { watchProcessorTime } from './measuring/cores.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 3);
/** In flight, to begin with, measured. */
const CREATES = [
  [1, 500, 1_500],
  [64, 2_000, 6_000],
] as const;
/** The views are written within a second of load, and what others are told. */
const SETTLED_MS = 1_500;
const TASK = {
  name: 'Buy milk',
  task_type: 'todo',
  description: 'x'.repeat(200),
  tags: ['home', 'shop'],
  metadata: { aisle: 7, note: 'y'.repeat(60) },
};

interface Cost {
  readonly serviceMs: number;
  readonly serverMs: number;
  readonly perSecond: number;
}

/** Prints a row for each number in flight. Throws where the other build is none. */
export async function beside(other: string): Promise<void> {
  const builds = [resolve(other), THIS_BUILD] as const;
  const costs = builds.map(() => CREATES.map((): Cost[] => []));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, folder] of builds.entries()) {
      process.stderr.write(`round ${round + 1}: ${folder}\n`);
      const costsOfRound = await costsOf(folder);
      for (const [row, cost] of costsOfRound.entries()) costs[at]?.[row]?.push(cost);
    }
  }
  console.log('| what | other build | this build | ratio |\n|---|---|---|---|');
  for (const [row, [inFlight]] of CREATES.entries()) {
    const [before, now] = costs.map((of) => of[row] ?? []);
    for (const [what, unit, figure] of FIGURES) {
      const [was, is] = [median(before ?? [], figure), median(now ?? [], figure)];
      console.log(
        `| create over REST, ${inFlight} in flight: ${what} | ${was.toFixed(2)} ${unit} | ${is.toFixed(2)} ${unit} | ${(is / was).toFixed(2)} |`,
      );
    }
  }
}

const FIGURES: readonly (readonly [string, string, (cost: Cost) => number])[] = [
  ['processor time of the service', 'ms', ({ serviceMs }) => serviceMs],
  ['of nats-server', 'ms', ({ serverMs }) => serverMs],
  ['rate', '/ s', ({ perSecond }) => perSecond],
];

function median(costs: readonly Cost[], figure: (cost: Cost) => number): number {
  const sorted = costs.map(figure).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

async function costsOf(folder: string): Promise<Cost[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'task-service-beside-'));
  const service = started(folder, dataDir);
  try {
    const url = await readyAt(service);
    const pid = service.pid ?? 0;
    const processes = { service: pid, server: serverOf(pid) };
    const request = { url, method: 'POST', path: () => '/api/v1/tasks', expect: 201 } as const;
    const create = { ...request, token: await tokenFor('bench'), body: JSON.stringify(TASK) };
    const costs: Cost[] = [];
    for (const [inFlight, first, amount] of CREATES) {
      await load(create, inFlight, first);
      await delay(SETTLED_MS);
      const spent = watchProcessorTime(processes);
      const { perSecond } = await load(create, inFlight, amount);
      await delay(SETTLED_MS);
      const { serviceMs = Number.NaN, serverMs = Number.NaN } = spent() ?? {};
      costs.push({ serviceMs: serviceMs / amount, serverMs: serverMs / amount, perSecond });
    }
    return costs;
  } finally {
    const ended = once(service, 'exit');
    if (service.exitCode === null) service.kill('SIGTERM');
    await ended;
    await rm(dataDir, { recursive: true, force: true });
  }
}
