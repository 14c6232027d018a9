import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  EgressPolicy,
  type OutboundErrorCode,
  parseAllowedHost,
  type Resolve,
} from '../../src/outbound/egress.ts';
import { type OutboundCalls, OutboundHttp, type OutboundLimits } from '../../src/outbound/outbound-http.ts';
import { type HttpReceiver, httpReceiver, tcpServer } from '../support/world/http-receiver.ts';

function calls(
  allow: readonly string[],
  options: {
    resolve?: Resolve;
    limits?: Partial<OutboundLimits>;
    signal?: AbortSignal;
    traceparent?: string;
  } = {},
): OutboundCalls {
  const allowed = allow.map(parseAllowedHost).filter((it) => it !== null);
  const { resolve } = options;
  const policy = new EgressPolicy({ allow: allowed, ...(resolve ? { resolve } : {}) });
  const http = new OutboundHttp(policy, { timeoutMs: 5_000, ...options.limits });
  const { signal = new AbortController().signal, traceparent = null } = options;
  return http.calls({ signal, traceparent });
}

function failing(code: OutboundErrorCode): { code: OutboundErrorCode } {
  return { code };
}

const loopback: Resolve = async () => ['127.0.0.1'];

describe('a call', () => {
  test('is made as asked, on a connection of its own that is closed after it', async () => {
    const receiver = await httpReceiver();
    const http = calls([receiver.host]);
    const answer = await http.request({
      url: `${receiver.url}/path?q=1#fragment`,
      method: 'PUT',
      headers: { 'X-Thing': 'a', 'content-type': 'text/plain' },
      body: 'höi',
    });
    expect(answer).toMatchObject({ status: 200, url: `${receiver.url}/path?q=1#fragment` });
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.body.toString()).toBe('{"ok":true}');
    const [request] = receiver.requests;
    expect(request).toMatchObject({ method: 'PUT', path: '/path?q=1', body: 'höi' });
    expect(request?.headers).toMatchObject({
      host: receiver.host,
      'x-thing': 'a',
      'content-length': '4',
      connection: 'close',
      'accept-encoding': 'identity',
    });
    await request?.closed;
    expect(http.callsMade).toBe(1);
  });

  test('carries the trace of its run through every redirect, unless its author says another', async () => {
    const receiver = await httpReceiver(({ path }, response) => {
      if (path === '/there') response.end();
      else response.writeHead(302, { location: '/there' }).end();
    });
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const http = calls([receiver.host], { traceparent });
    await http.request({ url: receiver.url });
    await http.request({ url: `${receiver.url}/there`, headers: { Traceparent: 'mine' } });
    await calls([receiver.host]).request({ url: `${receiver.url}/there` });
    const carried = receiver.requests.map(({ headers }) => headers.traceparent);
    expect(carried).toEqual([traceparent, traceparent, 'mine', undefined]);
  });

  test('names the host it was given, though it connects to the address that was checked', async () => {
    const receiver = await httpReceiver();
    const http = calls([`shop.example:${receiver.port}`], { resolve: loopback });
    await http.request({ url: `http://shop.example.:${receiver.port}/` });
    expect(receiver.requests[0]?.headers.host).toBe(`shop.example:${receiver.port}`);
  });

  test('asks TLS for the name and not for the address', async () => {
    const asked: string[] = [];
    const server = createTlsServer({
      SNICallback: (name, callback) => {
        asked.push(name);
        callback(new Error('no certificate'));
      },
    });
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const http = calls([`shop.example:${port}`], { resolve: loopback });
    await expect(http.request({ url: `https://shop.example:${port}/` })).rejects.toMatchObject(
      failing('CONNECTION_FAILED'),
    );
    expect(asked).toEqual(['shop.example']);
    expect(http.callsMade).toBe(0);
  });

  test('tries the other addresses of a host when the first does not answer', async () => {
    const receiver = await httpReceiver();
    const http = calls([`shop.example:${receiver.port}`], {
      resolve: async () => ['127.0.0.2', '127.0.0.1'],
    });
    expect((await http.request({ url: `http://shop.example:${receiver.port}/` })).status).toBe(200);
  });
});

describe('the guard', () => {
  test('refuses loopback before anything is sent', async () => {
    const receiver = await httpReceiver();
    const http = calls([]);
    for (const host of ['127.0.0.1', 'localhost', '2130706433', '[::ffff:127.0.0.1]']) {
      const url = `http://${host}:${receiver.port}/`;
      await expect(http.request({ url })).rejects.toMatchObject(failing('EGRESS_REFUSED'));
    }
    expect(receiver.requests).toEqual([]);
    expect(http.callsMade).toBe(0);
  });

  test('asks the name server once a call, and connects to that answer (rebinding)', async () => {
    const receiver = await httpReceiver();
    let asked = 0;
    const rebinding: Resolve = async () => (asked++ === 0 ? ['127.0.0.1'] : ['127.0.0.2']);
    const url = `http://evil.example:${receiver.port}/`;
    const allowed = calls([`evil.example:${receiver.port}`], { resolve: rebinding });
    expect((await allowed.request({ url })).status).toBe(200);
    expect(asked).toBe(1);
    asked = 0;
    await expect(calls([], { resolve: rebinding }).request({ url })).rejects.toMatchObject(
      failing('EGRESS_REFUSED'),
    );
    expect(asked).toBe(1);
    expect(receiver.requests).toHaveLength(1);
  });

  test('asks again for each hop: a name that has moved inside by then is refused', async () => {
    const receiver = await httpReceiver((_request, response) =>
      response.writeHead(302, { location: `http://two.example:${receiver.port}/` }).end(),
    );
    const answers: Record<string, string[]> = { 'one.example': ['127.0.0.1'], 'two.example': ['127.0.0.1'] };
    const http = calls([`one.example:${receiver.port}`], { resolve: async (host) => answers[host] ?? [] });
    await expect(http.request({ url: `http://one.example:${receiver.port}/` })).rejects.toMatchObject(
      failing('EGRESS_REFUSED'),
    );
    expect(http.callsMade).toBe(1);
    expect(receiver.requests).toHaveLength(1);
  });

  test('refuses the same host on a port that is not allowed, by redirect too', async () => {
    const inside = await httpReceiver();
    const receiver = await httpReceiver((_request, response) =>
      response.writeHead(307, { location: `${inside.url}/admin` }).end(),
    );
    await expect(calls([receiver.host]).request({ url: receiver.url })).rejects.toMatchObject(
      failing('EGRESS_REFUSED'),
    );
    expect(inside.requests).toEqual([]);
  });

  test.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]:80/',
    '//2130706433/',
    'file:///etc/passwd',
    'http://user:pass@127.0.0.1/',
    'gopher://127.0.0.1/',
    'http://[bad',
    'http://example.com:0/',
    'http://[::ffff:169.254.169.254]/',
    'http://0x7f.1/',
    '\\\\127.0.0.1\\admin',
    'http:////127.0.0.1/',
    'http://%6cocalhost/',
    'ftp://example.com/',
    'data:text/plain,x',
  ])('refuses a redirect to %s', async (location) => {
    const receiver = await httpReceiver((_request, response) => response.writeHead(301, { location }).end());
    await expect(calls([receiver.host]).request({ url: receiver.url })).rejects.toMatchObject(
      failing('EGRESS_REFUSED'),
    );
  });
});

describe('redirects', () => {
  async function redirecting(status: number, to: (receiver: HttpReceiver) => string): Promise<HttpReceiver> {
    const receiver = await httpReceiver((request, response) => {
      if (request.path === '/start') response.writeHead(status, { location: to(receiver) }).end('moved');
      else response.end('there');
    });
    return receiver;
  }
  const headers = {
    'content-type': 'text/plain',
    'x-plain': 'p',
    authorization: 'Bearer secret',
    Cookie: 'a=b',
    'X-API-Key': 'k',
    'webhook-signature': 'v1,x',
    'webhook-id': 'exe',
  };

  test.each([
    [303, 'GET', 'GET', ''],
    [303, 'HEAD', 'HEAD', ''],
    [301, 'PUT', 'PUT', 'body'],
    [307, 'POST', 'POST', 'body'],
    [308, 'POST', 'POST', 'body'],
    [302, 'GET', 'GET', ''],
  ] as const)('%i after %s goes on with %s and body "%s"', async (status, method, then, body) => {
    const receiver = await redirecting(status, () => '/there?x=1');
    const http = calls([receiver.host]);
    const hasBody = method === 'POST' || method === 'PUT';
    const request = { url: `${receiver.url}/start`, method, headers, ...(hasBody ? { body: 'body' } : {}) };
    const answer = await http.request(request);
    expect(answer).toMatchObject({ status: 200, url: `${receiver.url}/there?x=1` });
    expect(receiver.requests[1]).toMatchObject({ method: then, path: '/there?x=1', body });
    expect(receiver.requests[1]?.headers['content-type']).toBe('text/plain');
    expect(receiver.requests[1]?.headers.authorization).toBe('Bearer secret');
    expect(http.callsMade).toBe(2);
  });

  test.each([
    [301, 'POST'],
    [302, 'POST'],
    [303, 'POST'],
    [303, 'PUT'],
    [303, 'DELETE'],
  ] as const)('%i after %s is the answer: what was sent is not replaced by a GET', async (status, method) => {
    const receiver = await redirecting(status, () => '/there');
    const http = calls([receiver.host]);
    const answer = await http.request({ url: `${receiver.url}/start`, method, body: 'body' });
    expect(answer).toMatchObject({ status, headers: { location: '/there' }, url: `${receiver.url}/start` });
    expect(receiver.requests).toHaveLength(1);
  });

  test('to another origin carry no credentials and no signature', async () => {
    const other = await httpReceiver();
    const receiver = await redirecting(307, () => `${other.url}/`);
    const http = calls([receiver.host, other.host]);
    await http.request({ url: `${receiver.url}/start`, method: 'POST', headers, body: 'body' });
    const sent = other.requests[0]?.headers ?? {};
    expect(sent).toMatchObject({ 'x-plain': 'p', 'webhook-id': 'exe', 'content-type': 'text/plain' });
    for (const name of ['authorization', 'cookie', 'x-api-key', 'webhook-signature']) {
      expect(sent[name]).toBeUndefined();
    }
  });

  test('do not bring the credentials back when they lead home again', async () => {
    const home = await httpReceiver((request, response) => {
      if (request.path === '/start') response.writeHead(307, { location: `${away.url}/` }).end();
      else response.end();
    });
    const away = await httpReceiver((_request, response) =>
      response.writeHead(307, { location: `${home.url}/home` }).end(),
    );
    await calls([home.host, away.host]).request({ url: `${home.url}/start`, headers });
    expect(home.requests[1]).toMatchObject({ path: '/home' });
    expect(home.requests[1]?.headers.authorization).toBeUndefined();
  });

  test('are followed five times and no further', async () => {
    const receiver = await httpReceiver((request, response) => {
      const n = Number(request.path.slice(1));
      if (n === 5) response.end('there');
      else response.writeHead(302, { location: `/${n + 1}` }).end();
    });
    const http = calls([receiver.host]);
    expect((await http.request({ url: `${receiver.url}/0` })).body.toString()).toBe('there');
    receiver.answer((_request, response) => response.writeHead(302, { location: '/again' }).end());
    const endless = calls([receiver.host]);
    await expect(endless.request({ url: receiver.url })).rejects.toMatchObject(failing('TOO_MANY_REDIRECTS'));
    expect(endless.callsMade).toBe(6);
  });

  test('without a location are answers', async () => {
    const receiver = await httpReceiver((_request, response) => response.writeHead(302).end('nowhere'));
    expect(await calls([receiver.host]).request({ url: receiver.url })).toMatchObject({ status: 302 });
  });
});

describe('time', () => {
  const limits = { timeoutMs: 200 };

  test.each([
    ['before the headers', () => {}],
    [
      'in the middle of the body',
      (socket: { write(text: string): void }) =>
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'),
    ],
    [
      'in the middle of the headers',
      (socket: { write(text: string): void }) => socket.write('HTTP/1.1 200 OK\r\nX-Thing: '),
    ],
  ] as const)('a server that hangs %s: TIMEOUT, and the connection is closed', async (_when, say) => {
    let closed: Promise<void> = Promise.resolve();
    const host = await tcpServer((socket) => {
      closed = new Promise((resolve) => socket.once('close', () => resolve()));
      socket.once('data', () => say(socket));
    });
    const http = calls([host], { limits });
    await expect(http.request({ url: `http://${host}/` })).rejects.toMatchObject(failing('TIMEOUT'));
    await closed;
    expect(http.callsMade).toBe(1);
  });

  test('a server that drips for ever: TIMEOUT', async () => {
    const host = await tcpServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
        const drip = setInterval(() => socket.write('1\r\nx\r\n'), 20);
        socket.once('close', () => clearInterval(drip));
      });
    });
    const http = calls([host], { limits });
    await expect(http.request({ url: `http://${host}/` })).rejects.toMatchObject(failing('TIMEOUT'));
  });

  test('a resolver that never answers: TIMEOUT', async () => {
    const http = calls([], { limits, resolve: () => new Promise(() => {}) });
    await expect(http.request({ url: 'http://slow.example/' })).rejects.toMatchObject(failing('TIMEOUT'));
    expect(http.callsMade).toBe(0);
  });

  test('redirects share the time of the call', async () => {
    const receiver = await httpReceiver((_request, response) => {
      setTimeout(() => response.writeHead(302, { location: '/again' }).end(), 80);
    });
    const http = calls([receiver.host], { limits });
    await expect(http.request({ url: receiver.url })).rejects.toMatchObject(failing('TIMEOUT'));
    expect(http.callsMade).toBeLessThan(5);
  });

  test('a request may ask for less time, not for more', async () => {
    const receiver = await httpReceiver(() => {});
    const http = calls([receiver.host], { limits });
    await expect(http.request({ url: receiver.url, timeoutMs: 20 })).rejects.toThrow('within 20 ms');
    await expect(http.request({ url: receiver.url, timeoutMs: 60_000 })).rejects.toThrow('within 200 ms');
  });

  test('ending the run ends the call, with the reason of its signal, and closes the connection', async () => {
    const receiver = await httpReceiver(() => {});
    const run = new AbortController();
    const http = calls([receiver.host], { signal: run.signal });
    const call = http.request({ url: receiver.url }).catch((error: unknown) => error);
    const request = await receiver.received(1);
    run.abort('cancelled');
    expect(await call).toBe('cancelled');
    await request.closed;
    await expect(http.request({ url: receiver.url })).rejects.toBe('cancelled');
    expect(receiver.requests).toHaveLength(1);
  });
});

describe('size', () => {
  const limits = { maxResponseBytes: 10_000 };

  test('an answer as large as allowed is taken', async () => {
    const receiver = await httpReceiver((_request, response) => response.end('x'.repeat(10_000)));
    const answer = await calls([receiver.host], { limits }).request({ url: receiver.url });
    expect(answer.body.byteLength).toBe(10_000);
  });

  test.each([
    ['says it is too large', { 'content-length': '10001' }, 'x'.repeat(10_001)],
    ['turns out too large', {}, 'x'.repeat(10_001)],
  ])('an answer that %s: RESPONSE_TOO_LARGE', async (_how, headers, body) => {
    const receiver = await httpReceiver((_request, response) => {
      response.writeHead(200, headers);
      response.write(body);
      response.end();
    });
    await expect(calls([receiver.host], { limits }).request({ url: receiver.url })).rejects.toMatchObject(
      failing('RESPONSE_TOO_LARGE'),
    );
  });

  test('an endless answer: RESPONSE_TOO_LARGE, and the connection is closed', async () => {
    const receiver = await httpReceiver((_request, response) => {
      const chunk = Buffer.alloc(64 * 1024);
      const more = () => {
        while (response.writable && response.write(chunk));
      };
      response.on('drain', more);
      more();
    });
    await expect(calls([receiver.host], { limits }).request({ url: receiver.url })).rejects.toMatchObject(
      failing('RESPONSE_TOO_LARGE'),
    );
    await receiver.requests[0]?.closed;
  });

  test('a gzip bomb stays packed', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000));
    const receiver = await httpReceiver((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    const answer = await calls([receiver.host], { limits }).request({ url: receiver.url });
    expect(answer.body.equals(bomb)).toBe(true);
    expect(answer.headers['content-encoding']).toBe('gzip');
  });

  test('a gzip bomb that is to be unpacked is given up at the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const receiver = await httpReceiver((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    const before = process.memoryUsage().arrayBuffers;
    await expect(
      calls([receiver.host], { limits }).request({ url: receiver.url, unpack: true }),
    ).rejects.toMatchObject(failing('RESPONSE_TOO_LARGE'));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  });

  test('the coding of an answer without a body is none to unpack', async () => {
    const receiver = await httpReceiver((_request, response) =>
      response.writeHead(304, { 'content-encoding': 'gzip' }).end(),
    );
    const answer = await calls([receiver.host], { limits }).request({ url: receiver.url, unpack: true });
    expect(answer).toMatchObject({ status: 304, body: Buffer.alloc(0) });
  });

  test('the length that the answer to HEAD names is not its size', async () => {
    const receiver = await httpReceiver((_request, response) =>
      response.writeHead(200, { 'content-length': '99999999' }).end(),
    );
    const answer = await calls([receiver.host], { limits }).request({ url: receiver.url, method: 'HEAD' });
    expect(answer.body.byteLength).toBe(0);
  });

  test.each([
    ['one huge header', `X-Huge: ${'x'.repeat(40_000)}\r\n`],
    ['very many headers', Array.from({ length: 4_000 }, (_, n) => `X-${n}: 0123456789\r\n`).join('')],
  ])('%s: RESPONSE_TOO_LARGE', async (_what, headers) => {
    const host = await tcpServer((socket) =>
      socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\n${headers}\r\n`)),
    );
    await expect(calls([host]).request({ url: `http://${host}/` })).rejects.toMatchObject(
      failing('RESPONSE_TOO_LARGE'),
    );
  });
});

describe('a server that breaks: CONNECTION_FAILED, to be tried again', () => {
  test.each([
    ['closes before it answers', ''],
    ['answers garbage', '\u0000\u0001\u0002 not HTTP at all\r\n\r\n'],
    ['answers another protocol', '220 mail.example ESMTP\r\n'],
    ['closes in the middle of the headers', 'HTTP/1.1 200 OK\r\nContent-Ty'],
    ['promises more than it sends', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this'],
    [
      'closes in the middle of a chunk',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nonly this',
    ],
    ['sends two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc'],
    [
      'switches protocols unasked',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    ],
  ])('%s', async (_how, answer) => {
    const host = await tcpServer((socket) => socket.once('data', () => socket.end(answer)));
    await expect(calls([host]).request({ url: `http://${host}/` })).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      retryable: true,
    });
  });

  test.each([
    '220 mail.example ESMTP\r\n',
    'HTTP/1.1 200 OK\r\nno header\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  ])('%j: says that it is not HTTP', async (answer) => {
    const host = await tcpServer((socket) => socket.once('data', () => socket.end(answer)));
    await expect(calls([host]).request({ url: `http://${host}/` })).rejects.toMatchObject({
      message: 'the connection failed: the answer is not HTTP',
    });
  });

  test('resets the connection', async () => {
    const host = await tcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const http = calls([host]);
    await expect(http.request({ url: `http://${host}/` })).rejects.toMatchObject(
      failing('CONNECTION_FAILED'),
    );
    expect(http.callsMade).toBe(1);
  });

  test('is not there: no call was made', async () => {
    const receiver = await httpReceiver();
    await receiver.stop();
    const http = calls([receiver.host]);
    await expect(http.request({ url: receiver.url })).rejects.toMatchObject(failing('CONNECTION_FAILED'));
    expect(http.callsMade).toBe(0);
  });
});

test('an answer without a length ends with its connection', async () => {
  const host = await tcpServer((socket) =>
    socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nall')),
  );
  expect((await calls([host]).request({ url: `http://${host}/` })).body.toString()).toBe('all');
});
