import { expect, test } from 'vitest';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import { deleteUser } from '../../../src/domain/user/deletion.ts';

const requested_at = '2026-11-23T12:00:00.000Z' as Instant;

test.each([requested_at, null])('a user is deleted with the time that the request names: %s', (time) => {
  expect(deleteUser({ deleted: false }, { requested_at: time })).toEqual({
    kind: 'event',
    event: { type: 'user.deleted', data: { requested_at: time } },
  });
});

test('a user is deleted once', () => {
  expect(deleteUser({ deleted: true }, { requested_at })).toEqual({ kind: 'nothing' });
});
