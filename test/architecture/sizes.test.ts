/** Code that is easy to look through: a file is read in one sitting, a folder is seen at once. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const MOST_LINES = 350;
const MOST_FILES = 15;

/** Longer files, each with the reason. */
const LONG_FILES: Readonly<Record<string, string>> = {
  'src/console/api/schema.d.ts': 'generated from the OpenAPI document',
};
/** Fuller folders, each with the reason. */
const FULL_FOLDERS: Readonly<Record<string, string>> = {
  'test/jetstream/samples': 'data: one file for each version of each stored event',
  'test/system': 'one file for each start of the built service with other settings',
};

const FOLDERS = ['src', 'bootstrap', 'bench', 'harness', 'scripts', 'test'];

function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

test('no TypeScript of src is longer than 350 lines, but those that are listed with the reason', () => {
  const long = filesOf('src').filter(
    (file) =>
      /\.tsx?$/.test(file) &&
      !(file in LONG_FILES) &&
      readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1 > MOST_LINES,
  );
  expect(long).toEqual([]);
});

test('no folder of code holds more than fifteen files, but those that are listed with the reason', () => {
  const counts = new Map<string, number>();
  for (const file of FOLDERS.flatMap(filesOf)) {
    const folder = file.slice(0, file.lastIndexOf('/'));
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  expect(counts.size).toBeGreaterThan(100);
  expect([...counts].filter(([folder, count]) => count > MOST_FILES && !(folder in FULL_FOLDERS))).toEqual(
    [],
  );
});

test('the journeys of docs/architecture.md pass at most 20, 15 and 12 files', () => {
  const document = readFileSync(join(ROOT, 'docs', 'architecture.md'), 'utf8');
  const passed = document
    .split('\n## ')
    .filter((section) => section.startsWith('Journey '))
    .map((section) => section.split('\nBeside the way:')[0] ?? '')
    .map((way) => new Set([...way.matchAll(/\(\.\.\/(src\/[^)#]+\.ts)\)/g)].map(([, file]) => file)).size);
  expect(passed).toHaveLength(3);
  for (const [index, most] of [20, 15, 12].entries()) expect(passed[index]).toBeLessThanOrEqual(most);
});
