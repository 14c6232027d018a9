import { test } from 'vitest';
import type { Revision } from '../../../../src/domain/shared/ids.ts';
import { changed, given, published } from '../happened.ts';

test('A change that is based on another revision than the last is refused with that one', () => {
  given(published(), changed({ name: 'a' }))
    .when({ type: 'change', data: { changes: { name: 'b' }, if_match: 1 as Revision } })
    .isRefused({ code: 'REVISION_MISMATCH', current: 2 as Revision });
});

test('A template that is not there cannot be changed', () => {
  given()
    .when({ type: 'change', data: { changes: { name: 'b' }, if_match: null } })
    .isRefused({ code: 'TEMPLATE_NOT_FOUND' });
});
