/**
 * A scheduler as a process of its own. Arguments: servers, user, password, secrets key (base64), lease TTL in ms.
 * Logs JSON lines to stdout; ends cleanly on SIGTERM.
 */
import { pino } from 'pino';
import { connectNats } from '../../src/jetstream/connection/connection.ts';
import { schedulerOn } from './instance.ts';

const [servers = '', user = '', pass = '', secretsKey = '', ttl = ''] = process.argv.slice(2);
const nc = await connectNats({ servers, user, pass, name: 'scheduler-process' });
const scheduler = schedulerOn({
  nc,
  secretsKey: Buffer.from(secretsKey, 'base64'),
  holder: 'process',
  ttlMs: Number(ttl),
  logger: pino(pino.destination({ sync: true })),
});
scheduler.start();
process.once('SIGTERM', () => {
  void scheduler.stop().then(() => nc.close());
});
