/**
 * A process that projects. Prints `checkpoint <sequence>` whenever it has moved one and `led` whenever it starts to
 * lead. Arguments: servers, user, password, secrets key in base64, lease TTL in ms.
 */
import { connectNats } from '../../src/jetstream/connection.ts';
import { taskParts } from './task-parts.ts';

const [servers = '', user = '', pass = '', key = '', ttl = ''] = process.argv.slice(2);
const nc = await connectNats({ servers, user, pass, name: 'projecting' });
const { projector } = taskParts(nc, Buffer.from(key, 'base64'), { leaseTtlMs: Number(ttl) });
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
