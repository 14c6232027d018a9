/**
 * The HTTP server around the app. It gives up on callers who are slow to send a request, and stops in order:
 * no new connections, idle ones closed, requests in flight answered for as long as it is allowed to wait.
 */
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { getRequestListener, RequestError } from '@hono/node-server';
import { problemAnswer, responseOf } from './answer.ts';
import { boundConnections, isPipeFull } from './bounded-connections.ts';
import { cors, SECURITY_HEADERS, setSecurityHeaders } from './browser.ts';
import { framingFault } from './framing.ts';
import { Problem } from './problem.ts';
import { requestContext } from './request-context.ts';

export interface ServerOptions {
  /** `env` holds the request as node has it (`incoming`). */
  readonly fetch: (request: Request, env: object) => Response | Promise<Response>;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Whose pages may read answers in a browser; default: nobody's. */
  readonly corsOrigins?: readonly string[];
  /** Whose connections are of many callers; default: nobody's. */
  readonly isProxy?: (address: string) => boolean;
  /** Of one address at once; default 1,000. */
  readonly connectionsPerAddress?: number;
  /** For a request's headers to arrive, milliseconds; default 10,000. */
  readonly headersTimeoutMs?: number;
  /** For all of a request to arrive, milliseconds; default 30,000. */
  readonly requestTimeoutMs?: number;
}

export interface HttpServer {
  /** `http://127.0.0.1:8211`. */
  readonly url: string;
  readonly port: number;
  /** Resolves when the last connection is closed: by then, whatever was not answered within `graceMs` is cut off. */
  stop(graceMs: number): Promise<void>;
}

/** How often slow requests are looked for while some are under way. */
const CHECK_MS = 1_000;
/** Longer than load balancers keep theirs, so that they are the ones to close. */
const KEEP_ALIVE_MS = 75_000;
const CLOSE_IDLE_EVERY_MS = 50;

/** Resolves once it listens; rejects where it cannot (the port is taken). */
export async function startServer(options: ServerOptions): Promise<HttpServer> {
  const { headersTimeoutMs = 10_000, requestTimeoutMs = 30_000 } = options;
  const listener = getRequestListener((request, env) => options.fetch(request, env), {
    // HTTP/1.0 knows no Host, and nothing here depends on it.
    hostname: 'localhost',
    errorHandler: unanswered,
  });
  const answered = cors(options.corsOrigins ?? []);
  const server = createServer(
    {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: Math.min(CHECK_MS, headersTimeoutMs),
    },
    (incoming, outgoing) => {
      if (isPipeFull(incoming, outgoing)) return;
      setSecurityHeaders(outgoing);
      const fault = framingFault(incoming);
      if (fault !== null) refuse(incoming, outgoing, fault);
      else if (!answered(incoming, outgoing)) void listener(incoming, outgoing);
    },
  );
  server.on('clientError', refuseMalformed);
  const { connectionsPerAddress: most = 1_000, isProxy = () => false } = options;
  boundConnections(server, { most, isProxy });
  server.on('checkExpectation', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    setSecurityHeaders(outgoing);
    refuse(incoming, outgoing, new Problem('EXPECTATION_FAILED'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port, address, family } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  return { url: `http://${host}:${port}`, port, stop: (graceMs) => stop(server, graceMs) };
}

/** For what never became a request that routes could look at: nobody knows its path. */
function unanswered(error: unknown): Response {
  const code = error instanceof RequestError ? 'MALFORMED_REQUEST' : 'INTERNAL_ERROR';
  const context = requestContext(new Request('http://localhost/'), '/', null);
  return responseOf(problemAnswer(new Problem(code), context), context);
}

/** The answer to a request that routes do not look at; nothing more is read of its connection. */
function refuse(incoming: IncomingMessage, outgoing: ServerResponse, problem: Problem): void {
  const [path = '/'] = (incoming.url ?? '/').split('?', 1);
  const context = requestContext(new Request('http://localhost/'), path, null);
  const { status, headers, body } = problemAnswer(problem, context);
  outgoing.writeHead(status, {
    ...headers,
    'X-Request-Id': context.requestId,
    'Content-Length': Buffer.byteLength(body ?? ''),
    Connection: 'close',
  });
  outgoing.end(body);
}

/** By node's code of what it could not read; anything else is MALFORMED_REQUEST. */
const UNREADABLE: Readonly<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: new Problem('HEADERS_TOO_LARGE'),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: new Problem('BODY_TOO_LARGE', {
    detail: 'The extensions of its chunks are too large.',
  }),
  ERR_HTTP_REQUEST_TIMEOUT: new Problem('REQUEST_TIMEOUT'),
};

/** What is no HTTP request gets a problem document too, with the headers that every answer has. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  // In the middle of an answer there is no place for another.
  const answering = (socket as Duplex & { _httpMessage?: { headersSent?: boolean } })._httpMessage;
  if (!socket.writable || error.code === 'ECONNRESET' || answering?.headersSent === true) {
    socket.destroy();
    return;
  }
  const problem = UNREADABLE[error.code ?? ''] ?? new Problem('MALFORMED_REQUEST');
  const context = requestContext(new Request('http://localhost/'), '/', null);
  const { status, headers, body } = problemAnswer(problem, context);
  const lines = Object.entries({
    ...SECURITY_HEADERS,
    ...headers,
    'X-Request-Id': context.requestId,
    'Content-Length': String(Buffer.byteLength(body ?? '')),
    Connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`, () =>
    socket.destroy(),
  );
}

async function stop(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const over = new AbortController();
  const closeIdle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
  const cutOff = delay(graceMs, undefined, { signal: over.signal }).then(
    () => server.closeAllConnections(),
    () => {},
  );
  await closed;
  clearInterval(closeIdle);
  over.abort();
  await cutOff;
}
