import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { customIssue, refusing, saidOfIssue } from '../../../src/application/faults/issue-said.ts';
import { says } from '../../../src/domain/shared/says.ts';

function told(schema: z.ZodType, value: unknown) {
  const issues = schema.safeParse(value).error?.issues ?? [];
  return issues.map((issue) => {
    const { msg, params } = saidOfIssue(issue);
    return [msg, params];
  });
}

describe('what zod finds is said in our words, with the values by name', () => {
  it.each<[string, z.ZodType, unknown, string, object]>([
    ['text', z.string(), 7, 'Must be text', { expected: 'string' }],
    ['a number', z.number(), 'x', 'Must be a number', { expected: 'number' }],
    ['a whole number', z.int(), 1.5, 'Must be a whole number', { expected: 'int' }],
    ['a switch', z.boolean(), 'x', 'Must be true or false', { expected: 'boolean' }],
    ['a list', z.array(z.string()), 'x', 'Must be a list', { expected: 'array' }],
    ['an object', z.strictObject({}), 'x', 'Must be an object', { expected: 'object' }],
    ['a record', z.record(z.string(), z.string()), 'x', 'Must be an object', { expected: 'record' }],
    ['an empty text', z.string().min(1), '', 'Must not be empty', { minimum: 1 }],
    ['a short text', z.string().min(2), 'a', 'Must have at least 2 characters', { minimum: 2 }],
    ['a long text', z.string().max(1), 'ab', 'Must have at most 1 character', { maximum: 1 }],
    ['a long list', z.array(z.int()).max(2), [1, 2, 3], 'Must have at most 2 items', { maximum: 2 }],
    ['a small number', z.number().min(3), 2, 'Must be at least 3', { minimum: 3 }],
    ['a number that is not positive', z.number().positive(), 0, 'Must be more than 0', { minimum: 0 }],
    ['a large number', z.number().max(3), 4, 'Must be at most 3', { maximum: 3 }],
    ['a number at its limit', z.number().lt(3), 3, 'Must be less than 3', { maximum: 3 }],
    ['another step', z.number().multipleOf(5), 3, 'Must be a multiple of 5', { divisor: 5 }],
    ['another choice', z.enum(['a', 'b']), 'c', 'Must be one of a, b', { allowed: ['a', 'b'] }],
    ['another value', z.literal('a'), 'c', 'Must be a', { allowed: ['a'] }],
    ['no pattern', z.string().regex(/^a$/), 'c', 'Must match /^a$/', { pattern: '/^a$/' }],
    ['no address', z.email(), 'c', 'Must be of the form email', { format: 'email' }],
    [
      'neither of two types',
      z.union([z.number(), z.array(z.number())]),
      'c',
      'Must be a number or a list',
      { expected: ['number', 'array'] },
    ],
    [
      'neither of two forms',
      z.union([z.strictObject({ a: z.int() }), z.strictObject({ b: z.int() })]),
      {},
      'Has none of the forms that are allowed here',
      {},
    ],
  ])('%s', (_, schema, value, msg, params) => {
    expect(told(schema, value)).toEqual([[msg, params]]);
  });

  it('and a rule of our own brings its sentence along', () => {
    const said = says`must be at most ${{ maximum: 3 }} pears`;
    const refined = z.number().refine((value) => value <= 3, refusing(said));
    const checked = z.number().superRefine((_, context) => context.addIssue(customIssue(said, 'pears')));
    expect([...told(refined, 4), ...told(checked, 4)]).toEqual([
      [said.msg, said.params],
      [said.msg, said.params],
    ]);
  });
});
