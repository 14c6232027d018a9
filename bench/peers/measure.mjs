// What all are measured by, this service and its peers: a closed loop, a burst, and the processor time of the whole
// machine, for a peer's work is spread over its store, its library and the caller.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const TICK_MS = 10;
const GIVEN_UP_MS = 120_000;

/** A task of some 400 bytes, what is stored for each. */
export const TASK = {
  name: 'Buy milk',
  task_type: 'todo',
  description: 'x'.repeat(200),
  tags: ['home', 'shop'],
  metadata: { aisle: '7', note: 'y'.repeat(60) },
};

/** Milliseconds that the processors of the machine have been busy (Linux only). */
export function busyMs() {
  const line = readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '';
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) * TICK_MS;
}

/** Calls `store` so many times, `inFlight` at once, after as many again as a third to begin with. */
export async function creates(store, inFlight, amount) {
  await atOnce(Math.ceil(amount / 3), inFlight, store);
  const [busy, began] = [busyMs(), performance.now()];
  await atOnce(amount, inFlight, store);
  const seconds = (performance.now() - began) / 1_000;
  return { perSecond: amount / seconds, cpuMs: (busyMs() - busy) / amount };
}

/**
 * Stores tasks that come due `everyMs` apart, all at one instant where that is 0, and waits until all have run.
 * `arm(dues)` stores them; `entered()` is when each that was entered was due and entered, epoch milliseconds;
 * `isDone(amount)` whether the store says that all have ended.
 */
export async function burst({ arm, entered, isDone }, amount, everyMs, leadMs) {
  const first = Date.now() + leadMs;
  const dues = Array.from({ length: amount }, (_, i) => first + Math.floor(i * everyMs));
  await arm(dues);
  const early = first - Date.now();
  if (early < 500) throw new Error(`storing took ${leadMs - early} ms of ${leadMs}`);
  await delay(early);
  const busy = busyMs();
  await until(() => isDone(amount));
  const cpuMs = (busyMs() - busy) / amount;
  const runs = await entered();
  if (runs.length !== amount) throw new Error(`${runs.length} runs of ${amount} tasks`);
  const late = runs.map(([due, at]) => at - due).sort((a, b) => a - b);
  const part = (share) => late[Math.min(amount - 1, Math.floor(amount * share))];
  return {
    p50Ms: part(0.5),
    p99Ms: part(0.99),
    lastMs: Math.max(...runs.map(([, at]) => at)) - first,
    cpuMs,
  };
}

/** Calls `act` with 0, 1, ..., at most `inFlight` at once. */
export async function atOnce(amount, inFlight, act) {
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(inFlight, amount) }, async () => {
      while (next < amount) await act(next++);
    }),
  );
}

export async function until(holds) {
  for (const end = Date.now() + GIVEN_UP_MS; ; await delay(20)) {
    // Not yet up is not yet so.
    if (
      await Promise.resolve()
        .then(holds)
        .catch(() => false)
    )
      return;
    if (Date.now() > end) throw new Error('waited in vain');
  }
}
