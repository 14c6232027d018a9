import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const ROW = /^\|(?<promise>[^|]+)\| `(?<file>[^`]+)`: (?<title>[^|]+) \|$/;

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

test('every guarantee names a test that exists', () => {
  const rows = read('docs/guarantees.md')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| promise'));
  expect(rows.length).toBeGreaterThan(20);
  const wrong = rows.filter((row) => {
    const { file, title } = ROW.exec(row)?.groups ?? {};
    return file === undefined || title === undefined || !read(file).includes(title);
  });
  expect(wrong).toEqual([]);
});
