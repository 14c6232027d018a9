import type { NatsConnection } from '@nats-io/transport-node';
import { expect, onTestFinished } from 'vitest';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import { connectNats } from '../../../src/jetstream/connection/connection.ts';
import { JetStreamLogFollower } from '../../../src/jetstream/log/follow/log-follower.ts';
import { JetStreamViews } from '../../../src/jetstream/views/views.ts';
import { eventually } from '../eventually.ts';
import { expectSoundHistory, expectViewsEqualLog, readWholeLog, serviceKeys } from '../log/inspect-log.ts';
import { type ClusterNode, startNatsCluster, type TestNatsCluster } from '../nats/nats-cluster.ts';
import { NO_KEYS } from '../parts/no-keys.ts';
import { startService } from '../processes/service.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { ClusterLoad, lostOf } from './cluster-load.ts';

/** A cluster, two instances of the built service on it, and people who create tasks at both all the time. */
export interface LoadedCluster {
  readonly cluster: TestNatsCluster;
  readonly load: ClusterLoad;
}

/** What a node may be to the service. */
export const ROLES = ['log leader', 'meta leader', 'lease leader', 'connected', 'follower'] as const;
export type Role = (typeof ROLES)[number];

const INSTANCES = 2;
/** Writes have gone on where there was no gap of a second for so long: longer than that second, or none would show. */
const STEADY_MS = 1_200;

/** Ended when the test is over. `links`: what lies between its parts can be cut. */
export async function loadedCluster(
  random: () => number,
  { links = false }: { readonly links?: boolean } = {},
): Promise<LoadedCluster> {
  const cluster = await startNatsCluster({ links });
  onTestFinished(() => cluster.stop());
  const starting = Array.from({ length: INSTANCES }, () =>
    startService({
      NATS_URL: cluster.servers,
      NATS_USER: cluster.user,
      NATS_PASSWORD: cluster.pass,
      NATS_CALLOUT_SEED: cluster.calloutSeed,
      REPLICAS: '3',
      DATA_DIR: temporaryFolder(),
    }),
  );
  const instances = await Promise.all(starting);
  const load = await ClusterLoad.at(
    instances.map(({ url }) => url),
    random,
  );
  await load.steadyFor(STEADY_MS);
  return { cluster, load };
}

export async function nodeWithRole(cluster: TestNatsCluster, role: Role): Promise<ClusterNode> {
  switch (role) {
    case 'log leader':
      return cluster.leaderOf('TASK_LOG');
    case 'meta leader':
      return cluster.metaLeader();
    case 'lease leader':
      return cluster.leaderOf('KV_LEASES');
    case 'connected':
      return eventually(async () => (await cluster.nodesOf('task-service'))[0]);
    case 'follower': {
      const leaders = [await cluster.leaderOf('TASK_LOG'), await cluster.metaLeader()];
      return cluster.nodes.find((node) => !leaders.includes(node)) as ClusterNode;
    }
  }
}

/**
 * Ends the node, waits until writes go on, and starts it again. Answers the longest time that an instance could not
 * write, milliseconds. When it resolves the node has caught up.
 */
export async function writeGap(
  { load }: LoadedCluster,
  node: ClusterNode,
  signal: 'SIGKILL' | 'SIGTERM',
): Promise<number> {
  const since = performance.now();
  await node.end(signal);
  await load.steadyFor(STEADY_MS);
  await node.start();
  return Math.round(load.longestGap(since));
}

export interface Outcome {
  readonly acknowledged: number;
  readonly events: number;
  /** The latest start after its slot, milliseconds. */
  readonly latestMs: number;
  /** Since the load ended, until every slot's execution had ended, milliseconds. */
  readonly endedAfterMs: number;
}

/** Ends the load, and holds the log, the views and every replica against what was acknowledged. */
export async function expectNothingLost({ cluster, load }: LoadedCluster): Promise<Outcome> {
  await load.stop();
  const { servers, user, pass } = cluster;
  const nc = await connectNats({ servers: servers.split(','), user, pass, name: 'inspector' });
  onTestFinished(() => nc.close());
  const due = load.acknowledged.filter(({ slot }) => slot !== null).length;
  const stopped = Date.now();
  const events = await eventually(() => endedLog(nc, due));
  expectSoundHistory(events);
  expect(lostOf(load.acknowledged, events)).toEqual({ tasks: [], twice: [], slots: [] });
  await eventually(async () => {
    const { checkpoint, end } = await progress(nc);
    return checkpoint === end;
  });
  await expectViewsEqualLog(nc);
  await cluster.whole();
  return {
    acknowledged: load.acknowledged.length,
    events: events.length,
    latestMs: latestStart(events),
    endedAfterMs: Math.max(0, latestEnd(events) - stopped),
  };
}

/** The log once every slot's execution has ended. */
async function endedLog(nc: NatsConnection, slots: number): Promise<RecordedTaskEvent[] | null> {
  const events = await readWholeLog(nc);
  const count = (type: string) => events.filter((event) => event.type === type).length;
  const ended = count('task.execution_completed');
  return ended >= slots && ended === count('task.execution_requested') ? events : null;
}

/** How far the views are, and the log. */
async function progress(nc: NatsConnection) {
  const checkpoint = await new JetStreamViews(nc, { executionsKept: 100, keys: NO_KEYS }).checkpoint();
  return { checkpoint, end: await new JetStreamLogFollower(nc, serviceKeys(nc)).lastSequence() };
}

/** When the last execution ended, in milliseconds of Unix time. */
function latestEnd(events: readonly RecordedTaskEvent[]): number {
  const ends = events.filter(({ type }) => type === 'task.execution_completed');
  return Math.max(...ends.map(({ meta }) => Date.parse(meta.time)));
}

function latestStart(events: readonly RecordedTaskEvent[]): number {
  const slots = new Map<string, number>();
  let latest = 0;
  for (const event of events) {
    if (event.type === 'task.execution_requested' && event.data.scheduled_for !== null)
      slots.set(event.data.execution_id, Date.parse(event.data.scheduled_for));
    if (event.type === 'task.execution_started')
      latest = Math.max(
        latest,
        Date.parse(event.meta.time) - (slots.get(event.data.execution_id) ?? Infinity),
      );
  }
  return latest;
}
