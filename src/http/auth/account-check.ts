/**
 * BR-TSK-002: a task's user has an account. Asked of the account service (`PLATFORM_SERVICES`) before a task is made,
 * and remembered for a short while. Without an answer no task is made.
 */
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../../application/ports/clock.ts';
import { type Traces, traceFields } from '../../application/ports/traces.ts';
import type { UserId } from '../../domain/shared/ids.ts';
import { Problem } from '../server/problem.ts';
import { AskedOnce, type Verdict } from './asked-once.ts';
import { INTERNAL_USER } from './caller-id.ts';
import { type IdentityAnswer, ServiceCalls, ServiceUnavailable } from './service-calls.ts';

const VALID_FOR_MS = 60_000;
const REFUSED_FOR_MS = 5_000;
/** Within the time that a write has altogether. */
const TIMEOUT_MS = 3_000;

/** Null where the user has an account; else what the answer to a creation is. */
export type CheckAccount = (userId: UserId, traceparent: string | null) => Promise<Problem | null>;

export interface AccountSettings {
  /** `account` of `PLATFORM_SERVICES`; null: every user has an account. */
  readonly url: string | null;
  /** `INTERNAL_SERVICE_SECRET`, by which services of one platform know each other; null: none is sent. */
  readonly internalServiceSecret: string | null;
}

export function accountCheck(
  settings: AccountSettings,
  {
    clock,
    logger,
    traces,
  }: { readonly clock: Clock; readonly logger: Logger; readonly traces?: Traces | undefined },
): CheckAccount {
  const { url, internalServiceSecret: secret } = settings;
  if (url === null) return async () => null;
  const calls = new ServiceCalls({ timeoutMs: TIMEOUT_MS }, traces);
  const asked = new AskedOnce<boolean>(() => clock.monotonicMs());
  const headers: Record<string, string> =
    secret === null ? {} : { 'x-internal-service': 'true', 'x-internal-service-secret': secret };
  return async (userId, traceparent) => {
    // A service that acts for nobody is no user.
    if (userId === INTERNAL_USER) return null;
    const profile = `${url}/api/v1/accounts/profile/${encodeURIComponent(userId)}`;
    try {
      const exists = await asked.of(userId, async () =>
        verdict(await calls.get(profile, headers, traceparent), userId),
      );
      return exists ? null : new Problem('ACCOUNT_NOT_FOUND');
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      const reason = { reason: error.message, ...traceFields(traceparent) };
      logger.warn(reason, 'whether a user has an account could not be verified');
      return new Problem('ACCOUNT_UNAVAILABLE');
    }
  };
}

const Profile = z.object({ user_id: z.string(), is_active: z.boolean().nullish() });

function verdict({ status, body }: IdentityAnswer, userId: UserId): Verdict<boolean> {
  if (status === 404) return { value: false, passes: false, forMs: REFUSED_FOR_MS };
  const profile = Profile.safeParse(body).data;
  if (status !== 200 || profile?.user_id !== userId) {
    throw new ServiceUnavailable(`the answer ${status} is no profile of the user`);
  }
  const value = profile.is_active !== false;
  return { value, passes: value, forMs: value ? VALID_FOR_MS : REFUSED_FOR_MS };
}
