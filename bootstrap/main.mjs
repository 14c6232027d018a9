// What `npm start`, `npm test` and the other scripts need before they run: dependencies, the build, nats-server.
// Plain Node, no dependency: this runs on a fresh clone. Each step says one line if it has something to do and
// costs next to nothing if not. Lines go to stderr, so that the output of a script can be piped.

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
  const { ensureDependencies } = await import('./dependencies.mjs');
  const { ensureBuild } = await import('./build.mjs');
  const { findNatsServer } = await import('./nats-server.mjs');
  for (const step of steps) {
    if (step === 'dependencies') await ensureDependencies({ say });
    else if (step === 'build') await ensureBuild({ say });
    else if (step === 'nats-server' || !process.env.NATS_URL) await findNatsServer({ fetch: true, say });
  }
}

main().catch((error) => {
  say(error.message);
  process.exitCode = 1;
});
