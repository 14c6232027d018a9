import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checkSignature } from '../../../src/application/use-cases/hook-signature.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';

/** Of the example below. */
const NOW = '2021-02-25T15:02:10.000Z' as Instant;
const body = Buffer.from('{"test": 2432232314}');

function check(
  verify: Parameters<typeof checkSignature>[0],
  headers: Record<string, string>,
  given: { readonly body?: Buffer; readonly now?: Instant } = {},
) {
  return checkSignature(verify, { headers: new Headers(headers), body, now: NOW, ...given });
}

describe('by Standard Webhooks', () => {
  // The vector of its reference libraries.
  const verify = { scheme: 'standard-webhooks', secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' } as const;
  const signed = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };

  test('the published example is signed, and is named', () => {
    expect(check(verify, signed)).toEqual({ kind: 'signed', delivery: 'msg_p5jXN8AQM9LWM0D4loKWxJek' });
  });

  test('one of several signatures is enough', () => {
    const several = `v1a,AAAA v1,AAAA ${signed['webhook-signature']}`;
    expect(check(verify, { ...signed, 'webhook-signature': several }).kind).toBe('signed');
  });

  test.each<[string, Record<string, string>, string]>([
    ['another id', { 'webhook-id': 'msg_2' }, 'no signature'],
    ['another time', { 'webhook-timestamp': '1614265331' }, 'no signature'],
    ['a time that is no number', { 'webhook-timestamp': '0x6037b5b2' }, 'five minutes'],
    ['a signature of no bytes', { 'webhook-signature': 'v1,' }, 'no signature'],
    [
      'a signature of another version',
      { 'webhook-signature': signed['webhook-signature'].replace('v1', 'v2') },
      'no signature',
    ],
    [
      'a signature behind ten others',
      { 'webhook-signature': `${'v1,AAAA '.repeat(10)}${signed['webhook-signature']}` },
      'no signature',
    ],
  ])('%s is refused', (_what, headers, why) => {
    expect(check(verify, { ...signed, ...headers })).toEqual({
      kind: 'refused',
      why: expect.stringContaining(why),
    });
  });

  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
    'a call without %s is refused',
    (name) => {
      const headers: Record<string, string> = { ...signed };
      delete headers[name];
      expect(check(verify, headers)).toMatchObject({ kind: 'refused' });
    },
  );

  test.each([
    ['signed', 300],
    ['refused', 301],
    ['signed', -300],
    ['refused', -301],
  ])('the example is %s %i seconds after it was sent', (kind, seconds) => {
    const now = new Date((1_614_265_330 + seconds) * 1_000).toISOString() as Instant;
    expect(check(verify, signed, { now }).kind).toBe(kind);
  });

  test('another body, another secret and none at all are refused', () => {
    expect(check(verify, signed, { body: Buffer.from('{}') }).kind).toBe('refused');
    expect(check({ ...verify, secret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }, signed).kind).toBe(
      'refused',
    );
    const key = Buffer.alloc(0);
    const content = `${signed['webhook-id']}.${signed['webhook-timestamp']}.${body}`;
    const signature = createHmac('sha256', key).update(content).digest('base64');
    const forged = { ...signed, 'webhook-signature': `v1,${signature}` };
    expect(check({ ...verify, secret: '' }, forged).kind).toBe('refused');
  });
});

describe("by GitHub's form", () => {
  // The vector of its documentation.
  const verify = { scheme: 'github', secret: "It's a Secret to Everybody" } as const;
  const hello = Buffer.from('Hello, World!');
  const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';

  test('the published example is signed, and named by its delivery where it has one', () => {
    expect(check(verify, { 'X-Hub-Signature-256': signature }, { body: hello })).toEqual({
      kind: 'signed',
      delivery: null,
    });
    const named = { 'X-Hub-Signature-256': signature, 'X-GitHub-Delivery': 'd1' };
    expect(check(verify, named, { body: hello })).toEqual({ kind: 'signed', delivery: 'd1' });
  });

  test.each([
    '',
    'sha256=',
    signature.slice(0, -2),
    signature.replace('sha256', 'sha1'),
    signature.replace('7', '8'),
  ])('%j is refused', (given) => {
    expect(check(verify, { 'X-Hub-Signature-256': given }, { body: hello }).kind).toBe('refused');
  });

  test('another body, and a call without a signature, are refused', () => {
    expect(check(verify, { 'X-Hub-Signature-256': signature }).kind).toBe('refused');
    expect(check(verify, {}, { body: hello }).kind).toBe('refused');
  });
});
