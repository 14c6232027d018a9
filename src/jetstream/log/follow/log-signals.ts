/**
 * Wakes those who wait for something to happen to a task.
 *
 * One headers-only tail of the log per process serves all waiters; it starts with the first and ends some seconds
 * after the last. Nothing is missed: a waiter is entered first, then the tail runs from a sequence at or before now,
 * then the task's last sequence is asked for. What came before the question is in its answer, what comes after it
 * comes by the tail.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { LogUnavailable } from '../../../application/ports/failures.ts';
import type { LogSignals } from '../../../application/ports/log/following.ts';
import type { Sequence, TaskId, UserId } from '../../../domain/shared/ids.ts';
import { ConnectionWatch } from '../../connection/connection-watch.ts';
import { lastSequence, readLast } from '../../connection/leader-read.ts';
import { LOG_STREAM, taskSubject } from '../../connection/subjects.ts';
import { LogTail } from './log-tail.ts';

const LINGER_MS = 10_000;
const RETRY_MS = 250;
const MAX_BATCH = 1_000;

interface Waiter {
  readonly subject: string;
  readonly after: Sequence;
  readonly wake: () => void;
  readonly fail: (error: unknown) => void;
}

export class JetStreamLogSignals implements LogSignals {
  readonly #nc: NatsConnection;
  readonly #watch: ConnectionWatch;
  readonly #waiters = new Map<string, Set<Waiter>>();
  /** Resolves once the tail's first sequence is fixed; null while none runs. */
  #tailing: Promise<void> | null = null;
  #stop = new AbortController();
  #linger: NodeJS.Timeout | null = null;

  constructor(nc: NatsConnection) {
    this.#nc = nc;
    this.#watch = new ConnectionWatch(nc);
  }

  async waitForTask(userId: UserId, taskId: TaskId, after: Sequence, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    let leave = () => {};
    try {
      await new Promise<void>((wake, fail) => {
        const waiter = { subject: taskSubject(userId, taskId), after, wake, fail };
        const abort = () => fail(signal.reason);
        signal.addEventListener('abort', abort, { once: true });
        leave = () => {
          signal.removeEventListener('abort', abort);
          this.#leave(waiter);
        };
        this.#enter(waiter);
        this.#askOnce(waiter).catch(fail);
      });
    } finally {
      leave();
    }
  }

  /** Follows the log no longer: nobody may wait any more. */
  stop(): void {
    if (this.#linger !== null) clearTimeout(this.#linger);
    this.#stopTail();
  }

  #enter(waiter: Waiter): void {
    const others = this.#waiters.get(waiter.subject);
    if (others === undefined) this.#waiters.set(waiter.subject, new Set([waiter]));
    else others.add(waiter);
    if (this.#linger !== null) clearTimeout(this.#linger);
    this.#linger = null;
  }

  #leave(waiter: Waiter): void {
    const others = this.#waiters.get(waiter.subject);
    others?.delete(waiter);
    if (others?.size === 0) this.#waiters.delete(waiter.subject);
    if (this.#waiters.size > 0 || this.#tailing === null) return;
    this.#linger = setTimeout(() => this.#stopTail(), LINGER_MS).unref();
  }

  /** Wakes the waiter for what came before the tail. */
  async #askOnce(waiter: Waiter): Promise<void> {
    const entered = () => this.#waiters.get(waiter.subject)?.has(waiter) === true;
    while (entered()) {
      try {
        this.#tailing ??= this.#startTail();
        await this.#tailing;
        const last = await readLast(this.#nc, LOG_STREAM, waiter.subject);
        if (last !== null && last.sequence > waiter.after) waiter.wake();
        return;
      } catch (error) {
        if (!(error instanceof LogUnavailable)) throw error;
        await delay(RETRY_MS);
      }
    }
  }

  async #startTail(): Promise<void> {
    try {
      const after = await lastSequence(this.#nc, LOG_STREAM);
      this.#stop = new AbortController();
      const { signal } = this.#stop;
      const tail = new LogTail(this.#nc, this.#watch, { after, headersOnly: true, signal });
      void this.#wakeFrom(tail, signal);
    } catch (error) {
      this.#tailing = null;
      throw error;
    }
  }

  async #wakeFrom(tail: LogTail, signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        for (const { subject, sequence } of await tail.next(MAX_BATCH)) {
          for (const waiter of this.#waiters.get(subject) ?? []) {
            if (sequence > waiter.after) waiter.wake();
          }
        }
      }
    } catch (error) {
      this.#stopTail();
      for (const waiters of this.#waiters.values()) for (const waiter of waiters) waiter.fail(error);
    }
  }

  #stopTail(): void {
    this.#stop.abort();
    this.#tailing = null;
  }
}
