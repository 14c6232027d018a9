import type { NatsConnection } from '@nats-io/transport-node';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { erasuresOf } from '../../../src/app/start/erasures.ts';
import { systemClock } from '../../../src/app/system-clock.ts';
import { Admissions } from '../../../src/application/commands/admissions.ts';
import { KnownUsers } from '../../../src/application/commands/known-users.ts';
import type { UserId } from '../../../src/domain/shared/ids.ts';
import { DEFAULT_TIER_LIMITS } from '../../../src/domain/user/limits.ts';
import { UserKeyMissing, UserKeys } from '../../../src/jetstream/codec/user-keys.ts';
import { ViewGenerations } from '../../../src/jetstream/views/generations.ts';
import type { ViewBucket } from '../../../src/jetstream/views/view-bucket.ts';
import { valuesOfUser } from '../../../src/jetstream/views/view-keys.ts';
import { EXECUTIONS } from '../../../src/projections/executions.ts';
import { TASKS } from '../../../src/projections/tasks.ts';
import { SECRETS } from '../../support/log/log-fixture.ts';
import { filesWith } from '../../support/nats/files-with.ts';
import { connected, wrapped } from '../../support/nats/nats-client.ts';
import { natsServer } from '../../support/nats/nats-server.ts';
import { taskParts } from '../../support/parts/task-parts.ts';

const CONTEXT = { actor: 'user:root', correlation_id: 'c', causation_id: null, traceparent: null };

/** What a process that erases is made of. */
function erasing(nc: NatsConnection) {
  const parts = taskParts(nc, SECRETS);
  const users = new KnownUsers(parts.log, systemClock);
  const tasksOf = (userId: UserId) => parts.queries.tasksOf(userId);
  const admissions = new Admissions({
    ...parts,
    tiers: users,
    tasksOf,
    limits: DEFAULT_TIER_LIMITS,
    clock: systemClock,
  });
  const logger = pino({ level: 'silent' });
  const erasures = erasuresOf(
    { hasDevices: false, ...parts, users, admissions, clock: systemClock, logger },
    false,
  );
  return { ...parts, users, erasures };
}

test('killed at any step, an erasure is finished by who starts next, and no key is accepted for the user ever again', async () => {
  const server = await natsServer();
  // Every other request of an erasure is the last one once; the server goes on.
  const steps = Array.from({ length: 23 }, (_, step) => 2 * step + 1);
  const ends = await Promise.all(
    steps.map(async (last) => {
      const userId = `user_${last}` as UserId;
      const nc = await connected(server);
      const before = erasing(nc);
      const taskId = await before.person.create(userId, { name: `Planted-name-${last}-of-a-task` });
      await before.person.request(userId, taskId);
      const message = { user_id: userId, title: `Planted-title-${last}-of-an-event` };
      await nc.request('calendar_service.event.created', JSON.stringify(message), { timeout: 5_000 });
      const key = await before.keys.wrapped(userId);
      expect(await before.erasures.request(userId, CONTEXT)).toBe('requested');

      let requests = 0;
      const request: NatsConnection['request'] = (subject, ...more) => {
        if (++requests > last) throw new Error('killed');
        return nc.request(subject, ...more);
      };
      const end = await erasing(wrapped(nc, { request }))
        .erasures.carryOut(userId)
        .then(
          () => 'done',
          () => 'killed',
        );
      // At a start those are finished whose `user.erased` is there; who leads goes on with the others.
      const next = erasing(await connected(server));
      await next.erasures.finish([userId]);
      expect(await next.erasures.carryOut(userId)).toBe('completed');
      expect(await next.erasures.request(userId, CONTEXT)).toBe('completed');
      await expect(new UserKeys(nc, SECRETS).getOrCreate(userId)).rejects.toThrow(UserKeyMissing);
      return { end, key };
    }),
  );
  expect(ends.filter(({ end }) => end === 'killed').length).toBeGreaterThan(10);
  expect(ends.at(-1)?.end).toBe('done');
  await server.halt();
  for (const { key } of ends) expect(await filesWith(server.storeDir, key)).toEqual([]);
  expect(await filesWith(server.storeDir, '-of-an-event')).toEqual([]);
  expect(await filesWith(server.storeDir, '-of-a-task')).toEqual([]);
});

test('an erasure reaches the views that are read, those that are being built, and those that nobody reads any more', async () => {
  const server = await natsServer();
  const nc = await connected(server);
  const { person, projector, erasures, keys, views, queries } = erasing(nc);
  const generations = new ViewGenerations(nc);
  const [erased, other] = ['erased', 'other'] as UserId[];
  if (erased === undefined || other === undefined) throw new Error('nobody');
  for (const userId of [erased, other]) {
    await person.run(userId, await person.create(userId, { name: `Planted-name-of-${userId}` }));
  }
  await projector.runOnce();
  const unused = (await generations.projected()).bucket;
  const current = await generations.begin();
  await projector.build(current, () => {});
  await generations.switchTo(current);
  const building = await generations.begin();
  await projector.build(building, () => {});
  const all = [unused, current, building];
  const values = (userId: UserId) => Promise.all(all.map((bucket) => valuesIn(bucket, userId)));
  expect(await values(erased)).toEqual([2, 2, 2]);

  const key = await keys.wrapped(erased);
  expect(await erasures.request(erased, CONTEXT)).toBe('requested');
  expect(await erasures.carryOut(erased)).toBe('completed');
  expect(await values(erased)).toEqual([0, 0, 0]);
  expect(await values(other)).toEqual([2, 2, 2]);

  // Another rebuild, with the key still in its memory: what it writes opens for nobody.
  const late = await generations.begin();
  await projector.build(late, () => {});
  await generations.switchTo(late);
  const { views: later } = erasing(await connected(server));
  expect((await later.tasksOf(erased)).values).toEqual([]);
  expect((await later.tasksOf(other)).values.length).toBe(1);
  expect((await queries.tasksOf(other)).length).toBe(1);
  expect(await views.opens(other)).toBe(true);
  await server.halt();
  for (const word of [key, 'Planted-name-of-erased']) {
    expect(await filesWith(server.storeDir, word)).toEqual([]);
  }
});

/** Tasks and executions of a user that have a value. */
async function valuesIn(bucket: ViewBucket, userId: UserId): Promise<number> {
  const filters = [TASKS, EXECUTIONS].map((view) => valuesOfUser(view, userId));
  return (await bucket.getTogether(filters))?.length ?? 0;
}
