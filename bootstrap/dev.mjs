// `npm run dev`: what `npm start` runs, built and started again whenever something in src/ changes. While a build
// fails, the service that runs goes on.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureBuild, isBuilt } from './build.mjs';

const ROOT = join(import.meta.dirname, '..');
/** Editors save in several steps. */
const SETTLE_MS = 100;

const say = (line) => process.stderr.write(`dev: ${line}\n`);
const changes = { seen: 0 };
watch(join(ROOT, 'src'), { recursive: true }, () => {
  changes.seen++;
});

let service = null;
let ending = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    ending = true;
    service?.kill('SIGTERM');
  });
}

while (!ending) {
  await buildIfItCanBe();
  if (!ending && isBuilt(ROOT)) await restart();
  await nextChange();
}
await ended(service);
process.exit();

async function buildIfItCanBe() {
  try {
    await ensureBuild({ root: ROOT, say });
  } catch (error) {
    say(error.message);
  }
}

async function restart() {
  const former = service;
  service = null;
  former?.kill('SIGTERM');
  await ended(former);
  if (ending) return;
  const child = spawn(process.execPath, [join(ROOT, 'dist', 'main.js'), ...process.argv.slice(2)], {
    cwd: ROOT,
    env: { LOG_FORMAT: 'readable', ...process.env },
    stdio: 'inherit',
  });
  child.once('exit', (code, signal) => {
    if (child === service && !ending)
      say(`the service ended (${code ?? signal}); the next change starts it again`);
  });
  service = child;
}

/** Resolves when sources have changed and settled, and are not what was built; or when dev ends. */
async function nextChange() {
  let seen = changes.seen;
  while (!ending) {
    await delay(SETTLE_MS);
    if (changes.seen === seen) continue;
    do {
      seen = changes.seen;
      await delay(SETTLE_MS);
    } while (changes.seen !== seen);
    if (!isBuilt(ROOT)) return;
  }
}

async function ended(child) {
  if (child !== null && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
