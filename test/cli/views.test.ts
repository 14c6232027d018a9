import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseConfig } from '../../src/app/config/config.ts';
import { rebuild, verify } from '../../src/cli/views.ts';
import type { UserId } from '../../src/domain/shared/ids.ts';
import { ERASED_TEXT } from '../../src/domain/task/events/erased-content.ts';
import { UserKeyMissing, WrongSecretsKey } from '../../src/jetstream/codec/user-keys.ts';
import { jetstreamApi } from '../../src/jetstream/connection/api.ts';
import { headersFrom } from '../../src/jetstream/connection/atomic-batch.ts';
import { provision } from '../../src/jetstream/provisioning/provision.ts';
import { connected } from '../support/nats/nats-client.ts';
import { startNatsServer, type TestNatsServer } from '../support/nats/nats-server.ts';
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
  await nc.request(await subjectIn(nc, task_id), JSON.stringify({ ...broken, revision: 1 }));
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

test('rebuild is refused, and nothing thrown away, while an instance projects', async () => {
  const nc = await connected(server);
  const parts = taskParts(nc, SECRETS);
  parts.projector.start();
  await parts.projector.caughtUpTo(await parts.follower.lastSequence());
  try {
    const impatient: typeof verify = (config, print) => rebuild(config, print, 300);
    await expect(outcome(impatient)).rejects.toThrow('a service projects on this server');
    expect((await parts.views.tasksOf(ANN)).values.length).toBe(20);
  } finally {
    await parts.projector.stop();
  }
});

/** The subject that the task's value is stored under. */
async function subjectIn(nc: Awaited<ReturnType<typeof connected>>, taskId: string): Promise<string> {
  const request = JSON.stringify({ subjects_filter: `$KV.VIEWS.TASKS.*.*.${taskId}` });
  const info = (await nc.request('$JS.API.STREAM.INFO.KV_VIEWS', request)).json<{
    state: { subjects: Record<string, number> };
  }>();
  return Object.keys(info.state.subjects)[0] ?? '';
}

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
  await jetstreamApi(nc, 'STREAM.DELETE.KV_VIEWS');
  await expect(outcome(verify)).rejects.toThrow('the stream KV_VIEWS is not on this server');
});
