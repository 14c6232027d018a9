/**
 * Handles the messages of a source, each until it is done with: acked when its handler has returned, handed back with a
 * growing delay when that has failed, buried when it can never succeed or has failed too often.
 *
 * A message is acked only after what it led to is stored, and buried before it is acked: whatever dies in between, it
 * comes again. So handlers see some messages twice.
 *
 * What a message may fail is counted here and not by the server's deliveries, which restarts add to. What only waits for
 * the log, where all messages of the source need it, is no failure either: the message stays in hand meanwhile, and goes
 * back at once where the service stops.
 */
import type { Logger } from 'pino';
import type { DeadLetters, DeliveredMessage, MessageSource } from '../../application/ports/platform.ts';
import { pauseUnless } from '../../kernel/pause.ts';

/** The message can never be handled; `message` says why, to people. */
export class Undeliverable extends Error {
  override readonly name = 'Undeliverable';
}

export interface DeliveriesOptions {
  readonly name: string;
  readonly source: MessageSource;
  readonly handle: (message: DeliveredMessage, signal: AbortSignal) => Promise<void>;
  readonly deadLetters: DeadLetters;
  readonly logger: Logger;
  /** Failed so many times in this process, a message is buried. */
  readonly tries: number;
  readonly longestPauseMs: number;
  readonly maxInHand: number;
  /** Default 1,000: before the second try; each further one waits twice as long. */
  readonly firstPauseMs?: number;
  /** What is no failure of a message but of something that all wait for: it stays in hand meanwhile. Default: nothing. */
  readonly waitsFor?: (error: unknown) => boolean;
}

/** Below the ack wait: a handler that takes longer keeps its message by saying so. */
const WORKING_MS = 10_000;
/** Messages whose failures are remembered: others may have taken some that were handed back. */
const MOST_FAILED = 10_000;

export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #stop = new AbortController();
  readonly #inHand = new Set<Promise<void>>();
  /** How often messages have failed here that are not done with, by their sequence; those that failed last come last. */
  readonly #failures = new Map<number, number>();
  #running: Promise<void> | null = null;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#options.source.consume(
      this.#options.maxInHand,
      (message) => {
        const handling = this.#settle(message).finally(() => this.#inHand.delete(handling));
        this.#inHand.add(handling);
      },
      this.#stop.signal,
    );
  }

  /** Resolves when what is in hand was handled, or handed back. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all(this.#inHand);
  }

  async #settle(message: DeliveredMessage): Promise<void> {
    const working = setInterval(() => message.working(), WORKING_MS);
    try {
      await this.#handled(message);
      this.#failures.delete(message.place.sequence);
      message.ack();
    } catch (error) {
      await this.#failed(message, error);
    } finally {
      clearInterval(working);
    }
  }

  /** Throws what its handler throws, but for what is waited for. */
  async #handled(message: DeliveredMessage): Promise<void> {
    const { name, handle, logger, waitsFor = () => false } = this.#options;
    const { signal } = this.#stop;
    for (let waits = 1; ; waits++) {
      try {
        return await handle(message, signal);
      } catch (error) {
        if (!waitsFor(error) || signal.aborted) throw error;
        logger.warn({ err: error, name, subject: message.subject, waits }, 'a message waits in hand');
        await pauseUnless(signal, this.#pauseMs(waits));
        if (signal.aborted) throw error;
      }
    }
  }

  async #failed(message: DeliveredMessage, error: unknown): Promise<void> {
    const { name, deadLetters, logger, tries } = this.#options;
    const { subject, deliveries, place, messageId, body } = message;
    if (this.#stop.signal.aborted) {
      message.handBack(0);
      return;
    }
    const failures = this.#countFailure(place.sequence);
    if (!(error instanceof Undeliverable) && failures < tries) {
      logger.warn({ err: error, name, subject, deliveries }, 'a message is tried again');
      message.handBack(this.#pauseMs(failures));
      return;
    }
    const reason = error instanceof Error ? error.message : String(error);
    try {
      await deadLetters.bury({ place, subject, messageId, body, deliveries, reason });
      logger.error({ name, subject, deliveries, reason, ...place }, 'a message is now a dead letter');
      this.#failures.delete(place.sequence);
      message.ack();
    } catch (failure) {
      logger.error({ err: failure, name, subject }, 'a message could not be buried');
      message.handBack(this.#pauseMs(failures));
    }
  }

  #countFailure(sequence: number): number {
    const failures = (this.#failures.get(sequence) ?? 0) + 1;
    this.#failures.delete(sequence);
    this.#failures.set(sequence, failures);
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > MOST_FAILED && oldest !== undefined) this.#failures.delete(oldest);
    return failures;
  }

  #pauseMs(failures: number): number {
    const { firstPauseMs = 1_000, longestPauseMs } = this.#options;
    return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 30));
  }
}
