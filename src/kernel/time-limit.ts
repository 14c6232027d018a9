import { onAbort } from './on-abort.ts';

/**
 * Does what ends by the signal that it is given: after `ms` milliseconds (a `TimeoutError`), or as soon as `signal`
 * aborts. `AbortSignal.any` over an `AbortSignal.timeout` would not do: Node 20 collects the timeout as garbage while it
 * is waited for, and then nothing ever ends.
 */
export async function withinTime<Result>(
  ms: number,
  signal: AbortSignal,
  act: (within: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const within = new AbortController();
  const end = () => within.abort(signal.reason);
  const off = onAbort(signal, end);
  const timer = setTimeout(() => within.abort(new DOMException(`${ms} ms are over`, 'TimeoutError')), ms);
  try {
    return await act(within.signal);
  } finally {
    clearTimeout(timer);
    off();
  }
}
