import { expect, onTestFinished, test } from 'vitest';
import { ThreadEnded } from '../../../src/kernel/threads/pool-thread.ts';
import { ThreadPool, type ThreadPoolOptions } from '../../../src/kernel/threads/thread-pool.ts';

const FILE = new URL('./gated-thread.mjs', import.meta.url);

function pool(options: Partial<ThreadPoolOptions> = {}): ThreadPool {
  const made = new ThreadPool({
    file: FILE,
    heapMiB: 64,
    limitMs: 60_000,
    idleMs: 60_000,
    threads: 2,
    ...options,
  });
  onTestFinished(() => made.stop());
  return made;
}

/** A piece of work that begins when a thread has it, and ends when it is told to. */
function gated(from: ThreadPool, lane: string, name = lane, signal = new AbortController().signal) {
  const state = new Int32Array(new SharedArrayBuffer(8));
  const done = from.run({ lane, request: { state, name }, signal });
  done.catch(() => {});
  return {
    done,
    hasBegun: () => Atomics.load(state, 0) === 1,
    begun: () => expect.poll(() => Atomics.load(state, 0)).toBe(1),
    end: () => {
      Atomics.store(state, 1, 1);
      Atomics.notify(state, 1);
    },
  };
}

test('no lane has all threads, and the one that has used them least is next', async () => {
  const threads = pool();
  const [first, second, third] = [1, 2, 3].map((n) => gated(threads, 'greedy', `greedy ${n}`));
  await first?.begun();
  const other = gated(threads, 'modest');
  // It comes last and begins at once: one thread was kept from those who have one.
  await other.begun();
  expect(second?.hasBegun()).toBe(false);
  const late = gated(threads, 'late');
  first?.end();
  // Two waited before it; they are of a lane that has just used a thread.
  await late.begun();
  expect(second?.hasBegun()).toBe(false);
  for (const piece of [late, other, second, third]) piece?.end();
  expect(await Promise.all([first, second, third, other, late].map((piece) => piece?.done))).toEqual([
    'greedy 1',
    'greedy 2',
    'greedy 3',
    'modest',
    'late',
  ]);
});

test('a thread that ends by itself fails its piece alone', async () => {
  const threads = pool({ threads: 1 });
  const broken = gated(threads, 'a', 'broken');
  const next = gated(threads, 'b');
  broken.end();
  next.end();
  await expect(broken.done).rejects.toThrow(ThreadEnded);
  expect(await next.done).toBe('b');
});

test('a piece beyond its time is ended, and its thread with it', async () => {
  const threads = pool({ threads: 1, limitMs: 50 });
  const stuck = gated(threads, 'a');
  await expect(stuck.done).rejects.toMatchObject({ why: 'time' });
  const next = gated(threads, 'a');
  next.end();
  expect(await next.done).toBe('a');
});

test('a piece that is given up ends with the reason, waiting or running, and frees its thread', async () => {
  const threads = pool({ threads: 1 });
  const over = new AbortController();
  const running = gated(threads, 'a', 'a', over.signal);
  const waiting = gated(threads, 'a', 'a', over.signal);
  await running.begun();
  over.abort('given up');
  await expect(running.done).rejects.toBe('given up');
  await expect(waiting.done).rejects.toBe('given up');
  const next = gated(threads, 'b');
  next.end();
  expect(await next.done).toBe('b');
});

test('a pool that stops ends what runs and what waits', async () => {
  const threads = pool({ threads: 1 });
  const running = gated(threads, 'a');
  const waiting = gated(threads, 'b');
  await running.begun();
  await threads.stop();
  await expect(running.done).rejects.toMatchObject({ why: 'stopped' });
  await expect(waiting.done).rejects.toMatchObject({ why: 'stopped' });
  await expect(gated(threads, 'c').done).rejects.toMatchObject({ why: 'stopped' });
});
