/** `task-service accept-loss`: goes on with a log that has lost its end, on record. */

import type { Config } from '../app/config/config.ts';
import { requireData } from '../app/start/local-secrets.ts';
import { type NatsAccess, openNats } from '../app/start/nats-access.ts';
import { provisionAs } from '../app/start/provisioning.ts';
import { LogIncomplete } from '../app/start/start-faults.ts';
import { systemClock } from '../app/system-clock.ts';
import { ulidIds } from '../app/ulid-ids.ts';
import { acceptLoss } from '../jetstream/log-guard/accept-loss.ts';
import {
  describeLoss,
  describeUnreadable,
  findLoss,
  findUnreadable,
} from '../jetstream/log-guard/find-loss.ts';
import { requireNoRestore } from '../jetstream/snapshots/restore-mark.ts';
import { PROJECTOR_LEASE } from '../jetstream/views/view-keys.ts';
import { createLogger } from '../observability/logging.ts';
import { holdingLease } from './holding-lease.ts';

export const ACCEPT_LOSS_HELP = `  accept-loss goes on with a log that has lost its last events: says so in the log, throws the views away
`;

/** Only while no instance runs. Throws LogIncomplete where events inside the log are missing, LogUnavailable. */
export async function acceptLostEnd(config: Config, print: (line: string) => void): Promise<void> {
  requireData(config);
  const logger = createLogger({ level: 'error', format: config.logFormat });
  const access = await openNats(config, logger, 'task-service accept-loss');
  try {
    const { nc } = access;
    await requireNoRestore(nc);
    await provisionAs(config, nc);
    const loss = await findLoss(nc);
    if (loss === null) return print('the log has lost nothing that anybody knows of: nothing was done');
    if (loss.inside > 0) throw new LogIncomplete(describeLoss(loss));
    const work = async () => {
      await acceptLoss({ nc, clock: systemClock, ids: ulidIds() }, loss);
      return {};
    };
    if ((await holdingLease(nc, PROJECTOR_LEASE, work)) === null) {
      throw new Error('a service runs on this server: stop every instance, and accept the loss then');
    }
    const { from, through, last } = loss;
    print(`the loss of events ${from} to ${through} is recorded in the log behind event ${last}`);
    print('the views were thrown away: the next start makes them anew');
  } finally {
    await access.close();
  }
}

/** Throws LogIncomplete where the log has lost events, and LogUnavailable. */
export async function requireWholeLog(nc: NatsAccess['nc']): Promise<void> {
  const loss = await findLoss(nc);
  if (loss !== null) throw new LogIncomplete(describeLoss(loss));
  const unreadable = await findUnreadable(nc);
  if (unreadable !== null) throw new LogIncomplete(describeUnreadable(unreadable));
}
