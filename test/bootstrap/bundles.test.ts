import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const DIST = join(import.meta.dirname, '..', '..', 'dist');

/** Files that a module of the build loads before it runs, itself among them; and what it names that is no file. */
function loadedBy(module: string): { readonly files: Set<string>; readonly packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (path: string) => {
    if (files.has(path)) return;
    files.add(path);
    for (const [, name = ''] of readFileSync(path, 'utf8').matchAll(
      /^(?:import|export|\}).*?"([^"\s]+)";$/gm,
    )) {
      if (name.startsWith('.')) visit(join(dirname(path), name));
      else packages.add(name);
    }
  };
  visit(join(DIST, module));
  return { files, packages };
}

test.each([
  'main.js',
  'cli/main.js',
  'app/threads/api-thread.js',
  'app/threads/projector-thread.js',
  'task-types/foreign/reading-thread.js',
])('%s begins with a few files, and looks for no package', (module) => {
  const { files, packages } = loadedBy(module);
  expect(files.size).toBeLessThan(40);
  const outside = [...packages].filter((name) => !name.startsWith('node:') && !isOfNode(name));
  expect(outside).toEqual([]);
});

function isOfNode(name: string): boolean {
  return process.getBuiltinModule(name) !== undefined;
}
