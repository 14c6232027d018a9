// Dependencies as the lockfile has them. npm leaves a list of what it has installed in
// node_modules/.package-lock.json, written last: where that agrees with package-lock.json, nothing is to do.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { withLock } from './lock.mjs';
import { run } from './run.mjs';

const ROOT = join(import.meta.dirname, '..');

/** @type {import('./dependencies.mjs').ensureDependencies} */
export async function ensureDependencies({ root = ROOT, say, production = false }) {
  if (areInstalled(root, production)) return;
  await withLock(join(root, '.cache', 'set-up.lock'), say, async () => {
    if (areInstalled(root, production)) return;
    say('installing the dependencies of package-lock.json (npm ci)');
    const [program, ...args] = npm();
    // Build and tests need the development ones too, whatever NODE_ENV says.
    const { code, output } = await run(
      program,
      [
        ...args,
        'ci',
        production ? '--omit=dev' : '--include=dev',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
      ],
      { cwd: root },
    );
    if (code !== 0 || !areInstalled(root, production)) {
      throw new Error(
        `npm ci failed (exit ${code}):\n${output.trimEnd()}\n` +
          'Way out: see that npm reaches its registry (npm ping), then try again.',
      );
    }
  });
}

/** @type {import('./dependencies.mjs').removeDevelopment} */
export async function removeDevelopment({ root = ROOT, say }) {
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json')) ?? {};
  if (!Object.values(installed).some(({ dev }) => dev)) return;
  await withLock(join(root, '.cache', 'set-up.lock'), say, async () => {
    say('removing what only the build needed (npm prune)');
    const [program, ...args] = npm();
    const { code, output } = await run(
      program,
      [...args, 'prune', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'],
      { cwd: root },
    );
    if (code !== 0) throw new Error(`npm prune failed (exit ${code}):\n${output.trimEnd()}`);
  });
}

/** @type {import('./dependencies.mjs').areInstalled} */
export function areInstalled(root, production = false) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === null)
    throw new Error('package-lock.json is missing. Way out: restore it (git checkout package-lock.json).');
  if (installed === null) return false;
  return Object.entries(wanted).every(
    ([path, { version, integrity, optional, dev, devOptional, peer, link, resolved }]) => {
      // A folder that is linked says itself what it is for.
      if (production && (dev || (link && wanted[resolved]?.dev))) return true;
      const there = installed[path];
      // Packages for other platforms are in the lockfile and not in the folder.
      if (there === undefined) return path === '' || optional || devOptional || peer;
      return there.version === version && there.integrity === integrity;
    },
  );
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return null;
  }
}

/** The npm that runs this script, else the one on the PATH. */
function npm() {
  const cli = process.env.npm_execpath;
  return cli !== undefined && basename(cli) === 'npm-cli.js' ? [process.execPath, cli] : ['npm'];
}
