import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Sequence } from '../../src/domain/shared/ids.ts';
import { jetstreamApi } from '../../src/jetstream/connection/api.ts';
import { connectNats } from '../../src/jetstream/connection/connection.ts';
import { loadDeclarations } from '../../src/jetstream/provisioning/declarations.ts';
import { provision } from '../../src/jetstream/provisioning/provision.ts';
import { replicasCarried } from '../../src/jetstream/provisioning/replicas.ts';
import { JetStreamRelayStateStore } from '../../src/jetstream/views/relay-state-store.ts';
import { beginBehind, Checkpoint } from '../../src/relay/checkpoint.ts';
import { type ClusterNode, startNatsCluster, type TestNatsCluster } from '../support/nats/nats-cluster.ts';
import { silent } from '../support/parts/run.ts';

let cluster: TestNatsCluster;

beforeAll(async () => {
  cluster = await startNatsCluster({ accountFileStore: '30MB' });
});
afterAll(() => cluster.stop());

async function client(): Promise<NatsConnection> {
  const { servers, user, pass } = cluster;
  const nc = await connectNats({ servers: servers.split(','), user, pass, name: 'test' });
  onTestFinished(() => nc.close());
  return nc;
}

async function declared(name: string) {
  return (await loadDeclarations()).filter((declaration) => declaration.name === name);
}

test('a service that is told no number of replicas leaves as many as there are while a server is away', async () => {
  const declarations = await declared('TASK_LOG');
  const before = await client();
  expect(await replicasCarried(before)).toBe(3);
  await provision(before, { replicas: 3, declarations });
  const leaders = [await cluster.metaLeader(), await cluster.leaderOf('TASK_LOG')];
  const away = cluster.nodes.find((node) => !leaders.includes(node)) as ClusterNode;
  await away.end('SIGTERM');
  const after = await client();
  expect(await replicasCarried(after)).toBe(3);
  await away.start();
});

test('a follower that has begun finds where, though the store is full', async () => {
  const nc = await client();
  await provision(nc, { replicas: 3, declarations: await declared('KV_PLATFORM_STATE') });
  const begin = () => beginBehind(new JetStreamRelayStateStore(nc), 'test', 7 as Sequence);
  await begin();
  await jetstreamApi(nc, 'STREAM.CREATE.FILL', { name: 'FILL', subjects: ['fill'], num_replicas: 3 });
  for (const bytes of [1_000_000, 10]) {
    const takes = async () => {
      const answer = await nc.request('fill', new Uint8Array(bytes), { timeout: 5_000 });
      return answer.json<{ error?: object }>().error === undefined;
    };
    while (await takes());
  }
  await begin();
  expect(await new Checkpoint(new JetStreamRelayStateStore(nc), 'test', silent).read()).toBe(7);
  await jetstreamApi(nc, 'STREAM.DELETE.FILL');
});

test('a new stream waits for a server of which the cluster has not heard since it started', async () => {
  const declarations = await declared('KV_IDEMPOTENCY');
  await Promise.all(cluster.nodes.map((node) => node.end('SIGTERM')));
  const [late, ...others] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  await Promise.all(others.map((node) => node.start()));
  const nc = await client();
  let settled = false;
  const provisioned = provision(nc, { replicas: 3, declarations }).finally(() => {
    settled = true;
  });
  // The creation has been refused before these are answered.
  for (let asked = 0; asked < 5; asked++) await jetstreamApi(nc, 'STREAM.NAMES');
  expect(settled).toBe(false);
  await late.start();
  expect((await provisioned).streams).toMatchObject([{ name: 'KV_IDEMPOTENCY', action: 'created' }]);
});
