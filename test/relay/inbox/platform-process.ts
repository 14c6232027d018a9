/**
 * The role `relay` as a process of its own. Arguments: servers, user, password, secrets key in base64, and after how many
 * commands on tasks it kills itself with -9 (default: never).
 */
import { connectNats } from '../../../src/jetstream/connection/connection.ts';
import { platformOn } from '../../support/parts/platform-parts.ts';

const [servers = '', user = '', pass = '', key = '', last = 'Infinity'] = process.argv.slice(2);
const nc = await connectNats({ servers, user, pass, name: 'platform' });
const { role, commands } = await platformOn(nc, Buffer.from(key, 'base64'));
const execute = commands.execute.bind(commands);
let executed = 0;
commands.execute = async (...asked) => {
  const result = await execute(...asked);
  executed += 1;
  if (executed >= Number(last)) process.kill(process.pid, 'SIGKILL');
  return result;
};
role().start();
