/** Tests and bench share what is in harness/, and nothing else; what supports tests stays easy to look through. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');

/** Imports, as `file -> imported file`, of the sources in a folder that lead into one of the rooms. */
function importsInto(folder: string, rooms: readonly string[]): string[] {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => /\.(ts|mjs)$/.test(name))
    .flatMap((name) => {
      const file = join(ROOT, folder, name);
      const found = readFileSync(file, 'utf8').matchAll(/(?:from|import\(|import) ?'(\.[^']+)'/g);
      return [...found].map(([, to = '']) => [relative(ROOT, file), relative(ROOT, join(dirname(file), to))]);
    })
    .filter(([, to = '']) => rooms.some((room) => to.startsWith(`${room}/`)))
    .map(([from, to]) => `${from} -> ${to}`);
}

test('the bench knows no test, no test knows the bench, and what they share knows neither', () => {
  expect(importsInto('bench', ['test'])).toEqual([]);
  expect(importsInto('test', ['bench'])).toEqual([]);
  expect(importsInto('harness', ['test', 'bench'])).toEqual([]);
  expect(importsInto('bench', ['harness'])).not.toEqual([]);
  expect(importsInto('test', ['harness'])).not.toEqual([]);
});
