/**
 * Preloaded into a service (`--import`): `/hold?ms=` holds whichever thread serves REST for so long, as the worst call
 * that there could be, and `/die` lets it end by an error that nobody catches.
 */
import { Server } from 'node:http';

const emit = Server.prototype.emit;

Server.prototype.emit = function (event, request, response, ...more) {
  const { pathname, searchParams } =
    event === 'request' ? new URL(request.url, 'http://service') : { pathname: null };
  if (pathname === '/die') {
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
    return true;
  }
  if (pathname !== '/hold') return emit.call(this, event, request, response, ...more);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(searchParams.get('ms')));
  response.end();
  return true;
};
