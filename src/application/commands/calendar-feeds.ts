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
import type { Sequence, UserId } from '../../domain/shared/ids.ts';
import type { Clock } from '../ports/clock.ts';
import { changeFacts, type FactAppend, type FactRequest } from './change-facts.ts';

/** Where the user's facts stand, and the feed by then. */
export type FeedSnapshot = Position & FeedState;

export interface FeedAppend extends FactAppend<CalendarFeedEvent> {
  readonly userId: UserId;
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

export interface FeedTarget extends FactRequest {
  readonly userId: UserId;
}

export type FeedChanged =
  /** `sequence`: of the event; null where nothing had to be appended. */
  | { readonly kind: 'done'; readonly sequence: Sequence | null }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** Others changed the user's facts again and again. */
  | { readonly kind: 'conflict' };

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
  async change({ userId, ...request }: FeedTarget, command: CalendarFeedCommand): Promise<FeedChanged> {
    const result = await changeFacts(
      {
        load: () => this.#log.readFeed(userId),
        decide: (known: FeedSnapshot | null) =>
          feedDecider.decide(known ?? feedDecider.initial, command, request.now),
        append: (append: FactAppend<CalendarFeedEvent>) => this.#log.append({ ...append, userId }),
      },
      request,
      this.#clock,
    );
    switch (result.kind) {
      case 'stored':
        return { kind: 'done', sequence: result.stored.sequence };
      case 'nothing':
        return { kind: 'done', sequence: null };
      case 'rejected':
        return { kind: 'rejected', rejection: result.rejection };
      case 'conflict':
        return result;
    }
  }
}
