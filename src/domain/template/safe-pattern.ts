/**
 * Regular expressions that cannot be made to run long. They come from administrators and meet what users send, and
 * JavaScript's engine backtracks: nested or neighbouring repeats can take it longer than the universe has. So a
 * pattern is taken only where its cost can be read off it: anchored at the start, a chain of characters and classes
 * without groups or alternatives, with at most one repeat that has no end, and few ways to divide a text among the
 * others. (Alternatives are said by `enum` or `anyOf`.)
 */
import { type Said, says } from '../shared/says.ts';

const MAX_LENGTH = 256;
/** Ways to divide a text among repeats that end, beside one that does not, and without one. */
const MAX_WAYS_BESIDE = 64;
const MAX_WAYS_ALONE = 10_000;

const ATOM = /^(?:\\[dDwWsStnr]|\\[^A-Za-z0-9\s]|\[(?:\\[^\n]|[^\]\\[])+\]|[^\\()[\]{}|*+?^$\n])/u;
const REPEAT = /^(?:[*+?]|\{(\d{1,4})(?:(,)(\d{1,4})?)?\})/;

/** Null where the pattern is safe, else what is wrong with it. */
export function patternFault(pattern: string): Said | null {
  if (pattern.length > MAX_LENGTH) return says`must have at most ${{ maximum: MAX_LENGTH }} characters`;
  if (!pattern.startsWith('^')) return says`must begin with ^`;
  let rest = pattern.slice(1).replace(/(?<!\\)\$$/, '');
  let endless = 0;
  let ways = 1;
  while (rest !== '') {
    const atom = ATOM.exec(rest)?.[0];
    if (atom === undefined) return says`is more than characters and classes with repeats`;
    rest = rest.slice(atom.length);
    const repeat = REPEAT.exec(rest);
    if (repeat === null) continue;
    rest = rest.slice(repeat[0].length);
    const counted = waysOf(repeat);
    if (counted === null) endless += 1;
    else ways *= counted;
  }
  if (endless > 1 || ways > (endless === 0 ? MAX_WAYS_ALONE : MAX_WAYS_BESIDE))
    return says`repeats too freely`;
  return compiles(pattern) ? null : says`is no regular expression`;
}

/** How many lengths a repeat may match; null for one without end. */
function waysOf([text, from, comma, to]: RegExpExecArray): number | null {
  if (text === '?') return 2;
  if (from === undefined) return null;
  if (comma === undefined) return 1;
  return to === undefined ? null : Math.max(1, Number(to) - Number(from) + 1);
}

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}
