/**
 * Which item of a feed is one that was there before.
 *
 * Publishers break each of the keys that could tell: ids are made anew, counted on in their fragment, or the same for
 * all; links all lead to one page; titles are corrected. So no key decides alone where two can, and the document
 * itself is the witness of what its keys are worth: a key that its items share says nothing, and one by which several
 * items differ may decide alone. Where it stays open whether an item is new, it is: a headline that is told twice is a
 * nuisance, one that is never told is lost.
 */
import { createHash } from 'node:crypto';
import { folded } from './keywords.ts';

/** Short hashes; null for what an item does not have, or has in common with others of its document. */
export interface ItemKeys {
  readonly id: string | null;
  readonly link: string | null;
  readonly title: string | null;
  /** Of the time of publication; of the text where there is none. */
  readonly date: string | null;
  /** The keys that no other item of the document has, where it has others. */
  readonly telling: { readonly id: boolean; readonly link: boolean };
}

/** What a feed says of an item; any of it may be empty. */
export interface NamedItem {
  readonly id: string;
  /** Absolute, http or https. */
  readonly link: string | null;
  readonly title: string;
  readonly date: string;
  readonly text: string;
}

export interface IdentifiedItem {
  readonly keys: ItemKeys;
  /** What results call the item, in every run: 60 bits in base64url. */
  readonly id: string;
}

const ID = 8;
const LINK = 6;
const TITLE = 4;
const DATE = 3;
/** Of a record. */
export const RECORD_CHARACTERS = ID + LINK + TITLE + DATE;

export function shortHash(text: string, characters = 10): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, characters);
}

/** The items of one document, in their order. */
export function identified(items: readonly NamedItem[], feedUrl: string): readonly IdentifiedItem[] {
  const raw = items.map((item) => rawKeys(item, feedUrl));
  const titlesOfPage = distinct(raw, 'page', ({ title }) => title);
  const settled = raw.map((keys) =>
    keys.uncounted !== null && (titlesOfPage.get(keys.page ?? '')?.size ?? 0) < 2
      ? { ...keys, id: null, name: keys.uncounted }
      : keys,
  );
  const ofId = distinct(settled, 'id', ({ page, title }) => `${page}\n${title}`);
  const ofPage = distinct(settled, 'page', ({ id, title }) => `${id}\n${title}`);
  const ofName = distinct(
    settled,
    'name',
    ({ id, page, title, date }) => `${id}\n${page}\n${title}\n${date}`,
  );
  return settled.map((keys) => {
    const id = ofId.get(keys.id ?? '')?.size === 1 ? keys.id : null;
    const page = ofPage.get(keys.page ?? '')?.size === 1 ? keys.page : null;
    const { name, title, date } = keys;
    return {
      keys: {
        id: hashOf(id, ID),
        link: hashOf(page, LINK),
        title: hashOf(title, TITLE),
        date: hashOf(date, DATE),
        telling: { id: id !== null && ofName.size > 1, link: page !== null && ofName.size > 1 },
      },
      id: shortHash(ofName.get(name)?.size === 1 ? name : `${name}\n${title}\n${date}`),
    };
  });
}

interface RawKeys {
  readonly id: string | null;
  /** Where the link leads; else the id, where that is a URL. */
  readonly page: string | null;
  readonly title: string | null;
  readonly date: string | null;
  readonly name: string;
  /** The name without the fragment, of an id in which a publisher may count the corrections of one article. */
  readonly uncounted: string | null;
}

function distinct(
  items: readonly RawKeys[],
  key: 'id' | 'page' | 'name',
  witness: (item: RawKeys) => string | null,
): ReadonlyMap<string, ReadonlySet<string | null>> {
  const values = new Map<string, Set<string | null>>();
  for (const item of items) {
    const by = item[key];
    if (by === null) continue;
    const known = values.get(by);
    if (known === undefined) values.set(by, new Set([witness(item)]));
    else known.add(witness(item));
  }
  return values;
}

const COUNTER = /^#\d{1,3}$/;
/** Characters of a text that tell it from another. */
const TEXT_CHARACTERS = 4_000;

function rawKeys({ id, link, title, date, text }: NamedItem, feedUrl: string): RawKeys {
  const target = link === null ? null : new URL(link);
  const idUrl = /^https?:\/\//i.test(id) && URL.canParse(id) ? new URL(id) : null;
  const page = pageOf(target ?? idUrl);
  const rest = {
    page,
    title: folded(title) || null,
    date: date === '' ? (text === '' ? null : `text ${text.slice(0, TEXT_CHARACTERS)}`) : `date ${date}`,
  };
  if (id !== '' && (idUrl === null || pageOf(idUrl) !== page)) {
    // An id that is no URI means something in its own feed only.
    const name = idUrl !== null || /^(tag|urn):/i.test(id) ? id : `${feedUrl}\n${id}`;
    return { ...rest, id: name, name, uncounted: null };
  }
  // Else the id is the link once more and no second witness, but for the part of the page that it names.
  const fragment = idUrl?.hash || target?.hash || '';
  const whole = id === '' ? link : id;
  const name = whole ?? `${feedUrl}\n${title}\n${date === '' ? text : date}`;
  return {
    ...rest,
    id: page === null || fragment === '' ? null : `${page}${fragment}`,
    name,
    uncounted: COUNTER.test(idUrl?.hash ?? '') ? name.replace(/#.*$/, '') : null,
  };
}

/** Parameters that say where a reader came from, and not what is to be read. */
const TRACKING = /^(?:utm_|at_|(?:fbclid|gclid|mc_cid|mc_eid|ocid|cmpid)$)/i;

/** What a URL leads to, however it is written; null for the front page of a site, which is no item's own. */
function pageOf(url: URL | null): string | null {
  if (url === null) return null;
  const query = [...url.searchParams].filter(([name]) => !TRACKING.test(name));
  const path = url.pathname.replace(/\/+$/, '');
  if (path === '' && query.length === 0) return null;
  const search = query.length === 0 ? '' : `?${new URLSearchParams(query)}`;
  return `${url.host.replace(/^www\./, '')}${path}${search}`;
}

function hashOf(text: string | null, characters: number): string | null {
  return text === null ? null : shortHash(text, characters);
}

/** Keys as they are remembered: each at its place, dots for one that there is not. */
export function recordOf({ id, link, title, date }: ItemKeys): string {
  return [
    id ?? '.'.repeat(ID),
    link ?? '.'.repeat(LINK),
    title ?? '.'.repeat(TITLE),
    date ?? '.'.repeat(DATE),
  ].join('');
}

/** Null for a key that the record does not have. */
function partsOf(record: string): Pick<ItemKeys, 'id' | 'link' | 'title' | 'date'> {
  const part = (from: number, characters: number) => {
    const text = record.slice(from, from + characters);
    return text.startsWith('.') ? null : text;
  };
  return {
    id: part(0, ID),
    link: part(ID, LINK),
    title: part(ID + LINK, TITLE),
    date: part(ID + LINK + TITLE, DATE),
  };
}

type Agreement = 'same' | 'other' | 'unknown';

function agreement(one: string | null, other: string | null): Agreement {
  if (one === null || other === null) return 'unknown';
  return one === other ? 'same' : 'other';
}

/** Whether the item is the one of the record. Ids of two feeds that differ say nothing. */
export function isSameItem(item: ItemKeys, record: string, isSameFeed: boolean): boolean {
  const known = partsOf(record);
  const id = agreement(item.id, known.id);
  const link = agreement(item.link, known.link);
  const title = agreement(item.title, known.title);
  const date = agreement(item.date, known.date);
  if (id === 'same') {
    if (link === 'same' || title === 'same' || item.telling.id) return true;
    return title !== 'other' || (link !== 'other' && date !== 'other');
  }
  if (link === 'same') {
    if (!isSameFeed) return title === 'same';
    if (id === 'other') return title === 'same' && date !== 'other';
    return item.telling.link || date !== 'other';
  }
  if (!isSameFeed || id === 'other' || link === 'other') return false;
  return title === 'same' ? date !== 'other' : title === 'unknown' && date === 'same';
}

/** Whether item and record lead to the same page. */
export function hasLinkOf(record: string, { link }: ItemKeys): boolean {
  return agreement(link, partsOf(record).link) === 'same';
}

/** Records with one and the same key that are looked at: honest feeds have a few, and others must not take long. */
const MOST_ALIKE = 300;

/** Records by what they can be found by, each with what belongs to it. */
export class ItemIndex<T> {
  readonly #by: readonly Map<string, { readonly record: string; readonly value: T }[]>[] = [
    new Map(),
    new Map(),
    new Map(),
    new Map(),
  ];

  add(record: string, value: T): void {
    const { id, link, title, date } = partsOf(record);
    for (const [at, key] of [id, link, title, date].entries()) {
      const entries = key === null ? undefined : this.#by[at]?.get(key);
      if (entries !== undefined) {
        if (entries.length < MOST_ALIKE) entries.push({ record, value });
      } else if (key !== null) this.#by[at]?.set(key, [{ record, value }]);
    }
  }

  /** Those that `isSame`, each at least once. */
  *find(
    keys: ItemKeys,
    isSame: (record: string, value: T) => boolean,
  ): Iterable<{ record: string; value: T }> {
    const given = [keys.id, keys.link, keys.title, keys.title === null ? keys.date : null];
    for (const [at, key] of given.entries()) {
      for (const entry of (key === null ? undefined : this.#by[at]?.get(key)) ?? []) {
        if (isSame(entry.record, entry.value)) yield entry;
      }
    }
  }
}
