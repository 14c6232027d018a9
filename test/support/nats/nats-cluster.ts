import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { nkeys } from '@nats-io/transport-node';
import { type NatsNode, natsNodes } from '../../../deploy/nats-nodes.mjs';
import { ClusterLinks } from '../cluster/cluster-links.ts';
import { natsServerBinary } from './nats-server.ts';
import { portRange } from './ports.ts';

/** Three real nats-servers in a cluster, with the configuration of compose.yaml, free ports and temporary stores. */
export interface TestNatsCluster {
  readonly nodes: readonly ClusterNode[];
  /** What lies between them, where it was asked for. */
  readonly links: ClusterLinks | null;
  /** All addresses, as `NATS_URL` takes them. */
  readonly servers: string;
  readonly user: string;
  readonly pass: string;
  /** Of who signs which devices are let in, as `NATS_CALLOUT_SEED` takes it. */
  readonly calloutSeed: string;
  /** The node that leads the stream; waits until one does. */
  leaderOf(stream: string): Promise<ClusterNode>;
  /** The node that leads the cluster's meta group; waits until one does. */
  metaLeader(): Promise<ClusterNode>;
  /** Nodes that clients whose names begin so are connected to, without repetition. */
  nodesOf(clientName: string): Promise<ClusterNode[]>;
  /** Resolves when all run and hold the same, stream by stream, nothing being behind. */
  whole(): Promise<void>;
  /** Ends all and removes their stores. */
  stop(): Promise<void>;
}

export interface ClusterNode {
  readonly name: string;
  readonly runs: boolean;
  /** Sends the signal and waits for the end. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Starts it again with its ports and store; resolves when its JetStream has caught up. */
  start(): Promise<void>;
}

/** What a node says of one of its streams (`/jsz`). */
interface StreamOnNode {
  readonly name: string;
  readonly state: { readonly messages: number; readonly first_seq: number; readonly last_seq: number };
  readonly cluster: { readonly leader?: string };
}
interface Jsz {
  readonly meta_cluster?: { readonly leader?: string };
  readonly account_details?: readonly { readonly stream_detail?: readonly StreamOnNode[] }[];
}

interface TestClusterOptions {
  /** What the service's account may take on all servers together; default 60GB. */
  readonly accountFileStore?: string;
  /** Servers reach each other, and clients reach them, by links that can be cut. */
  readonly links?: boolean;
}

export async function startNatsCluster(options: TestClusterOptions = {}): Promise<TestNatsCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'task-service-test-'));
  const pass = `t${randomBytes(16).toString('hex')}`;
  const callout = nkeys.createAccount();
  const calloutIssuer = callout.getPublicKey();
  const routesPassword = `r${randomBytes(16).toString('hex')}`;
  const wanted = await natsNodes({
    folder,
    password: pass,
    routesPassword,
    calloutIssuer,
    range: portRange(),
  });
  const { accountFileStore } = options;
  const limit = accountFileStore === undefined ? {} : { TASK_NATS_ACCOUNT_FILE_STORE: accountFileStore };
  const links = options.links === true ? await ClusterLinks.before(wanted.map(portsOf)) : null;
  const nodes = wanted.map((node, place) => {
    const linked = links === null ? node : behind(links, place, node, routesPassword);
    return new Node({ ...linked, env: { ...linked.env, ...limit } });
  });
  await Promise.all(nodes.map((node) => node.start()));

  /** Asks the nodes that run until one of them knows. */
  async function known(ask: (node: Node) => Promise<string | undefined>): Promise<Node> {
    for (;;) {
      for (const asked of nodes.filter((node) => node.runs)) {
        const name = await ask(asked);
        const found = nodes.find((node) => node.name === name && node.runs);
        if (found !== undefined) return found;
      }
      await delay(20);
    }
  }

  return {
    nodes,
    links,
    servers: nodes.map(({ url }) => url).join(','),
    user: 'task-service',
    pass,
    calloutSeed: Buffer.from(callout.getSeed()).toString(),
    leaderOf: (stream) =>
      known(async (node) => (await node.streams()).find(({ name }) => name === stream)?.cluster.leader),
    metaLeader: () => known(async (node) => (await node.ask<Jsz>('/jsz'))?.meta_cluster?.leader),
    nodesOf: async (clientName) => {
      const has = await Promise.all(nodes.map((node) => node.hasClient(clientName)));
      return nodes.filter((_, index) => has[index]);
    },
    whole: async () => {
      for (;;) {
        const held = await Promise.all(nodes.map((node) => node.streams()));
        const [first, ...others] = held.map(heldBy);
        if (first !== '' && others.every((other) => other === first)) return;
        await delay(50);
      }
    },
    stop: async () => {
      await Promise.all(nodes.map((node) => node.end('SIGKILL')));
      await links?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function portsOf({ url, env }: NatsNode) {
  return { clients: portOf(url), routes: portOf(`nats://${env.TASK_NATS_CLUSTER_LISTEN}`) };
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

/** The node as one that knows the others, and is known, by its links alone. */
function behind(links: ClusterLinks, place: number, node: NatsNode, routesPassword: string): NatsNode {
  const url = `nats://127.0.0.1:${links.clientPort(place)}`;
  const routes = links.routePorts(place).map((port) => `nats://route:${routesPassword}@127.0.0.1:${port}`);
  return {
    ...node,
    url,
    // Servers tell each other where others are reached: nowhere but by the routes that each was given.
    args: [...node.args, '--cluster_advertise', '127.0.0.1:1', '--client_advertise', new URL(url).host],
    env: { ...node.env, TASK_NATS_ROUTES: JSON.stringify(routes) },
  };
}

/** Each stream with what it holds, as text to compare. */
function heldBy(streams: readonly StreamOnNode[]): string {
  const lines = streams.map(
    ({ name, state }) => `${name} ${state.messages} ${state.first_seq} ${state.last_seq}`,
  );
  return lines.sort().join('\n');
}

class Node implements ClusterNode {
  readonly #node: NatsNode;
  #child: ChildProcess | null = null;

  constructor(node: NatsNode) {
    this.#node = node;
  }

  get name(): string {
    return this.#node.name;
  }

  get url(): string {
    return this.#node.url;
  }

  get runs(): boolean {
    return this.#child !== null;
  }

  async start(): Promise<void> {
    const { args, env } = this.#node;
    const child = spawn(await natsServerBinary(), args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => {
      log = (log + chunk).slice(-20_000);
    });
    child.once('exit', () => {
      if (this.#child === child) this.#child = null;
    });
    this.#child = child;
    while (!(await this.#isHealthy())) {
      if (!this.runs) throw new Error(`${this.name} ended:\n${log}`);
      await delay(25);
    }
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  async streams(): Promise<readonly StreamOnNode[]> {
    const jsz = await this.ask<Jsz>('/jsz?acc=SERVICE&streams=true');
    return jsz?.account_details?.[0]?.stream_detail ?? [];
  }

  async hasClient(name: string): Promise<boolean> {
    const connz = await this.ask<{ connections: readonly { name?: string }[] }>('/connz');
    return connz?.connections.some((client) => client.name?.startsWith(name)) ?? false;
  }

  /** Null where it does not answer. */
  async ask<Answer>(path: string): Promise<Answer | null> {
    try {
      return (await (await fetch(`${this.#node.monitor}${path}`)).json()) as Answer;
    } catch {
      return null;
    }
  }

  async #isHealthy(): Promise<boolean> {
    return (await this.ask<{ status: string }>('/healthz'))?.status === 'ok';
  }
}
