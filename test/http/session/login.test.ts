import { describe, expect, it } from 'vitest';
import { OidcProvider } from '../../../src/http/auth/oidc/provider.ts';
import { machineMs } from '../../support/clock.ts';
import { ALICE, type Stack, stack } from '../../support/parts/stack.ts';
import {
  type BadDay,
  OIDC_CLIENT,
  oidcProvider,
  type TestOidcProvider,
} from '../../support/world/oidc-provider.ts';

const PUBLIC = 'https://tasks.example';

async function withProvider() {
  const provider = await oidcProvider();
  const settings = { issuer: provider.issuer, ...OIDC_CLIENT };
  const api = await stack({
    replace: () => ({
      login: {
        issuer: provider.issuer,
        provider: new OidcProvider(settings, { monotonicMs: machineMs, timeoutMs: 300 }),
        secret: Buffer.alloc(32, 8),
      },
    }),
  });
  return { api, provider };
}

const get = (api: Stack, path: string, cookie = '') =>
  api.app.request(path, { headers: { host: 'tasks.example', cookie }, redirect: 'manual' });
const cookieOf = (response: Response) => (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
const pathOf = (url: string) => url.slice(PUBLIC.length);

async function begun(api: Stack, provider: TestOidcProvider, to = 'tasks?q=x') {
  const begin = await get(api, `/session/login?to=${encodeURIComponent(to)}`);
  expect([begin.status, begin.headers.get('cache-control')]).toEqual([303, 'no-store']);
  const cookie = cookieOf(begin);
  const back = await provider.visit(begin.headers.get('location') ?? '');
  return { cookie, back, begin };
}

/** Where a sign-in at a provider on such a day ends. */
async function endOf(bad: BadDay, api: Stack, provider: TestOidcProvider): Promise<string | null> {
  provider.bad = bad;
  const { cookie, back } = await begun(api, provider);
  const response = await get(api, pathOf(back), cookie);
  provider.bad = {};
  expect(response.headers.get('set-cookie')).toBeNull();
  return response.headers.get('location');
}

describe('signing in at the provider', () => {
  it('begins a session of the person it names, by a cookie alone, at the screen that was asked for', async () => {
    const { api, provider } = await withProvider();
    const { cookie, back, begin } = await begun(api, provider);
    expect(begin.headers.get('set-cookie')).toMatch(
      /^__Host-login=[\w-]+; Secure; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/,
    );
    const asked = new URL(begin.headers.get('location') ?? '').searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(cookie).not.toContain(asked.get('nonce'));
    const landed = await get(api, pathOf(back), cookie);
    expect([landed.status, landed.headers.get('location')]).toEqual([303, `${PUBLIC}/tasks?q=x`]);
    expect(landed.headers.get('set-cookie')).toMatch(
      /^__Host-session=[\w-]+; Secure; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
    );
    const own = { 'x-console': '1', 'sec-fetch-site': 'same-origin', cookie: cookieOf(landed) };
    const { status, body } = await api.call('GET', '/api/v1/session', { user: null, headers: own });
    expect([status, body.user_id, body.roles]).toEqual([200, ALICE, ['auditor']]);
    expect(Date.parse(body.expires_at) - Date.now()).toBeGreaterThan(11.9 * 3_600_000);
    const { cookie: other, back: otherBack } = await begun(api, provider, '//evil.example/x');
    expect((await get(api, pathOf(otherBack), other)).headers.get('location')).toBe(`${PUBLIC}/`);
  });

  it('counts once, in the browser that began, and only for what it asked', async () => {
    const { api, provider } = await withProvider();
    const first = await begun(api, provider);
    const second = await begun(api, provider);
    const failed = `${PUBLIC}/#login=`;
    const land = async (back: string, cookie: string) =>
      (await get(api, pathOf(back), cookie)).headers.get('location');
    // Somebody else's answer in this browser, and this one's in a browser that began none.
    expect(await land(second.back, first.cookie)).toBe(`${failed}refused`);
    expect(await land(second.back, '')).toBe(`${failed}expired`);
    expect(await land(second.back, `${second.cookie.slice(0, -4)}AAAA`)).toBe(`${failed}expired`);
    const asked = provider.asked.length;
    const [one, other] = await Promise.all([
      land(second.back, second.cookie),
      land(second.back, second.cookie),
    ]);
    expect([one, other].sort()).toEqual([`${failed}expired`, `${PUBLIC}/tasks?q=x`]);
    expect(await land(second.back, second.cookie)).toBe(`${failed}expired`);
    expect(provider.asked.length).toBe(asked + 1);
  });

  it.each<[string, BadDay, string]>([
    ['another nonce', { claims: { nonce: 'another' } }, 'refused'],
    ['another audience', { claims: { aud: 'somebody' } }, 'refused'],
    ['another issuer', { claims: { iss: 'https://evil.example' } }, 'refused'],
    ['an ID token that has expired', { claims: { exp: 1_000_000 } }, 'refused'],
    ['nobody whom we could know', { claims: { sub: '' } }, 'refused'],
    ['a signature of a key that it does not publish', { foreignKey: true }, 'refused'],
    ['the answer of another provider', { answer: { iss: 'https://evil.example' } }, 'refused'],
    ['an answer without its name', { answer: { iss: '' } }, 'refused'],
    ['another state', { answer: { state: 'another' } }, 'refused'],
    ['a code that is not its own', { answer: { code: 'another' } }, 'expired'],
    ['no', { answer: { error: 'access_denied', code: '' } }, 'cancelled'],
    ['an error', { answer: { error: 'server_error', code: '' } }, 'refused'],
    ['nothing in time', { hangs: true }, 'unavailable'],
    ['500', { token: [500, '{}'] }, 'unavailable'],
    ['nonsense', { token: [200, 'no json'] }, 'unavailable'],
    ['more than anybody sends', { token: [200, `{"a":"${'x'.repeat(300_000)}"}`] }, 'unavailable'],
    ['no ID token', { token: [200, '{"access_token":"a","token_type":"bearer"}'] }, 'refused'],
  ])('signs nobody in where the provider answers %s', async (_, bad, why) => {
    const { api, provider } = await withProvider();
    expect(await endOf(bad, api, provider)).toBe(`${PUBLIC}/#login=${why}`);
  });

  it('goes on after the provider has other keys, and says so while it is down', async () => {
    const { api, provider } = await withProvider();
    const location = async () => {
      const { cookie, back } = await begun(api, provider);
      return (await get(api, pathOf(back), cookie)).headers.get('location');
    };
    expect(await location()).toBe(`${PUBLIC}/tasks?q=x`);
    await provider.rotate();
    expect(await location()).toBe(`${PUBLIC}/tasks?q=x`);
    const fresh = await withProvider();
    fresh.provider.bad = { isDown: true };
    expect((await get(fresh.api, '/session/login')).headers.get('location')).toBe(
      `${PUBLIC}/#login=unavailable`,
    );
    fresh.provider.bad = {};
    expect((await begun(fresh.api, fresh.provider)).cookie).toMatch(/^__Host-login=/);
  });

  it('does not exist where no provider is configured', async () => {
    const api = await stack();
    expect((await get(api, '/session/login')).status).toBe(404);
  });
});
