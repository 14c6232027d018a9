/** Documents of others, read in threads: the limits that hold for each, and what becomes of one that breaks them. */

import { threadFile } from '../../kernel/project-folder.ts';
import { type ThreadEnd, ThreadEnded } from '../../kernel/threads/pool-thread.ts';
import { ThreadPool } from '../../kernel/threads/thread-pool.ts';
import { ExecutionFailure } from '../executor.ts';
import type { ThrownInThread } from './reading-thread.ts';
import type { DocumentReader, DocumentReaders, ReadingMessage, ReadingRun } from './readings.ts';

const THREAD = threadFile('task-types/foreign/reading-thread');

interface DocumentLimits {
  /** Milliseconds for one document. */
  readonly limitMs: number;
  /** MiB of memory for one. */
  readonly heapMiB: number;
}

const LIMITS: DocumentLimits = { limitMs: 5_000, heapMiB: 256 };
const IDLE_MS = 60_000;

export class DocumentThreads implements DocumentReaders {
  readonly #pool: ThreadPool;
  readonly #limits: DocumentLimits;

  /** `file`: the module of the threads, where it is not the one beside this. */
  constructor(limits: Partial<DocumentLimits> = {}, file: URL = THREAD) {
    this.#limits = { ...LIMITS, ...limits };
    this.#pool = new ThreadPool({ file, idleMs: IDLE_MS, ...this.#limits });
  }

  forRun({ userId, signal }: ReadingRun): DocumentReader {
    return {
      read: async (kind, request) => {
        // A copy of the body's own bytes is moved: a buffer may share its memory with others.
        const body = new Uint8Array(request.body);
        const message: ReadingMessage = { kind, request: { ...request, body } };
        const piece = { lane: userId, request: message, transfer: [body.buffer], signal };
        try {
          return (await this.#pool.run(piece)) as never;
        } catch (error) {
          throw this.#asFailure(error);
        }
      },
    };
  }

  stop(): Promise<void> {
    return this.#pool.stop();
  }

  #asFailure(error: unknown): unknown {
    if (error instanceof ThreadEnded) return this.#ofLimit(error.why) ?? error;
    if (!isThrownInThread(error)) return error;
    if (error.thrown === 'failure') return new ExecutionFailure(error.code, error.message, error);
    return Object.assign(new Error(error.message), { stack: error.stack });
  }

  #ofLimit(why: ThreadEnd): ExecutionFailure | null {
    const { limitMs, heapMiB } = this.#limits;
    switch (why) {
      case 'time':
        return failure('DOCUMENT_TOO_SLOW', `the document could not be read within ${limitMs} ms`);
      case 'memory':
        return failure('DOCUMENT_TOO_LARGE', `the document takes more than ${heapMiB} MiB of memory to read`);
      case 'broken':
      case 'stopped':
        return null;
    }
  }
}

function failure(code: string, message: string): ExecutionFailure {
  return new ExecutionFailure(code, message, { retryable: false });
}

function isThrownInThread(error: unknown): error is ThrownInThread {
  return typeof error === 'object' && error !== null && 'thrown' in error;
}
