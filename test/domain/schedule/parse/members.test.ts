import { describe, expect, it } from 'vitest';
import { DocumentReading, kindOf, quotedForFault } from '../../../../src/domain/schedule/parse/members.ts';
import type { Json, JsonObject } from '../../../../src/domain/shared/json.ts';

/** What a reader answers for a member `it`, and what it notes. */
function reading<T>(value: Json | undefined, read: (from: DocumentReading) => T) {
  const document: JsonObject = value === undefined ? {} : { it: value };
  const from = new DocumentReading(document);
  return {
    answer: read(from),
    faults: from.faults.map(({ path, type, msg }) => [path.join('.'), type, msg]),
  };
}
const fine = <T>(answer: T) => ({ answer, faults: [] });
const refused = (type: string, msg: string) => ({ answer: null, faults: [['it', type, msg]] });

describe('a member', () => {
  it('is absent where it is null, missing or only inherited', () => {
    const from = new DocumentReading({ nothing: null, zero: 0 });
    expect(['nothing', 'missing', 'toString'].map((name) => [from.member(name), from.has(name)])).toEqual(
      Array(3).fill([null, false]),
    );
    expect([from.member('zero'), from.has('zero')]).toEqual([0, true]);
  });
});

describe('one of several names', () => {
  const oneOf = (document: JsonObject, names: readonly string[], required: boolean) => {
    const from = new DocumentReading(document);
    return [from.oneOf(names, required), ...from.faults];
  };

  it('is the one that is given', () => {
    expect(oneOf({ b: 1 }, ['a', 'b'], true)).toEqual(['b']);
    expect(oneOf({ c: 1 }, ['a', 'b'], false)).toEqual([null]);
  });

  it('conflicts with each other one that is given too', () => {
    expect(oneOf({ a: 1, b: 2, c: 3 }, ['a', 'b', 'c'], true)).toEqual([
      'a',
      { path: ['b'], type: 'conflict', msg: 'Cannot be given together with a', params: { other: 'a' } },
      { path: ['c'], type: 'conflict', msg: 'Cannot be given together with a', params: { other: 'a' } },
    ]);
  });

  it('is missed by the name of the first, all being named', () => {
    expect(oneOf({}, ['a', 'b'], true)).toEqual([
      null,
      { path: ['a'], type: 'missing', msg: 'Is required: one of a, b', params: { names: ['a', 'b'] } },
    ]);
    expect(oneOf({}, ['a'], true)).toEqual([
      null,
      { path: ['a'], type: 'missing', msg: 'Is required', params: {} },
    ]);
  });
});

describe('a text', () => {
  it.each<[Json | undefined, ReturnType<typeof reading>]>([
    [undefined, fine(null)],
    ['', fine('')],
    ['a', fine('a')],
    [5, refused('wrong_type', 'Must be text, not a number')],
    [true, refused('wrong_type', 'Must be text, not a boolean')],
    [[], refused('wrong_type', 'Must be text, not a list')],
    [{}, refused('wrong_type', 'Must be text, not an object')],
  ])('%j', (value, expected) => {
    expect(reading(value, (from) => from.text('it'))).toEqual(expected);
  });
});

describe('a whole number from 2 to 4', () => {
  const outside = refused('out_of_range', 'Must be a whole number from 2 to 4');
  it.each<[Json | undefined, ReturnType<typeof reading>]>([
    [undefined, fine(null)],
    [2, fine(2)],
    [4, fine(4)],
    [1, outside],
    [5, outside],
    [2.5, outside],
    ['3', refused('wrong_type', 'Must be a whole number, not a string')],
  ])('%j', (value, expected) => {
    expect(reading(value, (from) => from.wholeNumber('it', 2, 4))).toEqual(expected);
  });
});

describe('a number from 2 to 4', () => {
  const outside = refused('out_of_range', 'Must be a number from 2 to 4');
  it.each<[Json | undefined, ReturnType<typeof reading>]>([
    [undefined, fine(null)],
    [2, fine(2)],
    [2.5, fine(2.5)],
    [4, fine(4)],
    [1.999, outside],
    [4.001, outside],
    [[3], refused('wrong_type', 'Must be a number, not a list')],
  ])('%j', (value, expected) => {
    expect(reading(value, (from) => from.number('it', 2, 4))).toEqual(expected);
  });
});

describe('an instant', () => {
  const invalid = refused(
    'invalid_value',
    'Must be an RFC 3339 date and time with an offset, such as 2027-01-31T09:00:00Z',
  );
  it.each<[Json | undefined, ReturnType<typeof reading>]>([
    [undefined, fine(null)],
    ['2027-01-31T09:00:00+01:00', fine('2027-01-31T08:00:00.000Z')],
    [`2027-01-31T09:00:00.${'1'.repeat(43)}Z`, fine('2027-01-31T09:00:00.111Z')],
    [`2027-01-31T09:00:00.${'1'.repeat(44)}Z`, invalid],
    ['2027-01-31', invalid],
    [0, refused('wrong_type', 'Must be text, not a number')],
  ])('%j', (value, expected) => {
    expect(reading(value, (from) => from.instant('it'))).toEqual(expected);
  });
});

describe('a choice of on and off', () => {
  it.each<[Json | undefined, ReturnType<typeof reading>]>([
    [undefined, fine(null)],
    ['on', fine('on')],
    ['off', fine('off')],
    ['On', refused('invalid_value', 'Must be one of on, off')],
    ['', refused('invalid_value', 'Must be one of on, off')],
    [true, refused('wrong_type', 'Must be text, not a boolean')],
  ])('%j', (value, expected) => {
    expect(reading(value, (from) => from.choice('it', ['on', 'off']))).toEqual(expected);
  });
});

it('what is shown back of a stranger’s text is 64 characters at most', () => {
  expect(quotedForFault('a'.repeat(64))).toBe('a'.repeat(64));
  expect(quotedForFault(`${'a'.repeat(64)}b`)).toBe(`${'a'.repeat(64)}…`);
});

it('values are named as people call them', () => {
  expect([null, [], {}, 'a', 1, true].map(kindOf)).toEqual([
    'null',
    'a list',
    'an object',
    'a string',
    'a number',
    'a boolean',
  ]);
});
