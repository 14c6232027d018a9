/** Where the words that a task watches for stand in an item. */
import type { FeedItem } from './feed-items.ts';
import { type Keyword, SearchedText } from './keywords.ts';

/** Characters of the excerpt on each side of a match. */
const AROUND = 60;

export interface Match {
  readonly keyword: string;
  readonly in: 'title' | 'summary' | 'content' | 'categories';
  /** What stands around it. */
  readonly text: string;
}

/** One for each word that the item has. */
export function matchesOf(item: FeedItem, keywords: readonly Keyword[]): readonly Match[] {
  const places = [
    { in: 'title', text: item.title },
    { in: 'summary', text: item.summary },
    { in: 'content', text: item.content },
    ...item.categories.map((text) => ({ in: 'categories', text }) as const),
  ] as const;
  const texts = places.map(({ in: place, text }) => ({ in: place, text, searched: new SearchedText(text) }));
  return keywords.flatMap((keyword): Match[] => {
    for (const { in: place, text, searched } of texts) {
      const at = searched.find(keyword);
      // Folding may change the length; then the folded text is what can be shown.
      if (at !== null) {
        const shown = text.length === searched.folded.length ? text : searched.folded;
        return [{ keyword: keyword.text, in: place, text: excerpt(shown, at.from, at.to) }];
      }
    }
    return [];
  });
}

function excerpt(text: string, from: number, to: number): string {
  const start = Math.max(0, from - AROUND);
  const end = Math.min(text.length, to + AROUND);
  const cut = text.slice(start, end).toWellFormed();
  return `${start > 0 ? '…' : ''}${cut}${end < text.length ? '…' : ''}`;
}
