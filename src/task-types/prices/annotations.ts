/**
 * Items that a page marks up in its elements, by microdata or RDFa, shaped as JSON-LD is: `@type` with schema.org's
 * names, and a list for every property. What stands in an attribute was written for machines and is text; what people
 * see is `{"@text": …}`.
 */
import type { Json } from '../../domain/shared/json.ts';
import { SET_APART } from './money.ts';

export type Attributes = Readonly<Record<string, string>>;

/** How a language of annotations says what it says. */
export interface AnnotationSyntax {
  /** Types of the item that the element begins; null for one that begins none. */
  readonly typesOf: (attributes: Attributes) => readonly string[] | null;
  readonly namesOf: (attributes: Attributes) => readonly string[];
}

interface Item {
  readonly '@type': string[];
  readonly [property: string]: Json[];
}

interface OpenText {
  readonly values: Json[];
  readonly isPrice: boolean;
  content: string;
}

export interface AnnotatedElement {
  readonly hasItem: boolean;
  readonly text: OpenText | null;
}

const MAX_ITEMS = 5_000;
export const VALUE_CHARACTERS = 300;
/** Properties with text that may be open inside one another. */
const MAX_OPEN_TEXTS = 16;

export class Annotations {
  /** Top-level items. */
  readonly items: Json[] = [];
  /** Properties that stand in no item. */
  readonly loose: Item = itemOf([]);
  readonly #syntax: AnnotationSyntax;
  readonly #open: Item[] = [];
  readonly #texts: OpenText[] = [];
  #count = 0;

  constructor(syntax: AnnotationSyntax) {
    this.#syntax = syntax;
  }

  begin(element: string, attributes: Attributes): AnnotatedElement {
    this.#setApart(element, attributes);
    const names = this.#syntax.namesOf(attributes);
    const types = this.#count >= MAX_ITEMS ? null : this.#syntax.typesOf(attributes);
    const around = this.#open.at(-1) ?? null;
    if (types === null) {
      return { hasItem: false, text: this.#keepValue(element, attributes, around ?? this.loose, names) };
    }
    const item = itemOf(types);
    this.#count++;
    this.#open.push(item);
    if (around === null || names.length === 0) this.items.push(item);
    else for (const name of names) listOf(around, name).push(item);
    return { hasItem: true, text: null };
  }

  end({ hasItem, text }: AnnotatedElement): void {
    if (text !== null) {
      this.#texts.pop();
      text.values.push({ '@text': text.content.trim() });
    }
    if (hasItem) this.#open.pop();
  }

  text(text: string): void {
    for (const open of this.#texts) {
      if (open.content.length < VALUE_CHARACTERS)
        open.content += text.slice(0, VALUE_CHARACTERS - open.content.length);
    }
  }

  /** Cents are set higher or smaller than the rest of a price, without a mark before them. */
  #setApart(element: string, attributes: Attributes): void {
    const isCents =
      element === 'sup' ||
      element === 'small' ||
      /(?:^|[\s_-])(?:cents?|decimals?|fraction|pence)\b/i.test(attributes.class ?? '');
    if (!isCents) return;
    for (const open of this.#texts)
      if (open.isPrice && /\d[.,]?\s*$/.test(open.content)) open.content += SET_APART;
  }

  /** Keeps a value that stands in an attribute; else answers where the text goes. */
  #keepValue(
    element: string,
    attributes: Attributes,
    item: Item,
    names: readonly string[],
  ): AnnotatedElement['text'] {
    const [name] = names;
    if (name === undefined || this.#count >= MAX_ITEMS) return null;
    this.#count++;
    const attribute = attributes.content ?? attributes[VALUE_ATTRIBUTE[element] ?? ''] ?? attributes.resource;
    const lists = names.map((it) => listOf(item, it));
    if (attribute !== undefined) {
      for (const values of lists) values.push(attribute.slice(0, VALUE_CHARACTERS).trim());
      return null;
    }
    const [values] = lists;
    if (values === undefined || this.#texts.length >= MAX_OPEN_TEXTS) return null;
    const text = { values, content: '', isPrice: /price$/i.test(name) };
    this.#texts.push(text);
    return text;
  }
}

const VALUE_ATTRIBUTE: Readonly<Record<string, string>> = {
  link: 'href',
  a: 'href',
  data: 'value',
  meter: 'value',
  time: 'datetime',
};

const SCHEMA = /^https?:\/\/(?:www\.)?schema\.org\//i;

export const microdata: AnnotationSyntax = {
  typesOf: ({ itemscope, itemtype = '' }) =>
    itemscope === undefined
      ? null
      : itemtype.split(/\s+/).flatMap((type) => (SCHEMA.test(type) ? [type.replace(SCHEMA, '')] : [])),
  namesOf: ({ itemprop = '' }) => namesIn(itemprop.split(/\s+/)),
};

/** RDFa Lite. Names without a prefix are taken for schema.org's; what Open Graph says is read elsewhere. */
export const rdfa: AnnotationSyntax = {
  typesOf: ({ typeof: types }) => (types === undefined ? null : namesIn(types.split(/\s+/).map(ownName))),
  namesOf: ({ property = '' }) => namesIn(property.split(/\s+/).map(ownName)),
};

function ownName(name: string): string {
  return name.replace(SCHEMA, '').replace(/^schema:/i, '');
}

function namesIn(names: readonly string[]): readonly string[] {
  return names.filter((name) => /^[A-Za-z]{1,64}$/.test(name)).slice(0, 4);
}

function itemOf(types: readonly string[]): Item {
  return Object.assign(Object.create(null), { '@type': types.slice(0, 4) });
}

function listOf(item: Item, name: string): Json[] {
  const known = item[name];
  if (known !== undefined) return known;
  const values: Json[] = [];
  Object.defineProperty(item, name, { value: values, enumerable: true });
  return values;
}
