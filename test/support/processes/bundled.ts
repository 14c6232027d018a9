/** Programs of the tests, for processes of their own. */
import { mkdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { PROJECT_FOLDER } from '../../../src/kernel/project-folder.ts';

/** Within the project: what runs from there finds the project's files. */
const FOLDER = join(PROJECT_FOLDER, '.cache', 'test-programs');

const bundles = new Map<string, Promise<string>>();

/**
 * Path of a program in TypeScript made one file of JavaScript with all that it imports, for `node`. To compile and read
 * its modules one by one takes each process two seconds of processor time; this takes a third of one, once.
 */
export function bundled(program: string): Promise<string> {
  let bundle = bundles.get(program);
  if (bundle === undefined) {
    bundle = made(program);
    bundles.set(program, bundle);
  }
  return bundle;
}

async function made(program: string): Promise<string> {
  const outfile = join(FOLDER, `${basename(program, '.ts')}.mjs`);
  // Whole or not at all, whichever test process does the same.
  const unfinished = `${outfile}.${process.pid}`;
  await mkdir(FOLDER, { recursive: true });
  await build({
    entryPoints: [program],
    outfile: unfinished,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Packages in CommonJS ask for Node's own modules by it.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    sourcemap: 'inline',
    logLevel: 'silent',
  });
  await rename(unfinished, outfile);
  return outfile;
}
