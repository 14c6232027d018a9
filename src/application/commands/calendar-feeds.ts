/** Calendar feeds: facts of their users, changed under the lock of these like all of them. */
import {
  type CalendarFeed,
  type CalendarFeedCommand,
  type CalendarFeedEvent,
  type FeedState,
  feedDecider,
} from '../../domain/feed/calendar-feed.ts';
import type { Rejection } from '../../domain/shared/decision.ts';
import type { Position } from '../../domain/shared/event.ts';
import type { EventId, Sequence, UserId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Clock, CommandContext } from '../ports/clock.ts';
import { lockedPosition, transact } from './transact.ts';

/** Where the user's facts stand, and the feed by then. */
export type FeedSnapshot = Position & FeedState;

export interface FeedAppend {
  readonly userId: UserId;
  readonly eventId: EventId;
  readonly time: Instant;
  readonly event: CalendarFeedEvent;
  readonly context: CommandContext;
  readonly after: Position;
}

/** Feeds as the log has them. */
export interface FeedLog {
  /** Never older than the log was when this was called; null before the user's first fact. Throws LogUnavailable. */
  readFeed(userId: UserId): Promise<FeedSnapshot | null>;
  /** Throws as `EventLog.append`. */
  append(append: FeedAppend): Promise<FeedAppended>;
}

export type FeedAppended =
  | { readonly kind: 'appended'; readonly sequence: Sequence }
  | { readonly kind: 'conflict' };

export interface FeedTarget {
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

const RETRY_FOR_MS = 4_000;

export class CalendarFeeds {
  readonly #log: FeedLog;
  readonly #clock: Pick<Clock, 'monotonicMs'>;

  constructor(log: FeedLog, clock: Pick<Clock, 'monotonicMs'>) {
    this.#log = log;
    this.#clock = clock;
  }

  /** What is in force, never older than the log was when this was called. Throws LogUnavailable. */
  async current(userId: UserId): Promise<CalendarFeed> {
    return (await this.#log.readFeed(userId))?.feed ?? null;
  }

  /** Refused where the user is deleted: the last fact tells that, and stays the last. Throws as `EventLog.append`. */
  async change(
    { userId, now, newEventId, context }: FeedTarget,
    command: CalendarFeedCommand,
  ): Promise<FeedChanged> {
    const retryUntil = this.#clock.monotonicMs() + RETRY_FOR_MS;
    const result = await transact<FeedSnapshot | null, CalendarFeedEvent, Sequence>({
      seen: undefined,
      load: () => this.#log.readFeed(userId),
      decide: (known) => feedDecider.decide(known ?? feedDecider.initial, command, now),
      append: async (known, event) => {
        const after = lockedPosition(known);
        const append = { userId, eventId: newEventId(), time: now, event, context, after };
        const appended = await this.#log.append(append);
        return appended.kind === 'conflict' ? appended : { kind: 'stored', stored: appended.sequence };
      },
      mayRetry: () => this.#clock.monotonicMs() <= retryUntil,
    });
    switch (result.kind) {
      case 'stored':
        return { kind: 'done', sequence: result.stored };
      case 'nothing':
        return { kind: 'done', sequence: null };
      case 'rejected':
        return { kind: 'rejected', rejection: result.rejection };
      case 'conflict':
        return result;
    }
  }
}
