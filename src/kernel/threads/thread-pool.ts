/**
 * Threads for work that may take long, want much memory or break: none of it reaches whoever asked for something else.
 *
 * A piece of work belongs to a lane (a user, say). The next piece is of the lane that has used the threads least of
 * late, and no lane has all threads at once, so one lane's slow work waits for itself. A piece that takes longer than
 * its limit, whose asker gives up, or that wants more memory than its thread may have ends with its thread; another
 * thread is made when it is needed.
 *
 *     run --> waiting --> thread --> answer
 *                           '-- over its time, out of memory, given up: the thread ends, ThreadEnded or the reason
 */

import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { onAbort } from '../on-abort.ts';
import { PoolThread, type ThreadAnswer, ThreadEnded, type ThreadOptions } from './pool-thread.ts';

export interface ThreadPoolOptions extends ThreadOptions {
  /** At most so many threads; default: one less than there are cores, 2 to 4. */
  readonly threads?: number;
  /** Milliseconds for one piece, from when a thread has it. */
  readonly limitMs: number;
  /** Milliseconds after which a thread without work ends. */
  readonly idleMs: number;
}

export interface PieceOfWork {
  /** Whose it is, for a fair share of the threads. */
  readonly lane: string;
  /** What can be cloned. */
  readonly request: unknown;
  /** Moved to the thread instead of copied. */
  readonly transfer?: readonly ArrayBuffer[];
  /** Gives the piece up. */
  readonly signal: AbortSignal;
}

interface Waiting extends PieceOfWork {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly off: () => void;
}

/** What a lane has used counts half after so long. */
const HALF_LIFE_MS = 10_000;
/** Lanes that are remembered before those that have used next to nothing are forgotten. */
const LANES_KEPT = 1_000;

export class ThreadPool {
  readonly #options: ThreadPoolOptions;
  readonly #most: number;
  readonly #waiting: Waiting[] = [];
  readonly #busy = new Map<PoolThread, string>();
  readonly #idle: { readonly thread: PoolThread; readonly timer: NodeJS.Timeout }[] = [];
  readonly #used = new Map<string, { readonly ms: number; readonly at: number }>();
  #stopped = false;

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
    this.#most = options.threads ?? Math.min(4, Math.max(2, availableParallelism() - 1));
  }

  /** Throws ThreadEnded, what the thread answers as an error, or the reason of the signal. */
  run(piece: PieceOfWork): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#stopped) throw new ThreadEnded('stopped');
      piece.signal.throwIfAborted();
      const off = onAbort(piece.signal, () => this.#drop(waiting));
      const waiting: Waiting = { ...piece, resolve, reject, off };
      this.#waiting.push(waiting);
      this.#begin();
    });
  }

  /** What runs and waits ends with ThreadEnded. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const waiting of this.#waiting.splice(0)) {
      waiting.off();
      waiting.reject(new ThreadEnded('stopped'));
    }
    const idle = this.#idle.splice(0);
    for (const { timer } of idle) clearTimeout(timer);
    const threads = [...idle.map(({ thread }) => thread), ...this.#busy.keys()];
    await Promise.all(threads.map((thread) => thread.end(new ThreadEnded('stopped'))));
  }

  #drop(waiting: Waiting): void {
    const at = this.#waiting.indexOf(waiting);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    waiting.reject(waiting.signal.reason);
  }

  #begin(): void {
    while (!this.#stopped && this.#busy.size < this.#most) {
      const next = this.#next();
      if (next === null) return;
      void this.#work(next);
    }
  }

  /** Takes out the piece that is next; null where none may be. */
  #next(): Waiting | null {
    const mostOfOne = Math.max(1, this.#most - 1);
    const threadsOf = new Map<string, number>();
    for (const lane of this.#busy.values()) threadsOf.set(lane, (threadsOf.get(lane) ?? 0) + 1);
    let chosen = -1;
    let least = Infinity;
    for (const [at, { lane }] of this.#waiting.entries()) {
      const threads = threadsOf.get(lane) ?? 0;
      if (threads >= mostOfOne) continue;
      const used = this.#usedBy(lane) + threads * this.#options.limitMs;
      if (used < least) [chosen, least] = [at, used];
    }
    return chosen < 0 ? null : (this.#waiting.splice(chosen, 1)[0] ?? null);
  }

  async #work({ lane, request, transfer = [], signal, resolve, reject, off }: Waiting): Promise<void> {
    off();
    const thread = this.#thread();
    this.#busy.set(thread, lane);
    const keep = onAbort(signal, () => void thread.end(signal.reason));
    const began = performance.now();
    try {
      const answer: ThreadAnswer = await thread.ask(request, transfer, this.#options.limitMs);
      if ('value' in answer) resolve(answer.value);
      else reject(answer.error);
    } catch (error) {
      reject(error);
    } finally {
      keep();
      this.#charge(lane, performance.now() - began);
      this.#busy.delete(thread);
      if (thread.ended || this.#stopped) void thread.end(new ThreadEnded('stopped'));
      else this.#rest(thread);
      this.#begin();
    }
  }

  #thread(): PoolThread {
    const rested = this.#idle.pop();
    if (rested === undefined) return new PoolThread(this.#options);
    clearTimeout(rested.timer);
    return rested.thread;
  }

  #rest(thread: PoolThread): void {
    const timer = setTimeout(() => {
      const at = this.#idle.findIndex((one) => one.thread === thread);
      if (at >= 0) this.#idle.splice(at, 1);
      void thread.end(new ThreadEnded('stopped'));
    }, this.#options.idleMs);
    timer.unref();
    this.#idle.push({ thread, timer });
  }

  #usedBy(lane: string): number {
    const used = this.#used.get(lane);
    return used === undefined ? 0 : used.ms * 0.5 ** ((performance.now() - used.at) / HALF_LIFE_MS);
  }

  #charge(lane: string, ms: number): void {
    this.#used.set(lane, { ms: this.#usedBy(lane) + ms, at: performance.now() });
    if (this.#used.size <= LANES_KEPT) return;
    for (const known of this.#used.keys()) if (this.#usedBy(known) < 1) this.#used.delete(known);
  }
}
