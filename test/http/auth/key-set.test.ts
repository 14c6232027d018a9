import { createHash, createHmac } from 'node:crypto';
import { UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { signed } from '../../support/parts/stack.ts';
import { type HttpReceiver, httpReceiver, json } from '../../support/world/http-receiver.ts';
import { asking, bearer, SECONDS, type Signer, signer, standingClock } from './issuer.ts';

const RSA = signer('RS256', 'rsa');
const EC = signer('ES256', 'ec');
const ED = signer('EdDSA', 'ed');

async function publishing(...signers: readonly Signer[]): Promise<HttpReceiver> {
  const issuer = await httpReceiver();
  publish(issuer, ...signers);
  return issuer;
}

function publish(issuer: HttpReceiver, ...signers: readonly Signer[]): void {
  issuer.answer((_, response) => json(response, 200, { keys: signers.map(({ jwk }) => jwk) }));
}

async function withIssuer(...signers: readonly Signer[]) {
  const issuer = await publishing(...signers);
  const clock = standingClock();
  return { issuer, clock, ask: asking({ jwksUrl: `${issuer.url}/jwks.json` }, clock) };
}

const VALID = { userId: 'usr_1', actor: 'user:usr_1' };
const UNKNOWN = { refused: 401, code: 'UNAUTHENTICATED' };
const UNAVAILABLE = { refused: 503, code: 'AUTH_UNAVAILABLE' };

describe('a token signed by a key of the issuer', () => {
  it('names the caller, by RS256, ES256 and EdDSA, and the keys are fetched once', async () => {
    const { issuer, ask } = await withIssuer(RSA, EC, ED);
    const claims = { roles: ['auditor'], subscription_level: 'pro' };
    const all = [RSA, EC, ED].map(async ({ sign }) => ask(bearer(await sign(claims))));
    for (const answer of await Promise.all(all)) {
      expect(answer).toEqual({ ...VALID, roles: ['auditor'], subscriptionLevel: 'pro' });
    }
    expect(issuer.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /jwks.json']);
  });

  it('may leave out the key id where one of the keys did sign it', async () => {
    const { ask } = await withIssuer(signer('ES256', 'another'), EC);
    expect(await ask(bearer(await EC.sign({}, { kid: undefined })))).toMatchObject(VALID);
    const unknown = await signer('ES256', 'x').sign({}, { kid: undefined });
    expect(await ask(bearer(unknown))).toMatchObject(UNKNOWN);
  });

  it('is held to its times, its issuer and its audience, give or take what clocks differ', async () => {
    const issuer = await publishing(RSA);
    const settings = { jwksUrl: issuer.url, issuer: 'https://id.example', audience: 'tasks' };
    const ask = asking(settings, standingClock());
    const good = { iss: 'https://id.example', aud: ['tasks', 'mail'] };
    const rows: [string, object, Record<string, unknown>][] = [
      ['good', VALID, {}],
      ['expired by 29 s', VALID, { exp: SECONDS - 29 }],
      ['expired by 30 s', UNKNOWN, { exp: SECONDS - 30 }],
      ['valid in 30 s', VALID, { nbf: SECONDS + 30 }],
      ['valid in 31 s', UNKNOWN, { nbf: SECONDS + 31 }],
      ['without expiry', UNKNOWN, { exp: undefined }],
      ['of another issuer', UNKNOWN, { iss: 'https://id.example.evil' }],
      ['of no issuer', UNKNOWN, { iss: undefined }],
      ['for somebody else', UNKNOWN, { aud: 'mail' }],
      ['for nobody', UNKNOWN, { aud: undefined }],
    ];
    for (const [what, expected, claims] of rows) {
      const answer = await ask(bearer(await RSA.sign({ ...good, ...claims })));
      expect([what, answer]).toMatchObject([what, expected]);
    }
  });

  it('is refused where another key signed it, nobody did, or an algorithm is passed off for another', async () => {
    const issuer = await publishing(RSA, EC);
    const ask = asking({ jwksUrl: issuer.url, jwtSecret: 'a secret of our own' }, standingClock());
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const payload = { sub: 'usr_1', exp: SECONDS + 3600 };
    /** HS256 with what everybody knows as the secret: the public key, in every form of it. */
    const confused = (secret: string | Buffer) => {
      const text = `${part({ alg: 'HS256', kid: 'rsa' })}.${part(payload)}`;
      return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
    };
    const forms = [
      RSA.publicKey.export({ type: 'spki', format: 'pem' }),
      RSA.publicKey.export({ type: 'spki', format: 'der' }),
      JSON.stringify(RSA.jwk),
      RSA.jwk.n ?? '',
      '',
    ];
    const own = signer('ES256', 'own');
    const [head, , signature] = (await RSA.sign()).split('.');
    const tokens = {
      ...Object.fromEntries(forms.map((form, index) => [`confused ${index}`, confused(form)])),
      'another key of that name': await signer('ES256', 'ec').sign(),
      'the name of a key of another kind': await RSA.sign({}, { kid: 'ec' }),
      none: new UnsecuredJWT(payload).encode(),
      'none with a signature': `${part({ alg: 'none', kid: 'rsa' })}.${part(payload)}.${signature}`,
      nOnE: `${part({ alg: 'nOnE' })}.${part(payload)}.`,
      'another payload': `${head}.${part({ ...payload, sub: 'usr_2' })}.${signature}`,
      'an own key in the header': await own.sign({}, { jwk: own.jwk, kid: undefined }),
      'a critical extension': `${part({ alg: 'RS256', kid: 'rsa', crit: ['x'], x: 1 })}.${part(payload)}.${signature}`,
      'a header that is no object': `${part('RS256')}.${part(payload)}.${signature}`,
      'an algorithm that is no text': `${part({ alg: ['RS256'] })}.${part(payload)}.${signature}`,
      RS512: `${part({ alg: 'RS512', kid: 'rsa' })}.${part(payload)}.${signature}`,
    };
    for (const [what, token] of Object.entries(tokens)) {
      expect([what, await ask(bearer(token))]).toMatchObject([what, UNKNOWN]);
    }
    expect(await ask(bearer(await RSA.sign()))).toMatchObject(VALID);
  });

  it('is refused by keys that are weak, secret, for encryption or broken, and those beside them still serve', async () => {
    const weak = signer('RS256', 'weak', 1024);
    const encrypting = signer('ES256', 'enc');
    const issuer = await httpReceiver();
    issuer.answer((_, response) =>
      json(response, 200, {
        keys: [
          weak.jwk,
          { ...RSA.jwk, e: 'AQ', kid: 'one' },
          { ...RSA.jwk, e: 'Aw', kid: 'three' },
          { ...encrypting.jwk, use: 'enc' },
          { kty: 'oct', k: Buffer.from('known').toString('base64url'), kid: 'oct' },
          { kty: 'RSA', n: '!', e: 7, kid: 'broken' },
          { kty: 'future' },
          EC.jwk,
        ],
      }),
    );
    const ask = asking({ jwksUrl: issuer.url }, standingClock());
    const secret = await signed({ sub: 'usr_1', exp: SECONDS + 60 }, 'known');
    for (const token of [weak.signByHand(), await encrypting.sign(), secret, signedByOne('one')]) {
      expect(await ask(bearer(token))).toMatchObject(UNKNOWN);
    }
    expect(await ask(bearer(await EC.sign()))).toMatchObject(VALID);
  });
});

/** What anybody can sign for a key of exponent 1: the padded hash as it is (RFC 8017, 9.2). */
function signedByOne(kid: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', kid })}.${part({ sub: 'usr_1', exp: SECONDS + 3600 })}`;
  const sha256 = Buffer.from('3031300d060960864801650304020105000420', 'hex');
  const digest = Buffer.concat([sha256, createHash('sha256').update(text).digest()]);
  const block = Buffer.alloc(256, 0xff);
  block.set([0, 1]);
  block[255 - digest.length] = 0;
  block.set(digest, 256 - digest.length);
  return `${text}.${block.toString('base64url')}`;
}

describe('the keys of the issuer', () => {
  it('are fetched anew when a token names one that is not there, at most once in a cool-down', async () => {
    const { issuer, clock, ask } = await withIssuer(RSA);
    expect(await ask(bearer(await RSA.sign()))).toMatchObject(VALID);
    const next = signer('ES256', 'next');
    publish(issuer, next, RSA);
    // Within the cool-down nobody is asked again, whatever is sent.
    for (let n = 0; n < 5; n++) expect(await ask(bearer(await next.sign()))).toMatchObject(UNKNOWN);
    expect(issuer.requests).toHaveLength(1);
    clock.pass(30_000);
    const token = await next.sign();
    const answers = await Promise.all([ask(bearer(token)), ask(bearer(token)), ask(bearer(token))]);
    for (const answer of answers) expect(answer).toMatchObject(VALID);
    expect(issuer.requests).toHaveLength(2);
  });

  it('that were withdrawn verify nothing any more once the keys have become old', async () => {
    const { issuer, clock, ask } = await withIssuer(RSA, EC);
    const token = await RSA.sign();
    expect(await ask(bearer(token))).toMatchObject(VALID);
    publish(issuer, EC);
    clock.pass(60_000);
    expect(await ask(bearer(token))).toMatchObject(VALID);
    clock.pass(10 * 60_000);
    expect(await ask(bearer(token))).toMatchObject(UNKNOWN);
    expect(await ask(bearer(await EC.sign()))).toMatchObject(VALID);
  });

  it('go on to serve while the issuer hangs, without waiting for it', async () => {
    const { issuer, clock, ask } = await withIssuer(RSA);
    const token = await RSA.sign({ exp: SECONDS + 24 * 3600 });
    expect(await ask(bearer(token))).toMatchObject(VALID);
    const held: Parameters<Parameters<HttpReceiver['answer']>[0]>[1][] = [];
    issuer.answer((_, response) => void held.push(response));
    clock.pass(11 * 60_000);
    const answers = Array.from({ length: 20 }, () => ask(bearer(token)));
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject(VALID);
    expect(await ask(bearer(token))).toMatchObject(VALID);
    // The request for the keys has not been given up: what it is answered now counts.
    expect(held).toHaveLength(1);
    for (const response of held) json(response, 200, { keys: [EC.jwk] });
    expect(await ask(bearer(await EC.sign({ exp: SECONDS + 24 * 3600 })))).toMatchObject(VALID);
  });

  it('go on to serve while the issuer fails, and where none were ever had nobody is let in or refused: 503', async () => {
    const failures: [string, Parameters<HttpReceiver['answer']>[0]][] = [
      ['500', (_, response) => json(response, 500, { keys: [RSA.jwk] })],
      ['no JSON', (_, response) => void response.end('<html>')],
      ['no key set', (_, response) => json(response, 200, { keys: 'RSA' })],
      ['a list', (_, response) => json(response, 200, [RSA.jwk])],
      ['endless', (_, response) => void response.end(JSON.stringify({ keys: [], x: 'x'.repeat(300_000) }))],
      ['a redirect', (_, response) => void response.writeHead(302, { location: '/elsewhere' }).end()],
      ['cut off', ({ method }, response) => void (method === 'GET' && response.destroy())],
    ];
    const served = await withIssuer(RSA);
    expect(await served.ask(bearer(await RSA.sign()))).toMatchObject(VALID);
    for (const [what, answer] of failures) {
      const { issuer, clock, ask } = await withIssuer();
      issuer.answer(answer);
      expect([what, await ask(bearer(await RSA.sign()))]).toMatchObject([what, UNAVAILABLE]);
      // The issuer is back.
      publish(issuer, RSA);
      clock.pass(1_000);
      expect([what, await ask(bearer(await RSA.sign()))]).toMatchObject([what, VALID]);

      served.issuer.answer(answer);
      served.clock.pass(11 * 60_000);
      const fresh = { exp: SECONDS + 24 * 3600 };
      expect([what, await served.ask(bearer(await RSA.sign(fresh)))]).toMatchObject([what, VALID]);
      expect([what, await served.ask(bearer(await EC.sign(fresh)))]).toMatchObject([what, UNAVAILABLE]);
    }
    expect(served.issuer.requests).toHaveLength(1 + failures.length);
  });
});
