/**
 * What a device shows as its password is judged as the REST API judges it: a token as a bearer token, anything else as
 * an API key. A user who was deleted, or who has no active account, is not let in; nor is anybody of whom that cannot
 * be told.
 *
 * Wrong credentials are counted by address, as those of REST are. An address that has sent too many is not listened to
 * for a while, except with a credential that was right before: somebody behind the same proxy is not shut out. A person
 * whose devices log in again and again is slowed down too: each login costs the server a session.
 */
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Clock } from '../../application/ports/clock.ts';
import type { DeviceLogin, VerifyDevice } from '../../application/ports/devices.ts';
import { LogUnavailable } from '../../application/ports/failures.ts';
import type { UserId } from '../../domain/shared/ids.ts';
import { mostEntries } from '../../kernel/most-entries.ts';
import { addressBlock } from '../server/address-block.ts';
import { Problem } from '../server/problem.ts';
import { type RateLimit, RateLimiter } from '../server/rate-limit.ts';
import { accountCheck } from './account-check.ts';
import { type Authenticator, type AuthSettings, authenticatorOf, type Caller } from './auth.ts';
import { expiryOf } from './remote-verifier.ts';
import { ServiceUnavailable } from './service-calls.ts';

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** As long as a header may be in which the REST API takes it. */
const LONGEST_PASSWORD = 16 * 1024;
const REMEMBERED = 10_000;
/** Of one user's devices together. */
const LOGINS = { requests: 60, windowSeconds: 60 };

export interface DeviceLoginDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Throws LogUnavailable. */
  readonly isDeleted: (userId: UserId) => Promise<boolean>;
  /** Of wrong credentials from one address; null: no limit. */
  readonly failures: RateLimit | null;
}

export function deviceLogin(
  settings: AuthSettings & { readonly accountServiceUrl: string | null },
  deps: DeviceLoginDeps,
): VerifyDevice {
  const judge = authenticatorOf(settings, deps);
  const { accountServiceUrl: url, internalServiceSecret } = settings;
  const checkAccount = accountCheck({ url, internalServiceSecret }, deps);
  const failures = deps.failures && new RateLimiter('failed-logins', deps.failures, deps.clock);
  const logins = new RateLimiter('logins', LOGINS, deps.clock);
  /** Hashes of credentials that somebody was let in with. */
  const known = new LRUCache<string, true>(mostEntries(REMEMBERED));
  return async (password, address) => {
    const block = addressBlock(address);
    const name = hash('sha256', password, 'base64');
    try {
      if (!known.has(name)) failures?.check(block);
      const { userId } = await callerBy(judge, password);
      logins.take(userId);
      if (await deps.isDeleted(userId)) return refused('The user is deleted.');
      const problem = await checkAccount(userId, null);
      if (problem !== null) return refused(problem.message);
      known.set(name, true);
      return { kind: 'user', userId, expiresAt: expiryOf(password) };
    } catch (error) {
      if (error instanceof Problem && error.status === 401) {
        known.delete(name);
        failures?.count(block);
      }
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
