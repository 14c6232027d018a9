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
 * The text of a document: by its byte order mark; else UTF-8 where it is that throughout, whatever anybody says, for
 * hardly any other text is by chance; else as declared; else windows-1252. What is not valid becomes U+FFFD.
 */
export function decodedText(body: Buffer, contentType: string | undefined): string {
  const bom = BOMS.find(([bytes]) => bytes.every((byte, at) => body[at] === byte))?.[1];
  const wide = bom ?? wideOf(body);
  if (wide !== null && wide !== undefined) return new TextDecoder(wide).decode(body);
  const named = namesOf(charsetOf(contentType), declaredIn(body));
  // These too are made of nothing but ASCII, of which only escapes make something else.
  const escaped = named.find((name) => /^iso-2022-/i.test(name));
  if (escaped !== undefined && body.includes(0x1b)) return decoderFor(escaped)?.decode(body) ?? '';
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    const decoder = named.map(decoderFor).find((it) => it !== null) ?? new TextDecoder(guessed(body));
    const text = decoder.decode(body);
    return decoder.encoding === 'windows-1252' ? text.replace(/[\u0080-\u009f]/g, inWindows) : text;
  }
}

/** From 0x80 on; Node 20 and 22 leave these as the control characters of Latin-1. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function inWindows(control: string): string {
  return WINDOWS_1252[control.charCodeAt(0) - 0x80] ?? control;
}

/** UTF-16 without its mark: every other byte of markup is nothing. */
function wideOf(body: Buffer): string | null {
  const [first, second, third, fourth] = body;
  if (first === 0x3c && second === 0 && third !== 0 && fourth === 0) return 'utf-16le';
  return first === 0 && second === 0x3c && third === 0 && fourth !== 0 ? 'utf-16be' : null;
}

/** Text that was cut or joined with other has a few wrong bytes; text in another set is nearly all wrong. */
function guessed(body: Buffer): string {
  const text = new TextDecoder('utf-8').decode(body);
  const wrong = text.split('\ufffd').length - 1;
  const right = text.replace(/[\0-\x7f\ufffd]/g, '').length;
  return right > wrong * 10 ? 'utf-8' : 'windows-1252';
}

/** Many servers say ISO-8859-1 of everything: there the document knows better. */
function namesOf(header: string | undefined, document: string | undefined): readonly string[] {
  const isDefault = /^(?:iso-8859-1|us-ascii|latin1)$/i.test(header ?? '');
  const names = isDefault ? [document, header] : [header, document];
  return names.filter((name) => name !== undefined);
}

/** The same bytes. */
export function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function charsetOf(contentType = ''): string | undefined {
  return /;\s*charset\s*=\s*"?'?([^\s";']+)/i.exec(contentType)?.[1];
}

function declaredIn(body: Buffer): string | undefined {
  const beginning = body.toString('latin1', 0, SNIFFED);
  return (XML_DECLARATION.exec(beginning) ?? META_CHARSET.exec(beginning))?.[1];
}

/** Null for a name that is unknown; and for UTF-8 and UTF-16, which the text is not. */
function decoderFor(name: string): InstanceType<typeof TextDecoder> | null {
  if (/^utf-?16/i.test(name)) return null;
  try {
    return new TextDecoder(name);
  } catch {
    return null;
  }
}
