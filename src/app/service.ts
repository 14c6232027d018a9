/**
 * The composition root: starts, of the five roles, those that the configuration asks for. They share nothing but NATS,
 * so each may as well run in a process of its own.
 *
 * Stopping goes from the outside in: no new requests, the lease given up, executions finished or handed back,
 * the projector's step ended, the connection closed, the embedded server last.
 */
import type { Logger } from 'pino';
import { AuditSigning } from './audit-signing.ts';
import type { Config } from './config/config.ts';
import type { RoleName } from './config/schemas.ts';
import { openParts, type Parts, type Stops } from './parts.ts';
import { ProjectorRole } from './roles/projector.ts';
import { RelayRole } from './roles/relay.ts';
import type { ApiStatus, RestAddress, Role } from './roles/role.ts';
import { SchedulerRole } from './roles/scheduler.ts';
import { WorkerRole } from './roles/worker.ts';
import { announceInstance } from './start/announce-instance.ts';
import { registerInConsul } from './start/register.ts';
import { LogIncomplete } from './start/start-faults.ts';
import { isApiApart } from './threads/apart.ts';
import { ApiApart, prepareApiThread } from './threads/api-apart.ts';

export interface Service {
  /** Of the REST API; null without the role `api`. */
  readonly url: string | null;
  /** HS256 secret of the tokens that it accepts; null: it accepts no such tokens. */
  readonly jwtSecret: string | null;
  /** Why nothing is served, although it listens; null: all is well. */
  readonly withheld: string | null;
  /** An address of the console that signs in once, within ten minutes, by a token; null without the role `api`. */
  signInLink(token: string): Promise<string | null>;
  /** Resolves when the service cannot go on, with why: it is to be stopped then, and started again by others. */
  readonly failed: Promise<Error>;
  /** Resolves when everything has ended and the data is safe; at most twenty seconds. */
  stop(): Promise<void>;
}

/**
 * Starts everything, in order; what was started is stopped again where a later part fails, or `signal` aborts before all
 * have started: it throws the signal's reason then, and what was just being waited for (a NATS server that is not there)
 * ends with the process.
 */
export async function startService(config: Config, logger: Logger, signal: AbortSignal): Promise<Service> {
  const stops: Stops = [];
  const stop = async () => {
    for (const each of stops.reverse().splice(0)) await each();
  };
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    const parts = await Promise.race([start(config, logger, stops), aborted]);
    const { roles, auth, nats, guard } = parts;
    const url = roles.api?.status().url ?? null;
    const signInLink = async (token: string) => (await roles.api?.signInLink(token)) ?? null;
    const { jwtSecret } = auth;
    const failed = Promise.race([nats.lost, ...(roles.api?.lost === undefined ? [] : [roles.api.lost])]);
    return { url, jwtSecret, signInLink, withheld: guard.loss(), failed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(config: Config, logger: Logger, stops: Stops): Promise<Parts> {
  const rest = restOf(config, stops);
  const parts = await openParts(config, logger, stops);
  const { roles } = parts;
  stops.push(announceInstance(parts));
  const loss = parts.guard.loss();
  if (loss !== null) {
    // Only that is told of a log that has lost events. Whoever has nobody to tell it to does not start.
    if (!config.roles.has('api')) throw new LogIncomplete(loss);
    roles.api = await startRole('api', rest, parts, stops);
    registerInConsul(parts, stops);
    return parts;
  }
  roles.projector = await startRole('projector', async (it) => new ProjectorRole(it), parts, stops);
  // Before the scheduler, which gives it work, and stopped after it.
  roles.worker = await startRole('worker', async (it) => new WorkerRole(it), parts, stops);
  roles.scheduler = await startRole('scheduler', async (it) => new SchedulerRole(it), parts, stops);
  roles.relay = await startRole('relay', async (it) => new RelayRole(it), parts, stops);
  roles.audit = await startRole('relay', async (it) => new AuditSigning(it), parts, stops);
  roles.api = await startRole('api', rest, parts, stops);
  // Last, so that it is the first to go: nobody is sent here any more while requests are still answered.
  registerInConsul(parts, stops);
  return parts;
}

/** REST has a thread of its own where it could hold up other roles; then only that loads what it is made of. */
function restOf(config: Config, stops: Stops): MakeRole<Role<ApiStatus> & RestAddress> {
  if (!isApiApart(config.roles)) {
    return async (parts) => {
      const { ApiRole } = await import('./roles/api.ts');
      return new ApiRole(parts);
    };
  }
  const prepared = prepareApiThread();
  stops.push(async () => void (await prepared.terminate()));
  return async (parts) => new ApiApart(parts, prepared);
}

type MakeRole<R> = (parts: Parts) => Promise<R>;

/** Null: this process does not have the role. */
async function startRole<R extends Role<unknown>>(
  name: RoleName,
  make: MakeRole<R>,
  parts: Parts,
  stops: Stops,
): Promise<R | null> {
  if (!parts.config.roles.has(name)) return null;
  const role = await make(parts);
  stops.push(() => role.stop());
  await role.start();
  return role;
}
