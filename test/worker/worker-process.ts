/**
 * A worker as a process of its own, to be killed. Arguments: servers, user, password, secrets key (hex), worker id,
 * the `host:port` that it may call.
 */

import { systemClock } from '../../src/app/system-clock.ts';
import { connectNats } from '../../src/jetstream/connection/connection.ts';
import { JetStreamCommandQueue } from '../../src/jetstream/queues/command-queue.ts';
import { createExecutors } from '../../src/task-types/all.ts';
import { Worker } from '../../src/worker/worker.ts';
import { NOBODY_DELETED } from '../support/parts/nobody.ts';
import { providers } from '../support/parts/providers.ts';
import { outboundTo, readHere, silent } from '../support/parts/run.ts';
import { taskParts } from '../support/parts/task-parts.ts';

const [servers = '', user = '', pass = '', key = '', workerId = '', host = ''] = process.argv.slice(2);
const nc = await connectNats({ servers, user, pass, name: workerId });
const { commands, repository, queries, log } = taskParts(nc, Buffer.from(key, 'hex'));

new Worker({
  workerId,
  queue: new JetStreamCommandQueue(nc, { logger: silent, replicas: 1 }),
  commands,
  tasks: repository,
  queries,
  log,
  executors: createExecutors(providers()),
  outbound: outboundTo(host),
  documents: readHere,
  clock: systemClock,
  logger: silent,
  ...NOBODY_DELETED,
  concurrency: 10,
  timing: { heartbeat: 300 },
}).start();
