/** Calls to endpoints that people named for their own events: guarded as those of tasks are, and never redirected. */
import type { EndpointAnswer, EndpointCall, EndpointCalls } from '../application/ports/event-deliveries.ts';
import type { Traces } from '../application/ports/traces.ts';
import { onAbort } from '../kernel/on-abort.ts';
import { withinTime } from '../kernel/time-limit.ts';
import { type EgressPolicy, OutboundError, parseTarget } from './egress.ts';
import { OutboundHttp } from './outbound-http.ts';

const TIMEOUT_MS = 15_000;
/** What is answered is not kept; so much of it is read, so that the answer counts. */
const MOST_ANSWER_BYTES = 256 * 1024;
/** For a look at where a name leads. */
const LOOKED_UP_WITHIN_MS = 3_000;

export class GuardedEndpoints implements EndpointCalls {
  readonly #policy: EgressPolicy;
  readonly #http: OutboundHttp;

  constructor(policy: EgressPolicy, traces: Traces, timeoutMs = TIMEOUT_MS) {
    this.#policy = policy;
    const limits = { timeoutMs, maxResponseBytes: MOST_ANSWER_BYTES, maxRedirects: 0 };
    this.#http = new OutboundHttp(policy, limits, traces);
  }

  async post({ url, headers, body }: EndpointCall, signal: AbortSignal): Promise<EndpointAnswer> {
    try {
      const calls = this.#http.calls({ signal });
      const { status, retryAfterMs } = await calls.request({ url, method: 'POST', headers, body });
      return { kind: 'answered', status, retryAfterMs };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      return { kind: 'failed', code: error instanceof OutboundError ? error.code : 'CONNECTION_FAILED' };
    }
  }

  /** A name that cannot be looked up now may be later: that is no refusal. */
  async refusal(url: string, signal: AbortSignal): Promise<string | null> {
    const target = parseTarget(url);
    if (!(target instanceof URL)) return target.refused;
    try {
      await withinTime(LOOKED_UP_WITHIN_MS, signal, (within) => {
        return new Promise((resolve, reject) => {
          const off = onAbort(within, () => reject(within.reason));
          this.#policy.addressesFor(target).then(resolve, reject).finally(off);
        });
      });
      return null;
    } catch (error) {
      return error instanceof OutboundError && error.code === 'EGRESS_REFUSED' ? error.message : null;
    }
  }
}
