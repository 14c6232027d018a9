import type { CalendarFeed, CalendarFeedEvent } from '../../domain/feed/calendar-feed.ts';
import type { Decision, Rejection } from '../../domain/shared/decision.ts';
import type { EventId, Sequence, UserId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { CommandContext } from '../ports/ports.ts';

export interface FeedCommand {
  readonly userId: UserId;
  readonly now: Instant;
  /** For each try to append. */
  readonly newEventId: () => EventId;
  readonly context: CommandContext;
}

export type FeedChanged =
  /** `sequence`: of the event; null where nothing had to be appended. */
  | { readonly kind: 'done'; readonly sequence: Sequence | null }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** Others changed the user's facts again and again. */
  | { readonly kind: 'conflict' };

/** Calendar feeds as the log has them. */
export interface CalendarFeeds {
  /** What is in force, never older than the log was when this was called. Throws LogUnavailable. */
  current(userId: UserId): Promise<CalendarFeed>;
  /**
   * Appends what is decided, under the lock of the user's facts; refused where these have ended, for nothing comes after
   * a deletion. Throws as `EventLog.append`.
   */
  change(
    command: FeedCommand,
    decide: (feed: CalendarFeed) => Decision<CalendarFeedEvent>,
  ): Promise<FeedChanged>;
}
