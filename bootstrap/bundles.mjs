// What a process or a thread of the service begins with, as few files: the compiler makes seven hundred modules, the
// packages are thousands, and to find, read and compile each by itself took three quarters of a start.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const BEGINNINGS = [
  'main.js',
  'cli/main.js',
  'app/threads/api-thread.js',
  'app/threads/projector-thread.js',
  'task-types/foreign/reading-thread.js',
];

/**
 * Puts a bundle in the place of each of these modules. What several of them need, or one only sometimes, is in
 * `bundles/`.
 * @param {{root: string, outDir: string}} options `outDir`: what the compiler made.
 */
export async function bundleBeginnings({ root, outDir }) {
  const entryPoints = BEGINNINGS.map((name) => join(outDir, name)).filter((path) => existsSync(path));
  const { build } = createRequire(join(root, 'package.json'))('esbuild');
  await build({
    entryPoints,
    outdir: outDir,
    outbase: outDir,
    allowOverwrite: true,
    bundle: true,
    splitting: true,
    chunkNames: 'bundles/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Packages in CommonJS ask for Node's own modules by it.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    sourcemap: true,
    logLevel: 'silent',
  });
}
