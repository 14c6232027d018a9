/**
 * Takes interim answers (100 to 199, but for 101) out of what a server sends before its answer. The client ends a
 * connection over a 100 that it did not ask for; RFC 9110 has a client pass over any of them.
 */
import type { Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';
const INTERIM = /^HTTP\/1\.[01] 1(?!01)\d\d[ \r]/;
/** Of a status line, as far as is needed to tell. */
const TELLING = 'HTTP/1.1 100 '.length;

/** Changes what is read off the socket; for one request on one connection. */
export function withoutInterimAnswers(socket: Socket, maxHeaderBytes: number): void {
  const read = socket.read.bind(socket);
  let waiting: Buffer | null = Buffer.alloc(0);
  socket.read = (size?: number) => {
    if (waiting === null) return read(size);
    for (let chunk = read(); chunk !== null; chunk = read()) {
      waiting = afterInterim(Buffer.concat([waiting, chunk as Buffer]));
      if (!mayBeInterim(waiting) || waiting.length > maxHeaderBytes) {
        const rest = waiting;
        waiting = null;
        return rest;
      }
    }
    return null;
  };
}

function afterInterim(given: Buffer): Buffer {
  let bytes = given;
  while (INTERIM.test(bytes.toString('latin1', 0, TELLING))) {
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) return bytes;
    bytes = bytes.subarray(end + HEAD_END.length);
  }
  return bytes;
}

function mayBeInterim(bytes: Buffer): boolean {
  const start = bytes.toString('latin1', 0, TELLING);
  return start.length < TELLING ? 'HTTP/1.'.startsWith(start.slice(0, 7)) : INTERIM.test(start);
}
