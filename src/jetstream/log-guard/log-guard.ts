/**
 * Holds the end of the log against what others know of it: at the start, when another server begins to lead the log,
 * and when the connection is back. A log that has lost events is not served and not written to: what is decided on it
 * would contradict what people and other services were told.
 *
 *     behind, or a hole --> doubt (appends wait) --> still so after 3 s --> loss, until the process ends
 *                                                --> no more            --> on
 *
 * A server that has just begun to lead may need a moment before it shows all that it holds.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { LogUnavailable } from '../../application/ports/failures.ts';
import type { LogGuard } from '../../application/ports/log/log-guard.ts';
import { leaderAdvisory } from '../connection/abandoned-requests.ts';
import { ConnectionWatch } from '../connection/connection-watch.ts';
import { LOG_STREAM } from '../connection/subjects.ts';
import { describeLoss, describeUnreadable, findLoss, findUnreadable } from './find-loss.ts';

const DOUBT_MS = 3_000;
const RETRY_MS = 250;

export class JetStreamLogGuard implements LogGuard {
  readonly #nc: NatsConnection;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  readonly #doubtMs: number;
  #loss: string | null = null;
  #doubt: Promise<void> | null = null;
  #looking: Promise<void> | null = null;
  #again = false;
  #highest = 0;

  constructor(nc: NatsConnection, logger: Logger, doubtMs = DOUBT_MS) {
    this.#nc = nc;
    this.#doubtMs = doubtMs;
    this.#logger = logger;
  }

  loss(): string | null {
    return this.#loss;
  }

  doubt(): Promise<void> | null {
    return this.#doubt;
  }

  saw(sequence: number): void {
    if (sequence > this.#highest) this.#highest = sequence;
  }

  /** Looks once, and from then on by itself until `stop`. Throws LogUnavailable. */
  async start(replicas: number): Promise<void> {
    const loss = await this.#lossAfter(replicas > 1 ? this.#doubtMs : 0);
    const unreadable = loss === null ? await findUnreadable(this.#nc) : null;
    if (loss !== null) this.#lost(loss);
    else if (unreadable !== null) this.#lost(describeUnreadable(unreadable));
    this.#watch();
  }

  /** Looks from now on, as after a `start` that found that. */
  goOn(loss: string | null): void {
    this.#loss = loss;
    this.#watch();
  }

  #watch(): void {
    const advisories = this.#nc.subscribe(leaderAdvisory(LOG_STREAM), { callback: () => this.#look() });
    const unwatch = new ConnectionWatch(this.#nc).onUp(() => this.#look());
    this.#stop.signal.addEventListener(
      'abort',
      () => {
        unwatch();
        advisories.unsubscribe();
      },
      { once: true },
    );
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#looking;
  }

  /** One look at a time; one more where something happened meanwhile. */
  #look(): void {
    this.#again = true;
    this.#looking ??= this.#looks().finally(() => {
      this.#looking = null;
    });
  }

  async #looks(): Promise<void> {
    while (this.#again && this.#loss === null && !this.#stop.signal.aborted) {
      this.#again = false;
      try {
        if ((await findLoss(this.#nc, this.#highest)) === null) continue;
        await this.#confirm();
      } catch (error) {
        if (this.#nc.isClosed()) return;
        if (!(error instanceof LogUnavailable)) this.#logger.error({ err: error }, 'the log was not checked');
        this.#again = true;
        await delay(RETRY_MS);
      }
    }
  }

  async #confirm(): Promise<void> {
    let certain = () => {};
    this.#doubt = new Promise((resolve) => {
      certain = resolve;
    });
    this.#logger.warn('the log seems to have lost events: appends wait until that is certain');
    try {
      const loss = await this.#lossAfter(this.#doubtMs);
      if (loss !== null) this.#lost(loss);
    } finally {
      this.#doubt = null;
      certain();
    }
  }

  /** Null as soon as nothing is missing. Throws LogUnavailable. */
  async #lossAfter(patienceMs: number): Promise<string | null> {
    const giveUpAt = performance.now() + patienceMs;
    for (;;) {
      const loss = await findLoss(this.#nc, this.#highest);
      if (loss === null) return null;
      if (performance.now() >= giveUpAt || this.#stop.signal.aborted) return describeLoss(loss);
      await delay(RETRY_MS);
    }
  }

  #lost(message: string): void {
    this.#loss = message;
    this.#logger.fatal(message);
  }
}
