/**
 * What one connection may hold of the server: requests that wait (each may have its whole answer in memory while the
 * caller reads none), and answers that nobody reads. And how many connections one address may hold, so that nobody takes
 * all the files that the process may have open: the log needs some too.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { addressBlock } from './address-block.ts';

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

export interface ConnectionBounds {
  /** Connections of one address; those of a proxy are of many. */
  readonly most: number;
  readonly isProxy: (address: string) => boolean;
}

/** One connection too many is closed at once. */
export function boundConnections(server: Server, { most, isProxy }: ConnectionBounds): void {
  server.setTimeout(STILL_MS);
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress;
    // It is gone already.
    if (address === undefined) return;
    const block = addressBlock(address);
    const count = open.get(block) ?? 0;
    if (count >= most && !isProxy(address)) {
      socket.destroy();
      return;
    }
    open.set(block, count + 1);
    socket.once('close', () => {
      const left = (open.get(block) ?? 1) - 1;
      if (left === 0) open.delete(block);
      else open.set(block, left);
    });
  });
}
