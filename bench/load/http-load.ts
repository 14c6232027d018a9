import { createHistogram } from 'node:perf_hooks';
import autocannon from 'autocannon';

export interface Load {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Answers that were not the expected status. */
  readonly others: number;
}

export interface LoadRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly path: () => string;
  readonly token: string;
  readonly body?: string;
  readonly expect: number;
}

/** Sends `amount` requests with `inFlight` connections that each wait for their answer. */
export async function load(request: LoadRequest, inFlight: number, amount: number): Promise<Load> {
  const histogram = createHistogram();
  let others = 0;
  const began = performance.now();
  // autocannon itself is done only at the next whole second.
  let ended = began;
  await new Promise<void>((resolve, reject) => {
    const instance = autocannon(
      {
        url: request.url,
        connections: inFlight,
        amount,
        method: request.method,
        headers: { authorization: `Bearer ${request.token}`, 'content-type': 'application/json' },
        ...(request.body === undefined ? {} : { body: request.body }),
        requests: [{ setupRequest: (prepared) => ({ ...prepared, path: request.path() }) }],
      },
      (error: unknown) => (error ? reject(error) : resolve()),
    );
    instance.on('response', (_client, status, _bytes, responseMs) => {
      ended = performance.now();
      if (status !== request.expect) others++;
      histogram.record(Math.max(1, Math.round(responseMs * 1000)));
    });
  });
  const seconds = (ended - began) / 1000;
  const ms = (percentile: number) => histogram.percentile(percentile) / 1000;
  return { perSecond: amount / seconds, p50Ms: ms(50), p95Ms: ms(95), p99Ms: ms(99), others };
}
