/** The right to lead. */
import type { Term } from '../../domain/shared/ids.ts';

export interface Leadership {
  /** Fencing token: larger for every later leader. */
  readonly term: Term;
  /** Aborts when the lease is lost or given up; at the latest at 0.9 of its TTL after the last renewal was sent. */
  readonly signal: AbortSignal;
  /**
   * Whether the lease holds at this moment, by the monotonic clock: ask before each thing that only a leader may do.
   * In a process that was stopped and resumed, callbacks can run before the timer that aborts `signal`.
   */
  holds(): boolean;
}

export interface Lease {
  /**
   * Stands for election until `signal` aborts. Whenever this instance leads, `lead` runs; its `signal` aborts
   * when leadership ends. When `signal` aborts, the lease is given up at once, after `lead` has returned.
   * Throws what `lead` throws, after giving the lease up.
   */
  run(lead: (leadership: Leadership) => Promise<void>, signal: AbortSignal): Promise<void>;
  /** Who holds it, as last seen. */
  holder(): { readonly holder: string; readonly term: Term } | null;
}
