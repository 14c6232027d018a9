import { test } from 'vitest';
import type { Revision } from '../../../../src/domain/shared/ids.ts';
import { given, published, retired, shipped } from '../happened.ts';

test.each([
  ['an administrator’s own', published()],
  ['a shipped', shipped(1)],
] as const)('Whoever retires %s template says nothing more than that', (_, happened) => {
  given(happened)
    .when({ type: 'retire', data: { if_match: 1 as Revision } })
    .yields('template.retired', {});
});

test('A template that is retired again stays retired, whatever revision that is based on', () => {
  given(published(), retired())
    .when({ type: 'retire', data: { if_match: 1 as Revision } })
    .changesNothing();
});
