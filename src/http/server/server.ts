/**
 * The HTTP server around the app. It gives up on callers who are slow to send a request, and stops in order:
 * no new connections, idle ones closed, requests in flight answered for as long as it is allowed to wait.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { getRequestListener, RequestError } from '@hono/node-server';
import { problemAnswer, responseOf } from './answer.ts';
import { cors, SECURITY_HEADERS, setSecurityHeaders } from './browser.ts';
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
      setSecurityHeaders(outgoing);
      if (!answered(incoming, outgoing)) void listener(incoming, outgoing);
    },
  );
  server.on('clientError', refuseMalformed);
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

const MALFORMED: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** What is no HTTP request gets the answer that Node would give, with the headers that every answer has. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  // In the middle of an answer there is no place for another.
  const answering = (socket as Duplex & { _httpMessage?: { headersSent?: boolean } })._httpMessage;
  if (!socket.writable || error.code === 'ECONNRESET' || answering?.headersSent === true) {
    socket.destroy();
    return;
  }
  const headers = Object.entries({ ...SECURITY_HEADERS, Connection: 'close' });
  const status = MALFORMED[error.code ?? ''] ?? '400 Bad Request';
  socket.end(
    `HTTP/1.1 ${status}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    () => socket.destroy(),
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
