import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { describe, expect, test } from 'vitest';
import { jetstreamApi } from '../../../src/jetstream/connection/api.ts';
import { type Declaration, loadDeclarations } from '../../../src/jetstream/provisioning/declarations.ts';
import { IncompatibleStream, provision } from '../../../src/jetstream/provisioning/provision.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer } from '../../support/nats/nats-server.ts';

const STREAMS = [
  'KV_AUDIT_TILES',
  'OBJ_BACKUPS',
  'DEAD_LETTER_REPLAYS',
  'DEAD_LETTERS',
  'DELIVERY_ADVISORIES',
  'EVENT_DELIVERIES',
  'EXECUTION_COMMANDS',
  'KV_IDEMPOTENCY',
  'KV_LEASES',
  'PLATFORM_EVENTS',
  'KV_PLATFORM_STATE',
  'KV_SERVICE_KEYS',
  'KV_SESSIONS',
  'TASK_EVENTS',
  'TASK_LOG',
  'TRIGGER_EVENTS',
  'KV_USER_KEYS',
  'KV_VIEW_GENERATIONS',
];
const CONSUMERS = [
  'DEAD_LETTER_REPLAYS/inbox',
  'DEAD_LETTER_REPLAYS/notification',
  'DEAD_LETTER_REPLAYS/wallet',
  'DEAD_LETTER_REPLAYS/calendar',
  'DELIVERY_ADVISORIES/dead-letters',
  'EXECUTION_COMMANDS/worker-urgent',
  'EXECUTION_COMMANDS/worker-high',
  'EXECUTION_COMMANDS/worker-medium',
  'EXECUTION_COMMANDS/worker-low',
  'PLATFORM_EVENTS/inbox',
  'TRIGGER_EVENTS/triggers',
];
const SECOND = 1e9;

type Config = Record<string, unknown>;

async function streamConfig(nc: NatsConnection, name: string): Promise<Config> {
  return (await jetstreamApi<{ config: Config }>(nc, `STREAM.INFO.${name}`)).config;
}

/** The project's declarations with some fields of one stream declared otherwise. */
async function declaredOtherwise(name: string, fields: Config): Promise<Declaration[]> {
  const declarations = await loadDeclarations();
  return declarations.map((one) =>
    one.name === name ? { ...one, settings: (replicas) => ({ ...one.settings(replicas), ...fields }) } : one,
  );
}

async function incompatibility(attempt: Promise<unknown>): Promise<IncompatibleStream> {
  const error = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof IncompatibleStream)) throw new Error('was not refused', { cause: error });
  return error;
}

test('a fresh server gets every stream and consumer; the second start changes nothing', async () => {
  const nc = await connected(await natsServer({ empty: true }));

  const first = await provision(nc, { replicas: 1 });
  expect(first.streams).toEqual(STREAMS.map((name) => ({ name, action: 'created', changes: [] })));
  expect(first.consumers.map(({ name, action }) => [name, action])).toEqual(
    CONSUMERS.map((name) => [name, 'created']),
  );

  const second = await provision(nc, { replicas: 1 });
  expect([...second.streams, ...second.consumers].filter(({ action }) => action !== 'unchanged')).toEqual([]);
});

test('a consumer on demand, and subjects of the configuration, are as they are wanted', async () => {
  const nc = await connected(await natsServer({ empty: true }));
  const wanted = { subjects: { PLATFORM_EVENTS: ['a.user.deleted'] }, consumers: ['TASK_EVENTS/wallet'] };
  const declarations = await loadDeclarations(undefined, wanted);
  const { consumers } = await provision(nc, { replicas: 1, declarations });
  const made = consumers.map(({ name }) => name).filter((name) => name.startsWith('TASK_EVENTS/'));
  expect(made).toEqual(['TASK_EVENTS/wallet']);
  expect(await streamConfig(nc, 'PLATFORM_EVENTS')).toMatchObject({ subjects: ['a.user.deleted'] });
  const again = await provision(nc, { replicas: 1, declarations });
  expect([...again.streams, ...again.consumers].filter(({ action }) => action !== 'unchanged')).toEqual([]);
});

test('the streams are what the design asks for', async () => {
  const nc = await connected(await natsServer({ empty: true }));
  await provision(nc, { replicas: 1 });

  expect(await streamConfig(nc, 'TASK_LOG')).toMatchObject({
    subjects: ['tasklog.>'],
    storage: 'file',
    deny_delete: true,
    deny_purge: true,
    allow_direct: true,
    allow_atomic: true,
    max_age: 0,
    duplicate_window: 120 * SECOND,
  });
  expect(await streamConfig(nc, 'EXECUTION_COMMANDS')).toMatchObject({
    retention: 'workqueue',
    persist_mode: 'async',
  });
  expect(await streamConfig(nc, 'KV_IDEMPOTENCY')).toMatchObject({ max_age: 86_400 * SECOND });
  const leases = await streamConfig(nc, 'KV_LEASES');
  expect([leases.max_age, leases.allow_msg_ttl]).toEqual([0, false]);
});

test.each(['VIEW_GENERATIONS', 'USER_KEYS', 'IDEMPOTENCY', 'LEASES'])(
  'a KV client works with bucket %s',
  async (name) => {
    const nc = await connected(await natsServer({ empty: true }));
    await provision(nc, { replicas: 1 });

    const bucket = await new Kvm(nc).open(name);
    const revision = await bucket.create('a.b', 'one');
    await expect(bucket.create('a.b', 'two')).rejects.toThrow();
    await bucket.update('a.b', 'three', revision);
    expect((await bucket.get('a.b'))?.string()).toBe('three');
    await bucket.delete('a.b');
    expect((await bucket.get('a.b'))?.operation).toBe('DEL');
  },
);

describe('where the server differs from the declaration', () => {
  test('changed limits are applied and reported, the messages stay', async () => {
    const nc = await connected(await natsServer({ empty: true }));
    await provision(nc, { replicas: 1 });
    await nc.request('$KV.IDEMPOTENCY.a', 'claim', { timeout: 5_000 });

    const declarations = await declaredOtherwise('KV_IDEMPOTENCY', { max_age: 3_600 * SECOND });
    const { streams } = await provision(nc, { replicas: 1, declarations });

    const change = { field: 'max_age', from: 86_400 * SECOND, to: 3_600 * SECOND };
    expect(streams.filter(({ action }) => action !== 'unchanged')).toEqual([
      { name: 'KV_IDEMPOTENCY', action: 'updated', changes: [change] },
    ]);
    const info = await jetstreamApi<{ config: Config; state: Config }>(nc, 'STREAM.INFO.KV_IDEMPOTENCY');
    expect([info.config.max_age, info.state.messages]).toEqual([3_600 * SECOND, 1]);
  });

  test('what an operator set beside the declaration stays', async () => {
    const nc = await connected(await natsServer({ empty: true }));
    await provision(nc, { replicas: 1 });
    const stored = await streamConfig(nc, 'DEAD_LETTERS');
    const changed = { ...stored, compression: 's2', allow_direct: false };
    await jetstreamApi(nc, 'STREAM.UPDATE.DEAD_LETTERS', changed);

    const { streams } = await provision(nc, { replicas: 1 });

    expect(streams.find(({ name }) => name === 'DEAD_LETTERS')?.changes).toEqual([
      { field: 'allow_direct', from: false, to: true },
    ]);
    expect((await streamConfig(nc, 'DEAD_LETTERS')).compression).toBe('s2');
  });

  test("a consumer's ack wait is applied and reported, also right after a start of the server", async () => {
    const server = await natsServer({ empty: true });
    const nc = await connected(server);
    const declared = (await loadDeclarations()).filter(({ name }) => name === 'EXECUTION_COMMANDS');
    const declarations = declared.map((one) => ({
      ...one,
      consumers: one.consumers.map((settings) => ({ ...settings, ack_wait: SECOND })),
    }));
    await provision(nc, { replicas: 1, declarations });
    await server.halt();
    await server.restart();

    const { consumers } = await provision(nc, { replicas: 1, declarations: declared });

    expect(consumers.map(({ action, changes }) => [action, changes])).toEqual(
      Array(4).fill(['updated', [{ field: 'ack_wait', from: SECOND, to: 10 * SECOND }]]),
    );
  });
});

describe('what JetStream cannot change is refused with what differs and the way out', () => {
  const cases: { title: string; stream: string; before: Config; field: string }[] = [
    { title: 'storage', stream: 'TASK_LOG', before: { storage: 'memory' }, field: 'storage' },
    {
      title: 'retention of a work queue',
      stream: 'EXECUTION_COMMANDS',
      before: { retention: 'limits' },
      field: 'retention',
    },
    {
      title: 'persistence mode',
      stream: 'EXECUTION_COMMANDS',
      before: { persist_mode: 'default' },
      field: 'persist_mode',
    },
    {
      title: 'asynchronous persistence of what views are read',
      stream: 'KV_VIEW_GENERATIONS',
      before: { persist_mode: 'async' },
      field: 'persist_mode',
    },
  ];

  test.each(cases)('$title', async ({ stream, before, field }) => {
    const nc = await connected(await natsServer({ empty: true }));
    await provision(nc, { replicas: 1, declarations: await declaredOtherwise(stream, before) });
    const stored = await streamConfig(nc, stream);

    const refused = await incompatibility(provision(nc, { replicas: 1 }));

    expect(refused.stream).toBe(stream);
    expect(refused.changes.map((change) => change.field)).toContain(field);
    const declared = (await loadDeclarations()).find(({ name }) => name === stream);
    expect(refused.message).toContain(declared?.wayOut);
    expect(await streamConfig(nc, stream)).toEqual(stored);
  });

  test('more replicas than servers', async () => {
    const nc = await connected(await natsServer({ empty: true }));
    const refused = await incompatibility(provision(nc, { replicas: 3 }));
    expect(refused.wayOut).toContain('REPLICAS');
  });

  test("a consumer's deliver policy", async () => {
    const nc = await connected(await natsServer({ empty: true }));
    const [commands] = (await loadDeclarations()).filter(({ name }) => name === 'EXECUTION_COMMANDS');
    const declarations = [
      { ...commands, consumers: commands?.consumers.map((one) => ({ ...one, deliver_policy: 'new' })) },
    ] as Declaration[];
    await provision(nc, { replicas: 1 });

    const refused = await incompatibility(provision(nc, { replicas: 1, declarations }));

    expect(refused.stream).toBe('EXECUTION_COMMANDS/worker-urgent');
    expect(refused.wayOut).toContain('nats consumer rm EXECUTION_COMMANDS worker-urgent');
  });
});

test('services that start at once all end with the same streams', async () => {
  const server = await natsServer({ empty: true });
  const connections = await Promise.all(Array.from({ length: 5 }, () => connected(server)));

  const reports = await Promise.all(connections.map((nc) => provision(nc, { replicas: 1 })));

  for (const report of reports) expect(report.streams.map(({ name }) => name)).toEqual(STREAMS);
  const [nc] = connections;
  const last = nc && (await provision(nc, { replicas: 1 }));
  expect(
    [...(last?.streams ?? []), ...(last?.consumers ?? [])].every((one) => one.action === 'unchanged'),
  ).toBe(true);
});

test('a declaration with a field that does not exist is refused by name', async ({ onTestFinished }) => {
  const { mkdtemp, rm, writeFile } = await import('node:fs/promises');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const folder = await mkdtemp(join(tmpdir(), 'streams-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const declared = { stream: 'X', description: '', config: { max_agee: '2h' }, way_out: '' };
  await writeFile(join(folder, 'x.json'), JSON.stringify(declared));

  await expect(loadDeclarations(folder)).rejects.toThrow('max_agee');
});
