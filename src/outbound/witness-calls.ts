/** Calls to witnesses of the log: guarded as those of tasks are, and never redirected. */
import type { Traces } from '../application/ports/traces.ts';
import type { WitnessAnswer, WitnessCalls } from '../application/ports/witnesses.ts';
import { type EgressPolicy, OutboundError } from './egress.ts';
import { OutboundHttp } from './outbound-http.ts';

const TIMEOUT_MS = 10_000;
/** Some signature lines. */
const MOST_ANSWER_BYTES = 16 * 1024;

export class GuardedWitnessCalls implements WitnessCalls {
  readonly #http: OutboundHttp;

  constructor(policy: EgressPolicy, traces: Traces, timeoutMs = TIMEOUT_MS) {
    this.#http = new OutboundHttp(
      policy,
      { timeoutMs, maxResponseBytes: MOST_ANSWER_BYTES, maxRedirects: 0 },
      traces,
    );
  }

  async addCheckpoint(url: string, body: string, signal: AbortSignal): Promise<WitnessAnswer> {
    try {
      const answer = await this.#http.calls({ signal }).request({
        url: `${url.replace(/\/+$/, '')}/add-checkpoint`,
        method: 'POST',
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body,
      });
      return {
        kind: 'answered',
        status: answer.status,
        contentType: answer.headers['content-type'] ?? '',
        body: answer.body.toString('utf8'),
        retryAfterMs: answer.retryAfterMs,
      };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      return { kind: 'failed', code: error instanceof OutboundError ? error.code : 'CONNECTION_FAILED' };
    }
  }
}
