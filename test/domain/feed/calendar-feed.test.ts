import { expect, test } from 'vitest';
import {
  type CalendarFeed,
  evolveFeed,
  issueFeed,
  revokeFeed,
} from '../../../src/domain/feed/calendar-feed.ts';
import type { Hash } from '../../../src/domain/shared/ids.ts';

const A = 'a'.repeat(64) as Hash;
const B = 'b'.repeat(64) as Hash;

function feedAfter(...decisions: ((feed: CalendarFeed) => ReturnType<typeof issueFeed>)[]): CalendarFeed {
  return decisions.reduce<CalendarFeed>((feed, decide) => {
    const decision = decide(feed);
    return decision.kind === 'event' ? evolveFeed(feed, decision.event) : feed;
  }, null);
}

test('a calendar feed has the token that was issued last, and none once that is revoked', () => {
  expect(feedAfter((feed) => issueFeed(feed, A))).toBe(A);
  expect(
    feedAfter(
      (feed) => issueFeed(feed, A),
      (feed) => issueFeed(feed, B),
    ),
  ).toBe(B);
  expect(feedAfter((feed) => issueFeed(feed, A), revokeFeed)).toBeNull();
  expect(
    feedAfter(
      (feed) => issueFeed(feed, A),
      revokeFeed,
      (feed) => issueFeed(feed, A),
    ),
  ).toBe(A);
});

test('issuing a token is a fact that names it by its hash alone', () => {
  const fact = { kind: 'event', event: { type: 'user.calendar_feed_issued', data: { token_hash: B } } };
  expect(issueFeed(null, B)).toEqual(fact);
  expect(issueFeed(A, B)).toEqual(fact);
});

test('revoking is a fact that says nothing more', () => {
  expect(revokeFeed(A)).toEqual({ kind: 'event', event: { type: 'user.calendar_feed_revoked', data: {} } });
});

test('issuing the token in force, or revoking where there is none, adds nothing', () => {
  expect(issueFeed(A, A)).toEqual({ kind: 'nothing' });
  expect(revokeFeed(null)).toEqual({ kind: 'nothing' });
});
