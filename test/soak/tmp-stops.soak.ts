import { test } from 'vitest';
import { loadedCluster, nodeWithRole, ROLES, writeGap } from '../support/cluster-fixture.ts';
import { seededRandom } from '../support/random.ts';
test('stops', async () => {
  const random = seededRandom(1);
  const loaded = await loadedCluster(random);
  for (let round = 0; round < 14; round++) {
    const role = ROLES[round % 4]!;
    const node = await nodeWithRole(loaded.cluster, role);
    const lead = (await Promise.all(['TASK_LOG','KV_IDEMPOTENCY','KV_LEASES','KV_USER_KEYS','KV_VIEWS'].map(async (s)=> [s,(await loaded.cluster.leaderOf(s)).name]))).filter(([,n])=> n===node.name).map(([s])=>s);
    const t=new Date().toISOString();
    const gap = await writeGap(loaded, node, 'SIGTERM');
    console.info(`GAP ${t} ${role} (${node.name}) ${lead} : ${gap} ms`);
  }
  await loaded.load.stop();
  for (const i of loaded.instances) for (const l of i.log()) if (l.component==='http' || Number(l['duration_ms'])>500) console.log('LL', JSON.stringify(l).slice(0,1600));
}, 280_000);
