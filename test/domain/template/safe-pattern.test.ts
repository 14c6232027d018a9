import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patternFault } from '../../../src/domain/template/safe-pattern.ts';

describe('a pattern of a template', () => {
  it.each([
    '^[A-Z]{3}$',
    '^[a-z][a-z0-9_-]{0,62}$',
    '^\\d{4}-\\d{2}$',
    '^https://.+',
    '^\\$\\d+$',
    '^[^/]+$',
    '^.{1,100}$',
    '^ab?c$',
  ])('may be %s', (pattern) => {
    expect(patternFault(pattern)).toBeNull();
  });

  const TOO_FREE = 'Repeats too freely';
  const NO_CHAIN = 'Is more than characters and classes with repeats';
  const NO_EXPRESSION = 'Is no regular expression';
  it.each([
    ['^(a+)+$', NO_CHAIN],
    ['^a|b$', NO_CHAIN],
    ['^a$b', NO_CHAIN],
    ['^a^b', NO_CHAIN],
    ['^*a', NO_CHAIN],
    ['^a**', NO_CHAIN],
    ['^a+?', NO_CHAIN],
    ['^\\1', NO_CHAIN],
    ['^\\b', NO_CHAIN],
    ['^\\p{L}', NO_CHAIN],
    ['^[a', NO_CHAIN],
    ['^a\nb', NO_CHAIN],
    ['^\\', NO_CHAIN],
    ['^a\\$$$', NO_CHAIN],
    ['', 'Must begin with ^'],
    ['a+b', 'Must begin with ^'],
    ['^a*a*b', TOO_FREE],
    ['^a+b{2,}', TOO_FREE],
    ['^a{0,99}a{0,99}a{0,99}$', TOO_FREE],
    [`^${'a?'.repeat(20)}$`, TOO_FREE],
    ['^[z-a]', NO_EXPRESSION],
    ['^a{2,1}', NO_EXPRESSION],
    ['^\\-', NO_EXPRESSION],
    [`^${'a'.repeat(256)}`, 'Must have at most 256 characters'],
  ])('may not be %j: %s', (pattern, fault) => {
    expect(patternFault(pattern)?.msg).toBe(fault);
  });

  it.each([
    ['as long as may be', `^${'a'.repeat(255)}`, 'longer', `^${'a'.repeat(256)}`],
    ['10,000 ways to divide a text', '^a{1,100}a{1,100}$', 'more', '^a{1,100}a{1,101}$'],
    ['64 ways beside a repeat without end', '^a{1,64}b*$', 'more', '^a{1,65}b*$'],
    ['64 ways by six that may be left out', '^a?a?a?a?a?a?b+$', 'more', '^a?a?a?a?a?a?a?b+$'],
    ['64 ways beside one of at least so many', '^a{0,63}b{3,}$', 'more', '^a{0,64}b{3,}$'],
    [
      'any number of repeats that leave no choice',
      '^a{5}b{5}c{5,5}d*$',
      'one that leaves two',
      '^a{1,64}b{5,6}c*$',
    ],
  ])('may have %s (%s), not %s (%s)', (_, accepted, _more, refused) => {
    expect(patternFault(accepted)).toBeNull();
    expect(patternFault(refused)).not.toBeNull();
  });

  it('answers within a moment on any text, whatever is accepted', () => {
    const atom = fc.constantFrom('a', '.', '[ab]', '\\w', 'b');
    const repeat = fc.constantFrom('', '+', '*', '?', '{0,9}', '{2,60}', '{3,}');
    const pattern = fc
      .array(fc.tuple(atom, repeat), { minLength: 1, maxLength: 12 })
      .map((parts) => `^${parts.flat().join('')}$`)
      .filter((text) => patternFault(text) === null);
    const text = `${'a'.repeat(100_000)}!`;
    fc.assert(
      fc.property(pattern, (accepted) => {
        const began = process.cpuUsage().user;
        new RegExp(accepted, 'u').test(text);
        expect(process.cpuUsage().user - began).toBeLessThan(500_000);
      }),
      { numRuns: 50 },
    );
  });
});
