import { test } from 'vitest';
import type { Revision } from '../../../../src/domain/shared/ids.ts';
import { given, published } from '../happened.ts';

test('A retirement that is based on another revision than the last is refused with that one', () => {
  given(published())
    .when({ type: 'retire', data: { if_match: 2 as Revision } })
    .isRefused({ code: 'REVISION_MISMATCH', current: 1 as Revision });
});

test('A template that is not there cannot be retired', () => {
  given()
    .when({ type: 'retire', data: { if_match: null } })
    .isRefused({ code: 'TEMPLATE_NOT_FOUND' });
});
