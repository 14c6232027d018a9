/**
 * Who comes in, from where, how often, and when. Behind the door callers take turns: what one of them has going may cost
 * the others no more than what any other has (`kernel/fair-turns.ts`).
 */
import type { Context } from 'hono';
import type { Clock } from '../../application/ports/clock.ts';
import { FairTurns, TooMuchWaiting, type TurnInHand } from '../../kernel/fair-turns.ts';
import { longWorkMayBegin } from '../../kernel/timeslice.ts';
import type { Authenticate, Caller } from '../auth/auth.ts';
import { FailedCredentials } from '../auth/failed-credentials.ts';
import { addressBlock } from '../server/address-block.ts';
import type { ClientAddresses } from '../server/client-address.ts';
import { Problem } from '../server/problem.ts';
import { RateLimiter, type RateLimits } from '../server/rate-limit.ts';
import type { RequestContext } from '../server/request-context.ts';
import { hasLargeBody } from './body.ts';

export interface DoorkeeperDeps {
  readonly authenticate: Authenticate;
  readonly clock: Clock;
  readonly rateLimits: RateLimits;
  readonly addresses: ClientAddresses;
}

/** The other end of the connection that a request came on. */
export interface Peer {
  readonly remoteAddress?: string | undefined;
  readonly destroyed?: boolean;
  /** Ends the connection. */
  destroy(): void;
}

interface Knock {
  readonly context: Pick<RequestContext, 'traceparent'>;
  readonly request: Request;
  readonly peer: Peer;
}

/** Documents that everybody may have, of one address. */
const DOCUMENTS = { requests: 300, windowSeconds: 60 };
const NO_FIELDS: Readonly<Record<string, string>> = {};
const NO_PEER: Peer = { destroy: () => {} };

export class Doorkeeper {
  readonly #deps: DoorkeeperDeps;
  readonly #callers: RateLimiter | null;
  readonly #failures: FailedCredentials | null;
  readonly #documents: RateLimiter;
  readonly #turns = new FairTurns();

  constructor(deps: DoorkeeperDeps) {
    const { callers, failures } = deps.rateLimits;
    this.#deps = deps;
    this.#callers = callers && new RateLimiter('caller', callers, deps.clock);
    this.#failures = failures && new FailedCredentials(failures, deps.clock);
    this.#documents = new RateLimiter('documents', DOCUMENTS, deps.clock);
  }

  /** Throws 401, 429 and 503. */
  callerOf(knock: Knock): Promise<Caller> {
    const { request, context } = knock;
    return this.counted(knock, () => this.#deps.authenticate(request, context.traceparent));
  }

  /** What `authenticate` gives; a 401 that it throws counts against the address. Throws 429 for one too many. */
  async counted<T>(knock: Knock, authenticate: () => Promise<T>): Promise<T> {
    if (this.#failures === null) return authenticate();
    const { peer } = knock;
    // A proxy's connection is closed by nobody: what comes next on it is of somebody else.
    const isOfProxy = this.#deps.addresses.isTrusted(peer.remoteAddress ?? '');
    return this.#failures.counted(this.#addressOf(knock), authenticate, () => {
      if (!isOfProxy) peer.destroy();
    });
  }

  /** Counts a request of the caller; the header fields that say what is left. Throws 429. */
  count(caller: Caller): Readonly<Record<string, string>> {
    return this.#callers?.take(callerName(caller)) ?? NO_FIELDS;
  }

  /** Throws 429. */
  countDocument(knock: Knock): void {
    this.#documents.take(addressBlock(this.#addressOf(knock)));
  }

  /**
   * Acts when it is the turn of whoever asks: the caller, or where nobody says who they are, the address. `route`: what
   * the cost of one request tells the cost of the next by. Throws 429.
   */
  async inTurn<T>(
    knock: Knock,
    caller: Caller | null,
    route: string,
    act: (turn: TurnInHand) => Promise<T>,
  ): Promise<T> {
    const lane = caller === null ? `address ${addressBlock(this.#addressOf(knock))}` : callerName(caller);
    const { peer, request } = knock;
    const isLarge = hasLargeBody(request);
    // What large bodies cost says nothing of the others.
    const kind = isLarge ? `${route}, large` : route;
    const turn = await this.#turns
      .take({ lane, kind, isLarge, isWanted: () => peer.destroyed !== true })
      .catch((error: unknown) => {
        throw error instanceof TooMuchWaiting ? tooMuchWaiting(error) : error;
      });
    try {
      if (turn.isDear) await longWorkMayBegin(lane);
      return await act(turn);
    } finally {
      turn.end();
    }
  }

  /** Empty where there is no connection. */
  #addressOf({ request, peer }: Knock): string {
    return this.#deps.addresses.of(request.headers, peer.remoteAddress ?? '');
  }
}

/** A person, and a service that acts for them, are two callers. */
function callerName({ actor, userId }: Caller): string {
  return `${actor} ${userId}`;
}

function tooMuchWaiting({ retryAfterMs }: TooMuchWaiting): Problem {
  return new Problem('RATE_LIMITED', {
    detail: 'Other requests of this caller are waiting for their turn; repeat the request later.',
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) },
  });
}

export function peerOf(c: Context): Peer {
  const { incoming } = (c.env ?? {}) as { incoming?: { socket?: Peer } };
  return incoming?.socket ?? NO_PEER;
}
