import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { json } from '../../../src/http/server/answer.ts';
import { compressed } from '../../../src/http/server/compression.ts';

const large = { text: 'water the plants '.repeat(100) };
const codingOf = async (accept: string | null, answer = json(200, large)) =>
  (await compressed(answer, accept)).headers['Content-Encoding'];

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
