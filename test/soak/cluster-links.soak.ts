import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { expectNothingLost, type LoadedCluster, loadedCluster } from '../support/cluster/cluster-fixture.ts';
import type { ClusterLinks } from '../support/cluster/cluster-links.ts';
import { seededRandom } from '../support/random.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 20);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
/** How long a fault lasts at most: longer than elections, leases, and what NATS waits for a silent peer. */
const LONGEST_MS = 30_000;
const STEADY_MS = 1_200;
/** From when a fault is over until everybody writes again, and until everything requested has ended. */
const WHOLE_WITHIN_MS = 30_000;

/** What befalls three servers: `one` and `other` are two of them. */
const FAULTS: Readonly<
  Record<string, (links: ClusterLinks, one: number, other: number, ms: number) => void>
> = {
  'no server reaches it': (links, one) => links.island(one),
  'no server and no client reaches it': (links, one) => {
    links.island(one);
    links.cutClients(one);
  },
  'each is alone': (links, one, other) => {
    links.island(one);
    links.island(other);
  },
  'two do not reach each other': (links, one, other) => links.cut(one, other),
  'one hears another and is not heard': (links, one, other) => links.cutOneWay(one, other),
  'it hears both others and is heard by none': (links, one) => {
    for (const other of [0, 1, 2]) if (other !== one) links.cutOneWay(one, other);
  },
  'no client reaches it': (links, one) => links.cutClients(one),
  'two are slow to each other': (links, one, other, ms) => links.slow(one, other, ms),
};
const KINDS = [...Object.keys(FAULTS), 'all are killed'];

test(`between three servers links are cut and slowed ${ROUNDS} times (SEED=${SEED}): everybody writes again within 30 s of the end of each, nothing is lost, everything requested ends`, async () => {
  const random = seededRandom(SEED);
  const loaded = await loadedCluster(random, { links: true });
  const longest: number[] = [];
  let left: string[] = [];
  console.info(`SEED=${SEED}`);
  for (let round = 0; round < ROUNDS; round++) {
    if (left.length === 0) left = [...KINDS];
    const [kind = ''] = left.splice(Math.floor(random() * left.length), 1);
    const took = await suffer(loaded, kind, random);
    longest.push(took);
    console.info(`${round + 1}: ${kind}: everybody writes ${took} ms after its end`);
  }
  const outcome = await expectNothingLost(loaded);
  console.info(outcome);
  expect(Math.max(...longest)).toBeLessThan(WHOLE_WITHIN_MS);
  expect(outcome.endedAfterMs).toBeLessThan(WHOLE_WITHIN_MS);
}, 3_600_000);

/** Answers how long after the end of the fault everybody wrote again, milliseconds. */
async function suffer({ cluster, load }: LoadedCluster, kind: string, random: () => number): Promise<number> {
  const links = cluster.links as ClusterLinks;
  const one = Math.floor(random() * 3);
  const other = (one + 1 + Math.floor(random() * 2)) % 3;
  const lasts = random() * LONGEST_MS;
  const befall = FAULTS[kind];
  if (befall === undefined) {
    await Promise.all(cluster.nodes.map((node) => node.end('SIGKILL')));
    await Promise.all(cluster.nodes.map((node) => node.start()));
  } else {
    befall(links, one, other, 20 + random() * 300);
    await delay(lasts);
    links.mend();
  }
  const over = performance.now();
  await load.steadyFor(STEADY_MS);
  return Math.max(0, Math.round(performance.now() - over - STEADY_MS));
}
