import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { expect, onTestFinished, test, vi } from 'vitest';
import { publishShipped, readShipped } from '../../src/app/start/shipped-templates.ts';
import { systemClock } from '../../src/app/system-clock.ts';
import { ulidIds } from '../../src/app/ulid-ids.ts';
import { TemplateCommands } from '../../src/application/commands/template-commands.ts';
import { TemplateCatalogue } from '../../src/application/queries/template-catalogue.ts';
import type { Sequence, UserId } from '../../src/domain/shared/ids.ts';
import { GroupCommit } from '../../src/jetstream/log/commit/group-commit.ts';
import { JetStreamTemplateLog } from '../../src/jetstream/log/template-log.ts';
import { provision } from '../../src/jetstream/provisioning/provision.ts';
import { JetStreamRelayStateStore } from '../../src/jetstream/views/relay-state-store.ts';
import { JetStreamViews } from '../../src/jetstream/views/views.ts';
import { Checkpoint } from '../../src/relay/checkpoint.ts';
import { INBOX_TRIES } from '../../src/relay/inbox/inbox.ts';
import { eventually } from '../support/eventually.ts';
import { SECRETS } from '../support/log/log-fixture.ts';
import { connected } from '../support/nats/nats-client.ts';
import { startNatsServer } from '../support/nats/nats-server.ts';
import { NO_KEYS } from '../support/parts/no-keys.ts';
import { platformOn } from '../support/parts/platform-parts.ts';
import { silent } from '../support/parts/run.ts';

const FILL = 'FILL';

/** A store that has no room for the smallest message once `before` is done, and how to make room. */
async function fullStore(
  before: (nc: NatsConnection) => Promise<unknown> = async () => {},
): Promise<{ nc: NatsConnection; makeRoom: () => Promise<unknown> }> {
  const server = await startNatsServer({ maxFileStore: '12MB' });
  onTestFinished(() => server.stop());
  const nc = await connected(server);
  await provision(nc, { replicas: 1 });
  await before(nc);
  const { streams } = await jetstreamManager(nc);
  await streams.add({ name: FILL, subjects: ['fill'] });
  for (const bytes of [500_000, 10_000, 10]) {
    const takes = async () => {
      const answer = await nc.request('fill', new Uint8Array(bytes));
      return answer.json<{ error?: object }>().error === undefined;
    };
    while (await takes());
  }
  return { nc, makeRoom: () => streams.purge(FILL) };
}

test('a checkpoint that finds the store full waits for room', async () => {
  const { nc, makeRoom } = await fullStore();
  const checkpoint = new Checkpoint(new JetStreamRelayStateStore(nc), 'test', silent);
  checkpoint.moveTo(7 as Sequence);
  await checkpoint.settle();
  expect(await checkpoint.read()).toBe(0);
  await makeRoom();
  checkpoint.moveTo(8 as Sequence);
  await checkpoint.settle();
  expect(await checkpoint.read()).toBe(8);
});

test('a checkpoint that cannot be written, for whatever reason, ends nothing', async () => {
  const put = () => Promise.reject(new Error('the bucket is not as it should be'));
  const checkpoint = new Checkpoint({ get: async () => null, put }, 'test', silent);
  checkpoint.moveTo(7 as Sequence);
  await expect(checkpoint.settle()).resolves.toBeUndefined();
});

test('a start that finds the store full goes without its new templates, and says which', async () => {
  const { nc, makeRoom } = await fullStore();
  const log = new JetStreamTemplateLog(nc, new GroupCommit(nc));
  const catalogue = new TemplateCatalogue(log, new JetStreamViews(nc, { executionsKept: 1, keys: NO_KEYS }));
  const commands = new TemplateCommands({ log, catalogue, clock: systemClock, ids: ulidIds() });
  const shipped = await readShipped();
  const refused = shipped.map(({ template_id }) => template_id);
  expect(await publishShipped(shipped, commands, 'full')).toEqual({ published: 0, refused });
  await makeRoom();
  const published = shipped.length;
  expect(await publishShipped(shipped, commands, 'later')).toEqual({ published, refused: [] });
});

test('what another service has told is done when there is room again, however often it was refused, and the service started', async () => {
  const user = 'usr_ann' as UserId;
  const body = JSON.stringify({ user_id: user });
  const { nc, makeRoom } = await fullStore((to) => to.request('account_service.user.deleted', body));
  const { admissions, log, role: make, stop } = await platformOn(nc, SECRETS);
  onTestFinished(stop);
  const tried = vi.spyOn(admissions, 'deleteUser');
  // More starts than the message may fail: what it waits for is no failure of its own.
  for (let starts = 0; starts <= INBOX_TRIES; starts++) {
    const before = tried.mock.calls.length;
    const role = make();
    role.start();
    await eventually(async () => tried.mock.calls.length > before);
    await role.stop();
  }
  const role = make();
  onTestFinished(() => role.stop());
  role.start();
  await makeRoom();
  await eventually(async () => (await log.lastFact(user))?.deleted === true);
});

test('a first start with devices that finds the store full starts, and notes where devices begin once there is room', async () => {
  const { nc, makeRoom } = await fullStore();
  const { role: make, stop } = await platformOn(nc, SECRETS);
  onTestFinished(stop);
  const role = make(undefined, { calloutSeed: new Uint8Array() });
  onTestFinished(() => role.stop());
  await role.start();
  const records = new JetStreamRelayStateStore(nc);
  expect(await records.get(['checkpoint', 'devices'])).toBeNull();
  await makeRoom();
  await eventually(async () => (await records.get(['checkpoint', 'devices'])) !== null);
});
