/** Workers that are not ours. */

/** Workers that are not ours: whoever answers under a name. */
export interface TaskWorkers {
  /**
   * Asks one worker of that name (letters, digits, `-` and `_`), in a trace unless `traceparent` is null. Rejects with
   * the reason of `signal` once it aborts.
   */
  ask(
    worker: string,
    request: Uint8Array,
    signal: AbortSignal,
    traceparent: string | null,
  ): Promise<WorkerAnswer>;
}

export type WorkerAnswer =
  | {
      readonly kind: 'answered';
      readonly body: Uint8Array;
      /** Set where the answer is a NATS service's error. */
      readonly error: { readonly code: string; readonly message: string } | null;
    }
  /** Nobody listens under that name. */
  | { readonly kind: 'nobody' }
  /** There is no way to ask now. */
  | { readonly kind: 'unreachable' };
