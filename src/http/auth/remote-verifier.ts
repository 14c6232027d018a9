/**
 * Tokens and API keys that only the service at `AUTH_SERVICE_URL` can judge. What it says is remembered for a short
 * while under the credential's hash, a token's never beyond its own expiry. Only a definite "valid" with a user in
 * it lets anybody in; whatever is no definite answer is thrown as ServiceUnavailable.
 */
import { hash } from 'node:crypto';
import { decodeJwt, errors } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../application/ports/clock.ts';
import { parseUserId, type UserId } from '../../domain/shared/ids.ts';
import { epochMs } from '../../domain/shared/instant.ts';
import { AskedOnce, type Verdict } from './asked-once.ts';
import { parseCallerId } from './caller-id.ts';
import { type IdentityAnswer, type ServiceCalls, ServiceUnavailable } from './service-calls.ts';

/** How long a revoked credential may still pass, milliseconds. */
const VALID_FOR_MS = 30_000;
/** How long a credential that was just made may still be refused. */
const REFUSED_FOR_MS = 5_000;

export interface RemoteUser {
  readonly userId: UserId;
  readonly subscriptionLevel: string | null;
}

export interface RemoteVerifierDeps {
  readonly calls: ServiceCalls;
  readonly clock: Clock;
}

export class RemoteVerifier {
  readonly #url: string;
  readonly #deps: RemoteVerifierDeps;
  readonly #asked: AskedOnce<RemoteUser | null>;

  constructor(url: string, deps: RemoteVerifierDeps) {
    this.#url = url;
    this.#deps = deps;
    this.#asked = new AskedOnce(() => deps.clock.monotonicMs());
  }

  /** Whose token it is; null: nobody's. Throws ServiceUnavailable. */
  async ofToken(token: string, traceparent: string | null = null): Promise<RemoteUser | null> {
    const leftMs = this.#timeLeft(token);
    if (leftMs <= 0) return null;
    return this.#asked.of(nameOf('token', token), async () => {
      const answer = await this.#ask('verify-token', { token, token_type: 'jwt' }, traceparent);
      return verdict(answer, answer.body, Math.min(VALID_FOR_MS, leftMs));
    });
  }

  /** Whose key it is; null: nobody's. Throws ServiceUnavailable. */
  ofApiKey(apiKey: string, traceparent: string | null = null): Promise<RemoteUser | null> {
    return this.#asked.of(nameOf('api-key', apiKey), async () => {
      const answer = await this.#ask('verify-api-key', { api_key: apiKey }, traceparent);
      const { user_info } = ApiKeyUser.safeParse(answer.body).data ?? {};
      return verdict(answer, user_info, VALID_FOR_MS);
    });
  }

  /** In the trace of whoever asks first, where several ask at once. */
  #ask(call: string, body: object, traceparent: string | null): Promise<IdentityAnswer> {
    return this.#deps.calls.post(`${this.#url}/api/v1/auth/${call}`, body, traceparent);
  }

  /** Milliseconds until the token says that it expires; for ever where it does not say or is no JWT. */
  #timeLeft(token: string): number {
    const exp = expiryOf(token);
    return exp === null ? Number.POSITIVE_INFINITY : exp * 1000 - epochMs(this.#deps.clock.now());
  }
}

const Valid = z.object({ valid: z.boolean() });
const ApiKeyUser = z.object({ user_info: z.unknown() });
const User = z.object({ user_id: z.string(), subscription_level: z.string().nullish() });

function verdict({ status, body }: IdentityAnswer, user: unknown, forMs: number): Verdict<RemoteUser | null> {
  const valid = Valid.safeParse(body).data?.valid;
  if (status === 401 || (status < 500 && valid === false)) {
    return { value: null, passes: false, forMs: REFUSED_FOR_MS };
  }
  const { user_id, subscription_level } = User.safeParse(user).data ?? {};
  const named = user_id === undefined ? null : parseUserId(user_id);
  if (status !== 200 || valid !== true || named === null) {
    throw new ServiceUnavailable(`the answer ${status} says neither valid nor invalid`);
  }
  const userId = parseCallerId(named);
  if (userId === null) return { value: null, passes: false, forMs: REFUSED_FOR_MS };
  return { value: { userId, subscriptionLevel: subscription_level ?? null }, passes: true, forMs };
}

function nameOf(kind: string, credential: string): string {
  return hash('sha256', `${kind} ${credential}`, 'base64');
}

/** When a token says that it expires, seconds since 1970; null where it does not say or is no JWT. Proves nothing. */
export function expiryOf(token: string): number | null {
  try {
    const { exp } = decodeJwt(token);
    return typeof exp === 'number' ? exp : null;
  } catch (error) {
    if (error instanceof errors.JWTInvalid) return null;
    throw error;
  }
}
