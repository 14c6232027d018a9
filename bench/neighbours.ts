/**
 * What a user sees who reads and writes one task twenty times a second, alone and beside a neighbour at their worst.
 * Each row is five seconds of one kind of load, with as many quiet ones before them; what it stands on is made before.
 * `ROW=slots` measures the rows with that word in their names only.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once, setMaxListeners } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { HostileHosts } from './load/hostile-hosts.ts';
import { tokenFor } from './load/service.ts';

const ROW_MS = 5_000;
/** Behind the beginning of the load. */
const VICTIM_AFTER_MS = 250;

export interface NeighbourRow {
  readonly what: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Requests of the victim that were refused or failed. */
  readonly failed: number;
  /** What the service's thread of REST ran from question to answer; 0 where the system does not tell. */
  readonly threadP50Ms: number;
  readonly threadP99Ms: number;
}

/** Goes on until the signal aborts. */
type HostileLoad = (over: AbortSignal) => Promise<void>;

export async function neighbours(
  { url, pid }: { readonly url: string; readonly pid: number },
  hosts: HostileHosts,
  add: (row: NeighbourRow) => void,
): Promise<void> {
  const victim = new BenchUser(url, await tokenFor('victim'));
  const taskId = await victim.create({ name: 'Water the plants', task_type: 'todo' });
  const measure = async (what: string, load: HostileLoad | null) => {
    const over = new AbortController();
    // Every request of the load listens to it.
    setMaxListeners(0, over.signal);
    const loading = load === null ? null : load(over.signal).catch(() => {});
    await delay(VICTIM_AFTER_MS);
    const figures = await watched([url, victim.token, taskId, String(ROW_MS), String(pid)]);
    over.abort();
    await loading;
    add({ what, ...figures });
    // What it left behind is no part of the next row.
    await delay(1_000);
  };
  for (const [what, prepare] of ROWS.filter(([name]) => name.includes(process.env.ROW ?? ''))) {
    const load = await prepare(new BenchUser(url, await tokenFor(`hostile ${what}`)), hosts);
    await measure('quiet', null);
    await measure(what, load);
  }
}

async function watched(args: readonly string[]): Promise<Omit<NeighbourRow, 'what'>> {
  const script = join(import.meta.dirname, 'load', 'victim.ts');
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = '';
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    last = line;
  });
  await once(child, 'close');
  return JSON.parse(last) as Omit<NeighbourRow, 'what'>;
}

/** Somebody who asks for much, and takes whatever comes. */
class BenchUser {
  readonly url: string;
  readonly token: string;

  constructor(url: string, token: string) {
    this.url = url;
    this.token = token;
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
    more: Record<string, string> = {},
  ): Promise<unknown> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json', ...more },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await answer.text();
    if (answer.status === 429) await delay(100);
    return text === '' ? null : JSON.parse(text);
  }

  async create(task: object): Promise<string> {
    return ((await this.call('POST', '/tasks', task)) as { task_id: string }).task_id;
  }

  /** Runs a task and waits so many seconds for its end. */
  run(taskId: string, seconds: number, signal?: AbortSignal): Promise<unknown> {
    return this.call('POST', `/tasks/${taskId}/execute`, {}, signal, { prefer: `wait=${seconds}` });
  }

  /** `inFlight` at once, one after the other, until it is over. */
  async repeat(inFlight: number, over: AbortSignal, one: (n: number) => Promise<unknown>): Promise<void> {
    let n = 0;
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        while (!over.aborted) await one(n++).catch(() => delay(20));
      }),
    );
  }
}

async function times(count: number, inFlight: number, one: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (let n = next++; n < count; n = next++) await one(n);
    }),
  );
}

const LARGE = 'x'.repeat(200 * 1024);
const LARGE_TASK = {
  name: 'Large',
  task_type: 'custom',
  config: { script_type: 'webhook', url: 'http://host.invalid/', body: LARGE },
};

type Prepare = (user: BenchUser, hosts: HostileHosts) => Promise<HostileLoad>;

function runsOf(task: (hosts: HostileHosts) => object): Prepare {
  return async (user, hosts) => {
    const taskId = await user.create(task(hosts));
    return (over) => user.repeat(1, over, () => user.run(taskId, 30, over));
  };
}

const twenty = (hosts: HostileHosts, kind: string) =>
  Array.from({ length: 20 }, (_, n) => `${hosts.url}/${kind}/${n}`);

const ROWS: readonly (readonly [string, Prepare])[] = [
  [
    '20 slots calls of a task with 200 runs',
    async (user) => {
      const taskId = await user.create({ name: 'Often', task_type: 'todo' });
      for (let n = 0; n < 200; n++) await user.run(taskId, 30);
      return (over) =>
        user.repeat(20, over, () => user.call('GET', `/tasks/${taskId}/slots`, undefined, over));
    },
  ],
  [
    '4 event lists over 100 events of 200 KB',
    async (user) => {
      const taskId = await user.create(LARGE_TASK);
      const config = (n: number) => ({ ...LARGE_TASK.config, body: `${n}${LARGE}` });
      await times(100, 8, (n) => user.call('PATCH', `/tasks/${taskId}`, { config: config(n) }));
      return (over) =>
        user.repeat(4, over, () => user.call('GET', `/tasks/${taskId}/events?limit=500`, undefined, over));
    },
  ],
  [
    '4 lists of one of 100 deleted tasks of 200 KB',
    async (user) => {
      await times(100, 8, async () => user.call('DELETE', `/tasks/${await user.create(LARGE_TASK)}`));
      return (over) =>
        user.repeat(4, over, (n) =>
          user.call('GET', `/tasks?limit=1&include_deleted=${n % 2 === 0}&q=${n}`, undefined, over),
        );
    },
  ],
  [
    'news of 20 feeds of 5 KB that unpack to 75,000 items',
    runsOf((hosts) => ({
      name: 'News',
      task_type: 'daily_news',
      config: { sources: twenty(hosts, 'packed') },
    })),
  ],
  [
    'news of 20 feeds of 2 MB with 150,000 attributes',
    runsOf((hosts) => ({
      name: 'Watch',
      task_type: 'news_monitor',
      config: { keywords: ['rain'], sources: twenty(hosts, 'attributes') },
    })),
  ],
  [
    'news of 20 feeds with 50,000 entries',
    runsOf((hosts) => ({
      name: 'Watch',
      task_type: 'news_monitor',
      config: { keywords: ['rain'], sources: twenty(hosts, 'entries') },
    })),
  ],
  [
    '4 bodies of 1 MB with half a million faults',
    async (user) => {
      const body = `{"name":"x","task_type":"todo","tags":[${'1,'.repeat(500_000)}1]}`;
      return (over) => user.repeat(4, over, () => user.call('POST', '/tasks', body, over));
    },
  ],
  [
    '16 searches over 2,000 tasks',
    async (user) => {
      const description = 'Something that somebody wrote about it. '.repeat(10);
      await times(2_000, 32, (n) => user.create({ name: `Number ${n}`, description, task_type: 'todo' }));
      return (over) =>
        user.repeat(16, over, (n) => user.call('GET', `/tasks?q=nothing${n}`, undefined, over));
    },
  ],
  [
    '8 sockets with pipelined requests for the OpenAPI document, not read',
    async ({ url }) =>
      (over) =>
        unread(url, over),
  ],
  [
    '50 runs of ten users that call a silent host',
    async ({ url }, hosts) => {
      await times(50, 10, async (n) => {
        const user = new BenchUser(url, await tokenFor(`silent ${n % 10}`));
        const config = { script_type: 'webhook', url: `${hosts.url}/silent/${n}` };
        const taskId = await user.create({ name: 'Wait', task_type: 'custom', config });
        await user.run(taskId, 0);
      });
      return (over) => once(over, 'abort').then(() => {});
    },
  ],
];

/** Asks for more than it takes. */
async function unread(url: string, over: AbortSignal): Promise<void> {
  const { hostname, port, host } = new URL(url);
  const request = `GET /openapi.json HTTP/1.1\r\nHost: ${host}\r\n\r\n`.repeat(500);
  const sockets = Array.from({ length: 8 }, (): Socket => {
    const socket = connect(Number(port), hostname, () => socket.write(request));
    socket.pause();
    socket.on('error', () => {});
    return socket;
  });
  await once(over, 'abort');
  for (const socket of sockets) socket.destroy();
}
