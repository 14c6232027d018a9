import { test } from 'vitest';
import { deleted, erased, erasureCompleted, erasureRequested, given } from '../happened.ts';

const complete = { type: 'complete_erasure', data: { erased: { views: 3 } } } as const;

test('An erasure ends with a count of what was erased beside the log', () => {
  given(deleted(), erasureRequested(), erased())
    .when(complete)
    .yields('user.erasure_completed', { erased: { views: 3 } });
});

test.each([
  ['begun', []],
  ['carried out', [erasureRequested()]],
] as const)('An erasure that is not %s yet is not completed', (_, happened) => {
  given(deleted(), ...happened)
    .when(complete)
    .changesNothing();
});

test('An erasure is completed once', () => {
  given(deleted(), erasureRequested(), erased(), erasureCompleted()).when(complete).changesNothing();
});
