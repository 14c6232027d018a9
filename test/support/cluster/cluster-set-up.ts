/**
 * Before and after `npm run test:cluster`: starts deploy/cluster.mjs, what its instances call, and a balancer before
 * both; in the end the views are held against the log, and everything is stopped. Logs and data go with it, unless
 * CLUSTER_DIR says where to keep them.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { FREE_TERMS } from '../../../harness/free-terms.ts';
import { testPorts } from '../nats/ports.ts';
import { DOOR_SECRET } from '../processes/whole-platform.ts';
import { forward, serve } from './forward.ts';
import { startPlatformFronts } from './platform-fronts.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const INSTANCES = 2;

export default async function setUp(): Promise<() => Promise<void>> {
  const kept = process.env.CLUSTER_DIR;
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'task-service-test-'));
  const [balancer = 0, weather = 0, feeds = 0] = await testPorts(3);
  const url = `http://127.0.0.1:${balancer}`;
  const fronts = await startPlatformFronts();
  const script = spawn(process.execPath, [join(ROOT, 'deploy', 'cluster.mjs')], {
    env: {
      ...process.env,
      CLUSTER_DIR: folder,
      PORT: '0',
      PUBLIC_URL: url,
      // What tests give to a service of their own.
      EGRESS_ALLOW: '127.0.0.1',
      USER_CONCURRENCY: '2',
      TASK_TYPE_TERMS: FREE_TERMS,
      WEATHER_API_URLS: ['forecast', 'geocoding']
        .map((name) => `${name}=http://127.0.0.1:${weather}`)
        .join(','),
      NEWS_FEEDS: `paper[world]=http://127.0.0.1:${feeds}/paper`,
      INTERNAL_SERVICE_SECRET: DOOR_SECRET,
      ...fronts.env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const instances = await readyInstances(script);
  const closeBalancer = await startBalancer(balancer, instances);
  process.env.TEST_CLUSTER = folder;
  process.env.TEST_CLUSTER_URL = url;
  process.env.TEST_WEATHER_PORT = String(weather);
  process.env.TEST_FEEDS_PORT = String(feeds);
  process.env.TEST_PLATFORM_PORTS = JSON.stringify(fronts.ports);
  return async () => {
    const ended = new Promise<number | null>((resolve) => script.once('exit', resolve));
    const verdict = verified(folder).then((text) => console.info(text));
    await Promise.allSettled([verdict]);
    await closeBalancer();
    script.kill('SIGTERM');
    const code = await ended;
    await fronts.stop();
    if (kept === undefined) rmSync(folder, { recursive: true, force: true });
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
function startBalancer(port: number, instances: readonly string[]): Promise<() => Promise<void>> {
  let turn = 0;
  return serve(port, (incoming, response) => {
    const instance = instances[turn++ % instances.length] ?? '';
    forward(instance, incoming, response, () => response.writeHead(502).end());
  });
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
