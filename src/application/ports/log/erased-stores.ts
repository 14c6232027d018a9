import type { Sequence, UserId } from '../../../domain/shared/ids.ts';
import type { ErasureCounts } from '../../../domain/user/events.ts';

/** Everything but the log that holds what a user wrote. */
export interface ErasedStores {
  /**
   * Destroys the user's key and erases what is stored of the user beside the log; again is no error. Who relays the log
   * is given some time to have come to `erasedAt`, where the user's erasure stands in it. Answers what was erased, by
   * what it was of. Throws LogUnavailable.
   */
  erase(userId: UserId, erasedAt: Sequence): Promise<ErasureCounts>;
  /** Whether a key of the user's can still be had: one that was destroyed may have come back from a backup. */
  isReadable(userId: UserId): Promise<boolean>;
}
