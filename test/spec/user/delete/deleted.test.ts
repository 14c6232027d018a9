import { test } from 'vitest';
import { START } from '../../../support/histories/history.ts';
import { deleted, given, tierKnown } from '../happened.ts';

test.each([START, null])('A user is deleted with the time that the request names: %s', (requested_at) => {
  given(tierKnown('pro', 'claim'))
    .when({ type: 'delete', data: { requested_at } })
    .yields('user.deleted', { requested_at });
});

test('A user is deleted once', () => {
  given(deleted())
    .when({ type: 'delete', data: { requested_at: START } })
    .changesNothing();
});
