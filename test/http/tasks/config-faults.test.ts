import { expect, test } from 'vitest';
import { withoutRepeats } from '../../../src/application/faults/template-faults.ts';
import { says } from '../../../src/domain/shared/says.ts';

test('faults that two checks find in the same place are told once, however many there are', () => {
  const found = (type: string, from: number) =>
    Array.from({ length: 50_000 }, (_, n) => ({ path: ['a', from + n], type, ...says`is wrong` }));
  const told = withoutRepeats(found('by type', 0), found('by schema', 25_000));
  expect(told).toHaveLength(75_000);
  expect(told[49_999]).toMatchObject({ type: 'by type', path: ['a', 49_999] });
  expect(told[50_000]).toMatchObject({ type: 'by schema', path: ['a', 50_000] });
});
