/**
 * A line of text as runs of words. Quoted text, tags and priorities belong to no run, and a phrase never goes over the
 * end of one: so nothing that stands in quotes is read, and no phrase is made of two sentences.
 */

/** UTF-16 positions in the line: from `start` up to, not including, `end`. */
export interface LineSpan {
  readonly start: number;
  readonly end: number;
}

export interface Word extends LineSpan {
  /** Lower case, umlauts written out (`maerz`), without the dot of an abbreviation; numbers keep theirs (`24.`). */
  readonly folded: string;
  readonly isCapital: boolean;
  /** Of its sentence: there a capital says nothing. */
  readonly isFirst: boolean;
  readonly hasDot: boolean;
}

const QUOTED = /"[^"]+"|“[^”]+”|„[^“”]+[“”]|«[^»]+»|»[^«]+«|(?<![^\s(])'[^']+'(?=[\s.,;:!?)]|$)/g;
const CHUNK = /\S+/g;
/** What a word may be wrapped in. */
const WRAPPED = /^[([{<–—-]*(.*?)[)\]}>,;:!?…–—-]*$/su;
const DASH = /^[–—-]$/;
const DOTTED_NUMBER = /^\d{1,2}(\.\d{1,2})?\.$/;
const SENTENCE_END = /[;!?…)\]}]/;

/** Spans of quoted text, the quotes included. */
export function quotedSpans(text: string): LineSpan[] {
  return [...text.matchAll(QUOTED)].map(({ index, 0: found }) => ({
    start: index,
    end: index + found.length,
  }));
}

/**
 * The runs of words between the spans in `apart`.
 * `isAbbreviation`: whether a word (folded) is one, so that the dot after it ends no sentence.
 */
export function runsOf(
  text: string,
  apart: readonly LineSpan[],
  isAbbreviation: (folded: string) => boolean,
): Word[][] {
  const runs: Word[][] = [[]];
  let isFirst = true;
  let from = 0;
  const cut = () => runs.push([]);
  for (const span of [...apart, { start: text.length, end: text.length }].toSorted(
    (a, b) => a.start - b.start,
  )) {
    for (const chunk of text.slice(from, Math.max(from, span.start)).matchAll(CHUNK)) {
      for (const piece of piecesOf(chunk[0], from + chunk.index)) {
        const word = wordOf(piece, isFirst, isAbbreviation);
        if (word !== null) runs.at(-1)?.push(word);
        isFirst = word === null ? isFirst : endsSentence(piece, word);
        if (word !== null && isFirst) cut();
      }
    }
    cut();
    from = Math.max(from, span.end);
  }
  return runs.filter((run) => run.length > 0);
}

interface Piece {
  readonly text: string;
  readonly at: number;
}

/** `mon,wed,fri` is three pieces and `@8am` two; `8,30` is one. */
function piecesOf(chunk: string, at: number): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { index, 0: cutAfter } of chunk.matchAll(/^@(?=\d)|(?<=\p{L}\.?),(?=\p{L})/gu)) {
    pieces.push({ text: chunk.slice(from, index + cutAfter.length), at: at + from });
    from = index + cutAfter.length;
  }
  pieces.push({ text: chunk.slice(from), at: at + from });
  return pieces;
}

function wordOf(
  { text, at }: Piece,
  isFirst: boolean,
  isAbbreviation: (folded: string) => boolean,
): Word | null {
  if (DASH.test(text)) {
    return { start: at, end: at + 1, folded: '-', isCapital: false, isFirst, hasDot: false };
  }
  const core = WRAPPED.exec(text)?.[1] ?? '';
  if (core === '') return null;
  const start = at + text.indexOf(core);
  const bare = core.replace(/\.+$/, '');
  const keepsDot =
    DOTTED_NUMBER.test(core) || (bare.length + 1 === core.length && isAbbreviation(foldedWord(bare)));
  const shown = keepsDot ? core : bare;
  if (shown === '') return null;
  return {
    start,
    end: start + shown.length,
    folded: foldedWord(DOTTED_NUMBER.test(shown) ? shown : bare),
    isCapital: /^\p{Lu}/u.test(shown),
    isFirst,
    hasDot: keepsDot,
  };
}

function endsSentence({ text, at }: Piece, word: Word): boolean {
  const after = text.slice(word.end - at);
  return SENTENCE_END.test(after) || after.includes('.');
}

/** As the vocabularies spell words. */
export function foldedWord(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss')
    .replaceAll('’', "'");
}
