/** What a reader sees of HTML, as one line of text. */
import { Parser } from 'htmlparser2';

/** Characters of HTML that are looked at: no reader needs more of a summary, and hostile nesting stays cheap. */
const READ_CHARACTERS = 20_000;

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
  const read = html.slice(0, READ_CHARACTERS);
  return oneLine(/[<&]/.test(read) ? withoutMarkup(read) : read);
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
  const parser = new Parser({
    onopentagname(name) {
      if (UNREAD.has(name)) unread++;
      if (!INLINE.has(name)) parts.push(' ');
    },
    onclosetag(name) {
      if (UNREAD.has(name)) unread--;
      if (!INLINE.has(name)) parts.push(' ');
    },
    ontext(text) {
      if (unread === 0) parts.push(text);
    },
  });
  parser.end(html);
  return parts.join('');
}
