/** Which workers live: each tells it by a lease of its own, whoever gives them work watches. */
export interface WorkerLeases {
  /**
   * Tells that the worker lives until `signal` aborts, then that it has ended. `known` resolves when it is stored for the
   * first time, or the signal has aborted; `ended` when the end is stored or cannot be. Neither rejects.
   */
  hold(
    workerId: string,
    signal: AbortSignal,
  ): { readonly known: Promise<void>; readonly ended: Promise<void> };
  /** Until `signal` aborts tells of every worker that lives or is gone. Never throws. */
  watch(listener: WorkerLeaseListener, signal: AbortSignal): Promise<void>;
}

export interface WorkerLeaseListener {
  /** It has ended, or left no sign of life for the time of a lease. Of workers that never had a lease nothing is told. */
  onGone(workerId: string): void;
  /** It is heard of for the first time, perhaps of its last days, or lives although it was told to be gone. */
  onAlive(workerId: string): void;
}
