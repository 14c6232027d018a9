/**
 * What one connection may hold of the server: requests that wait (each may have its whole answer in memory while the
 * caller reads none), and answers that nobody reads.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests of one connection that have not been answered, or whose answer has not been read. */
const PIPELINED = 16;
/** A connection on which nothing moves for so long is closed: longer than any answer is waited for. */
const STILL_MS = 150_000;

const waiting = new WeakMap<Socket, number>();

/** Counts the request; one too many closes its connection. */
export function isPipeFull({ socket }: IncomingMessage, outgoing: ServerResponse): boolean {
  const count = (waiting.get(socket) ?? 0) + 1;
  if (count > PIPELINED) {
    socket.destroy();
    return true;
  }
  waiting.set(socket, count);
  outgoing.once('close', () => waiting.set(socket, (waiting.get(socket) ?? 1) - 1));
  return false;
}

export function boundConnections(server: Server): void {
  server.setTimeout(STILL_MS);
}
