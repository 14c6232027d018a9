/**
 * What a device shows as its password is judged as the REST API judges it: a token as a bearer token, anything else as
 * an API key. A user who was deleted, or who has no active account, is not let in; nor is anybody of whom that cannot
 * be told.
 */
import type { Logger } from 'pino';
import type { DeviceLogin, VerifyDevice } from '../../application/ports/devices.ts';
import { type Clock, LogUnavailable } from '../../application/ports/ports.ts';
import type { UserId } from '../../domain/shared/ids.ts';
import { Problem } from '../server/problem.ts';
import { accountCheck } from './account-check.ts';
import { type Authenticator, type AuthSettings, authenticatorOf, type Caller } from './auth.ts';
import { expiryOf } from './remote-verifier.ts';
import { ServiceUnavailable } from './service-calls.ts';

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** As long as a header may be in which the REST API takes it. */
const LONGEST_PASSWORD = 16 * 1024;

export interface DeviceLoginDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Throws LogUnavailable. */
  readonly isDeleted: (userId: UserId) => Promise<boolean>;
}

export function deviceLogin(
  settings: AuthSettings & { readonly accountServiceUrl: string | null },
  deps: DeviceLoginDeps,
): VerifyDevice {
  const judge = authenticatorOf(settings, deps);
  const { accountServiceUrl: url, internalServiceSecret } = settings;
  const checkAccount = accountCheck({ url, internalServiceSecret }, deps);
  return async (password) => {
    try {
      const { userId } = await callerBy(judge, password);
      if (await deps.isDeleted(userId)) return refused('The user is deleted.');
      const problem = await checkAccount(userId, null);
      if (problem !== null) return refused(problem.message);
      return { kind: 'user', userId, expiresAt: expiryOf(password) };
    } catch (error) {
      return refusalOf(error, deps.logger);
    }
  };
}

async function callerBy(judge: Authenticator, password: string): Promise<Caller> {
  if (password.length > LONGEST_PASSWORD) throw new Problem('UNAUTHENTICATED');
  if (judge.knowsTokens && JWT.test(password)) return await judge.byToken(password);
  return await judge.byApiKey(password);
}

function refusalOf(error: unknown, logger: Logger): DeviceLogin {
  if (error instanceof Problem) return refused(error.message);
  const passing = error instanceof ServiceUnavailable || error instanceof LogUnavailable;
  if (passing) logger.warn({ reason: error.message }, 'whose device it is could not be verified');
  else logger.error({ err: error }, 'a device could not be judged');
  return refused('Whose device it is cannot be verified now.');
}

function refused(reason: string): DeviceLogin {
  return { kind: 'refused', reason };
}
