/**
 * `request` of a connection, as the client's own does it, at a fraction of the cost: for every request that is answered
 * the client makes an error with a stack trace, and a race of three promises. Here all requests of a connection share one
 * inbox, and are told apart by the last token of its subject.
 */
import {
  createInbox,
  errors,
  type Msg,
  type NatsConnection,
  type RequestOptions,
} from '@nats-io/transport-node';
import { isNoResponders } from './errors.ts';

type Payload = Parameters<NatsConnection['request']>[1];

interface Asked {
  readonly subject: string;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (message: Msg) => void;
  readonly reject: (error: unknown) => void;
}

const TIMEOUT_MS = 1_000;

/** The connection, with requests of its own. They fail as the client's: by the same errors. */
export function withOwnRequests(nc: NatsConnection): NatsConnection {
  const inbox = new RequestInbox(nc);
  const clients = nc.request.bind(nc);
  nc.request = (subject, payload, options) =>
    options?.noMux === true ? clients(subject, payload, options) : inbox.ask(subject, payload, options);
  return nc;
}

class RequestInbox {
  readonly #nc: NatsConnection;
  readonly #prefix = `${createInbox()}.`;
  readonly #asked = new Map<string, Asked>();
  #count = 0;
  #isOpen = false;

  constructor(nc: NatsConnection) {
    this.#nc = nc;
  }

  async ask(subject: string, payload: Payload, options?: RequestOptions): Promise<Msg> {
    if (!this.#isOpen) this.#open();
    const { timeout = TIMEOUT_MS, headers } = options ?? {};
    const token = (++this.#count).toString(36);
    const reply = this.#prefix + token;
    this.#nc.publish(subject, payload, headers === undefined ? { reply } : { reply, headers });
    return new Promise((resolve, reject) => {
      // Whole milliseconds: timers of one length are kept together.
      const timer = setTimeout(
        () => this.#take(token)?.reject(new errors.TimeoutError()),
        Math.ceil(timeout),
      );
      this.#asked.set(token, { subject, timer, resolve, reject });
    });
  }

  /** Throws where the connection is closed. */
  #open(): void {
    this.#nc.subscribe(`${this.#prefix}*`, {
      callback: (error, message) => (error === null ? this.#answer(message) : this.#failAll(error)),
    });
    this.#isOpen = true;
    void this.#watch();
    void this.#nc.closed().then((cause) => this.#failAll(cause ?? new errors.ClosedConnectionError()));
  }

  #answer(message: Msg): void {
    const asked = this.#take(message.subject.slice(this.#prefix.length));
    if (asked === undefined) return;
    if (isNoResponders(message)) asked.reject(failure(new errors.NoRespondersError(asked.subject)));
    else asked.resolve(message);
  }

  #take(token: string): Asked | undefined {
    const asked = this.#asked.get(token);
    if (asked === undefined) return undefined;
    this.#asked.delete(token);
    clearTimeout(asked.timer);
    return asked;
  }

  #failAll(cause: Error, subject?: string): void {
    for (const [token, asked] of this.#asked)
      if (subject === undefined || asked.subject === subject) this.#take(token)?.reject(failure(cause));
  }

  /** What may not be published the server says beside it. */
  async #watch(): Promise<void> {
    for await (const status of this.#nc.status()) {
      if (status.type !== 'error') continue;
      const { error } = status;
      if (error instanceof errors.PermissionViolationError && error.operation === 'publish')
        this.#failAll(error, error.subject);
    }
  }
}

function failure(cause: Error): Error {
  return new errors.RequestError(cause.message, { cause });
}
