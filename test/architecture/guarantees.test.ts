import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testTitles } from '../../scripts/test-titles.mjs';

const ROOT = join(import.meta.dirname, '..', '..');
const NAMED = /^`(?<file>[^`]+)`: (?<title>.+)$/;

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** The rows of the document's tables whose last column is `test`. */
function rowsOf(document: string): string[][] {
  return read(document)
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.slice(2, -2).split(' | '))
    .filter((cells) => cells.at(-1) !== 'test');
}

const titles = new Map<string, readonly string[]>();

function titlesIn(file: string): readonly string[] {
  const known = titles.get(file) ?? testTitles(read(file));
  titles.set(file, known);
  return known;
}

/** Each names one test, or one group of tests, by a part of its title that no other of its file has. */
function namesTests(cell: string | undefined): boolean {
  return (cell ?? '').split('<br>').every((named) => {
    const { file, title } = NAMED.exec(named)?.groups ?? {};
    if (file === undefined || title === undefined) return false;
    return titlesIn(file).filter((each) => each.includes(title)).length === 1;
  });
}

test('every guarantee names a test that exists', () => {
  const rows = rowsOf('docs/guarantees.md');
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter((cells) => cells.length !== 2 || !namesTests(cells[1]))).toEqual([]);
});

test('every risk of the OWASP API Security Top 10 has what is done about it and tests that exist', () => {
  const rows = rowsOf('docs/security.md');
  expect(rows.map(([risk]) => risk?.split(' ')[0])).toEqual(
    Array.from({ length: 10 }, (_, index) => `API${index + 1}`),
  );
  expect(rows.filter((cells) => cells.length !== 3 || !namesTests(cells[2]))).toEqual([]);
});
