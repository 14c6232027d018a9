/** A process that tells that a worker lives, and says so once that is stored. Arguments: servers, user, password, worker id. */
import pino from 'pino';
import { connectNats } from '../../../src/jetstream/connection/connection.ts';
import { JetStreamWorkerLeases } from '../../../src/jetstream/leases/worker-leases.ts';
import { testClock } from '../../support/clock.ts';

const [servers = '', user = '', pass = '', workerId = ''] = process.argv.slice(2);
const nc = await connectNats({ servers, user, pass, name: workerId });
const leases = new JetStreamWorkerLeases(nc, { clock: testClock, logger: pino({ level: 'silent' }) });
await leases.hold(workerId, new AbortController().signal).known;
process.stdout.write('known\n');
