/**
 * Whether a text has a word in it: as a whole word, in any case, in any script. Letters, digits and the marks on them
 * make words; scripts that do not part words by spaces (Han, Kana, Thai and the like) match anywhere.
 */
import { oneLine } from '../foreign/plain-text.ts';

export interface Keyword {
  /** As it was given. */
  readonly text: string;
  readonly folded: string;
}

export interface KeywordMatch {
  /** Where the first match begins and ends, in the folded text. */
  readonly from: number;
  readonly to: number;
}

const WORD = /[\p{L}\p{M}\p{N}_]/u;
const HANGUL = /\p{sc=Hang}/u;
const UNPARTED = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]/u;

export function keywordOf(text: string): Keyword {
  return { text, folded: folded(text) };
}

/** Signs that are there for the setting alone: soft hyphens, joiners, marks of direction, the Arabic stretch. */
const UNSEEN =
  /[\u00ad\u0640\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]|[\ufe00-\ufe0f]/g;
const HYPHENS = /[\u2010-\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d]/g;
const APOSTROPHES = /[\u2018-\u201b\u2032\u02bc\u02b9\u00b4`]/g;
const QUOTES = /[\u201c-\u201f\u2033\u00ab\u00bb]/g;
/** Capitals have no accents in Greek. */
const GREEK = /[\u0370-\u03ff\u1f00-\u1fff]+/g;

/**
 * One form for what is written the same: compatibility forms, case (the two small sigmas, the sharp s, the dotted and
 * dotless i of Turkish, Greek accents), typographic hyphens and quotes, white space and what is not seen.
 */
export function folded(text: string): string {
  const lower = text.normalize('NFKC').toLowerCase().normalize('NFKC');
  return oneLine(lower.replace(UNSEEN, ''))
    .replace(HYPHENS, '-')
    .replace(APOSTROPHES, "'")
    .replace(QUOTES, '"')
    .replace(GREEK, (letters) =>
      letters
        .normalize('NFD')
        .replace(/\u0301/g, '')
        .normalize('NFC'),
    )
    .replace(/i\u0307/g, 'i')
    .replaceAll('ı', 'i')
    .replaceAll('ß', 'ss')
    .replaceAll('ς', 'σ');
}

/** A text in which words are looked for. */
export class SearchedText {
  readonly folded: string;
  #begins: Int32Array | null = null;
  #ends: Int32Array | null = null;

  constructor(text: string) {
    this.folded = folded(text);
  }

  /** The first place of the keyword as a word; null where there is none. */
  find({ folded: word }: Keyword): KeywordMatch | null {
    let from = this.folded.indexOf(word);
    if (from < 0) return null;
    // Looked at for all keywords once: texts can be made of nothing but beginnings of words.
    this.#begins ??= partingsIn(this.folded, mayBegin);
    this.#ends ??= partingsIn(this.folded, mayEnd);
    while (from >= 0) {
      const to = from + word.length;
      if (this.#begins[from] === from && this.#ends[to] === to && this.#isMarkOfItsOwn(word, from, to)) {
        return { from, to };
      }
      from = this.folded.indexOf(word, this.#begins[from + 1]);
    }
    return null;
  }

  /** A mark at the edge of a keyword belongs to it: `.NET` is not in asp.net, but `C++` is in C++20. */
  #isMarkOfItsOwn(word: string, from: number, to: number): boolean {
    const [before, after] = [this.folded.slice(Math.max(0, from - 4), from), this.folded.slice(to, to + 2)];
    const isBefore = !STARTS_WITH_MARK.test(word) || !ENDS_WITH_LETTER.test(before);
    return isBefore && (!ENDS_WITH_POINT.test(word) || !STARTS_WITH_LETTER.test(after));
  }
}

const STARTS_WITH_MARK = /^[^\p{L}\p{M}\p{N}_]/u;
const ENDS_WITH_POINT = /\.$/;
/** Of scripts whose words are parted. */
const PARTED =
  '(?![\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmr}\\p{sc=Mymr}])[\\p{L}\\p{N}_]';
const ENDS_WITH_LETTER = new RegExp(`${PARTED}\\p{M}*$`, 'u');
const STARTS_WITH_LETTER = new RegExp(`^${PARTED}`, 'u');

/** Of every place of a text, the first from there on where a word may begin, or end. */
function partingsIn(text: string, isParted: (left: string, right: string) => boolean): Int32Array {
  const places = new Int32Array(text.length + 1).fill(text.length);
  let left = ' ';
  let at = 0;
  for (const right of text) {
    if (isParted(left, right)) places[at] = at;
    left = right;
    at += right.length;
  }
  for (let place = text.length - 1; place >= 0; place--) {
    if (places[place] !== place) places[place] = places[place + 1] ?? text.length;
  }
  return places;
}

function mayBegin(left: string, right: string): boolean {
  return !WORD.test(left) || !WORD.test(right) || UNPARTED.test(left) || UNPARTED.test(right);
}

/** Korean particles are written on to the word. */
function mayEnd(left: string, right: string): boolean {
  return mayBegin(left, right) || HANGUL.test(right);
}
