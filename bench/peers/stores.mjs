// The stores of the peers, each started anew on 127.0.0.1 with an empty folder, durable as its own settings have it.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chmodSync, chownSync, constants, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { until } from './measure.mjs';

const HERE = import.meta.dirname;
/** What the distribution's Redis needs to run without being installed. */
const REDIS_PACKAGES = [
  'redis-server',
  'redis-tools',
  'libjemalloc2',
  'liblzf1',
  'liblua5.1-0',
  'lua-cjson',
  'lua-bitop',
];

/** Redis, each write fsynced before it is answered; a high hz is what makes delayed jobs precise. */
export async function redis(folder) {
  const { binary, env } = redisServer();
  const port = await freePort();
  const settings = { port, bind: '127.0.0.1', dir: folder, save: '', hz: 500 };
  const durable = { appendonly: 'yes', appendfsync: 'always', 'maxmemory-policy': 'noeviction' };
  const given = Object.entries({ ...settings, ...durable }).flatMap(([name, value]) => [
    `--${name}`,
    `${value}`,
  ]);
  const process = started(binary, given, env);
  await until(() => connects(port));
  return { port, stop: process.stop };
}

/** PostgreSQL with its own settings, so with fsync and synchronous commits. */
export async function postgres(folder) {
  const bin = postgresFolder();
  const port = await freePort();
  const data = join(folder, 'pg');
  mkdirSync(data);
  // It refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    const id = (kind) => Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8' }));
    chownSync(data, id('-u'), id('-g'));
    chmodSync(folder, 0o755);
  }
  const run = (name, ...given) => {
    const [command, ...rest] = [
      ...(isRoot ? ['runuser', '-u', 'postgres', '--'] : []),
      join(bin, name),
      ...given,
    ];
    execFileSync(command, rest, { stdio: 'ignore', cwd: '/' });
  };
  run('initdb', '-D', data, '-A', 'trust', '-U', 'postgres');
  const listen = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200`;
  run('pg_ctl', '-D', data, '-w', '-o', listen, '-l', join(data, 'log'), 'start');
  const address = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres'];
  run('createdb', ...address, 'bench');
  return {
    url: `postgres://postgres@127.0.0.1:${port}/bench`,
    stop: async () => run('pg_ctl', '-D', data, '-m', 'fast', '-w', 'stop'),
  };
}

/** Restate, one node, as it comes: it fsyncs its log. */
export async function restate(folder) {
  const [ingress, admin, node] = [await freePort(), await freePort(), await freePort()];
  const binary = join(
    HERE,
    'node_modules',
    '@restatedev',
    `restate-server-${process.platform}-${process.arch}`,
  );
  const server = started(
    join(binary, 'bin', 'restate-server'),
    ['--node-name', 'bench', '--base-dir', folder],
    {
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
      RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}`,
      RESTATE_LOG_FILTER: 'warn',
      RESTATE_DISABLE_TELEMETRY: 'true',
    },
  );
  await until(async () => (await connects(ingress)) && (await fetch(`http://127.0.0.1:${admin}/health`)).ok);
  return { ingress, admin: `http://127.0.0.1:${admin}`, stop: server.stop };
}

function started(command, given, env) {
  const child = spawn(command, given, { stdio: 'ignore', env: { ...process.env, ...env } });
  const ended = once(child, 'exit');
  process.once('exit', () => child.kill('SIGKILL'));
  return {
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** That of REDIS_SERVER, on the PATH, or the distribution's own, unpacked into the cache. */
function redisServer() {
  const own = process.env.REDIS_SERVER ?? onPath('redis-server');
  if (own !== undefined) return { binary: own, env: {} };
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(cache, 'task-service', 'bench-redis');
  const binary = join(folder, 'usr', 'bin', 'redis-server');
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    execFileSync('apt-get', ['download', ...REDIS_PACKAGES], { cwd: folder, stdio: 'ignore' });
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.deb')))
      execFileSync('dpkg-deb', ['-x', name, '.'], { cwd: folder });
  }
  const libraries = readdirSync(join(folder, 'usr', 'lib')).map((name) => join(folder, 'usr', 'lib', name));
  return { binary, env: { LD_LIBRARY_PATH: libraries.join(delimiter) } };
}

/** The newest of those where distributions put them, else the PATH's. */
function postgresFolder() {
  const versions = '/usr/lib/postgresql';
  const found = existsSync(versions) ? readdirSync(versions).sort((a, b) => Number(b) - Number(a)) : [];
  for (const version of found)
    if (isThere(join(versions, version, 'bin', 'initdb'))) return join(versions, version, 'bin');
  const path = onPath('initdb');
  if (path === undefined)
    throw new Error('PostgreSQL is needed: its initdb is neither on the PATH nor in /usr/lib');
  return join(path, '..');
}

function onPath(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isThere);
}

function isThere(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function connects(port) {
  const { connect } = await import('node:net');
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } finally {
    socket.destroy();
  }
}
