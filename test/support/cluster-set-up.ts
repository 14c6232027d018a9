/**
 * Before and after `npm run test:cluster`: starts deploy/cluster.mjs and a balancer before both instances; in the end
 * the views are held against the log, and everything is stopped.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { freePorts } from '../../deploy/nats-nodes.mjs';

const ROOT = join(import.meta.dirname, '..', '..');
const INSTANCES = 2;

export default async function setUp(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'task-service-test-'));
  const [balancer = 0, weather = 0, feeds = 0] = await freePorts(3);
  const url = `http://127.0.0.1:${balancer}`;
  const script = spawn(process.execPath, [join(ROOT, 'deploy', 'cluster.mjs')], {
    env: {
      ...process.env,
      CLUSTER_DIR: folder,
      PORT: '0',
      PUBLIC_URL: url,
      // What tests give to a service of their own.
      EGRESS_ALLOW: '127.0.0.1',
      USER_CONCURRENCY: '2',
      WEATHER_API_URL: `http://127.0.0.1:${weather}`,
      GEOCODING_API_URL: `http://127.0.0.1:${weather}`,
      NEWS_FEEDS: `paper[world]=http://127.0.0.1:${feeds}/paper`,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const instances = await readyInstances(script);
  const closeBalancer = await startBalancer(balancer, instances);
  process.env.TEST_CLUSTER = folder;
  process.env.TEST_CLUSTER_URL = url;
  process.env.TEST_WEATHER_PORT = String(weather);
  process.env.TEST_FEEDS_PORT = String(feeds);
  return async () => {
    const ended = new Promise<number | null>((resolve) => script.once('exit', resolve));
    const verdict = verified(folder).then((text) => console.info(text));
    await Promise.allSettled([verdict]);
    await closeBalancer();
    script.kill('SIGTERM');
    const code = await ended;
    rmSync(folder, { recursive: true, force: true });
    await verdict;
    if (code !== 0) throw new Error(`deploy/cluster.mjs ended with ${code}`);
  };
}

/** The addresses of both instances, once they are ready; what the script says goes on to be shown. */
function readyInstances(script: ChildProcess): Promise<readonly string[]> {
  const urls: string[] = [];
  return new Promise((resolve, reject) => {
    script.once('exit', (code) => reject(new Error(`deploy/cluster.mjs ended with ${code}`)));
    createInterface({ input: script.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      console.info(line);
      const [, url] = / is ready at (\S+)$/.exec(line) ?? [];
      if (url !== undefined && urls.push(url) === INSTANCES) resolve(urls);
    });
  });
}

/** Sends request after request to the instances in turn; answers how to stop. */
async function startBalancer(port: number, instances: readonly string[]): Promise<() => Promise<void>> {
  let turn = 0;
  const server = createServer((incoming, response) => {
    forward(instances[turn++ % instances.length] ?? '', incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}

function forward(instance: string, incoming: IncomingMessage, response: ServerResponse): void {
  const { method, headers } = incoming;
  const onward = request(`${instance}${incoming.url}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.once('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
  response.once('close', () => onward.destroy());
  incoming.pipe(onward);
}

/** What `task-service verify` says. Throws where a view differs. */
async function verified(folder: string): Promise<string> {
  const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const { nats, key } = read('secrets.json');
  const { servers } = read('cluster.json') as { servers: readonly string[] };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(ROOT, 'dist', 'cli', 'main.js'), 'verify'],
    {
      env: {
        ...process.env,
        NATS_URL: servers.join(','),
        NATS_USER: 'task-service',
        NATS_PASSWORD: nats,
        SECRETS_KEY: key,
        AUTH_JWT_SECRET: 'not needed to verify',
      },
    },
  );
  return stdout.trim();
}
