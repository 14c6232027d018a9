// Measures one peer: `node main.mjs <peer>`, one line of JSON for each figure. `npm run bench -- peers` calls it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADAPTERS } from './adapters.mjs';
import { burst, creates, TASK } from './measure.mjs';

const FAR_MS = 3_600_000;
const LEAD_MS = 10_000;
const FIGURES = {
  one: (peer) => peer.creates(1, 1_500),
  many: (peer) => peer.creates(64, 10_000),
  spread: (peer) => peer.burst(5_000, 2),
  herd: (peer) => peer.burst(5_000, 0),
};

const [name = ''] = process.argv.slice(2);
const adapter = ADAPTERS[name];
if (adapter === undefined) throw new Error(`${name}: there is no such peer`);
for (const [figure, measured] of Object.entries(FIGURES)) {
  const value = await withPeer(measured);
  process.stdout.write(`${JSON.stringify({ peer: adapter.name, figure, ...value })}\n`);
}
process.exit(0);

/** With a store of its own, empty, and with a worker where one is needed. */
async function withPeer(measured) {
  const folder = mkdtempSync(join(tmpdir(), 'task-service-peer-'));
  const store = await adapter.store(folder);
  let worker = null;
  let producer = null;
  const work = async () => {
    worker ??= await startWorker(store);
  };
  try {
    if (adapter.isWorkerFirst) await work();
    producer = await adapter.producer(store);
    // Where the worker has to run, what is stored is due later: storing is measured, not running.
    const due = () => (adapter.isWorkerFirst ? Date.now() + FAR_MS : undefined);
    return await measured({
      creates: (inFlight, amount) => creates(() => producer.add(TASK, due()), inFlight, amount),
      burst: async (amount, everyMs) => {
        await work();
        const arm = (dues) => producer.arm(dues.map((at) => ({ ...TASK, due: at })));
        return burst(
          { arm, entered: () => asked(worker), isDone: producer.isDone },
          amount,
          everyMs,
          LEAD_MS,
        );
      },
    });
  } finally {
    worker?.kill('SIGKILL');
    await producer?.close();
    await store.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startWorker({ stop: _stop, ...store }) {
  const worker = fork(join(import.meta.dirname, 'worker.mjs'), [name, JSON.stringify(store)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [message] = await once(worker, 'message');
  if (message !== 'ready') throw new Error(`the worker said ${message}`);
  return worker;
}

async function asked(worker) {
  const answer = once(worker, 'message');
  worker.send('entered');
  return (await answer)[0];
}
