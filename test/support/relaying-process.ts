/** A relay as a process of its own. Arguments: servers, user, password, secrets key in base64, lease TTL in ms. */
import { connectNats } from '../../src/jetstream/connection.ts';
import { relayOn } from './relay-parts.ts';

const [servers = '', user = '', pass = '', key = '', ttl = ''] = process.argv.slice(2);
const nc = await connectNats({ servers, user, pass, name: 'relaying' });
relayOn(nc, Buffer.from(key, 'base64'), { holder: `${process.pid}`, leaseTtlMs: Number(ttl) }).start();
