import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { systemClock } from '../../../src/app/system-clock.ts';
import { verifyViews } from '../../../src/application/queries/verify.ts';
import type { UserId } from '../../../src/domain/shared/ids.ts';
import { jetstreamApi } from '../../../src/jetstream/connection/api.ts';
import { JetStreamLease } from '../../../src/jetstream/leases/lease.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { GenerationSuperseded, ViewGenerations } from '../../../src/jetstream/views/generations.ts';
import { projectorLease, VIEWS_VERSION } from '../../../src/jetstream/views/view-keys.ts';
import { dropViews, farthestInViews, viewStreams } from '../../../src/jetstream/views/view-streams.ts';
import { bucketStreamNamed } from '../../support/nats/bucket-stream.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer } from '../../support/nats/nats-server.ts';
import { viewBucket } from '../../support/nats/view-bucket.ts';
import { taskParts } from '../../support/parts/task-parts.ts';

const USER = 'usr_1' as UserId;
const OLDER = 3;

async function scene() {
  const server = await natsServer();
  const nc = await connected(server);
  await provision(nc, { replicas: 1 });
  const parts = taskParts(nc, randomBytes(32));
  return { server, nc, parts, generations: new ViewGenerations(nc) };
}

async function built({ parts, generations }: Awaited<ReturnType<typeof scene>>) {
  const bucket = await generations.begin();
  await parts.projector.build(bucket, () => {});
  return bucket;
}

/** Leads under such a lease until it is told to end. */
async function leading(nc: Parameters<typeof viewStreams>[0], name: string) {
  const end = new AbortController();
  const lease = new JetStreamLease(nc, systemClock, { name, holder: 'old' });
  let ended = Promise.resolve();
  await new Promise<void>((resolve) => {
    ended = lease.run(async ({ signal }) => {
      resolve();
      await new Promise((over) => signal.addEventListener('abort', over));
    }, end.signal);
  });
  return async () => {
    end.abort();
    await ended;
  };
}

it('of an empty log the first generation is read at once; of any other when it holds what the log held', async () => {
  const { parts, generations, nc } = await scene();
  const first = await generations.projected();
  expect(first.through).toBe(null);
  expect((await generations.record()).current?.bucket).toBe(first.bucket.name);
  await dropViews(nc);

  await parts.person.create(USER);
  const building = await generations.projected();
  expect(building).toMatchObject({ through: 1 });
  expect((await generations.projected()).bucket.name).toBe(building.bucket.name);
  expect((await generations.record()).current).toBe(null);
  expect((await parts.queries.tasksOf(USER)).length).toBe(1);
  await parts.projector.runOnce();
  expect((await generations.record()).current?.bucket).toBe(building.bucket.name);
  expect((await verifyViews(parts)).differences).toEqual([]);
});

it('many that start at once make one generation together', async () => {
  const { nc, parts } = await scene();
  await parts.person.create(USER);
  const all = await Promise.all(Array.from({ length: 5 }, () => new ViewGenerations(nc).projected()));
  expect(new Set(all.map(({ bucket }) => bucket.name)).size).toBe(1);
  expect(await viewStreams(nc)).toEqual([all[0]?.bucket.stream]);
});

it('a rebuild leaves what is read as it is until it is whole; what another rebuild has left goes', async () => {
  const it = await scene();
  const { parts, generations, nc } = it;
  await parts.person.create(USER);
  await parts.projector.runOnce();
  const old = await viewBucket(nc);
  const abandoned = await generations.begin();
  const bucket = await built(it);
  expect(await viewStreams(nc)).toEqual([old.stream, bucket.stream].sort());
  expect((await viewBucket(nc)).name).toBe(old.name);
  await expect(generations.switchTo(abandoned)).rejects.toThrow(GenerationSuperseded);

  await generations.switchTo(bucket);
  await generations.switchTo(bucket);
  expect((await viewBucket(nc)).name).toBe(bucket.name);
  expect((await verifyViews(parts)).differences).toEqual([]);
});

it('what nobody reads any more is kept for an hour, and dropped as one', async () => {
  const it = await scene();
  const { parts, generations, nc } = it;
  await parts.person.create(USER);
  await parts.projector.runOnce();
  const old = await viewBucket(nc);
  const bucket = await built(it);
  await generations.switchTo(bucket);
  await generations.dropUnused();
  expect(await viewStreams(nc)).toContain(old.stream);
  await new ViewGenerations(nc, { keptMs: 0 }).dropUnused();
  expect(await viewStreams(nc)).toEqual([bucket.stream]);
  expect((await generations.record()).unused).toEqual([]);
});

it('a rebuild that was broken off goes with what is not read, unless it goes on', async () => {
  const { generations, nc, parts } = await scene();
  await parts.projector.runOnce();
  const current = await viewBucket(nc);
  const soon = new ViewGenerations(nc, { keptMs: 0 });
  const { stream } = await generations.begin();
  const end = await leading(nc, 'rebuild');
  await new ViewGenerations(nc, { keptMs: 5_000 }).dropUnused();
  expect(await viewStreams(nc)).toContain(stream);
  await end();
  await soon.dropUnused();
  expect(await viewStreams(nc)).toEqual([current.stream]);
});

it('two versions go on side by side; the older goes when nobody has projected it for long', async () => {
  const { generations, nc, parts } = await scene();
  await parts.person.create(USER);
  const older = new ViewGenerations(nc, { version: OLDER });
  const { bucket } = await older.projected();
  await older.switchTo(bucket);
  const { stream } = bucket;
  await parts.projector.runOnce();
  const end = await leading(nc, projectorLease(OLDER));
  await new ViewGenerations(nc, { keptMs: 5_000 }).dropUnused();
  expect(await viewStreams(nc)).toContain(stream);
  expect((await older.record()).current?.bucket).toBe(bucket.name);
  await end();
  await new ViewGenerations(nc, { keptMs: 0 }).dropUnused();
  expect(await viewStreams(nc)).toEqual([(await viewBucket(nc)).stream]);
  expect((await generations.record()).current?.bucket).toContain(`VIEWS_${VIEWS_VERSION}_`);
  // One that comes back builds anew.
  expect((await older.projected()).through).toBe(1);
});

it('the stream in which builds before kept all versions goes likewise, and says until then how far the log was', async () => {
  const { nc, parts } = await scene();
  await jetstreamApi(nc, 'STREAM.CREATE.KV_VIEWS', bucketStreamNamed('VIEWS'));
  await nc.request('$KV.VIEWS.SCHEDULE.v8.checkpoint', '{"sequence":4711}');
  await parts.projector.runOnce();
  expect(await farthestInViews(nc)).toBe(4711);
  const end = await leading(nc, 'projector-v10');
  await new ViewGenerations(nc, { keptMs: 5_000 }).dropUnused();
  expect(await viewStreams(nc)).toContain('KV_VIEWS');
  await end();
  await new ViewGenerations(nc, { keptMs: 0 }).dropUnused();
  expect(await viewStreams(nc)).not.toContain('KV_VIEWS');
});
