/**
 * Who is calling: a person by a bearer token, or another service by the internal door, which exists only where
 * a secret for it is configured. A name alone (`X-User-ID`) is never believed.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../application/ports.ts';
import { parseUserId, type UserId } from '../domain/ids.ts';
import { TokenVerifier } from './jwt.ts';
import { invalid, Problem } from './problem.ts';

export interface AuthSettings {
  /** `AUTH_JWT_SECRET`; null: no tokens are accepted. */
  readonly jwtSecret: string | null;
  /** `AUTH_ISSUER`, `AUTH_AUDIENCE`: checked where not null. */
  readonly issuer: string | null;
  readonly audience: string | null;
  /** `INTERNAL_SERVICE_SECRET`; null: the internal door does not exist. */
  readonly internalServiceSecret: string | null;
}

export interface Caller {
  /** Whose tasks are meant. */
  readonly userId: UserId;
  /** As it stands in the events: `user:<id>` or `service:internal`. */
  readonly actor: string;
  readonly roles: readonly string[];
  readonly subscriptionLevel: string | null;
}

export type Authenticate = (request: Request) => Promise<Caller>;

/** Who may call a route that not everybody may: a role, or another service. */
export type Privilege = 'auditor' | 'admin' | 'service';

const INTERNAL_USER = 'internal-service' as UserId;
const INTERNAL_ACTOR = 'service:internal';
const BEARER = /^Bearer +([\w.~+/=-]+) *$/i;

/** The returned function throws 401 for everybody who is nobody. */
export function authentication(settings: AuthSettings, clock: Clock): Authenticate {
  const { jwtSecret: secret, issuer, audience, internalServiceSecret } = settings;
  const tokens = secret === null ? null : new TokenVerifier({ secret, issuer, audience }, clock);
  const door = internalServiceSecret === null ? null : digest(internalServiceSecret);
  return async (request) => {
    const authorization = request.headers.get('authorization');
    const token = authorization === null ? undefined : BEARER.exec(authorization)?.[1];
    if (tokens !== null && token !== undefined) return callerByToken(tokens, token);
    if (door !== null && knocks(request, door)) return callerByDoor(request);
    throw unauthenticated(null);
  };
}

/** Whether the request says, rightly or not, who it is from. */
export function hasCredentials({ headers }: Request): boolean {
  return ['authorization', 'x-api-key', 'x-internal-service-secret'].some((name) => headers.has(name));
}

/** Throws 403 unless the caller has one of the privileges. */
export function requirePrivilege(caller: Caller, allowed: readonly Privilege[]): void {
  const has = (privilege: Privilege) =>
    privilege === 'service' ? caller.actor === INTERNAL_ACTOR : caller.roles.includes(privilege);
  if (!allowed.some(has)) throw new Problem('FORBIDDEN', { members: { required: allowed } });
}

async function callerByToken(tokens: TokenVerifier, token: string): Promise<Caller> {
  const verified = await tokens.verify(token);
  if (!verified.ok) throw unauthenticated(verified.reason);
  const { userId, roles, subscriptionLevel } = verified.claims;
  return { userId, actor: `user:${userId}`, roles, subscriptionLevel };
}

function knocks(request: Request, door: Buffer): boolean {
  if (request.headers.get('x-internal-service')?.toLowerCase() !== 'true') return false;
  const secret = request.headers.get('x-internal-service-secret');
  return secret !== null && timingSafeEqual(digest(asUtf8(secret) ?? secret), door);
}

function callerByDoor(request: Request): Caller {
  const named = request.headers.get('x-user-id');
  const userId = named === null ? INTERNAL_USER : parseUserId(asUtf8(named) ?? '');
  if (userId === null) {
    throw invalid([{ loc: ['header', 'X-User-ID'], msg: 'Is not a user id', type: 'invalid_value' }]);
  }
  return { userId, actor: INTERNAL_ACTOR, roles: [], subscriptionLevel: null };
}

/** A header's bytes reach us one character each; what is meant is UTF-8. Null where it is not. */
function asUtf8(header: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(header, 'latin1'));
  } catch {
    return null;
  }
}

/** Equal lengths for the comparison in constant time. */
function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function unauthenticated(reason: string | null): Problem {
  const challenge = 'Bearer realm="task-service"';
  return new Problem('UNAUTHENTICATED', {
    ...(reason === null ? {} : { detail: reason }),
    headers: {
      'WWW-Authenticate': reason === null ? challenge : `${challenge}, error="invalid_token"`,
    },
  });
}
