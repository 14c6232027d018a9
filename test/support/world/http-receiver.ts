import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { onTestFinished } from 'vitest';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Resolves when the connection is closed, whoever did it. */
  readonly closed: Promise<void>;
}

export type Answer = (request: ReceivedRequest, response: ServerResponse) => void;

/** A real HTTP server on loopback that keeps what it receives; answers 200 `{"ok":true}` unless told otherwise. */
export interface HttpReceiver {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** `127.0.0.1:port`, as `EGRESS_ALLOW` takes it. */
  readonly host: string;
  readonly port: number;
  readonly requests: ReceivedRequest[];
  /** The request number n (from 1), as soon as it has been received. */
  received(n: number): Promise<ReceivedRequest>;
  answer(answer: Answer): void;
  stop(): Promise<void>;
}

export async function httpReceiver(answer?: Answer): Promise<HttpReceiver> {
  const receiver = await startHttpReceiver(answer);
  onTestFinished(() => receiver.stop());
  return receiver;
}

/** On a port of its own, unless one is given. */
export async function startHttpReceiver(first: Answer = okay, at = 0): Promise<HttpReceiver> {
  let answer = first;
  const requests: ReceivedRequest[] = [];
  const waiting = new Map<number, ((request: ReceivedRequest) => void)[]>();
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    const closed = closeOf(incoming.socket);
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request: ReceivedRequest = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString('utf8'),
        closed,
      };
      requests.push(request);
      for (const resolve of waiting.get(requests.length) ?? []) resolve(request);
      answer(request, response);
    });
  });
  const port = await listening(server, at);
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    port,
    requests,
    received: (n) => {
      const request = requests[n - 1];
      if (request !== undefined) return Promise.resolve(request);
      return new Promise((resolve) => waiting.set(n, [...(waiting.get(n) ?? []), resolve]));
    },
    answer: (next) => {
      answer = next;
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const closes = new WeakMap<Socket, Promise<void>>();

/** One listener for a connection, however many requests come by it. */
function closeOf(socket: Socket): Promise<void> {
  const known = closes.get(socket) ?? new Promise((resolve) => socket.once('close', () => resolve()));
  closes.set(socket, known);
  return known;
}

function okay(_request: ReceivedRequest, response: ServerResponse): void {
  json(response, 200, { ok: true });
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** A TCP server that says whatever it is told to, HTTP or not. Answers its `host:port`. */
export async function tcpServer(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  const port = await listening(server);
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return `127.0.0.1:${port}`;
}

function listening(server: Server | TcpServer, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
