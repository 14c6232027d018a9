/** Milliseconds. */
export interface WorkerTiming {
  readonly heartbeat: number;
  readonly watch: number;
  /** Longest that a command waits here for a place before it is handed back. */
  readonly waitForPlace: number;
  /** After so long a wait for others an attempt gives its place up. */
  readonly aside: number;
  /** What a clean stop gives to those that run. */
  readonly stopGrace: number;
  /** First and longest pause before an outcome is appended again. */
  readonly retryFirst: number;
  readonly retryMost: number;
}

export const WORKER_TIMING: WorkerTiming = {
  heartbeat: 3_000,
  watch: 1_000,
  waitForPlace: 5_000,
  aside: 500,
  stopGrace: 15_000,
  retryFirst: 100,
  retryMost: 2_000,
};
