/**
 * Who is calling: a person by a bearer token or an API key, or another service by the internal door, which exists
 * only where a secret for it is configured. A name alone (`X-User-ID`) is never believed.
 *
 * A browser shows its session, where it shows none of these.
 *
 * The first of these that a request brings, and that something here can judge, decides: a bad token is not made good
 * by the door beside it. A token that none of our own keys signed is judged by the identity service, where there is
 * one. Where whoever has to judge does not answer, the request is neither let in nor refused: 503.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../../application/ports/clock.ts';
import { type Traces, traceFields } from '../../application/ports/traces.ts';
import type { UserId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { says } from '../../domain/shared/says.ts';
import { invalid, Problem } from '../server/problem.ts';
import { INTERNAL_USER, parseCallerId } from './caller-id.ts';
import { tokenExpiry } from './credential-expiry.ts';
import { TokenVerifier } from './jwt.ts';
import { KeySet } from './key-set.ts';
import { isStillSignedIn, parsePersonText, type SignedInPerson } from './oidc/signed-in-person.ts';
import { type RemoteUser, RemoteVerifier } from './remote-verifier.ts';
import { ServiceCalls, ServiceUnavailable } from './service-calls.ts';
import { sessionIdOf } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';

export interface AuthSettings {
  /** `AUTH_JWT_SECRET`; null: no HS256 tokens are accepted. */
  readonly jwtSecret: string | null;
  /** `AUTH_JWKS_URL`: the issuer's public keys; null: no tokens signed by such are accepted. */
  readonly jwksUrl: string | null;
  /** `AUTH_ISSUER`, `AUTH_AUDIENCE`: checked in tokens that are verified here, where not null. */
  readonly issuer: string | null;
  readonly audience: string | null;
  /** `AUTH_SERVICE_URL`; null: nobody judges other tokens, nor API keys. */
  readonly serviceUrl: string | null;
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
  /** Where the session of a browser says who it is. */
  readonly session?: { readonly name: string; readonly expiresAt: Instant | null };
}

export interface AuthDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** To issuer and identity service; default: with its usual limits. */
  readonly calls?: ServiceCalls | undefined;
  readonly traces?: Traces | undefined;
  /** Absent: there are none. */
  readonly browsers?: { readonly sessions: Pick<Sessions, 'open'>; readonly publicUrl: () => string };
}

/** `traceparent`: of the request, for the calls that have to be made for it. */
export type Authenticate = (request: Request, traceparent?: string | null) => Promise<Caller>;

/** Who may call a route that not everybody may: a role, or another service. */
export type Privilege = 'auditor' | 'admin' | 'service';

/** Of calls about the tasks of all users. */
export const OPERATORS: readonly Privilege[] = ['admin', 'service'];
export const ADMINS: readonly Privilege[] = ['admin'];
export const AUDITORS: readonly Privilege[] = ['auditor'];

/** Whom a route is for, as its definition says (`'x-only-for': ADMINS`), and the OpenAPI document with it; null: everybody. */
export function privilegesOf(route: object): readonly Privilege[] | null {
  return 'x-only-for' in route ? (route['x-only-for'] as readonly Privilege[]) : null;
}

/** Whoever has the URL of a webhook: acts for the owner of its task, and for nothing but a run of it. */
export const WEBHOOK_ACTOR = 'service:webhook';

const INTERNAL_ACTOR = 'service:internal';
const BEARER = /^Bearer +([\w.~+/=-]+) *$/i;
const API_KEY = /^[\x21-\x7e]{1,4096}$/;

/** The returned function throws 401 for everybody who is nobody, 503 where that cannot be told. */
export function authentication(settings: AuthSettings, deps: AuthDeps): Authenticate {
  const { internalServiceSecret } = settings;
  const door = internalServiceSecret === null ? null : digest(internalServiceSecret);
  const judge = authenticatorOf(settings, deps);
  const bySession = async (id: string): Promise<Caller> => {
    const open = await deps.browsers?.sessions.open(id);
    if (open === null || open === undefined) throw unauthenticated(null);
    const { name, token } = open;
    const person = parsePersonText(token);
    if (person !== null) return callerInPerson(person, name, deps.clock.now());
    return { ...(await judge.byToken(token)), session: { name, expiresAt: tokenExpiry(token) } };
  };
  return async (request, traceparent = null) => {
    const { headers } = request;
    const token = BEARER.exec(headers.get('authorization') ?? '')?.[1];
    const apiKey = headers.get('x-api-key');
    const { browsers } = deps;
    try {
      if (token !== undefined && judge.knowsTokens) return await judge.byToken(token, traceparent);
      if (apiKey !== null && judge.knowsApiKeys) return await judge.byApiKey(apiKey, traceparent);
      const id =
        browsers === undefined || hasCredentials(request) ? null : sessionIdOf(request, browsers.publicUrl());
      if (id !== null) return await bySession(id);
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      deps.logger.warn(
        { reason: error.message, ...traceFields(traceparent) },
        'who is calling could not be verified',
      );
      throw new Problem('AUTH_UNAVAILABLE');
    }
    if (door !== null && knocks(request, door)) return callerByDoor(request);
    throw unauthenticated(null);
  };
}

/** Whether the request says, rightly or not, who it is from, other than by the session of a browser. */
export function hasCredentials({ headers }: Request): boolean {
  return ['authorization', 'x-api-key', 'x-internal-service-secret'].some((name) => headers.has(name));
}

/** Whether a browser shows a session with it, rightly or not. */
export function showsSession({ headers }: Request): boolean {
  return headers.has('cookie') && headers.has('x-console');
}

export function hasPrivilege({ actor, roles }: Caller, privilege: Privilege): boolean {
  return privilege === 'service' ? actor === INTERNAL_ACTOR : roles.includes(privilege);
}

/** Throws 403 unless the caller has one of the privileges. */
export function requirePrivilege(caller: Caller, allowed: readonly Privilege[]): void {
  const has = (privilege: Privilege) => hasPrivilege(caller, privilege);
  if (!allowed.some(has)) throw new Problem('FORBIDDEN', { members: { required: allowed } });
}

/** Who judges what people show of themselves, by these settings. */
export function authenticatorOf(settings: AuthSettings, deps: AuthDeps): Authenticator {
  const { jwtSecret: secret, issuer, audience, jwksUrl, serviceUrl } = settings;
  const outside = { ...deps, calls: deps.calls ?? new ServiceCalls({}, deps.traces) };
  const keySet = jwksUrl === null ? null : new KeySet(jwksUrl, outside);
  const local =
    secret === null && keySet === null
      ? null
      : new TokenVerifier({ secret, keySet, issuer, audience }, deps.clock);
  return new Authenticator(local, serviceUrl === null ? null : new RemoteVerifier(serviceUrl, outside));
}

/** Its methods throw 401 for what is nobody's, ServiceUnavailable where that cannot be told. */
export class Authenticator {
  readonly #local: TokenVerifier | null;
  readonly #remote: RemoteVerifier | null;

  constructor(local: TokenVerifier | null, remote: RemoteVerifier | null) {
    this.#local = local;
    this.#remote = remote;
  }

  get knowsTokens(): boolean {
    return this.#local !== null || this.#remote !== null;
  }

  get knowsApiKeys(): boolean {
    return this.#remote !== null;
  }

  async byToken(token: string, traceparent: string | null = null): Promise<Caller> {
    const verified = await this.#verified(token);
    if (verified?.kind === 'valid') {
      const { userId, roles, subscriptionLevel } = verified.claims;
      return { userId, actor: `user:${userId}`, roles, subscriptionLevel };
    }
    if (verified?.kind === 'refused') throw unauthenticated(verified.reason);
    return callerOf((await this.#remote?.ofToken(token, traceparent)) ?? null);
  }

  async byApiKey(apiKey: string, traceparent: string | null = null): Promise<Caller> {
    if (!API_KEY.test(apiKey)) throw unauthenticated(UNKNOWN_CREDENTIAL);
    return callerOf((await this.#remote?.ofApiKey(apiKey, traceparent)) ?? null);
  }

  /** Null where only the identity service can tell. */
  async #verified(token: string) {
    try {
      return (await this.#local?.verify(token)) ?? null;
    } catch (error) {
      if (error instanceof ServiceUnavailable && this.#remote !== null) return null;
      throw error;
    }
  }
}

const UNKNOWN_CREDENTIAL = 'The credential is not one that is accepted here.';

/** Roles are what tokens of our own keys say; the identity service's answer has none. */
function callerOf(user: RemoteUser | null): Caller {
  if (user === null) throw unauthenticated(UNKNOWN_CREDENTIAL);
  const { userId, subscriptionLevel } = user;
  return { userId, actor: `user:${userId}`, roles: [], subscriptionLevel };
}

/** Named by the provider when the session began. */
function callerInPerson(person: SignedInPerson, name: string, now: Instant): Caller {
  if (!isStillSignedIn(person, now)) throw unauthenticated('The session has ended.');
  const { userId, roles, subscriptionLevel, until } = person;
  const session = { name, expiresAt: until };
  return { userId, actor: `user:${userId}`, roles, subscriptionLevel, session };
}

function knocks(request: Request, door: Buffer): boolean {
  if (request.headers.get('x-internal-service')?.toLowerCase() !== 'true') return false;
  const secret = request.headers.get('x-internal-service-secret');
  return secret !== null && timingSafeEqual(digest(asUtf8(secret) ?? secret), door);
}

function callerByDoor(request: Request): Caller {
  const named = request.headers.get('x-user-id');
  const userId = named === null || named === INTERNAL_USER ? INTERNAL_USER : namedByHeader(named);
  if (userId === null) {
    throw invalid([{ loc: ['header', 'X-User-ID'], type: 'invalid_value', ...says`is not a user id` }]);
  }
  return { userId, actor: INTERNAL_ACTOR, roles: [], subscriptionLevel: null };
}

/** A comma is what a header that was given twice looks like behind a proxy: no one is meant. */
function namedByHeader(header: string): UserId | null {
  return header.includes(',') ? null : parseCallerId(asUtf8(header) ?? '');
}

/** A header's bytes reach us one character each; what is meant is UTF-8. Null where it is not. */
function asUtf8(header: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(header, 'latin1'));
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
