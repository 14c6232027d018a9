import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type HttpServer, type ServerOptions, startServer } from '../../../src/http/server/server.ts';
import { ALICE, stack, tokenOf } from '../../support/parts/stack.ts';

const MIB = 1024 * 1024;

async function serving(
  fetch: ServerOptions['fetch'],
  options: Partial<ServerOptions> = {},
): Promise<HttpServer> {
  const server = await startServer({ fetch, host: '127.0.0.1', port: 0, ...options });
  onTestFinished(() => server.stop(0));
  return server;
}

/** A connection as a client with nothing in between would have it. */
class Raw {
  readonly socket: Socket;
  received = '';
  readonly closed: Promise<unknown>;

  constructor(server: HttpServer) {
    this.socket = connect(server.port, '127.0.0.1');
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => this.socket.once('close', resolve));
    this.socket.on('data', (chunk) => {
      this.received += chunk.toString('latin1');
    });
    onTestFinished(() => void this.socket.destroy());
  }

  send(text: string): boolean {
    return this.socket.write(text);
  }

  async drained(): Promise<void> {
    await Promise.race([new Promise((resolve) => this.socket.once('drain', resolve)), this.closed]);
  }

  async until(text: string): Promise<void> {
    while (!this.received.includes(text)) {
      const ended = await Promise.race([
        once(this.socket, 'data').then(() => false),
        this.closed.then(() => true),
      ]);
      if (ended && !this.received.includes(text)) throw new Error(`closed after: ${this.received}`);
    }
  }
}

const GET = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

async function head(extra: string): Promise<string> {
  const token = await tokenOf(ALICE);
  return `POST /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n${extra}\r\n\r\n`;
}

describe('a body', () => {
  it('that declares more than 1 MiB is refused before any of it is read; the connection goes on', async () => {
    const api = await stack();
    const raw = new Raw(await serving((request) => api.app.fetch(request)));
    raw.send(await head(`Content-Length: ${2 * MIB}`));
    await raw.until('BODY_TOO_LARGE');
    expect(raw.received).toContain('HTTP/1.1 413');
    raw.send(`${' '.repeat(2 * MIB)}${GET.replace('/', '/nowhere')}`);
    await raw.until('HTTP/1.1 404');
  });

  it('without end is not read to its end: 413 after 1 MiB, and who goes on sending is cut off', async () => {
    const api = await stack();
    const raw = new Raw(await serving((request) => api.app.fetch(request)));
    raw.send(await head('Transfer-Encoding: chunked'));
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    let over = false;
    void raw.closed.then(() => {
      over = true;
    });
    while (!over) {
      if (!raw.send(chunk)) await raw.drained();
    }
    expect(raw.received).toContain('HTTP/1.1 413');
    expect(raw.socket.bytesWritten).toBeLessThan(80 * MIB);
    expect(await api.lastSequence()).toBe(0);
  });

  it('in chunks, of just 1 MiB, is taken', async () => {
    const api = await stack();
    const raw = new Raw(await serving((request) => api.app.fetch(request)));
    const body = JSON.stringify({ name: 'Buy milk', task_type: 'todo' }).padEnd(MIB);
    raw.send(await head('Transfer-Encoding: chunked'));
    for (let at = 0; at < body.length; at += 70_000) {
      const part = body.slice(at, at + 70_000);
      raw.send(`${part.length.toString(16)}\r\n${part}\r\n`);
    }
    raw.send('0\r\n\r\n');
    await raw.until('HTTP/1.1 201');
  });

  it('that ends too soon is nothing that happened', async () => {
    const api = await stack();
    const server = await serving((request) => api.app.fetch(request));
    for (const extra of ['Content-Length: 100', 'Transfer-Encoding: chunked']) {
      const raw = new Raw(server);
      raw.send(`${await head(extra)}{"name":`);
      raw.socket.end();
      await raw.closed;
    }
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    expect(await api.lastSequence()).toBe(0);
  });
});

describe('a request', () => {
  it('of HTTP/1.0 needs no Host: load balancers look after an instance so', async () => {
    const raw = new Raw(await serving(() => new Response('here')));
    raw.send('GET /health/ready HTTP/1.0\r\n\r\n');
    await raw.closed;
    expect(raw.received).toMatch(/^HTTP\/1\.1 200 .*here$/s);
  });

  it.each([
    ['of a Host that is none', 'GET / HTTP/1.1\r\nHost: a b'],
    ['for what is no path', 'OPTIONS * HTTP/1.1\r\nHost: localhost'],
  ])('%s is a problem like any other', async (_, start) => {
    const raw = new Raw(await serving(() => new Response('here')));
    raw.send(`${start}\r\nConnection: close\r\n\r\n`);
    await raw.closed;
    const [head = '', body = ''] = raw.received.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 400 /);
    expect(head).toMatch(/^content-type: application\/problem\+json$/im);
    expect(JSON.parse(body)).toMatchObject({ status: 400, error_code: 'MALFORMED_REQUEST' });
  });
});

describe('a request that could be read in two ways', () => {
  const POST = 'POST /api/v1/tasks HTTP/1.1\r\nHost: a';
  const CHUNKS = '2\r\n{}\r\n0\r\n\r\n';
  /** Answers of a server that would answer anything. */
  async function answersTo(text: string): Promise<string> {
    const raw = new Raw(await serving(() => new Response('here')));
    raw.send(text);
    await raw.closed;
    return raw.received;
  }

  it.each([
    ['gzip, chunked', 'Transfer-Encoding: gzip, chunked'],
    ['identity, chunked', 'Transfer-Encoding: identity, chunked'],
    ['chunked twice', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked'],
    ['chunked in a list of one', 'Transfer-Encoding: , chunked'],
    ['chunked with a length', 'Transfer-Encoding: chunked\r\nContent-Length: 2'],
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 2'],
    ['identity', 'Transfer-Encoding: identity'],
  ])('for its framing (%s) is 400 and closed, whatever comes behind', async (_, framing) => {
    const received = await answersTo(`${POST}\r\n${framing}\r\n\r\n${CHUNKS}${GET}`);
    expect(received.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 400']);
    expect(received).toMatch(/^content-type: application\/problem\+json$/im);
    const body = JSON.parse(received.split('\r\n\r\n')[1] ?? '');
    expect(body).toMatchObject({ status: 400, instance: expect.stringMatching(/^\//) });
  });

  it.each([
    'X-User-ID',
    'Authorization',
    'X-API-Key',
    'X-Internal-Service-Secret',
    'Idempotency-Key',
    'Content-Type',
    'Host',
  ])('for a second %s is 400, and names it', async (name) => {
    const received = await answersTo(
      `GET / HTTP/1.1\r\n${name === 'Host' ? '' : 'Host: a\r\n'}${name}: bob\r\n${name.toLowerCase()}: victim\r\n\r\n`,
    );
    expect(received).toMatch(/^HTTP\/1\.1 400 /);
    expect(received).toMatch(/more than once|certain/);
  });

  it('is not one that is chunked and nothing else', async () => {
    const text = `${POST}\r\nTransfer-Encoding: Chunked\r\nConnection: close\r\n\r\n${CHUNKS}`;
    expect(await answersTo(text)).toMatch(/^HTTP\/1\.1 200 .*here$/s);
  });
});

describe('what cannot be read, or met, is told as a problem', () => {
  it.each([
    [417, 'EXPECTATION_FAILED', 'GET / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n'],
    [400, 'MALFORMED_REQUEST', 'nonsense\r\n\r\n'],
    [431, 'HEADERS_TOO_LARGE', `GET / HTTP/1.1\r\nHost: a\r\nX-Big: ${'x'.repeat(70_000)}\r\n\r\n`],
  ])('%i %s', async (status, error_code, text) => {
    const raw = new Raw(await serving(() => new Response('here')));
    raw.send(text);
    await raw.closed;
    const [head = '', body = ''] = raw.received.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [A-Z]`));
    expect(head).toMatch(/^content-type: application\/problem\+json$/im);
    expect(head).toMatch(/^x-content-type-options: nosniff$/im);
    expect(head).toMatch(/^connection: close$/im);
    expect(JSON.parse(body)).toMatchObject({ status, error_code });
  });
});

describe('a caller who is slow', () => {
  const patience = { headersTimeoutMs: 200, requestTimeoutMs: 400 };

  it('with the headers, or with the rest, is given up', async () => {
    const server = await serving(async (request) => new Response(await request.text()), patience);
    for (const text of ['', 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ', await head('Content-Length: 10')]) {
      const raw = new Raw(server);
      raw.send(text);
      await raw.closed;
      expect(raw.received === '' || raw.received.startsWith('HTTP/1.1 408')).toBe(true);
    }
  });

  it('does not keep others waiting', async () => {
    const server = await serving(() => new Response('here'));
    for (let n = 0; n < 200; n++) new Raw(server).send('GET / HTTP/1.1\r\nHost: a\r\n');
    expect(await (await fetch(server.url)).text()).toBe('here');
  });
});

describe('stopping', () => {
  it('answers what is in flight, closes who is idle, lets nobody in', async () => {
    let answer = () => {};
    let arrived = () => {};
    const inFlight = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const server = await serving((request) => {
      if (request.url.endsWith('/fast')) return new Response('fast');
      arrived();
      return new Promise((resolve) => {
        answer = () => resolve(new Response('slow'));
      });
    });
    const idle = new Raw(server);
    idle.send(GET.replace('/ ', '/fast '));
    await idle.until('fast');
    const busy = new Raw(server);
    busy.send(GET);
    await inFlight;
    const stopped = server.stop(10_000);
    await idle.closed;
    await expect(fetch(server.url)).rejects.toThrow();
    answer();
    await busy.until('slow');
    await stopped;
    await busy.closed;
  });

  it('cuts off what is not answered within the grace time', async () => {
    const server = await serving(() => new Promise(() => {}));
    const busy = new Raw(server);
    busy.send(GET);
    await once(busy.socket, 'connect');
    const began = performance.now();
    await server.stop(200);
    await busy.closed;
    expect(busy.received).toBe('');
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

it('a port that is taken is an error at the start', async () => {
  const server = await serving(() => new Response());
  const taken = startServer({ fetch: () => new Response(), host: '127.0.0.1', port: server.port });
  await expect(taken).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
