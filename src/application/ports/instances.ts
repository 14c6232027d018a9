/** Which instances of the service there are, and who leads what. */
import type { Instant } from '../../domain/shared/instant.ts';

/** What an instance says of itself while it lives. */
export interface AnnouncedInstance {
  /** Of this process alone. */
  readonly instance: string;
  readonly roles: readonly string[];
  readonly version: string;
  /** By its own clock. */
  readonly started_at: Instant;
}

export interface LivingInstance extends AnnouncedInstance {
  /** When it was last heard of, by the clock of NATS. */
  readonly seen_at: Instant;
}

export interface LedLease {
  /** What is led. */
  readonly lease: string;
  /** Null, as are `term` and `since`: nobody does. It need not be a living instance: the command line leads too. */
  readonly leader: string | null;
  /** Fencing token: larger for every later leader. */
  readonly term: number | null;
  /** From when, by the leader's clock; null also where the leader is of a version that does not store it. */
  readonly since: Instant | null;
  /** When it was last written, by the clock of NATS. */
  readonly renewed_at: Instant;
}

export interface InstancesAndLeases {
  /** By name. */
  readonly instances: readonly LivingInstance[];
  /** By name. */
  readonly leases: readonly LedLease[];
}

export interface Instances {
  /** As it is now. Throws LogUnavailable. */
  look(): Promise<InstancesAndLeases>;
}
