/** A relay as a process of its own. Arguments: servers, user, password, secrets key in base64, lease TTL in ms, `devices` to tell those. */
import { connectNats } from '../../../src/jetstream/connection/connection.ts';
import { relayOn } from '../parts/relay-parts.ts';

const [servers = '', user = '', pass = '', key = '', ttl = '', whom = ''] = process.argv.slice(2);
const nc = await connectNats({ servers, user, pass, name: 'relaying' });
const options = { holder: `${process.pid}`, leaseTtlMs: Number(ttl), devices: whom === 'devices' };
relayOn(nc, Buffer.from(key, 'base64'), options).start();
