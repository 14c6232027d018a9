// Where nats-server comes from: the first of these that works.
//
//   1. NATS_SERVER_BIN            (said explicitly: it must work)
//   2. nats-server on the PATH    (if new enough)
//   3. the project's cache        $XDG_CACHE_HOME or ~/.cache, task-service/nats-server/<version>/nats-server
//   4. the official release       verified by checksum             } fetched into the cache; only where
//   5. the distribution's package verified by apt (Debian, Ubuntu) } `fetch` is asked for
//
// What is fetched is noted with its checksum, and looked at by that at every start (checksums.mjs). It is put together in a temporary folder of the cache, run once, and renamed into place: a cached
// binary is whole or not there, and any number of processes may fetch at once.
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { isVerified, noteChecksum, sha256Of } from './checksums.mjs';
import { fetchFromDistribution } from './distribution.mjs';
import { fetchRelease } from './release.mjs';
import { compareVersions, isNewEnough, LEAST_TEXT, versionOf } from './version.mjs';

const WAY_OUT =
  `Way out: install nats-server ${LEAST_TEXT} and have it on the PATH, or set NATS_SERVER_BIN to its ` +
  'path, or set NATS_URL to a server that runs elsewhere.';

const ABANDONED_AFTER_MS = 3_600_000;

/** No nats-server can be had; the message says what was tried, and the way out. */
export class NatsServerMissing extends Error {
  name = 'NatsServerMissing';
}

/** @type {import('./nats-server.mjs').findNatsServer} */
export async function findNatsServer({
  env = process.env,
  fetch = false,
  say = () => {},
  ways = [
    { name: 'the official release', fetchInto: fetchRelease },
    { name: "the distribution's package", fetchInto: fetchFromDistribution },
  ],
} = {}) {
  if (env.NATS_SERVER_BIN) return explicit(env.NATS_SERVER_BIN);
  const cache = cacheFolder(env);
  const found = (await onPath(env, say)) ?? (await inCache(cache, say));
  if (found !== null) return found;
  if (!fetch) {
    throw new NatsServerMissing(
      `no nats-server on the PATH or in ${cache}. ${WAY_OUT} \`npm start\` fetches one.`,
    );
  }
  const tried = [];
  for (const { name, fetchInto } of ways) {
    try {
      const fetched = await fetchWith(fetchInto, cache, env, say);
      say(`nats-server ${fetched.version} from ${name}, kept in ${fetched.binary}`);
      return fetched;
    } catch (error) {
      tried.push(`  ${name}: ${error.message}`);
      say(`nats-server is not to be had from ${name}: ${error.message}`);
    }
  }
  throw new NatsServerMissing(`no nats-server could be had:\n${tried.join('\n')}\n${WAY_OUT}`);
}

async function explicit(binary) {
  let version;
  try {
    version = await versionOf(binary);
  } catch (error) {
    throw new NatsServerMissing(`NATS_SERVER_BIN does not work: ${error.message}. ${WAY_OUT}`);
  }
  if (!isNewEnough(version)) {
    throw new NatsServerMissing(
      `NATS_SERVER_BIN is nats-server ${version}, too old: ${LEAST_TEXT} is needed. ${WAY_OUT}`,
    );
  }
  return { binary, version };
}

async function onPath(env, say) {
  for (const folder of (env.PATH ?? '').split(delimiter).filter((entry) => entry !== '')) {
    const binary = join(folder, 'nats-server');
    if (!isExecutable(binary)) continue;
    try {
      const version = await versionOf(binary);
      if (isNewEnough(version)) return { binary, version };
      say(`${binary} is nats-server ${version}, too old (${LEAST_TEXT} is needed): looking further`);
    } catch (error) {
      say(`${binary} does not work: ${error.message}: looking further`);
    }
  }
  return null;
}

/** The newest one that was verified and runs. Looked at anew at every start. */
async function inCache(cache, say) {
  const versions = existsSync(cache) ? readdirSync(cache).filter((name) => /^\d+\.\d+\.\d+$/.test(name)) : [];
  for (const version of versions.filter(isNewEnough).sort(compareVersions).reverse()) {
    const binary = join(cache, version, 'nats-server');
    if (!isExecutable(binary)) continue;
    if (!isVerified(binary)) {
      say(`${binary} is not what was verified when it was fetched, and is not run`);
      continue;
    }
    if ((await versionOf(binary).catch(() => null)) === version) return { binary, version };
  }
  return null;
}

async function fetchWith(fetchInto, cache, env, say) {
  const folder = join(cache, `.fetching-${process.pid}-${randomBytes(4).toString('hex')}`);
  mkdirSync(folder, { recursive: true });
  removeAbandoned(cache);
  try {
    const binary = await fetchInto(folder, { env, say });
    chmodSync(binary, 0o755);
    const version = await versionOf(binary);
    if (!isNewEnough(version)) throw new Error(`it is ${version}, too old (${LEAST_TEXT} is needed)`);
    const home = join(cache, version);
    const kept = join(home, 'nats-server');
    mkdirSync(home, { recursive: true });
    noteChecksum(kept, sha256Of(binary));
    renameSync(binary, kept);
    return { binary: kept, version };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Folders of fetches that were killed. */
function removeAbandoned(cache) {
  for (const name of readdirSync(cache).filter((entry) => entry.startsWith('.fetching-'))) {
    const folder = join(cache, name);
    const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > ABANDONED_AFTER_MS) rmSync(folder, { recursive: true, force: true });
  }
}

function cacheFolder(env) {
  const base = env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache');
  return join(base, 'task-service', 'nats-server');
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
