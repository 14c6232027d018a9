// One adapter a peer: its store, how a task is stored, and a worker, which runs in a process of its own.
import { Agent, request } from 'node:http';
import { atOnce } from './measure.mjs';
import { postgres, redis, restate } from './stores.mjs';

const QUEUE = 'bench';
const IN_FLIGHT = 64;
const A_PIECE = 1_000;

/**
 * `producer` answers `{add, arm, isDone, close}`: `add(data, dueAt)` stores one task, now or due later, and `isDone`
 * asks the store whether none is left. `isWorkerFirst`: nothing can be stored before a worker has told what it does.
 */
export const ADAPTERS = {
  restate: {
    name: 'Restate 1.7',
    store: restate,
    isWorkerFirst: true,
    async producer({ ingress, admin }) {
      const agent = new Agent({ keepAlive: true, maxSockets: 256 });
      const add = (data, dueAt) => {
        const later = dueAt === undefined ? '' : `?delay=${Math.max(1, Math.round(dueAt - Date.now()))}ms`;
        return post(agent, ingress, `/bench/task/send${later}`, data);
      };
      const left = { query: "select count(*) as n from sys_invocation_status where status <> 'completed'" };
      return {
        add,
        arm: (tasks) => atOnce(tasks.length, IN_FLIGHT, (i) => add(tasks[i], tasks[i].due)),
        isDone: async () => {
          const headers = { 'content-type': 'application/json', accept: 'application/json' };
          const answer = await fetch(`${admin}/query`, {
            method: 'POST',
            headers,
            body: JSON.stringify(left),
          });
          return Number((await answer.json()).rows[0].n) === 0;
        },
        close: async () => agent.destroy(),
      };
    },
    async worker({ admin }, handle) {
      const { service, serve } = await import('@restatedev/restate-sdk');
      const bench = service({ name: 'bench', handlers: { task: async (_context, data) => handle(data) } });
      const port = await serve({ services: [bench], port: 0 }).then(portOf);
      const body = JSON.stringify({ uri: `http://127.0.0.1:${port}`, force: true });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${admin}/deployments`, { method: 'POST', headers, body });
      if (!answer.ok) throw new Error(await answer.text());
    },
  },
  bullmq: {
    name: 'BullMQ 6, Redis fsyncs always',
    store: redis,
    async producer({ port }) {
      const { Queue } = await import('bullmq');
      const queue = new Queue(QUEUE, { connection: { host: '127.0.0.1', port } });
      // Its connection ends with the store.
      queue.on('error', () => {});
      await queue.waitUntilReady();
      const delayed = (dueAt) => ({ delay: Math.max(0, dueAt - Date.now()) });
      return {
        add: (data, dueAt) => queue.add('task', data, dueAt === undefined ? undefined : delayed(dueAt)),
        arm: (tasks) =>
          inPieces(tasks, (some) =>
            queue.addBulk(some.map((data) => ({ name: 'task', data, opts: delayed(data.due) }))),
          ),
        isDone: async (amount) => (await queue.getCompletedCount()) >= amount,
        close: () => queue.close(),
      };
    },
    async worker({ port }, handle) {
      const { Worker } = await import('bullmq');
      const connection = { host: '127.0.0.1', port };
      const worker = new Worker(QUEUE, async ({ data }) => handle(data), { connection, concurrency: 100 });
      worker.on('error', () => {});
      await worker.waitUntilReady();
    },
  },
  'graphile-worker': {
    name: 'graphile-worker 0.18, PostgreSQL',
    store: postgres,
    async producer({ url }) {
      const { makeWorkerUtils } = await import('graphile-worker');
      const pool = await poolOf(url);
      const utils = await makeWorkerUtils({ pgPool: pool });
      await utils.migrate();
      const at = (dueAt) => ({ runAt: new Date(dueAt) });
      return {
        add: (data, dueAt) => utils.addJob(QUEUE, data, dueAt === undefined ? undefined : at(dueAt)),
        arm: (tasks) =>
          inPieces(tasks, (some) =>
            utils.addJobs(some.map((data) => ({ identifier: QUEUE, payload: data, ...at(data.due) }))),
          ),
        isDone: async () => isNone(await pool.query('select count(*) n from graphile_worker._private_jobs')),
        close: async () => {
          await utils.release();
          await pool.end();
        },
      };
    },
    async worker({ url }, handle) {
      const { Logger, run } = await import('graphile-worker');
      const worker = {
        connectionString: url,
        concurrentJobs: 24,
        maxPoolSize: 16,
        pollInterval: 15,
        localQueue: { size: 500 },
        completeJobBatchDelay: 0,
        logger: new Logger(() => () => {}),
      };
      await run({ preset: { worker }, taskList: { [QUEUE]: async (data) => handle(data) } });
    },
  },
  'pg-boss': {
    name: 'pg-boss 12, PostgreSQL',
    store: postgres,
    async producer({ url }) {
      const boss = await bossOf(url);
      await boss.createQueue(QUEUE);
      const left = `select count(*) n from pgboss.job where name = '${QUEUE}' and state < 'completed'`;
      const at = (dueAt) => ({ startAfter: new Date(dueAt) });
      return {
        add: (data, dueAt) => boss.send(QUEUE, data, dueAt === undefined ? undefined : at(dueAt)),
        arm: (tasks) =>
          inPieces(tasks, (some) =>
            boss.insert(
              QUEUE,
              some.map((data) => ({ data, ...at(data.due) })),
            ),
          ),
        isDone: async () => isNone(await boss.getDb().executeSql(left)),
        close: () => boss.stop({ graceful: false }),
      };
    },
    async worker({ url }, handle) {
      const boss = await bossOf(url);
      // Half a second is the least that it polls by.
      const often = { batchSize: 500, pollingIntervalSeconds: 0.5 };
      for (let n = 0; n < 2; n++)
        await boss.work(QUEUE, often, async (jobs) => {
          for (const { data } of jobs) handle(data);
        });
    },
  },
};

async function bossOf(url) {
  const { PgBoss } = await import('pg-boss');
  const boss = new PgBoss({ connectionString: url, max: 16, supervise: false, schedule: false });
  // Its connections end with the store.
  boss.on('error', () => {});
  await boss.start();
  return boss;
}

async function poolOf(url) {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString: url, max: 16 });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

function isNone({ rows }) {
  return Number(rows[0].n) === 0;
}

/** What Restate's `serve` answers with is the port, or a server that has it. */
function portOf(served) {
  return typeof served === 'number' ? served : served.address().port;
}

async function inPieces(list, act) {
  for (let at = 0; at < list.length; at += A_PIECE) await act(list.slice(at, at + A_PIECE));
}

function post(agent, port, path, data) {
  const body = JSON.stringify(data);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method: 'POST', path, agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () =>
        answer.statusCode < 300 ? resolve() : reject(new Error(`status ${answer.statusCode}`)),
      );
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
