/**
 * Whether a connection is up. The client answers a request that was under way when the connection broke only by its
 * timeout, and what is published while it is down may be dropped or sent later: here both are known at once.
 */
import type { NatsConnection } from '@nats-io/transport-node';

/** The connection broke while the answer was awaited. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

export class ConnectionWatch {
  readonly #nc: NatsConnection;
  readonly #onLost = new Set<() => void>();
  readonly #onUp = new Set<() => void>();
  #up = true;

  constructor(nc: NatsConnection) {
    this.#nc = nc;
    void this.#watch();
  }

  get up(): boolean {
    return this.#up && !this.#nc.isClosed();
  }

  /** The answer of a request; throws ConnectionLost as soon as the connection breaks. */
  orLost<T>(request: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const lost = () => reject(new ConnectionLost('the connection broke'));
      this.#onLost.add(lost);
      request.then(resolve, reject).finally(() => this.#onLost.delete(lost));
    });
  }

  /** Calls back whenever the connection is up again; answers how to stop that. */
  onUp(callback: () => void): () => void {
    this.#onUp.add(callback);
    return () => void this.#onUp.delete(callback);
  }

  /** Resolves when the connection is up or the time is over, whichever comes first. */
  upWithin(timeoutMs: number): Promise<void> {
    if (this.up || timeoutMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stop();
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      const stop = this.onUp(done);
    });
  }

  async #watch(): Promise<void> {
    for await (const status of this.#nc.status()) {
      if (status.type === 'disconnect') this.#lost();
      if (status.type === 'reconnect') this.#back();
    }
    this.#lost();
  }

  #lost(): void {
    this.#up = false;
    for (const lost of [...this.#onLost]) lost();
  }

  #back(): void {
    this.#up = true;
    for (const callback of [...this.#onUp]) callback();
  }
}
