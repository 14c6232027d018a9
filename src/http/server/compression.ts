/**
 * JSON goes out compressed to who takes that. What the answer is stays the same: only its coding differs, so tags that
 * stand for bytes (strong ones) are not for it, and such answers go as they are.
 */
import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';
import { inPieces, LARGE_CHARACTERS } from './large-answers.ts';

/** What an answer is as it is sent. */
export interface CodedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
}

/** Below it there is nothing to gain. */
const LEAST_BYTES = 1_024;
const JSON_TYPE = /^application\/([\w.-]+\+)?json\b/;

interface Coding {
  readonly encode: (body: string) => Promise<Buffer<ArrayBuffer>>;
  /** Of what is large, by the way: four times as fast, and a little larger. */
  readonly coder: () => Transform;
}

const quality = (level: number) => ({ params: { [constants.BROTLI_PARAM_QUALITY]: level } });
const brotli = promisify<string, object, Buffer<ArrayBuffer>>(brotliCompress);
const zipped = promisify<string, Buffer<ArrayBuffer>>(gzip);

/** The first that is accepted; the work is done beside the event loop. */
const CODINGS: Readonly<Record<string, Coding>> = {
  br: { encode: (body) => brotli(body, quality(4)), coder: () => createBrotliCompress(quality(1)) },
  gzip: { encode: (body) => zipped(body), coder: () => createGzip({ level: 1 }) },
};

/** As it is sent: compressed to who takes that, and what is large piece by piece. */
export async function compressed(answer: CodedAnswer, acceptEncoding: string | null): Promise<CodedAnswer> {
  const { body, headers } = answer;
  if (typeof body !== 'string' || body.length < LEAST_BYTES || !mayBeCoded(headers)) return answer;
  const isLarge = body.length > LARGE_CHARACTERS;
  const varied = { ...answer, headers: { ...headers, Vary: 'Accept-Encoding, Origin' } };
  const name = Object.keys(CODINGS).find((each) => isAccepted(acceptEncoding ?? '', each));
  const coding = name === undefined ? undefined : CODINGS[name];
  if (name === undefined || coding === undefined) return isLarge ? uncoded(varied, body) : varied;
  const coded = { ...varied, headers: { ...varied.headers, 'Content-Encoding': name } };
  return { ...coded, body: isLarge ? inPieces(body, coding.coder) : await coding.encode(body) };
}

function uncoded(answer: CodedAnswer, body: string): CodedAnswer {
  const headers = { ...answer.headers, 'Content-Length': String(Buffer.byteLength(body)) };
  return { ...answer, headers, body: inPieces(body) };
}

function mayBeCoded(headers: Readonly<Record<string, string>>): boolean {
  const { 'Content-Type': type = '', ETag: tag = '' } = headers;
  return JSON_TYPE.test(type) && (tag === '' || tag.startsWith('W/'));
}

/** By `Accept-Encoding` (RFC 9110, 12.5.3): named, or by `*`, and not with a weight of 0. */
export function isAccepted(header: string, coding: string): boolean {
  let byAny = false;
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
    if (name !== coding && name !== '*') continue;
    const isWanted = !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    if (name === coding) return isWanted;
    byAny = isWanted;
  }
  return byAny;
}
