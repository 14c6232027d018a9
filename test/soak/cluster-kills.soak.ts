import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  expectNothingLost,
  loadedCluster,
  nodeWithRole,
  ROLES,
  writeGap,
} from '../support/cluster/cluster-fixture.ts';
import { seededRandom } from '../support/random.ts';

const KILLS = Number(process.env.KILLS ?? 20);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
/** Between two kills: from when the node is back. */
const PAUSE_MS = 2_000;

test(`of three servers one is killed ${KILLS} times, stopped ${KILLS} times (SEED=${SEED}): writes go on within 10 and 2 s, and nothing is lost`, async () => {
  const random = seededRandom(SEED);
  const loaded = await loadedCluster(random);
  const gaps = { SIGKILL: [] as number[], SIGTERM: [] as number[] };
  console.info(`SEED=${SEED}`);
  for (let round = 0; round < 2 * KILLS; round++) {
    await delay(random() * PAUSE_MS);
    const signal = round % 2 === 0 ? 'SIGKILL' : 'SIGTERM';
    const role = ROLES[Math.floor(random() * ROLES.length)] ?? 'follower';
    const node = await nodeWithRole(loaded.cluster, role);
    const gap = await writeGap(loaded, node, signal);
    gaps[signal].push(gap);
    console.info(`${signal} ${role} (${node.name}): ${gap} ms`);
  }
  console.info(await expectNothingLost(loaded));
  for (const [signal, all] of Object.entries(gaps))
    console.info(signal, [...all].sort((a, b) => a - b).join(' '));
  expect(Math.max(...gaps.SIGKILL)).toBeLessThan(10_000);
  expect(Math.max(...gaps.SIGTERM)).toBeLessThan(2_000);
}, 1_800_000);
