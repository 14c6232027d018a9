import { UnusableData } from '../unusable-data.ts';

/** The largest event, and what it takes as base64. */
export const MOST_LINE_BYTES = 16 * 1024 * 1024;

/** Lines without their line breaks. Throws UnusableData for one that is longer than any event. */
export async function* splitLines(source: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    let piece = Buffer.from(chunk as Uint8Array);
    for (let end = piece.indexOf(0x0a); end >= 0; end = piece.indexOf(0x0a)) {
      yield rest.length === 0 ? piece.subarray(0, end) : Buffer.concat([...rest, piece.subarray(0, end)]);
      [rest, bytes] = [[], 0];
      piece = piece.subarray(end + 1);
    }
    if (piece.length > 0) rest.push(piece);
    bytes += piece.length;
    if (bytes > MOST_LINE_BYTES) throw new UnusableData('a line is longer than any event');
  }
  // A last line that is cut short.
  if (bytes > 0) yield Buffer.concat(rest);
}
