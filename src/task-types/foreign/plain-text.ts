/** What a reader sees of HTML, as one line of text. */
import { Parser } from 'htmlparser2';

/** Elements inside one another that are read: deeper ones are made to hurt. */
const MOST_DEPTH = 256;

class TooDeep extends Error {}

/** Elements whose content is nothing to read. */
const UNREAD: ReadonlySet<string> = new Set([
  'script',
  'style',
  'template',
  'noscript',
  'iframe',
  'svg',
  'title',
]);
/** Elements that do not part words: of `<b>W</b>ord` people read one. */
const INLINE: ReadonlySet<string> = new Set(
  'a abbr b bdi bdo cite code data dfn em font i kbd mark q s samp small span strong sub sup time tt u var wbr'.split(
    ' ',
  ),
);

export function plainText(html: string): string {
  return oneLine(/[<&]/.test(html) ? withoutMarkup(html) : html);
}

/** White space and control characters become single spaces. */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\s\p{Cc}\u200b]+/gu, ' ')
    .trim();
}

/** At most so many characters, cut at a word where one ends near, with an ellipsis. */
export function shortened(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const cut = text.slice(0, maxCharacters - 1).replace(/[\ud800-\udbff]$/, '');
  const atWord = cut.replace(/\s+\S*$/, '');
  return `${atWord.length > cut.length / 2 ? atWord : cut}…`;
}

function withoutMarkup(html: string): string {
  const parts: string[] = [];
  let unread = 0;
  let depth = 0;
  const parser = new Parser({
    onopentagname(name) {
      if (++depth > MOST_DEPTH) throw new TooDeep();
      if (UNREAD.has(name)) unread++;
      if (!INLINE.has(name)) parts.push(' ');
    },
    onclosetag(name) {
      depth--;
      if (UNREAD.has(name)) unread--;
      if (!INLINE.has(name)) parts.push(' ');
    },
    ontext(text) {
      if (unread === 0) parts.push(text);
    },
  });
  try {
    parser.end(html);
  } catch (error) {
    // What came before is there.
    if (!(error instanceof TooDeep)) throw error;
  }
  return parts.join('');
}
