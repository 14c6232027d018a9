// What compose.yaml starts, without containers: three nats-servers in a cluster and two instances of the service, all on
// loopback. `npm run cluster`; Ctrl-C stops everything, and a second start finds its data. As under compose, a part that
// dies is started again: kill one and see.
//
// CLUSTER_DIR (./data/cluster) holds stores, logs and generated secrets, and cluster.json: where the parts are and which
// process each instance is. PORT (8211) is that of the first instance, the second has the next; 0: any free ones.
// Everything else in the environment goes to the instances as it is.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { nkeys } from '@nats-io/transport-node';
import { findNatsServer } from '../bootstrap/nats-server/nats-server.mjs';
import { natsNodes } from './nats-nodes.mjs';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = resolve(process.env.CLUSTER_DIR || join(ROOT, 'data', 'cluster'));
const FIRST_PORT = Number(process.env.PORT || 8211);
const STOP_WITHIN_MS = 25_000;
const RESTART_AFTER_MS = 500;
/** Of the log of a part that cannot be started. */
const SHOWN_LINES = 20;

/**
 * @typedef {object} Part a process that is to run
 * @property {string} name
 * @property {string} program
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} env
 * @property {RegExp} readyLine what it logs when it is ready
 * @property {string} url of an instance at port 0: '' until it is ready
 * @property {string} [devices] `127.0.0.1:port` of a server, where devices connect by MQTT
 * @property {number | null} pid null while it does not run
 * @property {number | null} exitCode of its last process; null where a signal ended it, or none has ended
 * @property {boolean} [wasReady] at least once
 * @property {import('node:child_process').ChildProcess} [child]
 * @property {Promise<void>} [ended]
 */

/** @type {Part[]} */
const parts = [];
let stopping = false;

/** @param {string} line */
function say(line) {
  process.stdout.write(`cluster: ${line}\n`);
}

/** Kept over restarts: other secrets could not read what is stored. */
function secrets() {
  const file = join(FOLDER, 'secrets.json');
  const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const made = {
    nats: `p${randomBytes(24).toString('hex')}`,
    routes: `p${randomBytes(24).toString('hex')}`,
    key: randomBytes(32).toString('base64'),
    jwt: randomBytes(32).toString('hex'),
    callout: Buffer.from(nkeys.createAccount().getSeed()).toString(),
    ...kept,
  };
  writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
  return made;
}

/**
 * Starts the part; resolves when it is ready. One that ends before it ever was is a fault of the set-up, one that ends
 * later is started again.
 * @param {Part} part
 */
async function run(part) {
  const { name, program, args, env, readyLine } = part;
  // A group of its own: Ctrl-C comes to this process alone, which stops the parts in order.
  const child = spawn(program, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  part.child = child;
  part.pid = child.pid ?? null;
  part.ended = new Promise((done) => child.once('exit', () => done()));
  child.once('error', (error) => fail(`${name} cannot be started: ${error.message}`));
  let isReady = false;
  /** @type {string[]} */
  const last = [];
  child.once('exit', (code, signal) => {
    part.pid = null;
    part.exitCode = code;
    if (stopping) return;
    if (!part.wasReady) return fail(`${name} ended (${code ?? signal}):\n${last.join('\n')}`);
    writeState();
    say(`${name} ended (${code ?? signal}); it is started again`);
    setTimeout(() => !stopping && run(part), RESTART_AFTER_MS);
  });
  await new Promise((ready) => {
    child.once('exit', ready);
    follow(child, join(FOLDER, `${name}.log`), (line) => {
      if (last.push(line) > SHOWN_LINES) last.shift();
      if (isReady || !readyLine.test(line)) return;
      isReady = true;
      part.wasReady = true;
      if (part.url === '') keepUrl(part, line);
      ready(null);
    });
  });
  writeState();
}

/**
 * An instance that was to take any free port keeps the one it took when it is started again.
 * @param {Part} part
 * @param {string} line
 */
function keepUrl(part, line) {
  part.url = JSON.parse(line).url;
  part.env.PORT = new URL(part.url).port;
}

/** For others who want to know: where the servers and the instances are, and which processes these are. */
function writeState() {
  const servers = parts.filter((part) => !isInstance(part));
  const state = {
    servers: servers.map(({ url }) => url),
    devices: servers.map(({ devices }) => devices),
    instances: parts.filter(isInstance).map(({ name, url, pid, exitCode }) => ({ name, url, pid, exitCode })),
  };
  const file = join(FOLDER, 'cluster.json');
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}

/** @param {Part} part */
function isInstance({ name }) {
  return name.startsWith('task-service');
}

/** @param {string} why */
async function fail(why) {
  say(why);
  process.exitCode = 1;
  await stop();
}

/** The instances first, then the servers: nothing is left behind. */
async function stop() {
  if (stopping) return;
  stopping = true;
  for (const group of [parts.filter(isInstance), parts.filter((part) => !isInstance(part))]) {
    for (const { child } of group) child?.kill('SIGTERM');
    const late = setTimeout(() => {
      for (const { child } of group) child?.kill('SIGKILL');
    }, STOP_WITHIN_MS);
    await Promise.all(group.map(({ pid, ended }) => (pid === null ? null : ended)));
    clearTimeout(late);
  }
  say('stopped');
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} file
 * @param {(line: string) => void} onLine
 */
function follow(child, file, onLine) {
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      writeFileSync(file, `${line}\n`, { flag: 'a' });
      onLine(line);
    });
  }
}

async function main() {
  mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
  const { nats, routes, key, jwt, callout } = secrets();
  const { binary } = await findNatsServer({ fetch: true, say });
  const none = { pid: null, exitCode: null };
  const calloutIssuer = nkeys.fromSeed(Buffer.from(callout)).getPublicKey();
  const servers = { folder: FOLDER, password: nats, routesPassword: routes, calloutIssuer };
  for (const node of await natsNodes(servers)) {
    const { name, url, devices, args } = node;
    const env = { ...process.env, ...node.env };
    parts.push({ name, url, devices, program: binary, args, env, readyLine: /Server is ready/, ...none });
  }
  await Promise.all(parts.map(run));
  say(`devices connect to ${parts.map(({ devices }) => devices).join(', ')}`);
  const env = {
    ...process.env,
    NATS_URL: parts.map(({ url }) => url).join(','),
    NATS_USER: 'task-service',
    NATS_PASSWORD: nats,
    REPLICAS: '3',
    SECRETS_KEY: key,
    AUTH_JWT_SECRET: jwt,
    NATS_CALLOUT_SEED: callout,
    LOG_FORMAT: 'json',
  };
  const ports = FIRST_PORT === 0 ? [0, 0] : [FIRST_PORT, FIRST_PORT + 1];
  const instances = ports.map((port, index) => {
    const name = `task-service-${index + 1}`;
    return {
      name,
      url: port === 0 ? '' : `http://127.0.0.1:${port}`,
      program: process.execPath,
      args: ['--min-semi-space-size=64', '--max-semi-space-size=64', join(ROOT, 'dist', 'main.js')],
      env: { ...env, PORT: String(port), DATA_DIR: join(FOLDER, name) },
      readyLine: /"msg":"ready"/,
      ...none,
    };
  });
  if (stopping) return;
  parts.push(...instances);
  await Promise.all(instances.map(run));
  if (stopping) return;
  for (const { name, url } of instances) say(`${name} is ready at ${url}`);
  say(`logs and data are in ${FOLDER}; Ctrl-C stops all`);
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void stop());
await main().catch((error) => fail(error.message));
