import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStorable, type Json, MAX_JSON_DEPTH, sameJson } from '../../../src/domain/shared/json.ts';

describe('two JSON values', () => {
  it.each<[Json, Json]>([
    [null, null],
    [1, 1],
    ['a', 'a'],
    [[], []],
    [{}, {}],
    [
      { a: 1, b: [2, { c: null }] },
      { b: [2, { c: null }], a: 1 },
    ],
  ])('%j and %j are the same', (a, b) => {
    expect(sameJson(a, b)).toBe(true);
  });

  it.each<[unknown, unknown]>([
    [null, {}],
    [{}, null],
    [null, 0],
    [1, '1'],
    [0, false],
    ['a', 'b'],
    ['ab', ['a', 'b']],
    [['a', 'b'], 'ab'],
    ['', {}],
    [{}, ''],
    [[], {}],
    [{}, []],
    [[1], { 0: 1 }],
    [
      [1, 2],
      [2, 1],
    ],
    [[1], [1, 2]],
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: 1 }, { b: 1 }],
    [{ a: undefined }, { b: 1 }],
    [{ a: 1 }, { a: 2 }],
    [{ toString: 1 }, { valueOf: 1 }],
    [{ a: { b: [1] } }, { a: { b: [2] } }],
  ])('%j and %j are not', (a, b) => {
    expect(sameJson(a, b)).toBe(false);
    expect(sameJson(b, a)).toBe(false);
  });

  it('are the same exactly where their members are, in whatever order', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (members) => {
        const turned = Object.fromEntries(Object.entries(structuredClone(members)).reverse());
        expect(sameJson(members, turned)).toBe(true);
        expect(sameJson(members, { ...turned, 'one more': null })).toBe('one more' in members);
      }),
    );
  });
});

describe('a JSON value from outside', () => {
  const nested = (depth: number, within: Json): Json =>
    depth === 0 ? within : depth % 2 === 0 ? [nested(depth - 1, within)] : { a: nested(depth - 1, within) };

  const storable: Json[] = [null, true, false, 0, -1.5, '', 'é 😀', [], {}, [[null]], { ключ: ['a', 1] }];
  it.each(storable.map((value) => [value]))('such as %j can be stored', (value) => {
    expect(isStorable(value)).toBe(true);
  });

  it.each<[string, Json]>([
    ['a number beyond the range', JSON.parse('1e999')],
    ['a number beyond the range, deeper', { a: [JSON.parse('-1e999')] }],
    ['half a surrogate pair', '\ud83d'],
    ['half a surrogate pair, deeper', ['a', { b: '\ud83d' }]],
    ['half a surrogate pair in a name', { a: { '\ud83d': 1 } }],
  ])('with %s cannot', (_, value) => {
    expect(isStorable(value)).toBe(false);
  });

  it(`may be nested ${MAX_JSON_DEPTH} deep and no deeper`, () => {
    expect(MAX_JSON_DEPTH).toBe(64);
    expect(isStorable(nested(64, 'leaf'))).toBe(true);
    expect(isStorable(nested(65, 'leaf'))).toBe(false);
  });
});
