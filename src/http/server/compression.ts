/**
 * JSON goes out compressed to who takes that. What the answer is stays the same: only its coding differs, so tags that
 * stand for bytes (strong ones) are not for it, and such answers go as they are.
 */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** What an answer is as it is sent. */
export interface CodedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
}

/** Below it there is nothing to gain. */
const LEAST_BYTES = 1_024;
const JSON_TYPE = /^application\/([\w.-]+\+)?json\b/;

/** The first that is accepted; the work is done beside the event loop. */
const CODINGS: Readonly<Record<string, (body: string) => Promise<Buffer<ArrayBuffer>>>> = {
  br: (body) => brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (body) => zipped(body),
};
const brotli = promisify<string, object, Buffer<ArrayBuffer>>(brotliCompress);
const zipped = promisify<string, Buffer<ArrayBuffer>>(gzip);

export async function compressed(answer: CodedAnswer, acceptEncoding: string | null): Promise<CodedAnswer> {
  const { body, headers } = answer;
  if (typeof body !== 'string' || body.length < LEAST_BYTES || !mayBeCoded(headers)) return answer;
  const varied = { ...answer, headers: { ...headers, Vary: 'Accept-Encoding, Origin' } };
  const coding = Object.keys(CODINGS).find((name) => isAccepted(acceptEncoding ?? '', name));
  const encode = coding === undefined ? undefined : CODINGS[coding];
  if (coding === undefined || encode === undefined) return varied;
  return { ...varied, headers: { ...varied.headers, 'Content-Encoding': coding }, body: await encode(body) };
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
