/**
 * A user's calendar feed: whoever holds its token may read it. There is one token at a time, known here by its hash;
 * issuing another revokes it. Facts of the user's own, on the subject `_user`.
 */
import type { Decider } from '../shared/decider.ts';
import { type Decision, decided, NOTHING, rejected } from '../shared/decision.ts';
import type { Hash } from '../shared/ids.ts';

export type CalendarFeedEvent =
  | { readonly type: 'user.calendar_feed_issued'; readonly data: { readonly token_hash: Hash } }
  | { readonly type: 'user.calendar_feed_revoked'; readonly data: Readonly<Record<string, never>> };

/** SHA-256 of the token in force; null where there is none. */
export type CalendarFeed = Hash | null;

export function evolveFeed(_feed: CalendarFeed, event: CalendarFeedEvent): CalendarFeed {
  switch (event.type) {
    case 'user.calendar_feed_issued':
      return event.data.token_hash;
    case 'user.calendar_feed_revoked':
      return null;
  }
}

export function issueFeed(feed: CalendarFeed, token_hash: Hash): Decision<CalendarFeedEvent> {
  if (feed === token_hash) return NOTHING;
  return decided({ type: 'user.calendar_feed_issued', data: { token_hash } });
}

export function revokeFeed(feed: CalendarFeed): Decision<CalendarFeedEvent> {
  return feed === null ? NOTHING : decided({ type: 'user.calendar_feed_revoked', data: {} });
}

export type CalendarFeedCommand =
  | { readonly type: 'issue'; readonly data: { readonly token_hash: Hash } }
  | { readonly type: 'revoke'; readonly data: Readonly<Record<string, never>> };

/** As the user's facts tell: nothing of a deleted user's is given to anybody any more. */
export interface FeedState {
  readonly feed: CalendarFeed;
  readonly ended: boolean;
}

export const feedDecider: Decider<FeedState, CalendarFeedCommand, CalendarFeedEvent> = {
  initial: { feed: null, ended: false },
  decide({ feed, ended }, command) {
    if (ended) return rejected({ code: 'USER_DELETED' });
    switch (command.type) {
      case 'issue':
        return issueFeed(feed, command.data.token_hash);
      case 'revoke':
        return revokeFeed(feed);
    }
  },
  evolve: (state, event) => ({ ...state, feed: evolveFeed(state.feed, event) }),
};
