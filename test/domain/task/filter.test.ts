import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/domain/shared/json.ts';
import { type Said, says } from '../../../src/domain/shared/says.ts';
import { filterFaults, fulfils, subjectFault, type TriggerFilter } from '../../../src/domain/task/trigger.ts';

describe('the subject of a trigger', () => {
  const tokens = (count: number) => Array(count).fill('a').join('.');

  test.each(['orders', 'orders.paid', 'a-b_c.D9', '!#$%&()+,-/:;<=?@[]^`{|}~', tokens(16), 'x'.repeat(200)])(
    'may be %j',
    (subject) => {
      expect(subjectFault(subject)).toBeNull();
    },
  );

  test.each(['orders.*', '>', 'orders.>', 'or*ders'])('%j would be many', (subject) => {
    expect(subjectFault(subject)).toEqual(says`has a wildcard: a trigger names one subject`);
  });

  test.each([tokens(17), 'x'.repeat(201)])('%j is too long', (subject) => {
    expect(subjectFault(subject)).toEqual(
      says`must have at most ${{ maximum: 200 }} characters and ${{ maximum_tokens: 16 }} tokens`,
    );
  });

  test.each(['', '.', 'orders.', '.orders', 'orders..paid', 'or ders', 'ordérs', 'orders\n', 'a.b\u007f'])(
    '%j is none',
    (subject) => {
      expect(subjectFault(subject)).toEqual(
        says`must be tokens of visible ASCII joined by dots, such as orders.paid`,
      );
    },
  );
});

describe('the faults of a filter', () => {
  const LONG = 'x'.repeat(256);
  const FITS = 'x'.repeat(255);
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`m${n}`, n]));

  test.each([
    [{}, 'too_small', says`has no condition: leave it out`],
    [many(21), 'too_big', says`must have at most ${{ maximum: 20 }} conditions`],
  ])('as a whole: %j', (filter, type, said) => {
    expect(filterFaults(filter as JsonObject)).toEqual([{ path: [], type, ...said }]);
  });

  test.each(['', '.', 'a.', '.a', 'a..b', LONG])('of a path: %j', (path) => {
    const said = says`must be member names joined by dots, at most ${{ maximum: 255 }} characters`;
    expect(filterFaults({ [path]: 1 })).toEqual([{ path: [path], type: 'invalid_path', ...said }]);
  });

  const condition = says`must be a plain value or an object of operators`;
  const operand = says`must be a plain value: text, number, true, false or null`;
  const choices = says`must be a list of at most ${{ maximum: 50 }} plain values`;
  const text = says`must have at most ${{ maximum: 255 }} characters`;
  const rows: [Json, string[], string, Said][] = [
    [[], [], 'invalid_condition', condition],
    [[1], [], 'invalid_condition', condition],
    [{}, [], 'invalid_condition', condition],
    [LONG, [], 'too_big', text],
    [{ exists: 'yes' }, ['exists'], 'invalid_type', says`must be true or false`],
    [{ exists: null }, ['exists'], 'invalid_type', says`must be true or false`],
    [{ eq: {} }, ['eq'], 'invalid_type', operand],
    [{ ne: [] }, ['ne'], 'invalid_type', operand],
    [{ eq: LONG }, ['eq'], 'too_big', text],
    [{ ne: LONG }, ['ne'], 'too_big', text],
    [{ in: 'a' }, ['in'], 'invalid_type', choices],
    [{ in: { length: 1 } }, ['in'], 'invalid_type', choices],
    [{ in: [[]] }, ['in'], 'invalid_type', choices],
    [{ in: [1, {}] }, ['in'], 'invalid_type', choices],
    [{ in: Array(51).fill(1) }, ['in'], 'invalid_type', choices],
    [{ in: ['a', LONG] }, ['in'], 'too_big', text],
    [{ gt: null }, ['gt'], 'invalid_type', says`must be a number or text`],
    [{ gte: true }, ['gte'], 'invalid_type', says`must be a number or text`],
    [{ lt: [] }, ['lt'], 'invalid_type', says`must be a number or text`],
    [{ lte: {} }, ['lte'], 'invalid_type', says`must be a number or text`],
    [{ gt: LONG }, ['gt'], 'too_big', text],
    [
      { matches: '.*' },
      ['matches'],
      'unknown_operator',
      says`must be one of ${{ allowed: ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'exists'] }}`,
    ],
  ];
  test.each(rows)('of a condition: %j', (asked, path, type, said) => {
    expect(filterFaults({ member: asked as JsonObject })).toEqual([
      { path: ['member', ...path], type, ...said },
    ]);
  });

  test('are told all at once', () => {
    const faults = filterFaults({ '': [], a: { gt: null, in: 1 }, b: 1 });
    expect(faults.map(({ path, type }) => [path.join('/'), type])).toEqual([
      ['', 'invalid_path'],
      ['', 'invalid_condition'],
      ['a/gt', 'invalid_type'],
      ['a/in', 'invalid_type'],
    ]);
  });

  test.each<[string, JsonObject]>([
    ['20 conditions', many(20)],
    ['a path and a text of 255 characters', { [FITS]: FITS }],
    ['50 choices', { a: { in: Array(50).fill(FITS) } }],
    ['no choices', { a: { in: [] } }],
    ['plain values', { a: null, b: true, c: false, d: 0, e: '' }],
    ['operators', { a: { eq: null, ne: false, gt: 1, gte: 'a', lt: 2, lte: FITS, exists: false } }],
  ])('are none for %s', (_, filter) => {
    expect(filterFaults(filter)).toEqual([]);
  });
});

describe('a condition', () => {
  const holds = (value: Json, condition: TriggerFilter[string]) =>
    fulfils({ value }, { value: condition } as TriggerFilter);

  test.each<[string, Json, Json, boolean]>([
    ['gt', 2, 1, true],
    ['gt', 1, 1, false],
    ['gt', 0, 1, false],
    ['gte', 2, 1, true],
    ['gte', 1, 1, true],
    ['gte', 0, 1, false],
    ['lt', 0, 1, true],
    ['lt', 1, 1, false],
    ['lt', 2, 1, false],
    ['lte', 0, 1, true],
    ['lte', 1, 1, true],
    ['lte', 2, 1, false],
    ['gt', 'b', 'a', true],
    ['gt', 'a', 'a', false],
    ['gte', 'a', 'a', true],
    ['lt', 'a', 'b', true],
    ['lt', 'b', 'a', false],
    ['lt', 'Z', 'a', true],
    ['lte', 'a', 'a', true],
    ['gt', '2026-11-23T12:00:00Z', '2026-11-23T11:59:59Z', true],
    ['eq', 1, 1, true],
    ['eq', 1, '1', false],
    ['eq', null, null, true],
    ['eq', false, null, false],
    ['ne', 1, 2, true],
    ['ne', 1, 1, false],
    ['ne', '1', 1, true],
    ['in', 'b', ['a', 'b'], true],
    ['in', 'c', ['a', 'b'], false],
    ['in', null, [null], true],
    ['in', 'a', [], false],
    ['exists', null, true, true],
    ['exists', 0, true, true],
    ['exists', 0, false, false],
  ])('%s: %j with %j is %s', (operator, value, operand, expected) => {
    expect(holds(value, { [operator]: operand })).toBe(expected);
  });

  test.each(['gt', 'gte', 'lt', 'lte'])('%s never compares values of different kinds', (operator) => {
    for (const [value, operand] of [
      [2, '1'],
      ['2', 1],
      [null, 1],
      [true, 0],
      [[2], 1],
      [{}, 'a'],
      [[], ''],
    ] as [Json, Json][]) {
      expect(holds(value, { [operator]: operand })).toBe(false);
    }
  });

  test('of several operators holds where all of them do', () => {
    expect([4, 5, 9, 10].map((value) => holds(value, { gte: 5, lt: 10 }))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test.each(['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in'])(
    '%s holds for no member that is not there',
    (operator) => {
      const operand = operator === 'in' ? [null] : 'a';
      expect(fulfils({}, { value: { [operator]: operand } })).toBe(false);
    },
  );

  test('a bare value asks for a member that equals it, whatever kind of value it is', () => {
    for (const value of [null, true, 0, '', 'a']) {
      expect(fulfils({ value }, { value })).toBe(true);
      expect(fulfils({}, { value })).toBe(false);
      expect(fulfils({ value: [value] }, { value })).toBe(false);
    }
  });

  test('looks into objects and arrays, and into nothing else', () => {
    const payload = {
      ten: Array(11).fill(0),
      list: [{ sku: 'A' }, null],
      text: 'abc',
      none: null,
      deep: { er: { x: 1 } },
    };
    const exists = (path: string) => fulfils(payload, { [path]: { exists: true } });
    const there = ['ten.10', 'list', 'list.0', 'list.0.sku', 'list.1', 'none', 'deep.er.x'];
    const not = [
      'list.2',
      'list.-1',
      'list.x',
      'list.0x',
      'list.x0',
      'list.length',
      'list.1.sku',
      'text.0',
      'text.length',
      'none.x',
      'deep.er.x.y',
      'toString',
      'deep.er.y',
    ];
    expect(there.filter((path) => !exists(path))).toEqual([]);
    expect(not.filter(exists)).toEqual([]);
  });

  test.each<[string, Json]>([
    ['an array', [1]],
    ['text', 'a'],
    ['null', null],
  ])('is asked of a message that is %s too', (_, payload) => {
    expect(fulfils(payload, { a: { exists: true } })).toBe(false);
    expect(fulfils(payload, { a: { exists: false } })).toBe(true);
    expect(fulfils(payload, null)).toBe(true);
  });

  test('with an operator that nobody knows is a fault of the log, and is said so', () => {
    expect(() => holds(1, { matches: 'x' })).toThrow('a filter was stored with the operator matches');
  });
});
