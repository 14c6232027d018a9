import { expect, test } from 'vitest';
import {
  expectNothingLost,
  loadedCluster,
  nodeWithRole,
  writeGap,
} from '../support/cluster/cluster-fixture.ts';
import { seededRandom } from '../support/random.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

test(`of three servers the one that leads the log is killed, another stopped, under load (SEED=${SEED}): writes go on within 10 and 2 s, nothing acknowledged is lost, each slot fires once`, async () => {
  const loaded = await loadedCluster(seededRandom(SEED));
  const killed = await nodeWithRole(loaded.cluster, 'log leader');
  const afterKill = await writeGap(loaded, killed, 'SIGKILL');
  const stopped = await nodeWithRole(loaded.cluster, 'connected');
  const afterStop = await writeGap(loaded, stopped, 'SIGTERM');
  console.info(
    `SEED=${SEED}: no writes for ${afterKill} ms after kill -9, for ${afterStop} ms after a clean stop`,
  );
  expect(afterKill).toBeLessThan(10_000);
  expect(afterStop).toBeLessThan(2_000);
  await expectNothingLost(loaded);
}, 90_000);
