/** How a lane waits: until something has changed, or a time has come, or the lane ends. */
import { onAbort } from '../../kernel/on-abort.ts';

/** A timer of Node holds no more. */
export const LONGEST_SLEEP_MS = 3_600_000;

export class LaneSleep {
  #isWoken = false;
  #goOn: () => void = () => {};

  /** Something has changed. */
  wake(): void {
    this.#isWoken = true;
    this.#goOn();
  }

  /** The lane looks at everything now: what changes from here on is not slept through. */
  awake(): void {
    this.#isWoken = false;
  }

  /** Resolves at once where something has changed since the lane was awake. At most an hour. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    let off = () => {};
    await new Promise<void>((resolve) => {
      if (this.#isWoken) return resolve();
      const timer = setTimeout(resolve, Math.min(Math.max(ms, 1), LONGEST_SLEEP_MS));
      this.#goOn = () => {
        clearTimeout(timer);
        resolve();
      };
      off = onAbort(signal, this.#goOn);
    });
    off();
    this.#goOn = () => {};
  }
}
