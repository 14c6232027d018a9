/**
 * A user who only reads and writes one task, twenty requests a second, as a process of its own: what others do in the
 * bench's process must not count. Arguments: URL, token, task id, milliseconds. Prints how long the answers took, from
 * when each was due to be asked for, as JSON.
 */
import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MS = 50;
/** An answer that takes longer counts as failed, and as taking so long. */
const PATIENCE_MS = 10_000;

const [url = '', token = '', taskId = '', durationMs = ''] = process.argv.slice(2);
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
const task = `${url}/api/v1/tasks/${taskId}`;
const taken: number[] = [];
let failed = 0;

async function ask(n: number, due: number): Promise<void> {
  const body = JSON.stringify({ description: `Number ${n}` });
  const request = n % 2 === 0 ? { headers } : { method: 'PATCH', headers, body };
  const isAnswered = await fetch(task, { ...request, signal: AbortSignal.timeout(PATIENCE_MS) })
    .then(async (answer) => {
      await answer.arrayBuffer();
      return answer.ok;
    })
    .catch(() => false);
  taken.push(performance.now() - due);
  if (!isAnswered) failed++;
}

// The first answers pay for the connections.
for (let n = 0; n < 10; n++) await ask(n, performance.now());
taken.length = 0;
const began = performance.now();
const asked: Promise<void>[] = [];
for (let n = 0; n * EVERY_MS < Number(durationMs); n++) {
  const due = began + n * EVERY_MS;
  await delay(Math.max(0, due - performance.now()));
  asked.push(ask(n, due));
}
await Promise.all(asked);
taken.sort((a, b) => a - b);
const at = (part: number) => taken[Math.min(taken.length - 1, Math.floor(taken.length * part))] ?? 0;
process.stdout.write(`${JSON.stringify({ p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), failed })}\n`);
