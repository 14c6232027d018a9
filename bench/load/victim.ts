/**
 * A user who only reads and writes one task, twenty requests a second, as a process of its own: what others do in the
 * bench's process must not count. Arguments: URL, token, task id, milliseconds, process id of the service. Prints as JSON
 * how long the answers took, from when each was due to be asked for, and how long the service's thread of REST ran from
 * question to answer: that does not go by what else the machine does.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { restThreadMs } from '../../harness/thread-time.ts';

const EVERY_MS = 50;
/** An answer that takes longer counts as failed, and as taking so long. */
const PATIENCE_MS = 10_000;

const [url = '', token = '', taskId = '', durationMs = '', pid = ''] = process.argv.slice(2);
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
const task = `${url}/api/v1/tasks/${taskId}`;
const taken: number[] = [];
const ran: number[] = [];
let failed = 0;

async function ask(n: number, due: number): Promise<void> {
  const body = JSON.stringify({ description: `Number ${n}` });
  const request = n % 2 === 0 ? { headers } : { method: 'PATCH', headers, body };
  const before = threadMs();
  const isAnswered = await fetch(task, { ...request, signal: AbortSignal.timeout(PATIENCE_MS) })
    .then(async (answer) => {
      await answer.arrayBuffer();
      return answer.ok;
    })
    .catch(() => false);
  taken.push(performance.now() - due);
  ran.push(threadMs() - before);
  if (!isAnswered) failed++;
}

/** On a core so far; 0 where the system does not tell. */
function threadMs(): number {
  return process.platform === 'linux' ? restThreadMs(Number(pid)) : 0;
}

// The first answers pay for the connections.
for (let n = 0; n < 10; n++) await ask(n, performance.now());
taken.length = 0;
ran.length = 0;
const began = performance.now();
const asked: Promise<void>[] = [];
for (let n = 0; n * EVERY_MS < Number(durationMs); n++) {
  const due = began + n * EVERY_MS;
  await delay(Math.max(0, due - performance.now()));
  asked.push(ask(n, due));
}
await Promise.all(asked);
for (const times of [taken, ran]) times.sort((a, b) => a - b);
const at = (times: readonly number[], part: number) =>
  times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
const figures = {
  p50Ms: at(taken, 0.5),
  p99Ms: at(taken, 0.99),
  maxMs: at(taken, 1),
  failed,
  threadP50Ms: at(ran, 0.5),
  threadP99Ms: at(ran, 0.99),
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
