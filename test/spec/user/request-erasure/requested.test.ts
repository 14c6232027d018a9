import { test } from 'vitest';
import { deleted, erased, erasureCompleted, erasureRequested, given, tierKnown } from '../happened.ts';

const request = { type: 'request_erasure', data: {} } as const;

test('The erasure of a deleted user is recorded before anything is erased', () => {
  given(deleted()).when(request).yields('user.erasure_requested', {});
});

test('A user who is not deleted is not erased', () => {
  given(tierKnown('pro', 'claim')).when(request).changesNothing();
});

test.each([
  ['requested', [erasureRequested()]],
  ['under way', [erasureRequested(), erased()]],
  ['completed', [erasureRequested(), erased(), erasureCompleted()]],
] as const)('An erasure that is %s is not requested again', (_, happened) => {
  given(deleted(), ...happened)
    .when(request)
    .changesNothing();
});
