// dist/ from src/ by the TypeScript compiler, then bundled by esbuild, as is dist/console, when what it is made from has
// changed: a hash of that is kept in dist. The new build replaces the old as a whole.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleBeginnings } from './bundles.mjs';
import { buildConsole } from './console.mjs';
import { withLock } from './lock.mjs';
import { run } from './run.mjs';

const ROOT = join(import.meta.dirname, '..');
const STAMP = '.built-from';

/** @param {{root?: string, say: (line: string) => void}} options */
export async function ensureBuild({ root = ROOT, say }) {
  if (isBuilt(root)) return;
  await withLock(join(root, '.cache', 'set-up.lock'), say, async () => {
    if (isBuilt(root)) return;
    say('building dist/');
    const source = sourceHash(root);
    const fresh = join(root, `dist.new-${process.pid}`);
    const old = join(root, `dist.old-${process.pid}`);
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    try {
      const [{ code, output }] = await Promise.all([
        run(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', fresh], { cwd: root }),
        buildConsole({ root, outDir: join(fresh, 'console') }),
      ]);
      if (code !== 0) throw new Error(`the build failed:\n${output.trimEnd()}`);
      await bundleBeginnings({ root, outDir: fresh });
      writeFileSync(join(fresh, STAMP), source);
      moveIfThere(join(root, 'dist'), old);
      renameSync(fresh, join(root, 'dist'));
    } finally {
      rmSync(fresh, { recursive: true, force: true });
      rmSync(old, { recursive: true, force: true });
    }
  });
}

/**
 * @param {string} root
 * @returns {boolean} whether dist/ is what src/ and bootstrap/ make now
 */
export function isBuilt(root) {
  try {
    return readFileSync(join(root, 'dist', STAMP), 'utf8') === sourceHash(root);
  } catch {
    return false;
  }
}

function sourceHash(root) {
  // How it is made counts as well.
  const sources = ['src', 'bootstrap']
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash('sha256');
  for (const file of [
    ...sources,
    ...['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map((name) => join(root, name)),
  ]) {
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function moveIfThere(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
