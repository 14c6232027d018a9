/**
 * What a product page says of itself to machines: JSON-LD blocks, microdata, meta elements. Read as a stream, one
 * pass, bounded: selector libraries take seconds for pages made to be slow, and a run must not hold up its process.
 */
import { Parser } from 'htmlparser2';
import type { Json } from '../../domain/shared/json.ts';
import { parseForeignJson } from '../foreign/foreign-json.ts';

export interface ProductPage {
  /** Parsed blocks; those that are not JSON are left out. */
  readonly jsonLd: readonly Json[];
  /** Top-level items, shaped as JSON-LD is: `@type` with schema.org's names, and a list for every property. */
  readonly microdata: readonly Json[];
  /** By `property` or `name`, lower case; the first of each. */
  readonly meta: ReadonlyMap<string, string>;
}

/** Far beyond what browsers nest; deeper ones are made to hurt. */
const MAX_DEPTH = 1_024;
const MAX_ITEMS = 5_000;
const MAX_BLOCKS = 100;
const VALUE_CHARACTERS = 300;
/** Properties with text that may be open inside one another. */
const MAX_OPEN_TEXTS = 16;

class TooDeep extends Error {}

interface Item {
  readonly '@type': string[];
  readonly [property: string]: Json[];
}

interface Frame {
  /** The item that this element began. */
  readonly item: Item | null;
  /** A property whose value is the text of this element. */
  readonly text: { readonly values: Json[]; content: string } | null;
  readonly isJsonLd: boolean;
}

export function readPage(html: string): ProductPage {
  const reader = new PageReader();
  const parser = new Parser(reader);
  try {
    parser.end(html);
  } catch (error) {
    // What came before is there; what is so deep was not meant to be read.
    if (!(error instanceof TooDeep)) throw error;
  }
  return reader;
}

type Attributes = Readonly<Record<string, string>>;

class PageReader implements ProductPage {
  readonly jsonLd: Json[] = [];
  readonly microdata: Json[] = [];
  readonly meta = new Map<string, string>();
  readonly #open: Frame[] = [];
  readonly #items: Item[] = [];
  readonly #texts: NonNullable<Frame['text']>[] = [];
  #count = 0;
  #block: string[] | null = null;

  onopentag(name: string, attributes: Attributes): void {
    if (this.#open.length >= MAX_DEPTH) throw new TooDeep();
    if (name === 'meta') this.#keepMeta(attributes);
    const isJsonLd = name === 'script' && /^application\/ld\+json\b/i.test((attributes.type ?? '').trim());
    if (isJsonLd) this.#block = [];
    const names = namesIn(attributes.itemprop);
    const around = this.#items.at(-1) ?? null;
    const item = attributes.itemscope === undefined || this.#count >= MAX_ITEMS ? null : newItem(attributes);
    if (item !== null) this.#begin(item, around, names);
    const text = item === null && around !== null ? this.#valueOf(name, attributes, around, names) : null;
    this.#open.push({ item, text, isJsonLd });
  }

  onclosetag(): void {
    const frame = this.#open.pop();
    if (frame?.isJsonLd) this.#endBlock();
    if (frame?.text) {
      this.#texts.pop();
      frame.text.values.push(frame.text.content.trim());
    }
    if (frame?.item) this.#items.pop();
  }

  ontext(text: string): void {
    this.#block?.push(text);
    for (const open of this.#texts) {
      if (open.content.length < VALUE_CHARACTERS)
        open.content += text.slice(0, VALUE_CHARACTERS - open.content.length);
    }
  }

  #keepMeta({ property, name, content }: Attributes): void {
    const key = (property ?? name ?? '').trim().toLowerCase();
    if (key !== '' && content !== undefined && !this.meta.has(key))
      this.meta.set(key, content.slice(0, VALUE_CHARACTERS));
  }

  #begin(item: Item, around: Item | null, names: readonly string[]): void {
    this.#count++;
    this.#items.push(item);
    if (around === null || names.length === 0) this.microdata.push(item);
    else for (const name of names) listOf(around, name).push(item);
  }

  /** Keeps a value that stands in an attribute; else answers where the text goes. */
  #valueOf(element: string, attributes: Attributes, item: Item, names: readonly string[]): Frame['text'] {
    const [name] = names;
    if (name === undefined || this.#count >= MAX_ITEMS) return null;
    this.#count++;
    const attribute = attributes.content ?? attributes[VALUE_ATTRIBUTE[element] ?? ''];
    const lists = names.map((it) => listOf(item, it));
    if (attribute !== undefined) {
      for (const values of lists) values.push(attribute.slice(0, VALUE_CHARACTERS).trim());
      return null;
    }
    const [values] = lists;
    if (values === undefined || this.#texts.length >= MAX_OPEN_TEXTS) return null;
    const text = { values, content: '' };
    this.#texts.push(text);
    return text;
  }

  #endBlock(): void {
    const parsed = this.#block === null ? undefined : parseForeignJson(bare(this.#block.join('')));
    this.#block = null;
    if (parsed !== undefined && this.jsonLd.length < MAX_BLOCKS) this.jsonLd.push(parsed);
  }
}

const VALUE_ATTRIBUTE: Readonly<Record<string, string>> = {
  link: 'href',
  a: 'href',
  data: 'value',
  meter: 'value',
  time: 'datetime',
};

function namesIn(itemprop: string | undefined): readonly string[] {
  return (itemprop ?? '')
    .split(/\s+/)
    .filter((name) => /^[A-Za-z]{1,64}$/.test(name))
    .slice(0, 4);
}

function newItem({ itemtype = '' }: Attributes): Item {
  const types = itemtype.split(/\s+/).filter((type) => /^https?:\/\/(www\.)?schema\.org\//i.test(type));
  return Object.assign(Object.create(null), {
    '@type': types.slice(0, 4).map((type) => type.replace(/^.*\//, '')),
  });
}

function listOf(item: Item, name: string): Json[] {
  const known = item[name];
  if (known !== undefined) return known;
  const values: Json[] = [];
  Object.defineProperty(item, name, { value: values, enumerable: true });
  return values;
}

/** Without the comment or CDATA that old advice wraps around a script. */
function bare(script: string): string {
  return script
    .replace(/^\s*(?:\/\/\s*)?(?:<!--|<!\[CDATA\[)/, '')
    .replace(/(?:\/\/\s*)?(?:-->|\]\]>)\s*$/, '')
    .trim();
}
