/** What an imported log tells was told where it comes from: whoever tells others of it goes on behind it. */
import type { NatsAccess } from '../../app/start/nats-access.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import type { UserKeys } from '../../jetstream/codec/user-keys.ts';
import { GroupCommit } from '../../jetstream/log/commit/group-commit.ts';
import { JetStreamDestinationLog } from '../../jetstream/log/event-destinations.ts';
import { JetStreamDestinationProgress } from '../../jetstream/publishing/delivery-records.ts';
import { JetStreamRelayStateStore } from '../../jetstream/views/relay-state-store.ts';

/** By the names of their checkpoints. */
const TELLERS = ['relay', 'devices'];

/** Other services, devices, and endpoints of users' own; none is put back. Throws LogUnavailable. */
export async function countAsTold(nc: NatsAccess['nc'], keys: UserKeys, through: Sequence): Promise<void> {
  const records = new JetStreamRelayStateStore(nc);
  for (const name of TELLERS) {
    const stored = await records.get(['checkpoint', name]);
    if (Number(stored?.value.sequence ?? 0) >= through) continue;
    await records.put(['checkpoint', name], { sequence: through }, stored?.version ?? 0);
  }
  const log = new JetStreamDestinationLog(nc, new GroupCommit(nc), keys);
  const store = new JetStreamDestinationProgress(nc);
  for (const userId of await log.usersWithDestinations()) {
    const known = await log.readDestinations(userId);
    for (const { destination_id, on_since, replay } of known?.user.destinations ?? []) {
      const stored = await store.read(userId, destination_id);
      if ((stored?.progress.through ?? 0) >= through) continue;
      const progress = {
        through,
        pending: [],
        failing_since: null,
        on_since,
        resends_through: through,
        replay: replay && { replay_id: replay.replay_id, through: replay.to, sent: 0 },
      };
      const { version = 0, term = 0 } = stored ?? {};
      await store.write(userId, destination_id, { progress, version, term });
    }
  }
}
