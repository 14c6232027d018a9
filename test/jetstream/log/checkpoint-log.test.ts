import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AUDIT_EVENT_VERSIONS, JetStreamCheckpointLog } from '../../../src/jetstream/log/checkpoint-log.ts';
import { GroupCommit } from '../../../src/jetstream/log/commit/group-commit.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer } from '../../support/nats/nats-server.ts';

test('a checkpoint of every version that was ever written is still read', async () => {
  const nc = await connected(await natsServer(), 'test');
  await provision(nc, { replicas: 1 });
  const checkpoints = new JetStreamCheckpointLog(nc, new GroupCommit(nc));
  expect(await checkpoints.last()).toBeNull();
  let sequence = 0;
  for (const [type, last] of Object.entries(AUDIT_EVENT_VERSIONS)) {
    for (let version = 1; version <= last; version++) {
      const file = join(import.meta.dirname, '..', 'samples', `${type}.${version}.json`);
      const { subject, body, note, time, keyChangedTo = null } = JSON.parse(readFileSync(file, 'utf8'));
      await nc.request(subject, body);
      sequence++;
      expect(await checkpoints.last()).toMatchObject({ sequence, revision: 1, note, time, keyChangedTo });
    }
  }
});
