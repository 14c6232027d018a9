import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const CONSOLE = join(import.meta.dirname, '..', '..', 'dist', 'console');
const LIMIT = { first: 90 * 1024, lazy: 40 * 1024 };
const sizeOf = (name: string) => statSync(join(CONSOLE, 'assets', `${name}.gz`)).size;

/** What a script imports before it runs. */
function importedBy(name: string): string[] {
  const text = readFileSync(join(CONSOLE, 'assets', name), 'utf8');
  return [...text.matchAll(/(?:from|import)"\.\/([\w.-]+\.js)"/g)].map(([, file]) => file ?? '');
}

function withImports(name: string, known: Set<string>): Set<string> {
  if (known.has(name)) return known;
  known.add(name);
  for (const file of importedBy(name)) withImports(file, known);
  return known;
}

test('what is loaded first is at most 90 KB compressed, and what a screen loads besides 40 KB', () => {
  const shell = readFileSync(join(CONSOLE, 'index.html'), 'utf8');
  const named = [...shell.matchAll(/assets\/([\w.-]+\.(?:js|css))/g)].map(([, name]) => name ?? '');
  const first = new Set(named);
  for (const name of named) if (name.endsWith('.js')) withImports(name, first);
  const bytes = [...first].reduce((sum, name) => sum + sizeOf(name), 0);
  expect(bytes).toBeLessThanOrEqual(LIMIT.first);
  const scripts = readdirSync(join(CONSOLE, 'assets')).filter((name) => name.endsWith('.js'));
  const lazy = scripts.map((name) => {
    const besides = [...withImports(name, new Set())].filter((file) => !first.has(file));
    return [name, besides.reduce((sum, file) => sum + sizeOf(file), 0)] as const;
  });
  expect(lazy.filter(([, size]) => size > LIMIT.lazy)).toEqual([]);
  expect(lazy.length).toBeGreaterThan(20);
});
