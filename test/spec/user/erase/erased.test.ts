import { test } from 'vitest';
import { deleted, erased, erasureCompleted, erasureRequested, given } from '../happened.ts';

const erase = { type: 'erase', data: {} } as const;

test('A user whose erasure was requested is erased: from here on the user’s key is nobody’s', () => {
  given(deleted(), erasureRequested()).when(erase).yields('user.erased', {});
});

test('A user is not erased without a request', () => {
  given(deleted()).when(erase).changesNothing();
});

test.each([
  ['erased', [erased()]],
  ['erased to the end', [erased(), erasureCompleted()]],
] as const)('A user who is %s is not erased again', (_, happened) => {
  given(deleted(), erasureRequested(), ...happened)
    .when(erase)
    .changesNothing();
});
