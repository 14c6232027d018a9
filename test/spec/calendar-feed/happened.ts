/** The calendar feed of the specification, and what happens to it, as the log has it. */
import {
  type CalendarFeedCommand,
  type CalendarFeedEvent,
  type FeedState,
  feedDecider,
} from '../../../src/domain/feed/calendar-feed.ts';
import type { Hash } from '../../../src/domain/shared/ids.ts';
import { START } from '../../support/histories/history.ts';
import { type HappenedAt, specifiedBy } from '../given.ts';

type Happened = HappenedAt<CalendarFeedEvent>;
type Feeds = typeof feedDecider;

const specified = (decider: Feeds) =>
  specifiedBy<FeedState, CalendarFeedCommand, CalendarFeedEvent, CalendarFeedEvent>(
    decider,
    (event) => event,
  );

export const given = specified(feedDecider);
/** Of a user who is deleted, whatever came before. */
export const givenDeletedUser = specified({ ...feedDecider, initial: { feed: null, ended: true } });

export const A = 'a'.repeat(64) as Hash;
export const B = 'b'.repeat(64) as Hash;

export function issued(token_hash: Hash): Happened {
  return [START, { type: 'user.calendar_feed_issued', data: { token_hash } }];
}

export function revoked(): Happened {
  return [START, { type: 'user.calendar_feed_revoked', data: {} }];
}
