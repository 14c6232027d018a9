/**
 * Unpacks the body of an answer, and never more of it than was asked for: a small answer can unfold into gigabytes,
 * so the limit holds while it is unpacked and not after.
 */
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { OutboundError } from './egress.ts';

/** What to send as `accept-encoding` where the answer is to be unpacked. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

/** More codings than one on top of the other are legal, and nobody sends them in good faith. */
const MOST_CODINGS = 2;

type Unpack = (packed: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const unzlib: Unpack = promisify(inflate);
const unraw: Unpack = promisify(inflateRaw);

const UNPACK: Readonly<Record<string, Unpack>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  br: promisify(brotliDecompress),
  // By the standard with zlib's header; some servers send it without.
  deflate: (packed, options) => (((packed[0] ?? 0) & 0x0f) === 8 ? unzlib : unraw)(packed, options),
};

/**
 * The body as it was before its `content-encoding`. Throws OutboundError: RESPONSE_TOO_LARGE above `maxBytes`,
 * INVALID_ENCODING for a coding that was not asked for, or a body that is damaged or cut off.
 */
export async function unpacked(
  body: Buffer,
  contentEncoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  const codings = (contentEncoding ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  // An answer without a body (304, HEAD) names the coding that its body would have.
  if (body.length === 0) return body;
  // Files of such names are served as they lie there, without a word about it.
  if (codings.length === 0 && body[0] === 0x1f && body[1] === 0x8b && body[2] === 0x08) codings.push('gzip');
  if (codings.length > MOST_CODINGS) throw invalid(`${codings.length} codings on top of one another`);
  let plain = body;
  for (const coding of codings.reverse()) {
    const unpack = Object.hasOwn(UNPACK, coding) ? UNPACK[coding] : undefined;
    if (unpack === undefined) throw invalid(`the coding ${coding.slice(0, 64)}, which was not asked for`);
    plain = await unpack(plain, { maxOutputLength: maxBytes }).catch((cause: unknown) => {
      if (cause instanceof RangeError && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE') {
        throw new OutboundError('RESPONSE_TOO_LARGE', `the answer is larger than ${maxBytes} bytes`, {
          cause,
        });
      }
      throw invalid(`a body that is not ${coding}, or cut off`, cause);
    });
  }
  return plain;
}

function invalid(what: string, cause?: unknown): OutboundError {
  const options = cause === undefined ? {} : { cause };
  return new OutboundError('INVALID_ENCODING', `the answer has ${what}`, options);
}
