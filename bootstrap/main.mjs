// What `npm start`, `npm test` and the other scripts need before they run: dependencies, the build, nats-server.
// Plain Node, no dependency: this runs on a fresh clone. Each step says one line if it has something to do and
// costs next to nothing if not. Lines go to stderr, so that the output of a script can be piped.

import { join } from 'node:path';
import { isNodeSupported } from './node-version.mjs';

/** Which steps a script needs, in order. */
const STEPS_OF = {
  start: ['dependencies', 'build', 'nats-server-if-embedded'],
  dev: ['dependencies', 'nats-server-if-embedded'],
  test: ['dependencies', 'build', 'nats-server'],
  bench: ['dependencies', 'build', 'nats-server'],
  check: ['dependencies'],
  cluster: ['dependencies', 'build', 'nats-server'],
  command: ['dependencies', 'build'],
  build: ['dependencies', 'build'],
};

const ROOT = join(import.meta.dirname, '..');

/** @param {string} line */
function say(line) {
  process.stderr.write(`set-up: ${line}\n`);
}

async function main() {
  if (!isNodeSupported(process.versions.node)) {
    throw new Error(
      `Node ${process.versions.node} is too old. Way out: install Node 20.19 or later, 22.12 or later, or 24, then try again.`,
    );
  }
  const steps = STEPS_OF[process.argv[2]];
  if (steps === undefined)
    throw new Error(`usage: node bootstrap/main.mjs ${Object.keys(STEPS_OF).join('|')}`);
  // Loaded only now: an old Node could not even read them.
  const { areInstalled, ensureDependencies, removeDevelopment } = await import('./dependencies.mjs');
  const { ensureBuild, isBuilt } = await import('./build.mjs');
  const { findNatsServer } = await import('./nats-server/nats-server.mjs');
  // What runs for others has no compiler and no test tools beside it: they are installed for the build only, if there has
  // to be one. A checkout that somebody develops in keeps its own.
  const production = process.argv[2] === 'start' && process.env.NODE_ENV === 'production';
  const forBuildOnly = production && !isBuilt(ROOT) && !areInstalled(ROOT);
  for (const step of steps) {
    if (step === 'dependencies') await ensureDependencies({ say, production: production && isBuilt(ROOT) });
    else if (step === 'build') {
      await ensureBuild({ say });
      if (forBuildOnly) await removeDevelopment({ say });
    } else if (step === 'nats-server' || !process.env.NATS_URL) await findNatsServer({ fetch: true, say });
  }
}

main().catch((error) => {
  say(error.message);
  process.exitCode = 1;
});
