/**
 * The role `api` in a thread of its own, from outside. A thread that ends by itself is started again where it listened:
 * the rest of the process goes on meanwhile. One that ends again and again ends the process.
 */
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { threadFile } from '../../kernel/project-folder.ts';
import { ThreadCalls } from '../../kernel/threads/thread-calls.ts';
import { writeLines } from '../../observability/logging.ts';
import type { Parts } from '../parts.ts';
import type { ApiStatus, Role } from '../roles/role.ts';
import { FailedStart } from '../start/start-faults.ts';
import type { ApiAnswers, ApiThreadData, LeaderAnswers } from './api-messages.ts';
import { unpackMessages } from './stored-messages.ts';

const THREAD = threadFile('app/threads/api-thread');
const RESTART_AFTER_MS = 1_000;
/** More ends than these within five minutes are no accident any more. */
const MOST_ENDS = 3;
const ENDS_COUNT_MS = 300_000;
/** Longer than requests in flight get; a thread that is busy with one hears nothing. */
const STOPS_WITHIN_MS = 6_000;
const ANSWERS_WITHIN_MS = 5_000;

/** A thread that loads what it is made of, and begins when it is told to. */
export function prepareApiThread(): Worker {
  return new Worker(THREAD, { name: 'api' });
}

interface Thread {
  readonly worker: Worker;
  readonly calls: ThreadCalls<ApiAnswers, LeaderAnswers>;
  /** Resolves when it has ended, with why it did where that was not by itself. */
  readonly ended: Promise<unknown>;
}

export class ApiApart implements Role<ApiStatus> {
  readonly #parts: Parts;
  readonly #logger: Logger;
  readonly lost: Promise<Error>;
  #lose: (error: Error) => void = () => {};
  #thread: Thread | null = null;
  #status: ApiStatus = { url: null, port: null };
  #restart: NodeJS.Timeout | null = null;
  #stopped = false;
  #endedAt: number[] = [];
  #prepared: Worker | null;

  constructor(parts: Parts, prepared: Worker) {
    this.#parts = parts;
    this.#prepared = prepared;
    this.#logger = parts.logger.child({ component: 'api' });
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
  }

  start(): Promise<void> {
    return this.#begin();
  }

  /** Requests in flight are answered, within their time. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#restart !== null) clearTimeout(this.#restart);
    if (this.#thread === null) return;
    const { worker, calls, ended } = this.#thread;
    calls.tell('stop', null);
    const forced = setTimeout(() => {
      this.#logger.warn('requests did not end in time: they are broken off');
      void worker.terminate();
    }, STOPS_WITHIN_MS);
    await ended;
    clearTimeout(forced);
  }

  status(): ApiStatus {
    return this.#status;
  }

  /** Throws ThreadSilent. */
  async signInLink(token: string): Promise<string> {
    return (await this.#thread?.calls.ask('signInLink', token, ANSWERS_WITHIN_MS)) ?? '';
  }

  /** Resolves when REST is served. Throws FailedStart. */
  #begin(): Promise<void> {
    return new Promise((resolve, reject) => {
      let isServing = false;
      const thread = this.#threadAnswering({
        started: (status) => {
          this.#status = status;
          isServing = true;
          resolve();
        },
        failed: (fault) => reject(new FailedStart(fault)),
      });
      this.#thread = thread;
      void thread.ended.then((why) => {
        this.#thread = null;
        thread.calls.end('the thread has ended');
        if (isServing) this.#ended(why);
        // Of no effect where it has said why.
        else reject(why instanceof Error ? why : new Error('the thread of REST ended before it served'));
      });
    });
  }

  #threadAnswering(starting: Pick<LeaderAnswers, 'started' | 'failed'>): Thread {
    const { process, measures, storage, follower, logger } = this.#parts;
    const worker = this.#prepared ?? prepareApiThread();
    this.#prepared = null;
    const calls: Thread['calls'] = new ThreadCalls(worker, {
      ...starting,
      process,
      counted: () => measures.counted(),
      appended: (outcome) => storage?.appended(outcome),
      stored: (messages) => follower.appended(unpackMessages(messages)),
      logged: (lines) => writeLines(logger, lines),
    });
    let why: unknown = null;
    worker.once('error', (error) => {
      why = error;
    });
    const ended = new Promise((resolve) => worker.once('exit', () => resolve(why)));
    calls.tell('begin', this.#data());
    return { worker, calls, ended };
  }

  #data(): ApiThreadData {
    const { config, instance, secretsKeys, auth, nats, replicas, guard } = this.#parts;
    // Any free port is the same one for as long as the process lives.
    const port = this.#status.port ?? config.port;
    return {
      config: { ...config, port },
      instance,
      secretsKeys,
      auth,
      nats: nats.options,
      calloutSeed: nats.calloutSeed,
      replicas,
      loss: guard.loss(),
    };
  }

  #ended(err: unknown): void {
    if (this.#stopped) return;
    this.#logger.error({ err }, 'the thread of REST has ended: it is started again');
    const now = performance.now();
    this.#endedAt = [...this.#endedAt.filter((at) => now - at < ENDS_COUNT_MS), now];
    if (this.#endedAt.length > MOST_ENDS) {
      this.#lose(new Error(`the thread of REST ends again and again: ${err}`));
      return;
    }
    this.#restart = setTimeout(() => {
      this.#begin().catch((error: Error) => this.#lose(error));
    }, RESTART_AFTER_MS);
  }
}
