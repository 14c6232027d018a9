/** `task-service verify` and `rebuild`: the views held against the log, and made anew from it. */

import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Config } from '../app/config/config.ts';
import { requireData, resolveSecrets } from '../app/start/local-secrets.ts';
import { type NatsAccess, openNats, openNatsBeside } from '../app/start/nats-access.ts';
import { provisionAs } from '../app/start/provisioning.ts';
import { systemClock } from '../app/system-clock.ts';
import { verifyViews } from '../application/queries/verify.ts';
import { USER_KEYS_STREAM, UserKeys } from '../jetstream/codec/user-keys.ts';
import { LOG_STREAM } from '../jetstream/connection/subjects.ts';
import { JetStreamLease } from '../jetstream/leases/lease.ts';
import { GroupCommit } from '../jetstream/log/commit/group-commit.ts';
import { JetStreamEventLog } from '../jetstream/log/event-log.ts';
import { JetStreamLogFollower } from '../jetstream/log/follow/log-follower.ts';
import { findFaults } from '../jetstream/log-guard/log-faults.ts';
import { requireStreams } from '../jetstream/provisioning/required-streams.ts';
import { requireNoRestore } from '../jetstream/snapshots/restore-mark.ts';
import { PROJECTOR_LEASE, VIEWS_STREAM } from '../jetstream/views/view-keys.ts';
import { emptyViews, JetStreamViews } from '../jetstream/views/views.ts';
import { createLogger } from '../observability/logging.ts';
import { EXECUTIONS_KEPT } from '../projections/executions.ts';
import { Projector } from '../projector/projector.ts';
import { requireWholeLog } from './accept-loss.ts';
import { holdingLease } from './holding-lease.ts';

export const VIEWS_HELP = `  verify  holds every event against its subject's chain, its headers and its subject, and every value of the views
          against the log; exit 1 where one differs
  rebuild throws the views away and makes them anew from the log
`;

type Print = (line: string) => void;

interface Opened {
  readonly nc: NatsAccess['nc'];
  readonly keys: UserKeys;
  readonly log: JetStreamEventLog;
  readonly follower: JetStreamLogFollower;
  readonly logger: Logger;
}

/** Prints each fault of the log, or else each difference of the views. True where there is none. Throws LogUnavailable, StreamMissing, and what is wrong with the log. */
export function verify(config: Config, print: Print): Promise<boolean> {
  return withLog(config, (opened) => verified(opened, print), openNatsBeside);
}

async function verified({ nc, keys, log, follower }: Opened, print: Print): Promise<boolean> {
  await requireStreams(nc, [LOG_STREAM, USER_KEYS_STREAM, VIEWS_STREAM]);
  await keys.check();
  await requireWholeLog(nc);
  const views = new JetStreamViews(nc, { executionsKept: EXECUTIONS_KEPT, keys });
  let faults = 0;
  await findFaults(nc, ({ kind, sequence, subject, what }) => {
    faults++;
    print(`${kind} ${sequence} ${subject}: ${what}`);
  });
  if (faults > 0) {
    print(`THE LOG IS NOT WHAT WAS APPENDED: ${faults} faults; the views were not looked at`);
    return false;
  }
  const { events, values, checkpoint, differences } = await verifyViews({ log, follower, views });
  for (const { key, path } of differences) print(`differs: ${key}${path === '' ? '' : ` at ${path}`}`);
  const verdict = differences.length === 0 ? 'the views are what the log says' : 'THE VIEWS DIFFER';
  print(`${verdict}: ${events} events, ${values} values, checkpoint ${checkpoint}`);
  return differences.length === 0;
}

/** Only while no instance projects: one that does is given `patienceMs` (10 s) to end. Reads go on meanwhile, from the log, and slower. Throws as `verify`. */
export function rebuild(config: Config, print: Print, patienceMs?: number): Promise<boolean> {
  return withLog(config, async ({ nc, keys, log, follower, logger }) => {
    await provisionAs(config, nc);
    // Before the views are thrown away that no other key could make again, or that know what the log has lost.
    await keys.check();
    await requireWholeLog(nc);
    const lease = new JetStreamLease(nc, systemClock, { name: PROJECTOR_LEASE, holder: 'rebuild' });
    const projector = new Projector({
      nc,
      keys,
      log,
      follower,
      lease,
      logger,
      executionsKept: EXECUTIONS_KEPT,
    });
    const work = async () => {
      await emptyViews(nc);
      return { checkpoint: await projector.runOnce() };
    };
    const rebuilt = await holdingLease(nc, PROJECTOR_LEASE, work, patienceMs);
    if (rebuilt === null) throw new Error('a service projects on this server: stop it, and rebuild then');
    print(`the views are made anew, checkpoint ${rebuilt.checkpoint}`);
    return true;
  });
}

/** With NATS and the keys open; closes them. `open`: how the server is reached. Throws ConfigError. */
export async function withLog(
  config: Config,
  work: (opened: Opened) => Promise<boolean>,
  open = openNats,
): Promise<boolean> {
  requireData(config);
  const logger = createLogger({ level: 'error', format: config.logFormat });
  const { secretsKeys } = await resolveSecrets(config);
  const access = await open(config, logger, `task-service on ${hostname()}`);
  try {
    const { nc } = access;
    await requireNoRestore(nc);
    const keys = new UserKeys(nc, secretsKeys);
    const follower = new JetStreamLogFollower(nc, keys);
    return await work({
      nc,
      keys,
      log: new JetStreamEventLog(nc, keys, new GroupCommit(nc)),
      follower,
      logger,
    });
  } finally {
    await access.close();
  }
}
