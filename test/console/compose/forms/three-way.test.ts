import { expect, test } from 'vitest';
import { isSame, threeWay } from '../../../../src/console/compose/forms/three-way.ts';

test('two edits of different fields are one of both', () => {
  const base = { name: 'a', priority: 'low', tags: ['x'] };
  const mine = { ...base, name: 'b' };
  const theirs = { ...base, priority: 'high' };
  expect(threeWay(base, mine, theirs)).toEqual({
    conflicts: [],
    theirsOnly: ['priority'],
    mine: { name: 'b' },
  });
});

test('a field that both changed is a conflict, unless they agree', () => {
  const base = { name: 'a', schedule: { type: 'daily', run_time: '07:00' } };
  const mine = { name: 'b', schedule: { type: 'daily', run_time: '08:00' } };
  const theirs = { name: 'c', schedule: { run_time: '08:00', type: 'daily' } };
  expect(threeWay(base, mine, theirs)).toEqual({ conflicts: ['name'], theirsOnly: [], mine: { name: 'b' } });
});

test('values are the same whatever the order of their members', () => {
  expect(isSame({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 })).toBe(true);
  expect(isSame([1, 2], [2, 1])).toBe(false);
  expect(isSame({ a: undefined }, {})).toBe(false);
  expect(isSame([], {})).toBe(false);
});
