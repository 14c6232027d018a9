/** One thread of a pool, from outside: it does one piece of work at a time. What runs inside: `thread-work.ts`. */
import { Worker } from 'node:worker_threads';

export interface ThreadOptions {
  /** A module that calls `answerWork` (`thread-work.ts`). */
  readonly file: URL;
  /** MiB that a thread's objects may take; what wants more ends its thread. */
  readonly heapMiB: number;
  /** Of Node, for the threads; default: those of this process. */
  readonly execArgv?: readonly string[];
}

/** `time`, `memory`: a limit that the work went beyond. `broken`: the thread ended by itself. */
export type ThreadEnd = 'time' | 'memory' | 'broken' | 'stopped';

export class ThreadEnded extends Error {
  override readonly name = 'ThreadEnded';
  readonly why: ThreadEnd;

  constructor(why: ThreadEnd, options?: ErrorOptions) {
    super(`the thread ended: ${why}`, options);
    this.why = why;
  }
}

/** `error`: as the work threw it, as far as it can be cloned. */
export type ThreadAnswer = { readonly value: unknown } | { readonly error: unknown };

/** Of a thread that does not get ready: it has to be loaded first. */
const READY_WITHIN_MS = 60_000;
const YOUNG_MIB = 32;

export class PoolThread {
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  #settle: ((outcome: ThreadAnswer | { readonly ended: unknown }) => void) | null = null;
  #reason: unknown = null;

  constructor({ file, heapMiB, execArgv }: ThreadOptions) {
    this.#worker = new Worker(file, {
      resourceLimits: { maxOldGenerationSizeMb: heapMiB, maxYoungGenerationSizeMb: YOUNG_MIB },
      // It needs nothing of the environment, and there are secrets in it.
      env: {},
      ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }),
    });
    this.#ready = new Promise((resolve) => this.#worker.once('message', () => resolve()));
    this.#worker.on('message', (answer: ThreadAnswer | 'ready') => {
      if (answer !== 'ready') this.#settle?.(answer);
    });
    this.#worker.on('error', (cause: Error & { readonly code?: string }) => {
      this.#over(new ThreadEnded(cause.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'broken', { cause }));
    });
    this.#worker.once('exit', () => this.#over(new ThreadEnded('broken')));
  }

  get ended(): boolean {
    return this.#reason !== null;
  }

  /** One at a time. Throws ThreadEnded, or the reason with which it was ended meanwhile. */
  async ask(request: unknown, transfer: readonly ArrayBuffer[], limitMs: number): Promise<ThreadAnswer> {
    this.#worker.ref();
    let timer = this.#limit(READY_WITHIN_MS);
    const outcome = new Promise<ThreadAnswer | { readonly ended: unknown }>((resolve) => {
      this.#settle = resolve;
      if (this.#reason !== null) resolve({ ended: this.#reason });
    });
    this.#worker.postMessage(request, [...transfer]);
    // The limit is of the work alone.
    void this.#ready.then(() => {
      clearTimeout(timer);
      if (this.#settle !== null) timer = this.#limit(limitMs);
    });
    try {
      const settled = await outcome;
      if ('ended' in settled) throw settled.ended;
      return settled;
    } finally {
      this.#settle = null;
      clearTimeout(timer);
      this.#worker.unref();
    }
  }

  /** Ends it whatever it does; what is asked of it then fails with the reason. */
  async end(reason: unknown): Promise<void> {
    this.#over(reason);
    await this.#worker.terminate();
  }

  #limit(ms: number): NodeJS.Timeout {
    return setTimeout(() => void this.end(new ThreadEnded('time')), ms);
  }

  #over(reason: unknown): void {
    this.#reason ??= reason;
    this.#settle?.({ ended: this.#reason });
  }
}
