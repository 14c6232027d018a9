import { test } from 'vitest';
import { A, B, given, givenDeletedUser, issued, revoked } from '../happened.ts';

const issue = { type: 'issue', data: { token_hash: B } } as const;

test.each([
  ['that has none', []],
  ['that has another, which is void from then on', [issued(A)]],
  ['whose token was revoked, also where it is the same', [issued(B), revoked()]],
] as const)('A token is issued for a feed %s, and recorded by its hash alone', (_, happened) => {
  given(...happened)
    .when(issue)
    .yields('user.calendar_feed_issued', { token_hash: B });
});

test('A token that is in force already is not issued again', () => {
  given(issued(A), issued(B)).when(issue).changesNothing();
});

test('A deleted user is given no feed', () => {
  givenDeletedUser().when(issue).isRefused({ code: 'USER_DELETED' });
});
