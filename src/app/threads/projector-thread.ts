/**
 * The projector in a thread of its own, with a connection of its own: folding and writing the views is the larger
 * half of what the process computes, and would otherwise stand between a due slot and its execution.
 *
 * Here is what runs inside the thread; `roles/projector.ts` is its outside.
 */

import { parentPort, workerData } from 'node:worker_threads';
import { UserKeys } from '../../jetstream/codec/user-keys.ts';
import { connectionEnd, connectNats, type NatsOptions } from '../../jetstream/connection/connection.ts';
import { JetStreamLease } from '../../jetstream/leases/lease.ts';
import { GroupCommit } from '../../jetstream/log/commit/group-commit.ts';
import { JetStreamEventLog } from '../../jetstream/log/event-log.ts';
import { JetStreamLogFollower } from '../../jetstream/log/follow/log-follower.ts';
import { PROJECTOR_LEASE } from '../../jetstream/views/view-keys.ts';
import { nameThread, standBack } from '../../kernel/threads/thread-priority.ts';
import { createLogger, type LoggingOptions } from '../../observability/logging.ts';
import { Projector } from '../../projector/projector.ts';
import { systemClock } from '../system-clock.ts';

export interface ProjectorThreadData {
  readonly nats: NatsOptions;
  readonly secretsKeys: readonly Uint8Array[];
  readonly executionsKept: number;
  readonly holder: string;
  readonly logging: LoggingOptions;
}

/** Under load a step gathers for longer than this (projector/step-window.ts). */
const FOLLOWING_REST = { mostMs: 250, onlyKnown: false };
const STATUS_EVERY_MS = 500;
/** Where cores are short, a third of what the main thread gets: no due slot or request waits for the views. */
const NICE_LEVELS = 5;

async function main(port: NonNullable<typeof parentPort>, data: ProjectorThreadData): Promise<void> {
  nameThread('projector');
  standBack(NICE_LEVELS);
  let stop: () => void = () => process.exit(0);
  // The one message that comes from outside: stop. It may come while a server is still waited for.
  port.once('message', () => stop());
  const logger = createLogger(data.logging).child({ component: 'projector' });
  const nc = await connectNats(data.nats);
  // Ends the thread; the host starts another.
  void connectionEnd(nc).then((error) => {
    logger.error({ err: error }, 'the projector lost its connection');
    process.exit(1);
  });
  const keys = new UserKeys(nc, data.secretsKeys);
  const projector = new Projector({
    nc,
    keys,
    log: new JetStreamEventLog(nc, keys, new GroupCommit(nc)),
    follower: new JetStreamLogFollower(nc, keys, { rest: FOLLOWING_REST }),
    lease: new JetStreamLease(nc, systemClock, { name: PROJECTOR_LEASE, holder: data.holder }),
    executionsKept: data.executionsKept,
    logger,
  });
  const tell = () => port.postMessage(projector.status());
  projector.start();
  tell();
  const telling = setInterval(tell, STATUS_EVERY_MS);
  stop = () => {
    clearInterval(telling);
    void projector.stop().then(async () => {
      tell();
      await nc.close();
      port.close();
    });
  };
}

if (parentPort !== null) await main(parentPort, workerData as ProjectorThreadData);
