import { describe, expect, it, onTestFinished } from 'vitest';
import { type Instant, instantOf } from '../../../src/domain/shared/instant.ts';
import { startNatsServer } from '../../support/nats/nats-server.ts';
import {
  ALICE,
  type Called,
  type Stack,
  sharedStack,
  signed,
  stack,
  tokenOf,
} from '../../support/parts/stack.ts';

const HOST = '127.0.0.1:8211';
/** As a page of the console sends it, on the machine itself. */
const OWN = { host: HOST, 'x-console': '1', 'sec-fetch-site': 'same-origin', origin: `http://${HOST}` };
const OVER_HTTPS = { ...OWN, host: 'tasks.example', origin: 'https://tasks.example' };

interface KeptMessage {
  readonly message: { readonly subject: string; readonly data: string; readonly seq: number };
}

const shared = sharedStack();

function signIn(
  { call }: Stack,
  by: object,
  headers: Readonly<Record<string, string>> = OWN,
): Promise<Called> {
  return call('POST', '/api/v1/session', { user: null, body: by, headers });
}

/** The cookie that a browser would send back. */
function cookieOf({ headers }: Called): string {
  return (headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
}

async function session(stack: Stack, headers = OWN): Promise<string> {
  const answer = await signIn(stack, { token: await tokenOf(ALICE) }, headers);
  expect(answer.status).toBe(201);
  return cookieOf(answer);
}

function whoIs({ call }: Stack, cookie: string, headers: Readonly<Record<string, string>> = OWN) {
  return call('GET', '/api/v1/session', { user: null, headers: { ...headers, cookie } });
}

describe('a session', () => {
  it('is begun by a token, which the browser does not keep, and says who is calling', async () => {
    const answer = await signIn(shared(), { token: await signed({ sub: ALICE, roles: ['auditor'] }) });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ user_id: ALICE, roles: ['auditor'], subscription_level: null });
    const set = answer.headers.get('set-cookie') ?? '';
    expect(set).toMatch(/^session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=3[56]\d\d$/);
    const { status, body } = await whoIs(shared(), cookieOf(answer));
    expect([status, body]).toEqual([200, answer.body]);
    const tasks = await shared().call('GET', '/api/v1/tasks', {
      user: null,
      headers: { ...OWN, cookie: cookieOf(answer) },
    });
    expect(tasks.status).toBe(200);
  });

  it('has a cookie that browsers take from HTTPS only, and from this host only, wherever there is HTTPS', async () => {
    const answer = await signIn(shared(), { token: await tokenOf(ALICE) }, OVER_HTTPS);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^__Host-session=[\w-]{43}; Secure; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
    );
    expect((await whoIs(shared(), cookieOf(answer), OVER_HTTPS)).status).toBe(200);
    const plain = cookieOf(answer).replace('__Host-', '');
    expect((await whoIs(shared(), plain, OVER_HTTPS)).status).toBe(401);
  });

  it('is begun nowhere else without HTTPS, and by nobody but a page of ours', async () => {
    const token = await tokenOf(ALICE);
    const elsewhere = { ...OWN, host: 'tasks.example', origin: 'http://tasks.example' };
    const { 'x-console': _, ...withoutHeader } = OWN;
    for (const headers of [elsewhere, withoutHeader, { ...OWN, 'sec-fetch-site': 'cross-site' }]) {
      const { status, body, headers: answered } = await signIn(shared(), { token }, headers);
      expect([status, body.error_code, answered.get('set-cookie')]).toEqual([403, 'SESSION_REFUSED', null]);
    }
  });

  it('is not begun by what is no token of anybody', async () => {
    for (const token of ['nonsense', await signed({ sub: ALICE }, 'another secret than the one of tests')]) {
      const { status, headers } = await signIn(shared(), { token });
      expect([status, headers.get('set-cookie')]).toEqual([401, null]);
    }
    expect((await signIn(shared(), { token: 'two words' })).status).toBe(422);
  });

  it('counts only where the browser says that one of our own pages asks', async () => {
    const cookie = await session(shared());
    const { 'sec-fetch-site': _, ...old } = OWN;
    const { origin: __, ...withoutOrigin } = old;
    const status = async (headers: Readonly<Record<string, string>>) =>
      (await whoIs(shared(), cookie, headers)).status;
    expect(await status(old)).toBe(200);
    expect(await status({ ...OWN, origin: 'https://tasks.example', 'sec-fetch-site': 'same-origin' })).toBe(
      200,
    );
    expect(await status({ ...old, origin: 'https://tasks.example' })).toBe(200);
    for (const site of ['same-site', 'cross-site', 'none']) {
      expect([site, await status({ ...OWN, 'sec-fetch-site': site })]).toEqual([site, 401]);
    }
    expect(await status(withoutOrigin)).toBe(401);
    expect(await status({ ...old, origin: 'https://evil.example' })).toBe(401);
    expect(await status({ ...old, origin: 'null' })).toBe(401);
    expect(await status({ ...OWN, 'x-console': '' })).toBe(401);
  });

  it('gives way to other credentials, and makes none good', async () => {
    const cookie = await session(shared());
    const bob = await shared().call('GET', '/api/v1/session', {
      user: 'usr_other' as typeof ALICE,
      headers: { ...OWN, cookie },
    });
    expect(bob.body.user_id).toBe('usr_other');
    const bad = await whoIs(shared(), cookie, { ...OWN, authorization: 'Bearer nonsense' });
    expect(bad.status).toBe(401);
  });

  it('ends where it is ended, for every instance, with the streams that it opened', async () => {
    const cookie = await session(shared());
    const other = await stack({ server: shared().server });
    const follow = async ({ app, nc }: Stack) => {
      const response = await app.request('/api/v1/events/stream', { headers: { ...OWN, cookie } });
      expect(response.status).toBe(200);
      await nc.flush();
      return response;
    };
    const streams = [await follow(shared()), await follow(other)];
    const { status, headers } = await shared().call('DELETE', '/api/v1/session', {
      user: null,
      headers: { ...OWN, cookie },
    });
    expect([status, headers.get('set-cookie')]).toEqual([
      204,
      'session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0',
    ]);
    for (const stream of streams) expect(await stream.text()).toMatch(/^retry: \d+\nid: \d+\n/);
    expect((await whoIs(other, cookie)).status).toBe(401);
  });

  it('ends with its token', async () => {
    const soon = await signed({ sub: ALICE, exp: Math.floor(Date.now() / 1000) - 29 });
    const answer = await signIn(shared(), { token: soon });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('set-cookie')).toContain('Max-Age=0');
    await expect.poll(async () => (await whoIs(shared(), cookieOf(answer))).status).toBe(401);
  });

  it('is kept under a hash, its token sealed, for twelve hours after it was used last', async () => {
    const server = await startNatsServer();
    onTestFinished(() => server.stop());
    let now = Date.parse('2026-12-01T08:00:00Z');
    const clock = { now: (): Instant => instantOf(now), monotonicMs: () => now };
    const one = await stack({ server, clock });
    const token = await signed({ sub: ALICE, exp: now / 1_000 + 86_400 });
    const cookie = cookieOf(await signIn(one, { token }));
    const id = cookie.split('=')[1] ?? '';
    const kept = async () => {
      const info = await one.nc.request('$JS.API.STREAM.INFO.KV_SESSIONS');
      expect(info.json<{ config: { max_age: number } }>().config.max_age).toBe(12 * 3_600 * 1e9);
      const message = await one.nc.request(
        '$JS.API.STREAM.MSG.GET.KV_SESSIONS',
        JSON.stringify({ last_by_subj: '$KV.SESSIONS.session.*' }),
      );
      const { subject, data, seq } = message.json<KeptMessage>().message;
      return { text: `${subject} ${Buffer.from(data, 'base64')}`, seq };
    };
    const first = await kept();
    expect(first.text).not.toContain(id);
    expect(first.text).not.toContain(token.split('.')[2]);
    expect((await whoIs(one, cookie)).status).toBe(200);
    expect((await kept()).seq).toBe(first.seq);
    now += 11 * 60_000;
    expect((await whoIs(one, cookie)).status).toBe(200);
    expect((await kept()).seq).toBeGreaterThan(first.seq);
  });
});

describe('the code of a link', () => {
  it('begins a session once, whoever is quicker', async () => {
    const code = await shared().deps.sessions.codeFor(await tokenOf(ALICE));
    const answers = await Promise.all(Array.from({ length: 5 }, () => signIn(shared(), { code })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401, 401, 401, 401]);
  });

  it('begins none after ten minutes', async () => {
    let now = Date.now();
    const clock = { now: (): Instant => instantOf(now), monotonicMs: () => now };
    const one = await stack({ server: shared().server, clock });
    const code = await one.deps.sessions.codeFor(await signed({ sub: ALICE }));
    now += 10 * 60_000 + 1;
    const { status, body } = await signIn(one, { code });
    expect([status, body.detail]).toEqual([401, 'The link has been used, or is too old.']);
  });
});
