// What compose.yaml starts, without containers: three nats-servers in a cluster and two instances of the service, all on
// loopback. `npm run cluster`; Ctrl-C stops everything, and a second start finds its data.
//
// CLUSTER_DIR (./data/cluster) holds stores and generated secrets; PORT (8211) is that of the first instance, the
// second has the next; 0: any free ones. Everything else in the environment goes to the instances as it is.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { nkeys } from '@nats-io/transport-node';
import { findNatsServer } from '../bootstrap/nats-server.mjs';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = resolve(process.env.CLUSTER_DIR || join(ROOT, 'data', 'cluster'));
const FIRST_PORT = Number(process.env.PORT || 8211);
const STOP_WITHIN_MS = 25_000;

/** @type {{name: string, child: import('node:child_process').ChildProcess, ended: Promise<void>}[]} */
const running = [];
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
    key: randomBytes(32).toString('base64'),
    jwt: randomBytes(32).toString('hex'),
    callout: Buffer.from(nkeys.createAccount().getSeed()).toString(),
    ...kept,
  };
  writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
  return made;
}

/**
 * That many free loopback ports; all are held until the last is known, so no two are the same.
 * @param {number} count
 * @returns {Promise<number[]>}
 */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((done, failed) => {
          const server = createServer();
          server.once('error', failed);
          server.listen(0, '127.0.0.1', () => done(server));
        }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

/**
 * @param {string} name
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
function launch(name, program, args, env) {
  // A group of its own: Ctrl-C comes to this process alone, which stops the parts in order.
  const child = spawn(program, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const ended = new Promise((done) => child.once('exit', () => done()));
  child.once('error', (error) => fail(`${name} cannot be started: ${error.message}`));
  child.once('exit', (code, signal) => {
    if (!stopping) fail(`${name} ended (${code ?? signal})`);
  });
  running.push({ name, child, ended });
  return child;
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
  const instances = running.filter(({ name }) => name.startsWith('task-service'));
  for (const group of [instances, running.filter((part) => !instances.includes(part))]) {
    for (const { child } of group) child.kill('SIGTERM');
    const late = setTimeout(() => {
      for (const { child } of group) child.kill('SIGKILL');
    }, STOP_WITHIN_MS);
    await Promise.all(group.map(({ child, ended }) => (child.pid === undefined ? null : ended)));
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
  const { nats, key, jwt, callout } = secrets();
  const { binary } = await findNatsServer({ fetch: true, say });
  const [n1, n2, n3, r1, r2, r3, m1, m2, m3] = await freePorts(9);
  const routes = [r1, r2, r3].map((port) => `nats://route:${nats}@127.0.0.1:${port}`).join(',');
  for (const [index, port] of [n1, n2, n3].entries()) {
    const name = `nats-${index + 1}`;
    const args = ['-c', join(ROOT, 'deploy', 'nats-cluster.conf'), '--routes', routes];
    const child = launch(name, binary, args, {
      ...process.env,
      TASK_NATS_NAME: name,
      TASK_NATS_LISTEN: `127.0.0.1:${port}`,
      TASK_NATS_CLUSTER_LISTEN: `127.0.0.1:${[r1, r2, r3][index]}`,
      TASK_NATS_STORE_DIR: join(FOLDER, name),
      TASK_NATS_MAX_FILE_STORE: '20GB',
      TASK_NATS_PASSWORD: nats,
      TASK_NATS_MQTT_LISTEN: `127.0.0.1:${[m1, m2, m3][index]}`,
      TASK_NATS_CALLOUT_ISSUER: nkeys.fromSeed(Buffer.from(callout)).getPublicKey(),
    });
    follow(child, join(FOLDER, `${name}.log`), () => {});
  }
  say(`devices connect to ${[m1, m2, m3].map((port) => `127.0.0.1:${port}`).join(', ')}`);
  const env = {
    ...process.env,
    NATS_URL: [n1, n2, n3].map((port) => `nats://127.0.0.1:${port}`).join(','),
    NATS_USER: 'task-service',
    NATS_PASSWORD: nats,
    REPLICAS: '3',
    SECRETS_KEY: key,
    AUTH_JWT_SECRET: jwt,
    NATS_CALLOUT_SEED: callout,
    LOG_FORMAT: 'json',
  };
  for (const index of [0, 1]) {
    if (stopping) return;
    const name = `task-service-${index + 1}`;
    const port = FIRST_PORT === 0 ? 0 : FIRST_PORT + index;
    const child = launch(
      name,
      process.execPath,
      ['--max-semi-space-size=64', join(ROOT, 'dist', 'main.js')],
      {
        ...env,
        PORT: String(port),
        DATA_DIR: join(FOLDER, name),
      },
    );
    await new Promise((ready) => {
      child.once('exit', ready);
      follow(child, join(FOLDER, `${name}.log`), (line) => {
        if (!line.includes('"msg":"ready"')) return;
        say(`${name} is ready at ${JSON.parse(line).url}`);
        ready(null);
      });
    });
  }
  if (!stopping) say(`logs and data are in ${FOLDER}; Ctrl-C stops all`);
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void stop());
await main().catch((error) => fail(error.message));
