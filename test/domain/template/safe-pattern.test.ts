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

  it.each([
    ['^(a+)+$', 'a group'],
    ['^a|b$', 'alternatives'],
    ['a+b', 'no anchor'],
    ['^a*a*b', 'two repeats without end'],
    ['^a{0,99}a{0,99}a{0,99}$', 'too many ways to divide a text'],
    [`^${'a?'.repeat(20)}$`, 'too many ways to divide a text'],
    ['^\\1', 'a reference back'],
    ['^\\p{L}', 'a class by property'],
    ['^[z-a]', 'no expression'],
    ['^[a', 'no expression'],
    ['^a{2,1}', 'no expression'],
    [`^${'a'.repeat(300)}`, 'too long'],
  ])('may not be %s: %s', (pattern) => {
    expect(patternFault(pattern)).not.toBeNull();
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
