import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseConfig } from '../../src/app/config/config.ts';
import { systemClock } from '../../src/app/system-clock.ts';
import { BuildProgress } from '../../src/cli/build-progress.ts';
import { rebuild, verify } from '../../src/cli/views.ts';
import type { TaskId, UserId } from '../../src/domain/shared/ids.ts';
import { ERASED_TEXT } from '../../src/domain/task/events/erased-content.ts';
import { UserKeyMissing, WrongSecretsKey } from '../../src/jetstream/codec/user-keys.ts';
import { jetstreamApi } from '../../src/jetstream/connection/api.ts';
import { headersFrom } from '../../src/jetstream/connection/atomic-batch.ts';
import { JetStreamLease } from '../../src/jetstream/leases/lease.ts';
import { provision } from '../../src/jetstream/provisioning/provision.ts';
import { REBUILD_LEASE, ViewGenerations } from '../../src/jetstream/views/generations.ts';
import { valueKey } from '../../src/jetstream/views/view-keys.ts';
import { viewStreams } from '../../src/jetstream/views/view-streams.ts';
import { TASKS } from '../../src/projections/tasks.ts';
import { connected } from '../support/nats/nats-client.ts';
import { startNatsServer, type TestNatsServer } from '../support/nats/nats-server.ts';
import { viewBucket } from '../support/nats/view-bucket.ts';
import { taskParts } from '../support/parts/task-parts.ts';

const ANN = 'ann' as UserId;
const BOB = 'bob' as UserId;
const SECRETS = randomBytes(32);
/** What other services publish to here, in place of what is declared. */
const SUBJECT = 'elsewhere.user.deleted';
let server: TestNatsServer;

beforeAll(async () => {
  server = await startNatsServer();
});
afterAll(() => server.stop());

async function outcome(
  command: typeof verify,
  secretsKey = SECRETS,
): Promise<{ ok: boolean; lines: string[] }> {
  const config = parseConfig({
    NATS_URL: `nats://${server.servers}`,
    NATS_USER: server.user,
    NATS_PASSWORD: server.pass,
    SECRETS_KEY: secretsKey.toString('base64'),
    AUTH_JWT_SECRET: 'a secret of the test',
    PLATFORM_SUBJECTS: SUBJECT,
  });
  const lines: string[] = [];
  return { ok: await command(config, (line) => void lines.push(line)), lines };
}

test('verify names a value that is not what the log says, and rebuild makes all of them anew', async () => {
  const nc = await connected(server);
  await provision(nc, { replicas: 1 });
  const parts = taskParts(nc, SECRETS);
  for (let made = 0; made < 20; made++) {
    const taskId = await parts.person.create(ANN, { name: `Task ${made}` });
    await parts.person.run(ANN, taskId);
  }
  await parts.projector.runOnce();
  expect(await outcome(verify)).toEqual({
    ok: true,
    lines: [expect.stringContaining('the views are what the log says: 80 events')],
  });

  const [broken] = (await parts.views.tasksOf(ANN)).values;
  const { task_id } = broken?.state ?? { task_id: '' };
  const bucket = await viewBucket(nc);
  const at = bucket.subject(valueKey(TASKS, ANN, task_id as TaskId));
  await nc.request(at, JSON.stringify({ ...broken, revision: 1 }));
  const found = await outcome(verify);
  expect(found.ok).toBe(false);
  expect(found.lines[0]).toContain(`differs: TASKS ann ${task_id}`);

  expect((await outcome(rebuild)).ok).toBe(true);
  // With another key nothing could be made anew, so nothing is thrown away.
  await expect(outcome(rebuild, randomBytes(32))).rejects.toThrow(WrongSecretsKey);
  expect(await outcome(verify)).toEqual({ ok: true, lines: [expect.stringMatching(/80 events, [1-9]/)] });
  const { config } = await jetstreamApi<{ config: object }>(nc, 'STREAM.INFO.PLATFORM_EVENTS');
  expect(config).toMatchObject({ subjects: [SUBJECT] });
});

test('rebuild beside an instance that projects: what is read stays until the new is whole, and the instance goes on with it', async () => {
  const nc = await connected(server);
  const parts = taskParts(nc, SECRETS);
  const generations = new ViewGenerations(nc);
  parts.projector.start();
  await parts.projector.caughtUpTo(await parts.follower.lastSequence());
  const before = (await generations.record()).current?.bucket;
  let rebuilding = true;
  const rebuilt = outcome(rebuild).finally(() => {
    rebuilding = false;
  });
  for (let made = 0; rebuilding; made++) {
    const name = `Made meanwhile ${made}`;
    const taskId = await parts.person.create(BOB, { name });
    expect((await parts.queries.task(BOB, taskId))?.state.name).toBe(name);
    expect((await parts.queries.tasksOf(BOB)).length).toBe(made + 1);
  }
  expect((await rebuilt).ok).toBe(true);
  const record = await generations.record();
  expect(record.current?.bucket).not.toBe(before);
  expect(record.unused.map(({ bucket }) => bucket)).toContain(before);
  const taskId = await parts.person.create(BOB, { name: 'Made after it' });
  const last = await parts.follower.lastSequence();
  const bucket = await viewBucket(nc);
  await expect.poll(async () => (await bucket.checkpoint()).sequence).toBe(last);
  expect((await parts.queries.task(BOB, taskId))?.state.name).toBe('Made after it');
  await parts.projector.stop();
  expect((await outcome(verify)).ok).toBe(true);
});

test('a rebuild waits for another one no longer than it is told, and does nothing then', async () => {
  const nc = await connected(server);
  const before = await viewStreams(nc);
  const end = new AbortController();
  const lease = new JetStreamLease(nc, systemClock, { name: REBUILD_LEASE, holder: 'another' });
  let holds = () => {};
  const held = new Promise<void>((resolve) => {
    holds = resolve;
  });
  const holding = lease.run(async ({ signal }) => {
    holds();
    await new Promise((over) => signal.addEventListener('abort', over));
  }, end.signal);
  await held;
  const impatient: typeof verify = (config, print) => rebuild(config, print, null, 300);
  await expect(outcome(impatient)).rejects.toThrow('another rebuild goes on');
  end.abort();
  await holding;
  expect(await viewStreams(nc)).toEqual(before);
});

test('a rebuild says how far it is: percent, events a second, time left', async () => {
  const lines: string[] = [];
  const progress = new BuildProgress({ write: (text) => lines.push(text) });
  const seen: typeof verify = (config, print) => rebuild(config, print, progress);
  expect((await outcome(seen)).ok).toBe(true);
  expect(lines.at(-1)).toMatch(/^100 %, (\d+) of \1 events, [\d,]+ events\/s\n$/);
});

test('one user without a key costs nobody else anything: rebuild, verify, reads and writes go on', async () => {
  const nc = await connected(server);
  const before = taskParts(nc, SECRETS);
  const bobs = await before.person.create(BOB, { name: 'Bread' });
  await nc.request(`$KV.USER_KEYS.${ANN}`, '', {
    headers: headersFrom({ 'KV-Operation': 'PURGE' }),
    timeout: 5_000,
  });
  expect((await outcome(rebuild)).ok).toBe(true);
  expect((await outcome(verify)).ok).toBe(true);

  const parts = taskParts(nc, SECRETS);
  const anns = await parts.queries.tasksOf(ANN);
  expect(new Set(anns.map(({ state }) => state.name))).toEqual(new Set([ERASED_TEXT]));
  expect(anns.map(({ state }) => state.run_count)).toEqual(anns.map(() => 1));
  const [first] = anns;
  if (first === undefined) throw new Error('ann has no task');
  const { task_id } = first.state;
  const [run] = await parts.queries.executions(ANN, task_id, { limit: 1 });
  expect(run).toMatchObject({ status: 'completed', result: null, summary: null });
  await expect(parts.person.rename(ANN, task_id, 'Milk')).rejects.toThrow(UserKeyMissing);
  await parts.person.rename(BOB, bobs, 'Rolls');
  await parts.projector.runOnce();
  expect((await parts.views.task(BOB, bobs))?.state.name).toBe('Rolls');
});

test('verify names a stream that is not there, and does not wait for it', async () => {
  const nc = await connected(server);
  await provision(nc, { replicas: 1 });
  const { stream } = await viewBucket(nc);
  await jetstreamApi(nc, `STREAM.DELETE.${stream}`);
  await expect(outcome(verify)).rejects.toThrow(`the stream ${stream} is not on this server`);
  await jetstreamApi(nc, 'STREAM.PURGE.KV_VIEW_GENERATIONS');
  const { ok, lines } = await outcome(verify);
  expect([ok, lines[0]]).toEqual([true, expect.stringContaining('there are no views of this version yet')]);
});
