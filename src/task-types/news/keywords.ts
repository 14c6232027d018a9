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
const UNPARTED = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]/u;

export function keywordOf(text: string): Keyword {
  return { text, folded: folded(text) };
}

/** One form for what is written the same: compatibility forms, case, the two small sigmas, white space. */
export function folded(text: string): string {
  return oneLine(text.normalize('NFKC').toLowerCase().normalize('NFKC')).replaceAll('ς', 'σ');
}

/** A text in which words are looked for. */
export class SearchedText {
  readonly folded: string;
  #partings: Int32Array | null = null;

  constructor(text: string) {
    this.folded = folded(text);
  }

  /** The first place of the keyword as a word; null where there is none. */
  find({ folded: word }: Keyword): KeywordMatch | null {
    let from = this.folded.indexOf(word);
    if (from < 0) return null;
    // Looked at for all keywords once: texts can be made of nothing but beginnings of words.
    const partings = this.#partings ?? partingsIn(this.folded);
    this.#partings = partings;
    while (from >= 0) {
      const to = from + word.length;
      if (partings[from] === from && partings[to] === to) return { from, to };
      from = this.folded.indexOf(word, partings[from + 1]);
    }
    return null;
  }
}

/** Of every place of a text, the first from there on where a word may begin or end. */
function partingsIn(text: string): Int32Array {
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

/** Whether a word may end between the two characters. */
function isParted(left: string, right: string): boolean {
  return !WORD.test(left) || !WORD.test(right) || UNPARTED.test(left) || UNPARTED.test(right);
}
