/**
 * Pulls from a durable consumer, with a bound on what is in hand.
 *
 * It speaks the pull protocol itself: the client's own `consume` asks for more as soon as messages arrive, whether
 * those before are acknowledged or not, and so cannot hold that bound. Here one pull is under way at a time, for as
 * many messages as there are free places; it ends when that many have come, when the server says so (after 2 s), when
 * the connection comes back, or when the server has been silent for a second longer.
 *
 *     places = in hand (delivered, not yet settled) + asked for + free
 *
 * A consumer or stream that has vanished shows as 503 or 409: it is repaired (`ensure-consumer.ts`), then pulled from.
 */
import { createInbox, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import type { ConnectionWatch } from '../connection/connection-watch.ts';
import { pauseFor } from '../connection/timing.ts';

/** How long the server keeps a pull open. Not longer: a pull that a killed server forgot stalls for that long. */
const PULL_MS = 2_000;
const SILENCE_MS = PULL_MS + 1_000;
const REPAIR_PAUSE_MS = 250;
/** How long the end waits for what is still on its way. */
const LAST_CALL_MS = 1_000;

/** Pulls until the signal aborts; then what still arrives is handed back. Survives server restarts. */
export async function pullUntil(
  signal: AbortSignal,
  watch: ConnectionWatch,
  options: PullingOptions,
): Promise<void> {
  if (signal.aborted) return;
  const pulling = new Pulling(options);
  const stopWatching = watch.onUp(() => pulling.repairAndStartOver());
  pulling.start();
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  stopWatching();
  await pulling.stop();
}

export interface PullingOptions {
  readonly nc: NatsConnection;
  readonly stream: string;
  readonly consumer: string;
  /** At most so many are in hand; asked whenever more could be taken, and once a second. */
  readonly places: () => number;
  /** Takes a message, which is in hand until it is settled. Never throws. */
  readonly onDelivery: (delivery: Delivery) => void;
  /** Sees to a fit consumer being there. Never throws. */
  readonly repair: () => Promise<void>;
}

class Pulling {
  readonly #options: PullingOptions;
  readonly #inbox = createInbox();
  readonly #next: string;
  #subscription: Subscription | null = null;
  #silence: NodeJS.Timeout | null = null;
  #inHand = 0;
  #asked = 0;
  #askedAt = 0;
  #pull = 0;
  #soon: NodeJS.Immediate | null = null;
  #pause: NodeJS.Timeout | null = null;
  #repairing = false;
  #repairWanted = false;
  #stopped = false;

  constructor(options: PullingOptions) {
    this.#options = options;
    this.#next = `$JS.API.CONSUMER.MSG.NEXT.${options.stream}.${options.consumer}`;
  }

  start(): void {
    this.#subscription = this.#options.nc.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.#received(message);
      },
    });
    this.#silence = setInterval(() => {
      if (this.#asked === 0) this.#ask();
      else if (performance.now() - this.#askedAt > SILENCE_MS) this.#startOver();
    }, SILENCE_MS / 4);
    this.repairAndStartOver();
  }

  repairAndStartOver(): void {
    this.#repairWanted = true;
    if (!this.#repairing && !this.#stopped) void this.#repair();
  }

  async #repair(): Promise<void> {
    this.#repairing = true;
    while (this.#repairWanted) {
      this.#repairWanted = false;
      await this.#options.repair();
    }
    this.#repairing = false;
    this.#startOver();
  }

  /** Forgets the pull under way, which the server may have forgotten too. */
  #startOver(): void {
    this.#asked = 0;
    this.#ask();
  }

  /** What still arrives is handed back at once, so that it need not wait for the ack wait. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#silence !== null) clearInterval(this.#silence);
    if (this.#soon !== null) clearImmediate(this.#soon);
    if (this.#pause !== null) clearTimeout(this.#pause);
    const drained = this.#subscription?.drain().catch(() => {});
    const ended = new AbortController();
    await Promise.race([drained, pauseFor(LAST_CALL_MS, ended.signal)]);
    ended.abort();
  }

  #ask(): void {
    const { nc, places } = this.#options;
    const free = places() - this.#inHand;
    if (
      this.#stopped ||
      this.#repairing ||
      this.#pause !== null ||
      this.#asked > 0 ||
      free <= 0 ||
      nc.isClosed()
    )
      return;
    this.#asked = free;
    this.#askedAt = performance.now();
    this.#pull += 1;
    const request = JSON.stringify({ batch: free, expires: PULL_MS * 1_000_000 });
    nc.publish(this.#next, request, { reply: `${this.#inbox}.${this.#pull}` });
  }

  /** After this turn of the event loop, so that places that come free together are asked for together. */
  #askSoon(): void {
    if (this.#asked > 0 || this.#soon !== null || this.#stopped) return;
    this.#soon = setImmediate(() => {
      this.#soon = null;
      this.#ask();
    });
  }

  #received(message: Msg): void {
    if (!message.subject.startsWith(this.#inbox)) this.#delivered(message);
    else if (message.subject === `${this.#inbox}.${this.#pull}`) this.#pullEnded(message.headers?.code ?? 0);
  }

  #pullEnded(code: number): void {
    this.#asked = 0;
    // 408: it was open for as long as it may be, which is how most pulls of an idle queue end.
    if (code === 408) this.#ask();
    else this.#repairSoon();
  }

  #repairSoon(): void {
    this.#pause ??= setTimeout(() => {
      this.#pause = null;
      this.repairAndStartOver();
    }, REPAIR_PAUSE_MS);
  }

  #delivered(message: Msg): void {
    this.#asked = Math.max(0, this.#asked - 1);
    const settle = (answer: string) => {
      const { nc } = this.#options;
      if (message.reply !== undefined && !nc.isClosed()) nc.publish(message.reply, answer);
    };
    // A pull that was given up may still be answered: what has no place goes back.
    if (this.#stopped || this.#inHand >= this.#options.places()) settle('-NAK');
    else this.#take(message, settle);
    this.#askSoon();
  }

  #take(message: Msg, settle: (answer: string) => void): void {
    this.#inHand += 1;
    const onSettled = () => {
      this.#inHand -= 1;
      this.#askSoon();
    };
    this.#options.onDelivery(new Delivery(message, settle, onSettled));
  }
}

/** A message in hand. */
export class Delivery {
  readonly message: Msg;
  /** 1 for the first delivery. */
  readonly deliveries: number;
  readonly #settle: (answer: string) => void;
  readonly #onSettled: () => void;
  #settled = false;

  constructor(message: Msg, settle: (answer: string) => void, onSettled: () => void) {
    this.message = message;
    this.deliveries = deliveryPositionOf(message).deliveries;
    this.#settle = settle;
    this.#onSettled = onSettled;
  }

  ack(): void {
    this.#end('+ACK');
  }

  /** It is never to be delivered again. */
  drop(reason: string): void {
    this.#end(`+TERM ${reason}`);
  }

  /** To be delivered again after the delay. */
  handBack(delayMs: number): void {
    this.#end(delayMs > 0 ? `-NAK ${JSON.stringify({ delay: Math.round(delayMs * 1_000_000) })}` : '-NAK');
  }

  /** Puts its redelivery off by the ack wait. */
  working(): void {
    if (!this.#settled) this.#settle('+WPI');
  }

  #end(answer: string): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#settle(answer);
    this.#onSettled();
  }
}

/**
 * Reads `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream sequence>.<consumer sequence>.<nanoseconds>.<pending>`, with
 * domain and account before the stream on some servers.
 */
export function deliveryPositionOf(message: Msg) {
  const tokens = (message.reply ?? '').split('.');
  const at = tokens.length > 9 ? 6 : 4;
  return {
    deliveries: Number(tokens[at]),
    sequence: Number(tokens[at + 1]),
    /** When the stream stored it, nanoseconds since 1970, as text: more than a number holds. */
    nanoseconds: tokens[at + 3] ?? '0',
  };
}
