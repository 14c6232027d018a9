import { describe, expect, it } from 'vitest';
import {
  NO_HASH,
  NO_REVISION,
  NO_SEQUENCE,
  parseEventId,
  parseExecutionId,
  parseHash,
  parseRevision,
  parseSequence,
  parseTaskId,
  parseTemplateId,
  parseTerm,
  parseUserId,
} from '../../../src/domain/shared/ids.ts';

const ULID = '01KAWZ6Q8PZ3N5V7X9B1D2F4H6';
const A_HASH = '0123456789abcdef'.repeat(4);

describe.each([
  ['a task', 'tsk_', parseTaskId],
  ['an execution', 'exe_', parseExecutionId],
  ['an event', '', parseEventId],
] as const)('the id of %s', (_, prefix, parse) => {
  it(`is ${prefix === '' ? 'a ULID' : `${prefix} and a ULID`}`, () => {
    expect(parse(`${prefix}${ULID}`)).toBe(`${prefix}${ULID}`);
    expect(parse(`${prefix}7${ULID.slice(1)}`)).not.toBeNull();
  });

  it.each([
    ['another prefix', `tpl_${ULID}`],
    ['something before it', ` ${prefix}${ULID}`],
    ['something behind it', `${prefix}${ULID}0`],
    ['a new line behind it', `${prefix}${ULID}\n`],
    ['a character too few', `${prefix}${ULID.slice(1)}`],
    ['a time beyond 48 bits', `${prefix}8${ULID.slice(1)}`],
    ['lower-case letters', `${prefix}${ULID.toLowerCase()}`],
    ['a letter that ULIDs leave out', `${prefix}${ULID.slice(0, -1)}U`],
  ])('has not %s', (_fault, text) => {
    expect(parse(text)).toBeNull();
  });
});

describe('the id of a user', () => {
  it.each([
    ['one character', 'a'],
    ['an address', 'ann@example.com'],
    ['any script', 'Анна 😀'],
    ['255 bytes', `${'é'.repeat(127)}a`],
  ])('may be %s', (_, text) => {
    expect(parseUserId(text)).toBe(text);
  });

  it.each([
    ['nothing', ''],
    ['256 bytes, although of 128 characters', 'é'.repeat(128)],
    ['half a surrogate pair', 'a\ud83d'],
    ['a zero byte', 'a\u0000'],
    ['a new line', 'a\nb'],
    ['a delete character', 'a\u007f'],
  ])('may not be %s', (_, text) => {
    expect(parseUserId(text)).toBeNull();
  });
});

describe('the id of a template (BR-TPL-001)', () => {
  it.each(['tpl_a', 'tpl_0', 'tpl_office_weather', `tpl_${'a'.repeat(60)}`])('may be %s', (text) => {
    expect(parseTemplateId(text)).toBe(text);
  });

  it.each(['tpl_', 'tpl__a', 'tpl_Office', 'tpl_a.b', 'tsk_a', 'xtpl_a', 'tpl_a\n', `tpl_${'a'.repeat(61)}`])(
    'may not be %j',
    (text) => {
      expect(parseTemplateId(text)).toBeNull();
    },
  );
});

describe.each([
  ['a sequence', parseSequence],
  ['a revision', parseRevision],
  ['a term', parseTerm],
] as const)('%s', (_, parse) => {
  it.each([0, 1, Number.MAX_SAFE_INTEGER])('may be %d', (value) => {
    expect(parse(value)).toBe(value);
  });

  it.each([-1, 0.5, Number.MAX_SAFE_INTEGER + 1, Number.NaN, Number.POSITIVE_INFINITY])(
    'may not be %d',
    (value) => {
      expect(parse(value)).toBeNull();
    },
  );
});

describe('a hash', () => {
  it('is 64 digits of lower-case hex', () => {
    expect(parseHash(A_HASH)).toBe(A_HASH);
  });

  it.each([A_HASH.slice(1), `${A_HASH}0`, A_HASH.toUpperCase(), `g${A_HASH.slice(1)}`, `${A_HASH}\n`])(
    'is not %j',
    (text) => {
      expect(parseHash(text)).toBeNull();
    },
  );
});

it('before the first event the position is zero throughout', () => {
  expect(parseHash(NO_HASH)).toMatch(/^0+$/);
  expect([NO_SEQUENCE, NO_REVISION]).toEqual([0, 0]);
});
