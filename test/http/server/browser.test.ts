import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startServer } from '../../../src/http/server/server.ts';
import { ALICE, stack, tokenOf } from '../../support/parts/stack.ts';

const ALWAYS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
const PAGE = 'https://app.example';

async function served(corsOrigins?: readonly string[]) {
  const api = await stack();
  const server = await startServer({
    fetch: api.app.fetch,
    host: '127.0.0.1',
    port: 0,
    ...(corsOrigins === undefined ? {} : { corsOrigins }),
  });
  onTestFinished(() => server.stop(0));
  return { server, api };
}

/** What comes back for bytes that need not be HTTP. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(received));
    socket.on('error', () => {});
  });
}

function corsHeaders(headers: Headers): string[] {
  return [...headers.keys()].filter((name) => name.startsWith('access-control') || name === 'vary');
}

describe('every answer', () => {
  it('tells browsers not to guess, frame, cache or refer, whatever it answers', async () => {
    const { server } = await served();
    const authorization = `Bearer ${await tokenOf(ALICE)}`;
    const body = JSON.stringify({ name: 'A', task_type: 'todo' });
    const json = { authorization, 'content-type': 'application/json' };
    const created = await fetch(`${server.url}/api/v1/tasks`, { method: 'POST', headers: json, body });
    const task = `${server.url}${created.headers.get('location')}`;
    const answers: [Response, number, Record<string, string>?][] = [
      [created, 201],
      [await fetch(task, { headers: { authorization } }), 200, { 'cache-control': 'private, no-cache' }],
      [
        await fetch(task, { headers: { authorization, 'if-none-match': created.headers.get('etag') ?? '' } }),
        304,
        { 'cache-control': 'private, no-cache' },
      ],
      [await fetch(`${server.url}/api/v1/tasks`), 401],
      [await fetch(`${server.url}/api/v1/tasks`, { method: 'POST', headers: json, body: '{' }), 400],
      [await fetch(`${server.url}/nowhere`), 404],
      [await fetch(`${server.url}/health`, { method: 'OPTIONS' }), 405],
      [await fetch(`${server.url}/openapi.json`, { method: 'HEAD' }), 200, { 'cache-control': 'no-cache' }],
    ];
    for (const [answer, status, more] of answers) {
      expect([answer.url, answer.status]).toEqual([answer.url, status]);
      expect(Object.fromEntries(answer.headers)).toMatchObject({ ...ALWAYS, ...more });
      expect(answer.headers.has('x-powered-by') || answer.headers.has('server')).toBe(false);
      await answer.arrayBuffer();
    }
  });

  it('to what is no HTTP request has them too', async () => {
    const { server } = await served();
    const requests: [string, string][] = [
      ['400', 'nonsense\r\n\r\n'],
      ['400', 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'],
      ['431', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
    ];
    for (const [status, request] of requests) {
      const answer = (await raw(server.port, request)).toLowerCase();
      expect(answer).toContain(`http/1.1 ${status} `);
      for (const [name, value] of Object.entries(ALWAYS)) {
        expect(answer).toContain(`${name}: ${value.toLowerCase()}\r\n`);
      }
    }
  });
});

describe('a page of another origin', () => {
  const preflight = (url: string, origin: string) =>
    fetch(`${url}/api/v1/tasks`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });

  it('is told nothing where none is configured', async () => {
    const { server } = await served();
    for (const answer of [
      await preflight(server.url, PAGE),
      await fetch(`${server.url}/health`, { headers: { origin: PAGE } }),
    ]) {
      expect(corsHeaders(answer.headers)).toEqual([]);
    }
  });

  it('may call and read where it is one of those configured, without credentials mode', async () => {
    const { server } = await served(['https://other.example', PAGE]);
    const allowed = await preflight(server.url, PAGE);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(PAGE);
    expect(allowed.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(allowed.headers.get('access-control-allow-headers')).toMatch(/Authorization.*Idempotency-Key/);
    expect(allowed.headers.get('access-control-allow-headers')).not.toMatch(/internal/i);
    expect(allowed.headers.has('access-control-allow-credentials')).toBe(false);
    const answer = await fetch(`${server.url}/api/v1/tasks`, { headers: { origin: PAGE } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('access-control-allow-origin')).toBe(PAGE);
    expect(answer.headers.get('access-control-expose-headers')).toContain('ETag');
    expect(answer.headers.get('vary')).toBe('Origin');
  });

  it('is told nothing where it is none of those, however alike', async () => {
    const { server } = await served([PAGE]);
    const others = ['https://app.example.evil', 'http://app.example', `${PAGE}:8443`, 'null', '*'];
    for (const origin of others) {
      const answer = await preflight(server.url, origin);
      expect([origin, corsHeaders(answer.headers)]).toEqual([origin, ['vary']]);
    }
  });
});
