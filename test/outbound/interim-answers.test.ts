import { expect, test } from 'vitest';
import { EgressPolicy, parseAllowedHost } from '../../src/outbound/egress.ts';
import { OutboundHttp } from '../../src/outbound/outbound-http.ts';
import { retryAfterMs } from '../../src/outbound/retry-after.ts';
import { tcpServer } from '../support/world/http-receiver.ts';

const FINAL = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** What a server that sends these pieces is understood to have answered. */
async function answerOf(pieces: readonly string[]) {
  const host = await tcpServer((socket) => {
    socket.once('data', async () => {
      for (const piece of pieces) {
        await new Promise((resolve) => socket.write(piece, resolve));
        // Else they may leave in one segment.
        await new Promise((resolve) => setImmediate(resolve));
      }
      socket.end();
    });
  });
  const allow = [parseAllowedHost(host)].filter((it) => it !== null);
  const http = new OutboundHttp(new EgressPolicy({ allow }), { timeoutMs: 5_000 });
  const calls = http.calls({ signal: new AbortController().signal });
  const { status, body } = await calls.request({ url: `http://${host}/`, method: 'POST', body: 'x' });
  return { status, body: body.toString() };
}

test.each<[string, readonly string[]]>([
  ['100 before it', ['HTTP/1.1 100 Continue\r\n\r\n', FINAL]],
  ['100 in one piece with it', [`HTTP/1.1 100 Continue\r\n\r\n${FINAL}`]],
  [
    'two with headers',
    ['HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n', FINAL],
  ],
  ['100 in pieces', [...'HTTP/1.1 100 Continue\r\n\r\n', FINAL]],
  ['102, no reason given', ['HTTP/1.1 102 \r\n\r\n', FINAL]],
  ['none, in pieces', [...FINAL]],
])('an interim answer is no answer: %s', async (_what, pieces) => {
  expect(await answerOf(pieces)).toEqual({ status: 200, body: 'ok' });
});

test.each<[string, readonly string[]]>([
  ['an interim answer alone', ['HTTP/1.1 100 Continue\r\n\r\n']],
  ['half of one', ['HTTP/1.1 100 Cont']],
  ['one that never ends', [`HTTP/1.1 100 Continue\r\nx: ${'y'.repeat(100_000)}`]],
  ['nothing', []],
])('%s is a failure', async (_what, pieces) => {
  await expect(answerOf(pieces)).rejects.toMatchObject({ name: 'OutboundError' });
});

test.each<[Record<string, string>, number | null]>([
  [{ 'retry-after': '20' }, 20_000],
  [{ 'retry-after': ' 0 ' }, 0],
  [{ 'retry-after': 'Mon, 23 Nov 2026 09:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Mon, 23 Nov 2026 08:00:00 GMT' }, 0],
  [{ 'retry-after': 'Mon, 23 Nov 2026 09:00:30 GMT', date: 'Mon, 23 Nov 2026 09:00:20 GMT' }, 10_000],
  [{ 'retry-after': '1.5' }, null],
  [{ 'retry-after': '-1' }, null],
  [{ 'retry-after': 'soon' }, null],
  [{}, null],
])('after %j the next call waits %s ms', (headers, ms) => {
  expect(retryAfterMs(headers, Date.UTC(2026, 10, 23, 9))).toBe(ms);
});
