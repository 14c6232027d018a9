/** Whether the browser has a connection, and what waits for it. */
import { signal } from '@preact/signals';

/** As far as there is one: tests of what calls this have none. */
const browser: {
  readonly navigator?: { readonly onLine?: boolean };
  readonly addEventListener?: (type: string, listen: (event: { preventDefault(): void }) => void) => void;
} = globalThis as object;

export const isOffline = signal(browser.navigator?.onLine === false);
/** Writes that are sent when there is a connection again. */
export const waitingWrites = signal(0);

browser.addEventListener?.('online', () => {
  isOffline.value = false;
});
browser.addEventListener?.('offline', () => {
  isOffline.value = true;
});
browser.addEventListener?.('beforeunload', (event) => {
  // What waits here is nowhere else.
  if (waitingWrites.value > 0) event.preventDefault();
});

const LONGEST_MS = 10 * 60_000;

/** At once where there is a connection. False: there was none for ten minutes. */
export async function whenOnline(): Promise<boolean> {
  if (!isOffline.value) return true;
  waitingWrites.value += 1;
  try {
    return await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => done(false), LONGEST_MS);
      const stop = isOffline.subscribe((offline) => {
        if (!offline) queueMicrotask(() => done(true));
      });
      const done = (isBack: boolean) => {
        clearTimeout(timer);
        stop();
        resolve(isBack);
      };
    });
  } finally {
    waitingWrites.value -= 1;
  }
}
