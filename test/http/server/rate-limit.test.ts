import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import { ClientAddresses, type Network } from '../../../src/http/server/client-address.ts';
import { Problem } from '../../../src/http/server/problem.ts';
import { type RateLimit, RateLimiter } from '../../../src/http/server/rate-limit.ts';
import { startServer } from '../../../src/http/server/server.ts';
import { testClock } from '../../support/clock.ts';
import { eventually } from '../../support/eventually.ts';
import { ALICE, BOB, DOOR_SECRET, stack, tokenOf } from '../../support/parts/stack.ts';

let nowMs = 0;
const clock = { now: () => '2026-11-23T12:00:00.000Z' as Instant, monotonicMs: () => nowMs };

function refusal(act: () => unknown): Problem | null {
  try {
    act();
    return null;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

test('a caller may ask as often as the window allows, at once, and again as it passes', () => {
  const limiter = new RateLimiter('caller', { requests: 4, windowSeconds: 2 }, clock);
  expect(limiter.take('a')).toEqual({
    RateLimit: '"caller";r=3;t=1',
    'RateLimit-Policy': '"caller";q=4;w=2',
  });
  for (let count = 0; count < 3; count++) limiter.take('a');
  const refused = refusal(() => limiter.take('a'));
  expect([refused?.status, refused?.code]).toEqual([429, 'RATE_LIMITED']);
  expect(refused?.headers).toEqual({
    'Retry-After': '1',
    RateLimit: '"caller";r=0;t=2',
    'RateLimit-Policy': '"caller";q=4;w=2',
  });
  expect(limiter.take('b').RateLimit).toBe('"caller";r=3;t=1');
  nowMs += 500;
  expect(limiter.take('a').RateLimit).toBe('"caller";r=0;t=2');
  expect(refusal(() => limiter.take('a'))).not.toBeNull();
  nowMs += 60_000;
  expect(limiter.take('a').RateLimit).toBe('"caller";r=3;t=1');
});

test('callers are forgotten, those unseen longest first, so that memory is bounded', () => {
  const limiter = new RateLimiter('caller', { requests: 1, windowSeconds: 60 }, clock, 3);
  for (const caller of ['a', 'b', 'c']) limiter.take(caller);
  expect(refusal(() => limiter.take('a'))).not.toBeNull();
  limiter.take('d');
  expect(refusal(() => limiter.take('b'))).toBeNull();
  expect(refusal(() => limiter.take('a'))).not.toBeNull();
});

test('who is only looked at takes no place: nobody drives others out of what is remembered', () => {
  const limiter = new RateLimiter('webhook', { requests: 1, windowSeconds: 60 }, clock, 3);
  limiter.take('a');
  for (let count = 0; count < 10; count++) limiter.check(`tried ${count}`);
  expect(refusal(() => limiter.check('a'))).not.toBeNull();
});

test('each caller has a limit of its own, told with every answer, and a refused request changes nothing', async () => {
  const callers = { requests: 2, windowSeconds: 60 };
  const api = await stack({ replace: () => ({ rateLimits: { callers, failures: null } }) });
  const create = () => api.call('POST', '/api/v1/tasks', { body: { name: 'Water', task_type: 'todo' } });
  const first = await create();
  expect(first.headers.get('ratelimit')).toBe('"caller";r=1;t=30');
  // Refused for its body: it counts, and is told.
  const faulty = await api.call('POST', '/api/v1/tasks', { body: {} });
  expect([faulty.status, faulty.headers.get('ratelimit')?.split(';')[1]]).toEqual([422, 'r=0']);
  const before: RecordedTaskEvent['meta']['sequence'] = await api.lastSequence();
  const refused = await create();
  expect(refused.body).toMatchObject({ status: 429, error_code: 'RATE_LIMITED' });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused.headers.get('ratelimit-policy')).toBe('"caller";q=2;w=60');
  expect(await api.lastSequence()).toBe(before);
  expect((await api.call('GET', '/api/v1/tasks', { user: BOB })).status).toBe(200);
  const service = {
    'X-Internal-Service': 'true',
    'X-Internal-Service-Secret': DOOR_SECRET,
    'X-User-ID': 'usr_alice',
  };
  expect((await api.call('GET', '/api/v1/tasks', { user: null, headers: service })).status).toBe(200);
});

test('an address that fails too often is told so, and whoever is right behind it is let in', async () => {
  const { ask, url, api } = await behindAddress({ requests: 3, windowSeconds: 60 }, []);
  const right = await tokenOf(BOB);
  expect(await ask(right)).toBe(200);
  for (let count = 0; count < 3; count++) expect(await ask('wrong')).toBe(401);
  expect(await ask('wrong')).toBe(429);
  expect(await ask(right)).toBe(200);
  // One that was never seen before, too.
  expect(await ask(await tokenOf(ALICE))).toBe(200);
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
  // Another way in, from elsewhere.
  expect((await api.call('GET', '/api/v1/tasks', { user: BOB })).status).toBe(200);
});

test('failures count by the address that a trusted proxy names, IPv6 by its /64', async () => {
  const proxies = [{ address: '127.0.0.1', prefix: 32, family: 'ipv4' }] as const;
  const { ask } = await behindAddress({ requests: 2, windowSeconds: 60 }, proxies);
  expect(await ask('wrong', '2001:db8:0:1::1')).toBe(401);
  expect(await ask('wrong', '192.0.2.1, 2001:db8:0:1:ffff::2')).toBe(401);
  expect(await ask('wrong', '2001:db8:0:1::3')).toBe(429);
  expect(await ask('wrong', '2001:db8:0:2::1')).toBe(401);
  expect(await ask('wrong', '203.0.113.7')).toBe(401);
});

test('a flood of wrong credentials is answered slowly, then not at all', async () => {
  const { url } = await behindAddress({ requests: 1, windowSeconds: 3_600 }, []);
  const { port } = new URL(url);
  const wrong = 'GET /api/v1/tasks HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer wrong\r\n\r\n';
  const began = performance.now();
  const floods = await Promise.all(
    Array.from({ length: 30 }, async () => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(wrong.repeat(12)));
      let text = '';
      socket.on('error', () => {});
      await new Promise<void>((resolve) => {
        socket.on('data', (chunk) => {
          text += chunk;
          if (text.split('HTTP/1.1 4').length > 12) socket.destroy();
        });
        socket.once('close', () => resolve());
      });
      return text.split('HTTP/1.1 429').length - 1;
    }),
  );
  const answers = floods.reduce((sum, count) => sum + count, 0);
  // 250 a second at most; of 360 that came at once some had to go without.
  expect(answers).toBeLessThan(360);
  expect(performance.now() - began).toBeGreaterThan(answers * 3);
});

test('an address holds only so many connections, and others have theirs', async () => {
  const server = await startServer({
    fetch: () => new Response('ok'),
    host: '127.0.0.1',
    port: 0,
    connectionsPerAddress: 3,
    isProxy: (address) => address === '127.0.0.3',
  });
  onTestFinished(() => server.stop(0));
  const opened: Socket[] = [];
  onTestFinished(() => {
    for (const socket of opened) socket.destroy();
  });
  const isServed = (localAddress: string) =>
    new Promise<boolean>((resolve) => {
      const socket = connect({ port: server.port, host: '127.0.0.1', localAddress });
      opened.push(socket);
      socket.on('error', () => {});
      socket.once('data', () => resolve(true));
      socket.once('close', () => resolve(false));
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    });
  for (let count = 0; count < 3; count++) expect(await isServed('127.0.0.1')).toBe(true);
  expect(await isServed('127.0.0.1')).toBe(false);
  expect(await isServed('127.0.0.2')).toBe(true);
  for (let count = 0; count < 5; count++) expect(await isServed('127.0.0.3')).toBe(true);
  const [first] = opened;
  const closed = new Promise((resolve) => first?.once('close', resolve));
  first?.destroy();
  await closed;
  await eventually(() => isServed('127.0.0.1'));
});

test('a document that everybody may have is made once, not sent to whoever has it, and limited by address', async () => {
  let nowMs = 0;
  const clock = { ...testClock, monotonicMs: () => nowMs };
  const api = await stack({ replace: () => ({ clock }) });
  const get = (headers: Record<string, string> = {}) =>
    api.call('GET', '/openapi.json', { user: null, headers });
  const first = await get();
  const tag = first.headers.get('etag') ?? '';
  const again = await get({ 'If-None-Match': `"other", W/${tag}` });
  expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', tag]);
  expect((await get()).text).toBe(first.text);
  for (let count = 3; count < 300; count++) await get({ 'If-None-Match': tag });
  const refused = await get();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect((await api.call('GET', '/docs', { user: null })).status).toBe(429);
  expect((await api.call('GET', '/health/live', { user: null })).status).toBe(200);
  nowMs += 1_000;
  expect((await get()).text).toBe(first.text);
});

/** The API on a port. `ask` tells the status for a token, from where a proxy on loopback says that it comes. */
async function behindAddress(failures: RateLimit | null, proxies: readonly Network[]) {
  const addresses = new ClientAddresses(proxies);
  const api = await stack({ replace: () => ({ addresses, rateLimits: { callers: null, failures } }) });
  const server = await startServer({
    fetch: (request, env) => api.app.fetch(request, env),
    host: '127.0.0.1',
    port: 0,
  });
  onTestFinished(() => server.stop(0));
  const ask = async (token: string, from?: string) => {
    const headers = {
      Authorization: `Bearer ${token}`,
      ...(from === undefined ? {} : { 'X-Forwarded-For': from }),
    };
    return (await fetch(`${server.url}/api/v1/tasks`, { headers })).status;
  };
  return { ask, url: server.url, api };
}

test('a connection that sends request upon request and reads no answer is closed', async () => {
  let handled = 0;
  let onSixteen = () => {};
  const sixteen = new Promise<void>((resolve) => {
    onSixteen = resolve;
  });
  const server = await startServer({
    fetch: () => {
      handled += 1;
      if (handled === 16) onSixteen();
      return new Response('x'.repeat(200_000));
    },
    host: '127.0.0.1',
    port: 0,
  });
  onTestFinished(() => server.stop(0));
  const socket = connect(server.port, '127.0.0.1');
  const closed = new Promise((resolve) => {
    socket.on('error', () => {});
    socket.once('close', resolve);
  });
  socket.write('GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(1_000));
  await sixteen;
  socket.resume();
  await closed;
  expect(handled).toBe(16);
  expect((await fetch(server.url)).status).toBe(200);
});
