/** What an embedded nats-server is started with besides its data: of the environment, and for nats-server.conf. */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { READERS } from '../provisioning/mirrors.ts';

/** As whom the service connects to it. */
export const OWN_USER = 'task-service';

/** The configuration reads a value that looks like a number as one: a letter first. */
export function randomPassword(): string {
  return `p${randomBytes(24).toString('hex')}`;
}

const STATIC_USERS = [OWN_USER, ...READERS.flatMap((reader) => [reader, `${reader}-setup`])];
/** One name has to stand there. */
const NOBODY = ['nobody, so that devices may have any user name'];

/** `auth_users` of nats-server.conf. */
export function notAskedAbout(mqttPort: number): string {
  return JSON.stringify(mqttPort === 0 ? STATIC_USERS : NOBODY);
}

/** What a program needs of the environment, and what settles Go's memory and cores: none of the service's secrets. */
const INHERITED = ['PATH', 'HOME', 'TZ', 'TMPDIR', 'LANG', 'GOMAXPROCS', 'GOMEMLIMIT', 'GOGC', 'GODEBUG'];

/**
 * Where the operator says nothing, half of the cores: the service needs the other half. Go wakes a core for every
 * goroutine that could go on, only to find nothing more to do, and that costs more than waiting for its turn. And half as
 * much garbage again as there is in use, instead of as much: most of it is blocks of messages that were read once.
 */
function shareOfMachine(): Record<string, string> {
  return { GOMAXPROCS: String(Math.max(1, Math.floor(availableParallelism() / 2))), GOGC: '50' };
}

export function inheritedEnvironment(): Record<string, string> {
  const given = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...shareOfMachine(), ...Object.fromEntries(given) };
}
