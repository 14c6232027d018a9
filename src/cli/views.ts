/** `task-service verify` and `rebuild`: the views held against the log, and made anew from it, beside those that are read. */

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
import { GENERATIONS_STREAM } from '../jetstream/views/generation-record.ts';
import { REBUILD_LEASE, ViewGenerations } from '../jetstream/views/generations.ts';
import { streamOfBucket } from '../jetstream/views/view-bucket.ts';
import { PROJECTOR_LEASE } from '../jetstream/views/view-keys.ts';
import { JetStreamViews } from '../jetstream/views/views.ts';
import { createLogger } from '../observability/logging.ts';
import { EXECUTIONS_KEPT } from '../projections/executions.ts';
import { Projector } from '../projector/projector.ts';
import { requireWholeLog } from './accept-loss.ts';
import type { BuildProgress } from './build-progress.ts';
import { holdingLease } from './holding-lease.ts';

export const VIEWS_HELP = `  verify  holds every event against its subject's chain, its headers and its subject, and every value of the views
          against the log; exit 1 where one differs
  rebuild makes the views anew from the log, beside those that are read, and has the new ones read then; may run while
          the service does
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
  await requireStreams(nc, [LOG_STREAM, USER_KEYS_STREAM, GENERATIONS_STREAM]);
  const { current } = await new ViewGenerations(nc).record();
  if (current === null)
    print('there are no views of this version yet: a service builds them, and so does rebuild');
  else await requireStreams(nc, [streamOfBucket(current.bucket)]);
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

/** Beside the views that are read; `patienceMs` (10 s) is given to another rebuild to end. Throws as `verify`. */
export function rebuild(
  config: Config,
  print: Print,
  progress: BuildProgress | null = null,
  patienceMs?: number,
): Promise<boolean> {
  const work = async (opened: Opened) => {
    const { nc, keys } = opened;
    await provisionAs(config, nc);
    // Before anything is built that no other key could seal, or of a log that has lost events.
    await keys.check();
    await requireWholeLog(nc);
    const checkpoint = await rebuilt(opened, progress, patienceMs);
    print(`the views are made anew, checkpoint ${checkpoint}`);
    return true;
  };
  return withLog(config, work, openNatsBeside);
}

async function rebuilt(opened: Opened, progress: BuildProgress | null, patienceMs?: number): Promise<number> {
  const { nc } = opened;
  const generations = new ViewGenerations(nc);
  const build = async () => ({ checkpoint: await builtBeside(opened, generations, progress) });
  const buildAlone = async () => {
    const { current } = await generations.record();
    // Where none are read yet, whoever projects builds them by itself.
    const built =
      current === null ? await holdingLease(nc, PROJECTOR_LEASE, build, patienceMs) : await build();
    if (built === null) throw new Error('a service is building the views of this version: they are new');
    return built;
  };
  const done = await holdingLease(nc, REBUILD_LEASE, buildAlone, patienceMs);
  if (done === null) throw new Error('another rebuild goes on: wait until it has ended');
  return done.checkpoint;
}

async function builtBeside(
  { nc, keys, log, follower, logger }: Opened,
  generations: ViewGenerations,
  progress: BuildProgress | null,
): Promise<number> {
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
  const bucket = await generations.begin();
  try {
    const checkpoint = await projector.build(bucket, (done, of) => progress?.at(done, of));
    await generations.switchTo(bucket);
    return checkpoint;
  } finally {
    progress?.end();
  }
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
