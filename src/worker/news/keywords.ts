/**
 * Whether a text has a word in it: as a whole word, in any case, in any script. Letters, digits and the marks on them
 * make words; scripts that do not part words by spaces (Han, Kana, Thai and the like) match anywhere.
 */
import { oneLine } from '../plain-text.ts';

export interface Keyword {
  /** As it was given. */
  readonly text: string;
  readonly folded: string;
}

export interface Place {
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

/** The first place of the keyword as a word; null where there is none. */
export function find(keyword: Keyword, foldedText: string): Place | null {
  const { folded: word } = keyword;
  for (let from = foldedText.indexOf(word); from >= 0; from = foldedText.indexOf(word, from + 1)) {
    const to = from + word.length;
    const parted =
      isParted(before(foldedText, from), first(word)) &&
      isParted(last(word), first(foldedText.slice(to, to + 2)));
    if (parted) return { from, to };
  }
  return null;
}

/** Whether a word may end between the two characters. */
function isParted(left: string, right: string): boolean {
  return !WORD.test(left) || !WORD.test(right) || UNPARTED.test(left) || UNPARTED.test(right);
}

function first(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0x20);
}

function last(text: string): string {
  return [...text.slice(-2)].at(-1) ?? ' ';
}

function before(text: string, at: number): string {
  return [...text.slice(Math.max(0, at - 2), at)].at(-1) ?? ' ';
}
