import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/app/system-clock.ts';
import { verifyViews } from '../../../src/application/queries/verify.ts';
import type { UserId } from '../../../src/domain/shared/ids.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { openedValue, sealedValue } from '../../../src/jetstream/views/sealed-values.ts';
import { valueKey } from '../../../src/jetstream/views/view-keys.ts';
import { TASKS } from '../../../src/projections/tasks.ts';
import { success } from '../../support/histories/history.ts';
import { filesWith } from '../../support/nats/files-with.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer } from '../../support/nats/nats-server.ts';
import { viewBucket } from '../../support/nats/view-bucket.ts';
import { taskParts } from '../../support/parts/task-parts.ts';

const ANN = 'ann' as UserId;
const PLANTED = {
  name: 'Planted-name-of-a-task',
  token: 'Bearer planted-token-of-somebody',
  secret: 'whsec_plantedSecretOfAWebhook',
  tag: 'planted-tag',
  result: 'planted-text-of-a-result',
  data: 'planted-trigger-data',
};

async function scene() {
  const server = await natsServer();
  const nc = await connected(server);
  await provision(nc, { replicas: 1 });
  return { server, nc, parts: taskParts(nc, randomBytes(32)) };
}

/** A task with all that is planted, also in its milestones. */
async function planted({ person, projector }: ReturnType<typeof taskParts>) {
  const config = { headers: { authorization: PLANTED.token }, signing_secret: PLANTED.secret };
  const { name, tag, data } = PLANTED;
  const taskId = await person.create(ANN, { name, config, tags: [tag], metadata: { data } });
  for (let run = 0; run < 25; run++) {
    const execution_id = await person.request(ANN, taskId);
    await person.start(ANN, taskId, execution_id);
    const outcome = { ...success, result: { text: PLANTED.result }, summary: PLANTED.result };
    const finish = { now: systemClock.now(), execution_id, attempt: 1, duration_ms: 3, outcome };
    await person.ask(ANN, taskId, { type: 'finish_execution', data: finish });
  }
  await projector.runOnce();
  return taskId;
}

test('nothing that a person wrote, and no secret, lies in clear in the store: neither in the log nor in the views', async () => {
  const { server, parts } = await scene();
  const taskId = await planted(parts);
  expect((await parts.views.milestonePage(ANN, taskId, 0)).at(-1)?.state.name).toBe(PLANTED.name);
  expect((await parts.views.executions(ANN, taskId, [25])).values[0]?.state.summary).toBe(PLANTED.result);
  await server.halt();
  for (const word of Object.values(PLANTED)) expect(await filesWith(server.storeDir, word), word).toEqual([]);
  expect(await filesWith(server.storeDir, taskId)).not.toEqual([]);
});

test('a value opens only where it was put, as it was put; what does not is folded from the log, and verification names it', async () => {
  const { nc, parts } = await scene();
  const taskId = await planted(parts);
  const other = await parts.person.create(ANN, { name: 'Another' });
  await parts.projector.runOnce();
  const key = await parts.keys.get(ANN);
  const [at, otherAt] = [taskId, other].map((id) => valueKey(TASKS, ANN, id)) as [string, string];
  const bucket = await viewBucket(nc);
  const data = (await bucket.get(at)) ?? new Uint8Array();
  const value = openedValue(data, at, key);
  expect(value).toMatchObject({ state: { name: PLANTED.name } });
  expect(openedValue(data, otherAt, key)).toBe(null);
  expect(openedValue(data, at, null)).toBe(null);
  for (const index of [14, data.length - 1, data.length - 20]) {
    const changed = Buffer.from(data);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(openedValue(changed, at, key)).toBe(null);
  }
  if (value === null) throw new Error('the value does not open');
  expect(openedValue(sealedValue(at, value, key), at, key)).toEqual(value);

  await nc.request(bucket.subject(otherAt), data);
  expect((await parts.queries.task(ANN, other))?.state.name).toBe('Another');
  expect((await parts.queries.tasksOf(ANN)).map(({ state }) => state.name).sort()).toEqual([
    'Another',
    PLANTED.name,
  ]);
  expect((await verifyViews(parts)).differences.map((each) => each.key)).toEqual([`TASKS ${ANN} ${other}`]);
});
