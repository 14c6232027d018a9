/**
 * Answers that are large go out piece by piece: each is made when the one before has been taken, in stretches with turns
 * for others in between. Made into bytes at once, 4 MiB hold the thread for as long as twenty small requests.
 */
import type { Transform } from 'node:stream';
import { pipeline, Readable } from 'node:stream';
import { Timeslice } from '../../kernel/timeslice.ts';

/** Characters of a text that is sent in one piece. */
export const LARGE_CHARACTERS = 128 * 1024;
const PIECE_CHARACTERS = 32 * 1024;

type Pieces = AsyncGenerator<Uint8Array, void, void>;

/** The text as UTF-8, through `coder` where there is one. Nothing is made before the first piece is asked for. */
export function inPieces(text: string, coder?: () => Transform): ReadableStream<Uint8Array> {
  const pieces = coder === undefined ? piecesOf(text) : coded(piecesOf(text), coder);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await pieces.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => {
        await pieces.return();
      },
    },
    { highWaterMark: 0 },
  );
}

async function* piecesOf(text: string): Pieces {
  const slice = new Timeslice();
  for (let at = 0; at < text.length; ) {
    if (slice.isOver()) await slice.next();
    const end = endOfPiece(text, at);
    yield Buffer.from(text.slice(at, end));
    at = end;
  }
}

/** Between two characters: the halves of a surrogate pair stay together. */
function endOfPiece(text: string, from: number): number {
  const end = from + PIECE_CHARACTERS;
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end + 1 : end;
}

async function* coded(pieces: Pieces, coder: () => Transform): Pieces {
  // Where one of the two ends early so does the other, and the loop tells.
  yield* pipeline(Readable.from(pieces), coder(), () => {});
}
