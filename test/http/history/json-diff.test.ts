import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/domain/shared/json.ts';
import { changesBetween, patchOf } from '../../../src/http/history/json-diff.ts';

const names = fc.constantFrom('a', 'b', 'a/b', '~', '~1', '', '__proto__');
const { object: objects } = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Json>(null, 0, 1, 'x', '', true),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc
    .array(fc.tuple(names, tie('value')), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries)),
}));
const same = (plain: JsonObject) => ({ plain, shown: plain });

/** As RFC 6902 has it, for what a diff is made of. */
function applied(document: JsonObject, patch: readonly object[]): JsonObject {
  const result = structuredClone(Object.entries(document)) as never;
  const root = Object.fromEntries(result) as Record<string, unknown>;
  for (const { op, path, value } of patch as { op: string; path: string; value: unknown }[]) {
    const steps = path
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = steps.pop() as string;
    const parent = steps.reduce<Record<string, unknown>>((at, step) => at[step] as never, root);
    expect(Object.hasOwn(parent, last)).toBe(op !== 'add');
    if (op === 'remove') delete parent[last];
    else Object.defineProperty(parent, last, { value, enumerable: true, configurable: true, writable: true });
  }
  return root as JsonObject;
}

it('a patch makes the one object of the other', () => {
  fc.assert(
    fc.property(objects, objects, (before, after) => {
      const changes = changesBetween(same(before), same(after));
      const made = applied(before, patchOf(changes));
      expect(JSON.stringify(sorted(made))).toBe(JSON.stringify(sorted(after)));
      expect(new Set(changes.map(({ path }) => path)).size).toBe(changes.length);
      expect(changesBetween(same(after), same(after))).toEqual([]);
    }),
  );
});

it('what may not be shown is known to have changed, and is not shown', () => {
  const before = { plain: { url: 'u', key: 'one', gone: 'x' }, shown: { url: 'u', key: '***', gone: '***' } };
  const after = { plain: { url: 'u', key: 'two', made: 'y' }, shown: { url: 'u', key: '***', made: '***' } };
  expect(changesBetween(before, after)).toEqual([
    { path: '/key', from: '***', to: '***', changed: true },
    { path: '/gone', from: '***' },
    { path: '/made', to: '***' },
  ]);
});

function sorted(value: Json): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => [name, sorted(inner)]);
}
