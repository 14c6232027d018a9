/**
 * A set-up of three nats-servers and two instances that is running already (deploy/cluster.mjs), which system tests use
 * in place of servers and services of their own: `npm run test:cluster`, see docs/operations.md. Everything is asked of
 * both instances in turn, through a balancer. What a test kills the set-up starts again.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogLine, ServiceProcess } from '../../../harness/service-process.ts';
import type { TestNatsServer } from '../nats/nats-server.ts';
import type { PlatformPorts } from './platform-fronts.ts';

export interface OutsideCluster {
  /** Of both instances, in turn. */
  readonly url: string;
  readonly instances: number;
  readonly jwtSecret: string;
  readonly secretsKey: string;
  readonly natsServer: TestNatsServer;
  /** Where the instances look for the weather and for feeds. */
  readonly weatherPort: number;
  readonly feedsPort: number;
  /** Behind what the instances take for the services of the platform. */
  readonly platformPorts: PlatformPorts;
  /** Where devices connect. */
  readonly mqttPort: number;
  /** As soon as both instances are ready. */
  service(): Promise<ServiceProcess>;
}

interface Instance {
  readonly name: string;
  readonly url: string;
  readonly pid: number | null;
  readonly exitCode: number | null;
}
interface State {
  readonly servers: readonly string[];
  readonly devices: readonly string[];
  readonly instances: readonly Instance[];
}

const POLL_MS = 50;

/** Null where tests start their own, as `npm test` does. */
export const outsideCluster = fromEnvironment();

function fromEnvironment(): OutsideCluster | null {
  const { TEST_CLUSTER: folder, TEST_CLUSTER_URL: url } = process.env;
  if (folder === undefined || url === undefined) return null;
  const secrets = JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8'));
  const state = () => JSON.parse(readFileSync(join(folder, 'cluster.json'), 'utf8')) as State;
  return {
    url,
    instances: state().instances.length,
    jwtSecret: secrets.jwt,
    secretsKey: secrets.key,
    natsServer: sharedServer(state().servers, secrets.nats),
    weatherPort: Number(process.env.TEST_WEATHER_PORT),
    feedsPort: Number(process.env.TEST_FEEDS_PORT),
    platformPorts: JSON.parse(process.env.TEST_PLATFORM_PORTS ?? '{}'),
    mqttPort: Number(state().devices[0]?.split(':').at(-1)),
    service: async () => {
      await ready(state().instances);
      return sharedService(url, folder, () => state().instances);
    },
  };
}

async function ready(instances: readonly Instance[]): Promise<void> {
  for (const { url } of instances) {
    while ((await fetch(`${url}/health/ready`).catch(() => null))?.status !== 200) await delay(POLL_MS);
  }
}

function sharedService(url: string, folder: string, now: () => readonly Instance[]): ServiceProcess {
  const before = now();
  let over = false;
  const kill = (signal: NodeJS.Signals) => {
    for (const { pid } of now()) if (pid !== null) process.kill(pid, signal);
  };
  /** The first failure of both, or 0. */
  const ended = async () => {
    for (;;) {
      const after = now();
      if (before.every(({ pid }) => after.every((instance) => instance.pid !== pid))) {
        return after.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? after[0]?.exitCode ?? null;
      }
      await delay(POLL_MS);
    }
  };
  const log = () => before.flatMap(({ name }) => linesOf(join(folder, `${name}.log`)));
  return {
    url,
    pid: before[0]?.pid ?? 0,
    log,
    errors: () => '',
    logged: async (fits) => {
      for (;;) {
        const found = log().find(fits);
        if (found !== undefined) return found;
        await delay(POLL_MS);
      }
    },
    get ended() {
      return ended();
    },
    kill,
    end: async (signal) => {
      if (!over) kill(signal);
      over = true;
      return ended();
    },
  };
}

function linesOf(file: string): LogLine[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LogLine);
}

function sharedServer(servers: readonly string[], pass: string): TestNatsServer {
  const refuse = (): never => {
    throw new Error('the servers of an outside cluster are not for a test to stop or to look into');
  };
  return {
    url: servers.map((server) => server.replace('//', `//task-service:${pass}@`)).join(','),
    servers: servers.join(','),
    user: 'task-service',
    pass,
    get storeDir() {
      return refuse();
    },
    pid: refuse,
    kill9: refuse,
    halt: refuse,
    restart: refuse,
    freeze: refuse,
    thaw: refuse,
    stop: async () => {},
  };
}
