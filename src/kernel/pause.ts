import { onAbort } from './on-abort.ts';

/** Resolves after the time or, without error, as soon as the signal aborts. */
export async function pauseUnless(signal: AbortSignal, ms: number): Promise<void> {
  let off = () => {};
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    off = onAbort(signal, () => {
      clearTimeout(timer);
      resolve();
    });
  });
  off();
}
