import { expect, test } from 'vitest';
import { jetstreamApi } from '../../../src/jetstream/connection/api.ts';
import { readLast } from '../../../src/jetstream/connection/leader-read.ts';
import { remakeDeletable } from '../../../src/jetstream/provisioning/remake.ts';
import { connected, wrapped } from '../../support/nats/nats-client.ts';
import { natsServer, type TestNatsServer } from '../../support/nats/nats-server.ts';

const MESSAGES = 60;

interface Info {
  readonly config: Record<string, unknown>;
  readonly state: { readonly messages: number; readonly last_seq: number };
}

/** A stream of an older build: messages of 1 KB, one overwritten, and a consumer. */
async function olderStream(server: TestNatsServer, bucket = 'OLD') {
  const nc = await connected(server);
  const name = `KV_${bucket}`;
  const old = {
    name,
    subjects: [`$KV.${bucket}.>`],
    storage: 'file',
    num_replicas: 1,
    max_msgs_per_subject: 1,
    deny_delete: true,
    allow_direct: true,
    allow_rollup_hdrs: true,
  };
  const wanted = { ...old, deny_delete: false, deny_purge: false, max_msgs_per_subject: 2 };
  await jetstreamApi(nc, `STREAM.CREATE.${name}`, { ...old, description: 'set by an operator' });
  const padding = 'x'.repeat(1_000);
  const store = async (key: number, value: string) => {
    const answer = await nc.request(`$KV.${bucket}.${key}`, `${value} ${padding}`, { timeout: 5_000 });
    expect(answer.json()).toMatchObject({ seq: expect.any(Number) });
  };
  await Promise.all(Array.from({ length: MESSAGES }, (_, key) => store(key, `value ${key}`)));
  await store(7, 'again');
  const config = { name: 'c', durable_name: 'c', ack_policy: 'none', deliver_policy: 'all' };
  await jetstreamApi(nc, `CONSUMER.CREATE.${name}.c`, { stream_name: name, config, action: 'create' });
  const remake = (given = nc, leftBehindMs = 100) =>
    remakeDeletable({ nc: given, wanted, isDisposable: false, leftBehindMs });
  const expectRemade = async () => {
    const { config, state } = await jetstreamApi<Info>(nc, `STREAM.INFO.${name}`);
    expect(config).toMatchObject({ ...wanted, sealed: false, description: 'set by an operator' });
    expect(state).toMatchObject({ messages: MESSAGES, last_seq: MESSAGES + 1 });
    const last = await readLast(nc, name, `$KV.${bucket}.7`);
    expect(Buffer.from(last?.body ?? []).toString()).toMatch(/^again /);
    const { streams } = await jetstreamApi<{ streams: string[] }>(nc, 'STREAM.NAMES');
    expect(streams).not.toContain(`COPY_OF_${name}`);
    await jetstreamApi(nc, `CONSUMER.INFO.${name}.c`);
    await jetstreamApi(nc, `STREAM.MSG.DELETE.${name}`, { seq: MESSAGES + 1 });
  };
  return { nc, wanted, remake, expectRemade };
}

test('a stream that denies deletion is made anew once, with all that is in it, by whichever of those that start', async () => {
  const server = await natsServer({ empty: true });
  const { remake, expectRemade } = await olderStream(server);
  const starting = await Promise.all([connected(server), connected(server), connected(server)]);
  const remade = await Promise.all(starting.map((nc) => remake(nc, 5_000)));
  expect(remade.filter((own) => own).length).toBe(1);
  await expectRemade();
  expect(await remake()).toBe(false);
});

test('killed at any step, it is gone on with at the next start, and nothing is lost', async () => {
  const server = await natsServer({ empty: true });
  // Each request of a remake is the last one once; the server goes on.
  const steps = Array.from({ length: 30 }, (_, step) => step + 1);
  const killedAfter = async (last: number) => {
    const { nc, remake, expectRemade } = await olderStream(server, `OLD_${last}`);
    let requests = 0;
    const request: typeof nc.request = (subject, ...more) => {
      if (++requests > last) throw new Error('killed');
      return nc.request(subject, ...more);
    };
    const end = await remake(wrapped(nc, { request })).then(
      () => 'done',
      () => 'killed',
    );
    await remake(await connected(server));
    await expectRemade();
    return end;
  };
  const ends: string[] = [];
  // All at once are more than a server that fsyncs answers in the time that each request has.
  while (steps.length > 0) ends.push(...(await Promise.all(steps.splice(0, 5).map(killedAfter))));
  expect(ends.filter((end) => end === 'killed').length).toBeGreaterThan(10);
  expect(ends.at(-1)).toBe('done');
});

test('what is made again by the service is thrown away', async () => {
  const { nc, wanted } = await olderStream(await natsServer({ empty: true }));
  expect(await remakeDeletable({ nc, wanted, isDisposable: true })).toBe(true);
  expect(await jetstreamApi(nc, 'STREAM.NAMES')).toMatchObject({ total: 0 });
});
