// A cluster of three nats-servers on loopback: what each of them is started with. deploy/cluster.mjs runs them for
// people, test/support/nats/nats-cluster.ts for tests; both with deploy/nats-cluster.conf, as compose.yaml does.
import { createServer } from 'node:net';
import { join } from 'node:path';

const CONF = join(import.meta.dirname, 'nats-cluster.conf');
const NODES = 3;
const GB_A_NODE = 20;
/** Below the ports that systems give outgoing connections: a server that is down for a while finds its own free. */
const PORTS = { from: 20_000, to: 32_000 };

/**
 * That many free loopback ports, of `range.from` or more and below `range.to`; all are held until the last is known, so
 * no two are the same.
 * @param {number} count
 * @param {{from: number, to: number}} range
 * @returns {Promise<number[]>}
 */
export async function freePorts(count, range = PORTS) {
  const servers = [];
  while (servers.length < count) {
    const port = range.from + Math.floor(Math.random() * (range.to - range.from));
    const server = await listening(port);
    if (server !== null) servers.push(server);
  }
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

/** @param {number} port */
function listening(port) {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(null));
    server.listen(port, '127.0.0.1', () => done(server));
  });
}

/**
 * Arguments and environment of nats-server for each node. `url` has no credentials (user `task-service`), `monitor` is
 * the address of its monitoring over HTTP, `devices` is where devices connect by MQTT.
 * @param {{folder: string, password: string, routesPassword: string, calloutIssuer: string, range?: {from: number, to: number}}} options stores
 *   are put into `<folder>/nats-1` and so on; `calloutIssuer` is the public key of who signs which devices are let in;
 *   `range` is as that of `freePorts`
 */
export async function natsNodes({ folder, password, routesPassword, calloutIssuer, range }) {
  const [clients, routes, monitors, devices] = portions(await freePorts(4 * NODES, range));
  const routeUrls = routes.map((port) => `nats://route:${routesPassword}@127.0.0.1:${port}`);
  return clients.map((port, index) => {
    const name = `nats-${index + 1}`;
    return {
      name,
      url: `nats://127.0.0.1:${port}`,
      monitor: `http://127.0.0.1:${monitors[index]}`,
      devices: `127.0.0.1:${devices[index]}`,
      args: ['-c', CONF, '--http_port', `${monitors[index]}`],
      env: {
        TASK_NATS_NAME: name,
        TASK_NATS_LISTEN: `127.0.0.1:${port}`,
        TASK_NATS_CLUSTER_LISTEN: `127.0.0.1:${routes[index]}`,
        TASK_NATS_STORE_DIR: join(folder, name),
        TASK_NATS_MAX_FILE_STORE: `${GB_A_NODE}GB`,
        TASK_NATS_ACCOUNT_FILE_STORE: `${GB_A_NODE * NODES}GB`,
        TASK_NATS_PASSWORD: password,
        TASK_NATS_ROUTES_PASSWORD: routesPassword,
        TASK_NATS_ROUTES: JSON.stringify(routeUrls),
        TASK_NATS_MQTT_LISTEN: `127.0.0.1:${devices[index]}`,
        TASK_NATS_CALLOUT_ISSUER: calloutIssuer,
      },
    };
  });
}

/**
 * One port for each node at a time.
 * @param {readonly number[]} ports
 */
function portions(ports) {
  return Array.from({ length: ports.length / NODES }, (_, n) => ports.slice(n * NODES, (n + 1) * NODES));
}
