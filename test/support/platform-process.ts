/** The role `relay` as a process of its own. Arguments: servers, user, password, secrets key in base64. */
import { connectNats } from '../../src/jetstream/connection.ts';
import { platformOn } from './platform-parts.ts';

const [servers = '', user = '', pass = '', key = ''] = process.argv.slice(2);
const nc = await connectNats({ servers, user, pass, name: 'platform' });
const { role } = await platformOn(nc, Buffer.from(key, 'base64'));
role().start();
