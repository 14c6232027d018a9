import { test } from 'vitest';
import { A, given, givenDeletedUser, issued, revoked } from '../happened.ts';

const revoke = { type: 'revoke', data: {} } as const;

test('A token is revoked by a fact that says nothing more', () => {
  given(issued(A)).when(revoke).yields('user.calendar_feed_revoked', {});
});

test.each([
  ['never had a token', []],
  ['has none any more', [issued(A), revoked()]],
] as const)('A feed that %s stays without one', (_, happened) => {
  given(...happened)
    .when(revoke)
    .changesNothing();
});

test('A feed of a deleted user is not revoked: nothing follows the deletion', () => {
  givenDeletedUser().when(revoke).isRefused({ code: 'USER_DELETED' });
});
