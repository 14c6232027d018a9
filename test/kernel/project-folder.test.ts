import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_FOLDER, threadFile } from '../../src/kernel/project-folder.ts';

test('the folder of the project is the one with its package.json', () => {
  expect(PROJECT_FOLDER).toBe(join(import.meta.dirname, '..', '..'));
});

test('a thread begins with a source where the sources run', () => {
  const file = threadFile('app/threads/projector-thread');
  expect(file.href).toMatch(/\/src\/app\/threads\/projector-thread\.ts$/);
  expect(existsSync(file)).toBe(true);
});
