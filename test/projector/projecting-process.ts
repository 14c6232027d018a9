/**
 * A process that projects. Prints `checkpoint <sequence>` whenever it has moved one and `state <state>` whenever
 * that changes. Arguments: servers, user, password, secrets key in base64, lease TTL in ms or `none`: then it always
 * believes that it leads.
 */
import { connectNats } from '../../src/jetstream/connection/connection.ts';
import { taskParts } from '../support/parts/task-parts.ts';

const [servers = '', user = '', pass = '', key = '', ttl = ''] = process.argv.slice(2);
const nc = await connectNats({ servers, user, pass, name: 'projecting' });
const lease = ttl === 'none' ? { withoutLease: true } : { leaseTtlMs: Number(ttl) };
const { projector } = taskParts(nc, Buffer.from(key, 'base64'), lease);
projector.start();
let state = '';
let checkpoint = -1;
setInterval(() => {
  const status = projector.status();
  if (status.state !== state) process.stdout.write(`state ${status.state}\n`);
  if (status.state === 'projecting' && status.checkpoint !== checkpoint) {
    process.stdout.write(`checkpoint ${status.checkpoint}\n`);
  }
  ({ state, checkpoint } = status);
}, 2);
