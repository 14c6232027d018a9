import { describe, expect, it } from 'vitest';
import type { AuthSettings } from '../../../src/http/auth/auth.ts';
import { SERVICE_LIMITS, ServiceCalls } from '../../../src/http/auth/service-calls.ts';
import { signed } from '../../support/parts/stack.ts';
import { type Answer, httpReceiver, json } from '../../support/world/http-receiver.ts';
import { asking, bearer, SECONDS, signer, standingClock } from './issuer.ts';

const UNKNOWN = { refused: 401, code: 'UNAUTHENTICATED' };
const UNAVAILABLE = { refused: 503, code: 'AUTH_UNAVAILABLE' };
const ANN = {
  user_id: 'usr_ann',
  email: 'ann@example.org',
  subscription_level: 'pro',
  organization_id: null,
};
const CALLER = { userId: 'usr_ann', actor: 'user:usr_ann', roles: [], subscriptionLevel: 'pro' };
const key = (value: string) => ({ 'X-API-Key': value });

/** An identity service, by default one that knows Ann by every credential that begins with "ann". */
async function identityService(settings: Partial<AuthSettings> = {}) {
  const service = await httpReceiver(knowingAnn);
  const clock = standingClock();
  return { service, clock, ask: asking({ serviceUrl: service.url, ...settings }, clock) };
}

const knowingAnn: Answer = ({ path, body }, response) => {
  const sent = JSON.parse(body) as { token?: string; api_key?: string };
  const valid = (sent.token ?? sent.api_key)?.startsWith('ann') === true;
  if (path.endsWith('/verify-token')) json(response, 200, valid ? { valid, ...ANN } : { valid });
  else json(response, 200, valid ? { valid, user_info: ANN } : { valid });
};

describe('a credential that the identity service judges', () => {
  it('is a token or an API key, sent as its contract says', async () => {
    const { service, ask } = await identityService();
    expect(await ask(bearer('ann.token'))).toEqual(CALLER);
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    expect(await ask(key('ann-key'), traceparent)).toEqual(CALLER);
    expect(service.requests.map(({ headers }) => headers.traceparent)).toEqual([undefined, traceparent]);
    const sent = service.requests.map(({ method, path, body, headers }) => ({
      at: `${method} ${path}`,
      type: headers['content-type'],
      body: JSON.parse(body),
    }));
    expect(sent).toEqual([
      {
        at: 'POST /api/v1/auth/verify-token',
        type: 'application/json',
        body: { token: 'ann.token', token_type: 'jwt' },
      },
      {
        at: 'POST /api/v1/auth/verify-api-key',
        type: 'application/json',
        body: { api_key: 'ann-key' },
      },
    ]);
  });

  it('is refused where it is not valid; no role comes with it, whatever the answer says', async () => {
    const { service, ask } = await identityService();
    expect(await ask(bearer('bob.token'))).toMatchObject(UNKNOWN);
    expect(await ask(key('bob-key'))).toMatchObject(UNKNOWN);
    service.answer((_, response) => json(response, 401, { detail: 'no' }));
    expect(await ask(bearer('carl.token'))).toMatchObject(UNKNOWN);
    service.answer((_, response) => json(response, 200, { valid: true, ...ANN, roles: ['admin'] }));
    expect(await ask(bearer('ann.admin'))).toEqual(CALLER);
  });

  it('is nothing without such a service, and one that cannot be a key is not sent', async () => {
    const { service, ask } = await identityService();
    for (const odd of ['', 'a b', 'é', 'x'.repeat(4_097)]) {
      expect([odd, await ask(key(odd))]).toMatchObject([odd, UNKNOWN]);
    }
    expect(service.requests).toHaveLength(0);
    expect(await asking({}, standingClock())(key('ann-key'))).toMatchObject(UNKNOWN);
  });

  it('is asked about once at a time and remembered for a short while, refusals for a shorter one', async () => {
    const { service, clock, ask } = await identityService();
    const both = () => Promise.all([ask(key('ann')), ask(key('ann')), ask(key('bob'))]);
    expect(await both()).toMatchObject([CALLER, CALLER, UNKNOWN]);
    expect(service.requests).toHaveLength(2);
    clock.pass(4_999);
    await both();
    expect(service.requests).toHaveLength(2);
    clock.pass(1);
    await both();
    expect(service.requests.map(({ body }) => JSON.parse(body).api_key)).toEqual(['ann', 'bob', 'bob']);
    service.answer((_, response) => json(response, 200, { valid: false }));
    clock.pass(24_999);
    expect(await ask(key('ann'))).toEqual(CALLER);
    clock.pass(1);
    expect(await ask(key('ann'))).toMatchObject(UNKNOWN);
  });

  it('that is a token is never remembered beyond its own expiry, nor asked about after it', async () => {
    const { service, clock, ask } = await identityService();
    service.answer((_, response) => json(response, 200, { valid: true, ...ANN }));
    const headers = bearer(await signed({ sub: 'usr_ann', exp: SECONDS + 10 }, 'a secret of the service'));
    expect(await ask(headers)).toEqual(CALLER);
    clock.pass(9_999);
    expect(await ask(headers)).toEqual(CALLER);
    expect(service.requests).toHaveLength(1);
    clock.pass(1);
    expect(await ask(headers)).toMatchObject(UNKNOWN);
    expect(service.requests).toHaveLength(1);
  });

  it('passes only by a definite yes: whatever else is answered is a 503 and not remembered', async () => {
    const { service, clock, ask } = await identityService();
    const yes = { valid: true, ...ANN };
    const answers: [string, Answer][] = [
      ['an error', (_, response) => json(response, 500, yes)],
      ['an error that says no', (_, response) => json(response, 503, { valid: false })],
      ['not found', (_, response) => json(response, 404, yes)],
      ['no JSON', (_, response) => void response.end('valid: true')],
      ['nothing', (_, response) => void response.writeHead(200).end()],
      ['null', (_, response) => json(response, 200, null)],
      ['a list', (_, response) => json(response, 200, [yes])],
      ['yes as text', (_, response) => json(response, 200, { ...yes, valid: 'true' })],
      ['yes as a number', (_, response) => json(response, 200, { ...yes, valid: 1 })],
      ['nobody', (_, response) => json(response, 200, { valid: true })],
      ['an empty user', (_, response) => json(response, 200, { ...yes, user_id: '' })],
      ['a user that is a number', (_, response) => json(response, 200, { ...yes, user_id: 7 })],
      ['a user with a line break', (_, response) => json(response, 200, { ...yes, user_id: 'a\nb' })],
      ['a level that is none', (_, response) => json(response, 200, { ...yes, subscription_level: 3 })],
      ['201', (_, response) => json(response, 201, yes)],
      ['a redirect', (_, response) => void response.writeHead(307, { location: '/' }).end()],
      ['too much', (_, response) => json(response, 200, { ...yes, more: 'x'.repeat(300_000) })],
      ['cut off', (_, response) => void response.destroy()],
    ];
    for (const [what, answer] of answers) {
      service.answer(answer);
      const token = `ann.${what.replaceAll(' ', '-')}`;
      expect([what, await ask(bearer(token))]).toMatchObject([what, UNAVAILABLE]);
      service.answer(knowingAnn);
      expect([what, await ask(bearer(token))]).toEqual([what, CALLER]);
    }
    // For a key the user stands one level further in.
    service.answer((_, response) => json(response, 200, yes));
    expect(await ask(key('ann'))).toMatchObject(UNAVAILABLE);
    await service.stop();
    clock.pass(30_000);
    expect(await ask(key('ann'))).toMatchObject(UNAVAILABLE);
  });

  it('is not waited for longer than five seconds, or what else it may take', async () => {
    expect(SERVICE_LIMITS.timeoutMs).toBe(5_000);
    const service = await httpReceiver(() => {});
    const calls = new ServiceCalls({ timeoutMs: 150 });
    const ask = asking({ serviceUrl: service.url }, standingClock(), calls);
    const began = performance.now();
    const waiting = [ask(bearer('ann.hangs')), ask(key('ann-hangs'))];
    expect(await Promise.all(waiting)).toMatchObject([UNAVAILABLE, UNAVAILABLE]);
    // Nor where it begins to answer and does not end.
    service.answer((_, response) => void response.writeHead(200).write('{"valid": true,'));
    expect(await ask(bearer('ann.half'))).toMatchObject(UNAVAILABLE);
    expect(performance.now() - began).toBeLessThan(1_500);
  });
});

describe('a token, where it can be verified here and by the identity service', () => {
  it('is judged here where one of our keys signed it, else there', async () => {
    const jwtSecret = 'a secret of our own';
    const { service, ask } = await identityService({ jwtSecret });
    service.answer((_, response) => json(response, 200, { valid: true, ...ANN }));
    expect(await ask(bearer(await signed({ sub: 'usr_1', exp: SECONDS + 60 }, jwtSecret)))).toMatchObject({
      userId: 'usr_1',
    });
    // Ours, and expired: nobody else can make it good.
    expect(await ask(bearer(await signed({ sub: 'usr_1', exp: SECONDS - 60 }, jwtSecret)))).toMatchObject(
      UNKNOWN,
    );
    expect(service.requests).toHaveLength(0);
    const theirs = await signed({ sub: 'usr_ann', exp: SECONDS + 60 }, 'a secret of the service');
    expect(await ask(bearer(theirs))).toEqual(CALLER);
  });

  it('is judged there where our issuer does not give its keys', async () => {
    const issuer = await httpReceiver((_, response) => json(response, 500, {}));
    const { service, ask } = await identityService({ jwksUrl: issuer.url });
    service.answer((_, response) => json(response, 200, { valid: true, ...ANN }));
    const token = await signer('ES256', 'k').sign();
    expect(await ask(bearer(token))).toEqual(CALLER);
    service.answer((_, response) => json(response, 200, { valid: false }));
    expect(await ask(bearer(await signer('ES256', 'k').sign()))).toMatchObject(UNKNOWN);
  });
});
