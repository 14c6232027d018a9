/** Which characters the bytes of an answer stand for. */

const BOMS: readonly (readonly [number[], string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xfe, 0xff], 'utf-16be'],
  [[0xff, 0xfe], 'utf-16le'],
];
/** Bytes at the beginning in which a document says what it is written in. */
const SNIFFED = 2_048;

const XML_DECLARATION = /^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']/i;
const META_CHARSET = /<meta[^>]{0,500}?\bcharset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})/i;

/**
 * The text of a document: by its byte order mark, else by the header, else by what the document says of itself, else
 * UTF-8. What is not valid becomes U+FFFD; an unknown name counts as none.
 */
export function decodedText(body: Buffer, contentType: string | undefined): string {
  const bom = BOMS.find(([bytes]) => bytes.every((byte, at) => body[at] === byte))?.[1];
  const named = [bom, charsetOf(contentType), declaredIn(body)];
  for (const name of named) {
    const decoder = name === undefined ? null : decoderFor(name);
    if (decoder !== null) return decoder.decode(body);
  }
  return new TextDecoder('utf-8').decode(body);
}

/** The same bytes. */
export function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function charsetOf(contentType = ''): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType)?.[1];
}

function declaredIn(body: Buffer): string | undefined {
  const beginning = body.toString('latin1', 0, SNIFFED);
  const name = (XML_DECLARATION.exec(beginning) ?? META_CHARSET.exec(beginning))?.[1];
  // It was read as single bytes, so it is not UTF-16, whatever it says.
  return name !== undefined && /^utf-?16/i.test(name) ? 'utf-8' : name;
}

function decoderFor(name: string): InstanceType<typeof TextDecoder> | null {
  try {
    return new TextDecoder(name);
  } catch {
    return null;
  }
}
