/**
 * Host names to addresses, by the system (`getaddrinfo`: its hosts file, its search domains), so that a name means here
 * what it means to every other program on the machine.
 *
 * That takes a thread for as long as the name's servers are waited for, 5 to 20 s where they never answer, and a process
 * has two for it (half of libuv's four): two such names, which anybody may put into a task, would hold up every other
 * lookup. So name servers are asked for the name first, which takes no thread. A name that they do not answer in time is
 * looked up by the system only when its turn has come among all such names, a few at once.
 */
import { lookup, Resolver } from 'node:dns/promises';
import { isMainThread } from 'node:worker_threads';

/** How long name servers have for an answer, milliseconds: a recursive one asks others meanwhile. */
const ANSWER_WITHIN_MS = 2_000;
/** Names without an answer that wait for their turn. */
const MOST_WAITING = 100;

interface HostNamesOptions {
  /** By the system; default: `getaddrinfo`. */
  readonly lookup?: (host: string) => Promise<readonly string[]>;
  /** Name servers to ask first, `address:port`; default: the system's. */
  readonly servers?: readonly string[];
  readonly answerWithinMs?: number;
  /** Names without an answer that the system may look up at once; 0: they fail. */
  readonly silentAtOnce: number;
}

export class HostNames {
  readonly #lookup: (host: string) => Promise<readonly string[]>;
  readonly #resolver: Resolver;
  #free: number;
  readonly #silentAtOnce: number;
  readonly #waiting: (() => void)[] = [];

  constructor(options: HostNamesOptions) {
    this.#lookup = options.lookup ?? bySystem;
    this.#resolver = new Resolver({ timeout: options.answerWithinMs ?? ANSWER_WITHIN_MS, tries: 1 });
    if (options.servers !== undefined) this.#resolver.setServers(options.servers);
    this.#silentAtOnce = options.silentAtOnce;
    this.#free = options.silentAtOnce;
  }

  /** All addresses of a host name, at least one. Throws where it has none, or where nobody says. */
  async addressesOf(host: string): Promise<readonly string[]> {
    const isKnownHere = host === 'localhost' || host.endsWith('.localhost');
    return isKnownHere || (await this.#isAnswered(host)) ? this.#lookup(host) : this.#inTurn(host);
  }

  /** Whether the name's servers say anything of it in time, be it that there is no such name. */
  async #isAnswered(host: string): Promise<boolean> {
    const asked = await Promise.allSettled([this.#resolver.resolve4(host), this.#resolver.resolve6(host)]);
    return asked.every((answer) => answer.status === 'fulfilled' || answer.reason?.code !== 'ETIMEOUT');
  }

  async #inTurn(host: string): Promise<readonly string[]> {
    if (this.#silentAtOnce === 0 || this.#waiting.length >= MOST_WAITING)
      throw new Error(`no name server has answered for ${host}`);
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await this.#lookup(host);
    } finally {
      // The place goes on to who waits longest.
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

async function bySystem(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
}

/**
 * Of this thread. All threads share what a process has for lookups: the first may spend one half of it on names without
 * an answer, the others nothing.
 */
const ofThisThread = new HostNames({ silentAtOnce: isMainThread ? 1 : 0 });

export function resolveBySystem(host: string): Promise<readonly string[]> {
  return ofThisThread.addressesOf(host);
}
