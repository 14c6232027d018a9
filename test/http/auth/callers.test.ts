import { generateKeyPairSync } from 'node:crypto';
import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { SignJWT, UnsecuredJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/application/ports/clock.ts';
import { NOT_MEASURED } from '../../../src/application/ports/measures.ts';
import { NOT_TRACED } from '../../../src/application/ports/traces.ts';
import type { UserId } from '../../../src/domain/shared/ids.ts';
import { epochMs, instantOf, plusMs } from '../../../src/domain/shared/instant.ts';
import {
  type AuthSettings,
  authentication,
  type Caller,
  type Privilege,
} from '../../../src/http/auth/auth.ts';
import { TokenVerifier } from '../../../src/http/auth/jwt.ts';
import { Router } from '../../../src/http/router/route.ts';
import { json } from '../../../src/http/server/answer.ts';
import { ClientAddresses } from '../../../src/http/server/client-address.ts';
import { Problem } from '../../../src/http/server/problem.ts';
import { silent } from '../../support/parts/run.ts';
import { AUTH, DOOR_SECRET, JWT_SECRET, signed, stack } from '../../support/parts/stack.ts';

const NOW = instantOf(Date.UTC(2026, 10, 23, 12));
const SECONDS = epochMs(NOW) / 1000;

let now = NOW;
const clock: Clock = { now: () => now, monotonicMs: () => 0 };
beforeEach(() => {
  now = NOW;
});

/** What nobody is called, for one cannot see it. */
const UNFIT = ['bo\u200bb', 'b\u202eob', '\ufeffbob', 'bob\u00ad', 'bo\u2060b', 'bob\u0085'];

type Who =
  | Caller
  | { readonly refused: number; readonly challenge: string | undefined; readonly detail: string };

async function who(headers: Record<string, string>, settings: Partial<AuthSettings> = {}): Promise<Who> {
  return whoFor(authentication({ ...AUTH, ...settings }, { clock, logger: silent }), headers);
}

async function whoFor(
  authenticate: ReturnType<typeof authentication>,
  headers: Record<string, string>,
): Promise<Who> {
  try {
    return await authenticate(new Request('http://localhost/', { headers }));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return {
      refused: error.status,
      challenge: error.headers['WWW-Authenticate'],
      detail: error.message,
    };
  }
}

function claims(more: Record<string, unknown> = {}, secret?: string): Promise<string> {
  return signed({ sub: 'usr_1', exp: SECONDS + 60, ...more }, secret);
}

async function bearer(more: Record<string, unknown> = {}): Promise<Record<string, string>> {
  return { Authorization: `Bearer ${await claims(more)}` };
}

describe('a bearer token', () => {
  it('names the caller by sub or user_id, with roles and level', async () => {
    expect(await who(await bearer({ roles: ['auditor'], subscription_level: 'pro' }))).toEqual({
      userId: 'usr_1',
      actor: 'user:usr_1',
      roles: ['auditor'],
      subscriptionLevel: 'pro',
    });
    expect(await who(await bearer({ sub: undefined, user_id: 'Zoë > *' }))).toMatchObject({
      userId: 'Zoë > *',
    });
    expect(await who({ authorization: `bearer  ${await claims()} ` })).toMatchObject({ userId: 'usr_1' });
  });

  it('is refused without or beyond its expiry, before its time, and with claims that do not fit', async () => {
    const rows: [string, Record<string, unknown>, Partial<AuthSettings>?][] = [
      ['no exp', { exp: undefined }],
      ['exp past by more than clocks differ', { exp: SECONDS - 30 }],
      ['exp as text', { exp: String(SECONDS + 60) }],
      ['nbf ahead by more than clocks differ', { nbf: SECONDS + 31 }],
      ['no user', { sub: undefined }],
      ['an empty user', { sub: '' }],
      ['a user with a line break', { sub: 'a\nb' }],
      ['a user of 256 bytes', { sub: 'é'.repeat(128) }],
      ['a user that is a number', { sub: 7 }],
      ['roles that are a text', { roles: 'admin' }],
      ['roles that are numbers', { roles: [1] }],
      ['a level that is a number', { subscription_level: 3 }],
      ['no issuer', {}, { issuer: 'https://issuer' }],
      ['another issuer', { iss: 'https://other' }, { issuer: 'https://issuer' }],
      ['no audience', {}, { audience: 'tasks' }],
      ['another audience', { aud: ['mail'] }, { audience: 'tasks' }],
    ];
    for (const [what, more, settings] of rows) {
      const refused = await who(await bearer(more), settings);
      expect([what, refused]).toMatchObject([what, { refused: 401 }]);
      expect((refused as { challenge: string }).challenge).toContain('error="invalid_token"');
    }
    const fitting = { iss: 'https://issuer', aud: ['mail', 'tasks'], nbf: SECONDS + 30, exp: SECONDS - 29 };
    const settings = { issuer: 'https://issuer', audience: 'tasks' };
    expect(await who(await bearer(fitting), settings)).toMatchObject({ userId: 'usr_1' });
  });

  it('is refused unsigned, signed by another secret or in another way, changed, or no token at all', async () => {
    const payload = { sub: 'usr_1', exp: SECONDS + 60 };
    const key = new TextEncoder().encode(JWT_SECRET.padEnd(64, '!'));
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const good = await claims();
    const [head = '', , signature = ''] = good.split('.');
    const forged = Buffer.from(JSON.stringify({ ...payload, sub: 'usr_2' })).toString('base64url');
    const tokens = {
      unsigned: new UnsecuredJWT(payload).encode(),
      'of another secret': await claims({}, 'another secret, long enough as well'),
      'HS512 of the padded secret': await new SignJWT(payload).setProtectedHeader({ alg: 'HS512' }).sign(key),
      RS256: await new SignJWT(payload).setProtectedHeader({ alg: 'RS256' }).sign(privateKey),
      'HS256 of a public key': await claims({}, pem),
      'with another payload': `${head}.${forged}.${signature}`,
      'with its signature cut off': good.slice(0, good.lastIndexOf('.') + 1),
      nonsense: 'abc',
      'two dots': '..',
    };
    for (const [what, token] of Object.entries(tokens)) {
      const answer = await who({ Authorization: `Bearer ${token}` });
      expect([what, answer]).toMatchObject([what, { refused: 401 }]);
    }
    expect(await who({ Authorization: `Bearer ${good}` })).toMatchObject({ userId: 'usr_1' });
  });

  it('that was verified is remembered until it has expired by all clocks, and not a moment longer', async () => {
    const authenticate = authentication(AUTH, { clock, logger: silent });
    const headers = await bearer();
    for (const [afterMs, expected] of [
      [0, { userId: 'usr_1' }],
      [89_999, { userId: 'usr_1' }],
      [90_000, { refused: 401 }],
    ] as const) {
      now = plusMs(NOW, afterMs);
      expect([afterMs, await whoFor(authenticate, headers)]).toMatchObject([afterMs, expected]);
    }
  });

  it('is nothing where no secret is configured', async () => {
    const refused = await who(await bearer(), { jwtSecret: null });
    expect(refused).toEqual({
      refused: 401,
      challenge: 'Bearer realm="task-service"',
      detail: 'The request carries no valid credentials.',
    });
  });
});

describe('the internal door', () => {
  const knock = { 'X-Internal-Service': 'true', 'X-Internal-Service-Secret': DOOR_SECRET };

  it('lets a service act for a user, or as itself', async () => {
    expect(await who({ ...knock, 'X-User-ID': 'usr_7' })).toEqual({
      userId: 'usr_7',
      actor: 'service:internal',
      roles: [],
      subscriptionLevel: null,
    });
    expect(await who(knock)).toMatchObject({ userId: 'internal-service' });
    const utf8 = Buffer.from('Zoë').toString('latin1');
    expect(await who({ ...knock, 'X-User-ID': utf8 })).toMatchObject({ userId: 'Zoë' });
  });

  it('stays shut to all others, and is no door at all without a secret', async () => {
    const rows: [string, Record<string, string>, Partial<AuthSettings>?][] = [
      ['nothing', {}],
      ['a name alone', { 'X-User-ID': 'usr_7' }],
      ['no secret', { 'X-Internal-Service': 'true', 'X-User-ID': 'usr_7' }],
      ['the secret alone', { 'X-Internal-Service-Secret': DOOR_SECRET }],
      ['another secret', { ...knock, 'X-Internal-Service-Secret': `${DOOR_SECRET}!` }],
      ['an empty secret', { ...knock, 'X-Internal-Service-Secret': '' }],
      ['a door that does not exist', knock, { internalServiceSecret: null }],
      ['nothing that equals nothing', { 'X-Internal-Service': 'true' }, { internalServiceSecret: null }],
      ['a bad token beside it', { ...knock, Authorization: 'Bearer abc' }],
    ];
    for (const [what, headers, settings] of rows) {
      expect([what, await who(headers, settings)]).toMatchObject([what, { refused: 401 }]);
    }
    for (const name of ['a'.repeat(256), 'bob, victim', 'bob,victim', ...UNFIT]) {
      const header = Buffer.from(name).toString('latin1');
      expect([name, await who({ ...knock, 'X-User-ID': header })]).toMatchObject([name, { refused: 422 }]);
    }
    expect(await who({ ...knock, 'X-User-ID': 'internal-service' })).toMatchObject({
      userId: 'internal-service',
      actor: 'service:internal',
    });
  });
});

describe('a route that not everybody may call', () => {
  const route = createRoute({ method: 'get', path: '/r', summary: 'R', responses: {} });

  it.each<[string, readonly Privilege[], string[]]>([
    ['auditors', ['auditor'], ['auditor', 'both']],
    ['administrators', ['admin'], ['both']],
    ['services and administrators', ['service', 'admin'], ['service', 'both']],
  ])('is open to %s', async (_, only, allowed) => {
    const app = new OpenAPIHono();
    const authenticate = authentication(AUTH, { clock, logger: silent });
    const router = new Router(app, {
      authenticate,
      clock,
      logger: silent,
      rateLimits: { callers: null, failures: null },
      addresses: new ClientAddresses([]),
      measures: NOT_MEASURED,
      traces: NOT_TRACED,
      monitoring: { isOpen: true, token: null },
    });
    router.user(createRoute({ ...route, 'x-only-for': only }), { handle: async () => json(200, {}) });
    const callers: [string, Record<string, string>][] = [
      ['nobody special', await bearer()],
      ['a like name', await bearer({ roles: ['Admin', 'auditors', 'service'] })],
      ['auditor', await bearer({ roles: ['auditor'] })],
      ['both', await bearer({ roles: ['x', 'auditor', 'admin'] })],
      ['service', { 'X-Internal-Service': 'true', 'X-Internal-Service-Secret': DOOR_SECRET }],
      ['named service', await bearer({ sub: 'internal' })],
    ];
    for (const [who, headers] of callers) {
      const answer = await app.request('/r', { headers });
      expect([who, answer.status]).toEqual([who, allowed.includes(who) ? 200 : 403]);
      if (answer.status === 403) {
        expect(await answer.json()).toMatchObject({ error_code: 'FORBIDDEN', required: only });
      }
    }
    expect((await app.request('/r')).status).toBe(401);
  });
});

describe('through the API', () => {
  it('nobody gets in without saying who they are, but to the health and the description', async () => {
    const api = await stack();
    const closed: [string, string][] = [
      ['GET', '/api/v1/tasks'],
      ['POST', '/api/v1/tasks'],
      ['GET', '/api/v1/tasks/nonsense'],
      ['POST', '/api/v1/schedules/preview'],
    ];
    for (const [method, path] of closed) {
      const answer = await api.call(method, path, { user: null });
      expect(answer).toMatchObject({ status: 401, body: { error_code: 'UNAUTHENTICATED', instance: path } });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="task-service"');
    }
    for (const path of ['/health', '/health/live', '/health/ready', '/health/detailed', '/openapi.json']) {
      expect([path, (await api.call('GET', path, { user: null })).status]).toEqual([path, 200]);
    }
    const { body } = await api.call('GET', '/api/v1/tasks/health', { user: null });
    expect(body).toMatchObject({ status: 'healthy', service: 'task-service', version: '0.0.0-test' });
  });

  it('a person is never called what cannot be seen, nor what services are called', async () => {
    for (const sub of [...UNFIT, ' bob', 'bob ', 'bob\u00a0', 'internal-service']) {
      const token = await signed({ sub, exp: SECONDS + 60 });
      expect([sub, await who({ Authorization: `Bearer ${token}` })]).toMatchObject([sub, { refused: 401 }]);
    }
    const token = await signed({ sub: 'bob, the other', exp: SECONDS + 60 });
    expect(await who({ Authorization: `Bearer ${token}` })).toMatchObject({ userId: 'bob, the other' });
  });

  it('a token is one text: no padding, no space, no bits left over', async () => {
    const token = await signed({ sub: 'usr_1', exp: SECONDS + 60 });
    const [head = '', claims = '', signature = ''] = token.split('.');
    // 32 bytes leave two bits of their last letter over.
    const last = signature.at(-1) ?? '';
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const alias = `${signature.slice(0, -1)}${letters[letters.indexOf(last) + 1]}`;
    expect(Buffer.from(alias, 'base64url')).toEqual(Buffer.from(signature, 'base64url'));
    for (const [h, c, s] of [
      [head, claims, `${signature}=`],
      [`${head}==`, claims, signature],
      [head, `${claims}=`, signature],
      [head, claims, alias],
    ]) {
      expect(await who({ Authorization: `Bearer ${h}.${c}.${s}` })).toMatchObject({ refused: 401 });
    }
    expect(await who({ Authorization: `Bearer ${token}` })).toMatchObject({ userId: 'usr_1' });
    const verifier = new TokenVerifier(
      { secret: JWT_SECRET, keySet: null, issuer: null, audience: null },
      clock,
    );
    for (const text of [` ${token}`, `${head}. ${claims}.${signature}`, `${head}\n.${claims}.${signature}`]) {
      expect(await verifier.verify(text)).toEqual({ kind: 'foreign' });
    }
  });

  it('a user of any name has tasks of their own, and the events say who changed them', async () => {
    const api = await stack();
    for (const name of ['a.b', '_catalog', '*', '>', 'Zoë 😀', 'x'.repeat(255)]) {
      const user = name as UserId;
      const { status, body } = await api.call('POST', '/api/v1/tasks', {
        user,
        body: { name, task_type: 'todo' },
      });
      expect([name, status, body.user_id]).toEqual([name, 201, name]);
      expect((await api.call('GET', '/api/v1/tasks', { user })).body.count).toBe(1);
    }
    const { body } = await api.call('POST', '/api/v1/tasks', {
      user: null,
      headers: {
        'X-Internal-Service': 'true',
        'X-Internal-Service-Secret': DOOR_SECRET,
        'X-User-ID': 'a.b',
        'X-Request-Id': 'req-7',
      },
      body: { name: 'By a service', task_type: 'todo' },
    });
    const events = await api.call('GET', `/api/v1/tasks/${body.task_id}/events`, { user: 'a.b' as UserId });
    expect(events.body.events[0].event).toMatchObject({
      userid: 'a.b',
      actor: 'service:internal',
      correlationid: 'req-7',
    });
  });
});
