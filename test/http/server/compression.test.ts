import type { ReadableStream } from 'node:stream/web';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { json } from '../../../src/http/server/answer.ts';
import { compressed } from '../../../src/http/server/compression.ts';

const large = { text: 'water the plants '.repeat(100) };
const codingOf = async (accept: string | null, answer = json(200, large)) =>
  (await compressed(answer, accept)).headers['Content-Encoding'];

async function piecesOf(answer: object, accept: string | null): Promise<Uint8Array[]> {
  const { body } = await compressed(json(200, answer), accept);
  const pieces: Uint8Array[] = [];
  for await (const piece of body as ReadableStream<Uint8Array>) pieces.push(piece);
  return pieces;
}

describe('an answer that is large', () => {
  // Of characters of two units, on even places and on odd ones.
  const texts = ['', 'a'].map((first) => ({ text: first + '🧺ä'.repeat(200_000) }));

  it.each(texts)('goes out in pieces, and is the same in every coding', async (answer) => {
    const sent = Buffer.from(JSON.stringify(answer));
    const plain = await piecesOf(answer, null);
    expect(Buffer.concat(plain).equals(sent)).toBe(true);
    expect(Math.max(...plain.map(({ length }) => length))).toBeLessThanOrEqual(128 * 1024);
    expect(plain.length).toBeGreaterThan(10);
    expect(brotliDecompressSync(Buffer.concat(await piecesOf(answer, 'br'))).equals(sent)).toBe(true);
    expect(gunzipSync(Buffer.concat(await piecesOf(answer, 'gzip'))).equals(sent)).toBe(true);
  });

  it('says how long it is where it is not coded', async () => {
    const answer = json(200, { text: 'ä'.repeat(300_000) });
    const { headers } = await compressed(answer, null);
    expect(headers['Content-Length']).toBe(String(Buffer.byteLength(answer.body ?? '')));
    expect((await compressed(answer, 'br')).headers['Content-Length']).toBeUndefined();
  });

  it('is made as it is taken: no piece before it is asked for, and none for who has gone', async () => {
    const made = vi.spyOn(Buffer, 'from');
    try {
      const { body } = await compressed(json(200, { text: 'x'.repeat(1_000_000) }), null);
      const reader = (body as ReadableStream<Uint8Array>).getReader();
      const before = made.mock.calls.length;
      await reader.read();
      expect(made.mock.calls.length - before).toBe(1);
      await reader.cancel();
      expect((await reader.read()).done).toBe(true);
      expect(made.mock.calls.length - before).toBe(1);
    } finally {
      made.mockRestore();
    }
  });
});

describe('an answer', () => {
  it('goes out in a coding that the caller takes, and is the same', async () => {
    const body = async (accept: string) => (await compressed(json(200, large), accept)).body as Uint8Array;
    expect(JSON.parse(brotliDecompressSync(await body('gzip, deflate, br')).toString())).toEqual(large);
    expect(JSON.parse(gunzipSync(await body('gzip')).toString())).toEqual(large);
    expect((await compressed(json(200, large), null)).headers.Vary).toBe('Accept-Encoding, Origin');
  });

  it.each([
    ['br;q=0, gzip', 'gzip'],
    ['*', 'br'],
    ['*;q=0', undefined],
    ['br;q=0.0, *;q=0.5', 'gzip'],
    ['GZIP;q=1.0', 'gzip'],
    ['identity', undefined],
    ['', undefined],
    [null, undefined],
  ])('to who says %j is coded as %s', async (accept, coding) => {
    expect(await codingOf(accept)).toBe(coding);
  });

  it('that is small, no JSON, or known by its bytes goes as it is', async () => {
    expect(await codingOf('br', json(200, { a: 1 }))).toBeUndefined();
    expect(await codingOf('br', json(200, large, { 'Content-Type': 'text/calendar' }))).toBeUndefined();
    expect(await codingOf('br', json(200, large, { ETag: '"17"' }))).toBeUndefined();
    expect(await codingOf('br', json(200, large, { ETag: 'W/"17"' }))).toBe('br');
    expect(await codingOf('br', json(422, large, { 'Content-Type': 'application/problem+json' }))).toBe('br');
  });
});
