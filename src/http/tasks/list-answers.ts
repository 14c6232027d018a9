/**
 * Pages that were shown before and still stand. A user's list is one array for as long as nothing in it
 * changes, so a page made of the very same array is the same page.
 */
import { LRUCache } from 'lru-cache';
import type { UserId } from '../../domain/shared/ids.ts';

/** Characters of JSON kept, over all users. */
const KEPT_CHARACTERS = 16 * 1024 * 1024;

interface Kept {
  /** Weak: a page that no longer stands must not keep the tasks that it was made of. */
  readonly list: WeakRef<object>;
  readonly body: string;
}

export class ListAnswers {
  readonly #kept = new LRUCache<string, Kept>({
    maxSize: KEPT_CHARACTERS,
    sizeCalculation: ({ body }, key) => body.length + key.length + 100,
  });

  /** The page of this list that `url` asks for: as it was made of the same list before, or made now. */
  of(userId: UserId, url: string, list: object, make: () => string): string {
    const key = `${userId}\n${url.slice(url.indexOf('?') + 1 || url.length)}`;
    const kept = this.#kept.get(key);
    if (kept?.list.deref() === list) return kept.body;
    const body = make();
    this.#kept.set(key, { list: new WeakRef(list), body });
    return body;
  }
}
