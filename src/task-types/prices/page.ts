/**
 * What a product page says of itself to machines: JSON-LD blocks, microdata, RDFa, meta elements. Read as a stream,
 * one pass, bounded: selector libraries take seconds for pages made to be slow, and a run must not hold up its process.
 */
import { Parser } from 'htmlparser2';
import type { Json } from '../../domain/shared/json.ts';
import { parseLooseJson } from '../foreign/loose-json.ts';
import {
  type AnnotatedElement,
  Annotations,
  type Attributes,
  microdata,
  rdfa,
  VALUE_CHARACTERS,
} from './annotations.ts';

export interface Page {
  /** Parsed blocks; those that are not JSON are left out. */
  readonly jsonLd: readonly Json[];
  readonly microdata: readonly Json[];
  /** What microdata says outside of all items, as one. */
  readonly loose: Json;
  readonly rdfa: readonly Json[];
  /** By `property` or `name`, lower case; the first of each. */
  readonly meta: ReadonlyMap<string, string>;
  /** The address by which the page wants to be known. */
  readonly canonical: string | null;
}

/** Far beyond what browsers nest; deeper ones are made to hurt. */
const MAX_DEPTH = 1_024;
/** Whether or not they can be read. */
const MAX_BLOCKS = 200;
const URL_CHARACTERS = 2_048;

class TooDeep extends Error {}

interface Frame {
  readonly microdata: AnnotatedElement;
  readonly rdfa: AnnotatedElement;
  readonly isJsonLd: boolean;
}

export function readPage(html: string): Page {
  const reader = new PageReader();
  const parser = new Parser(reader);
  try {
    parser.end(html);
  } catch (error) {
    // What came before is there; what is so deep was not meant to be read.
    if (!(error instanceof TooDeep)) throw error;
  }
  return reader.page();
}

class PageReader {
  readonly #jsonLd: Json[] = [];
  readonly #microdata = new Annotations(microdata);
  readonly #rdfa = new Annotations(rdfa);
  readonly #meta = new Map<string, string>();
  readonly #open: Frame[] = [];
  #canonical: string | null = null;
  #block: string[] | null = null;
  #blocks = 0;

  page(): Page {
    const ogUrl = this.#meta.get('og:url') ?? null;
    return {
      jsonLd: this.#jsonLd,
      microdata: this.#microdata.items,
      loose: this.#microdata.loose,
      rdfa: this.#rdfa.items,
      meta: this.#meta,
      canonical: this.#canonical ?? ogUrl,
    };
  }

  onopentag(name: string, attributes: Attributes): void {
    if (this.#open.length >= MAX_DEPTH) throw new TooDeep();
    if (name === 'meta') this.#keepMeta(attributes);
    if (name === 'link') this.#keepCanonical(attributes);
    const isJsonLd = name === 'script' && /^application\/ld\+json\b/i.test((attributes.type ?? '').trim());
    if (isJsonLd && ++this.#blocks <= MAX_BLOCKS) this.#block = [];
    this.#open.push({
      microdata: this.#microdata.begin(name, attributes),
      rdfa: this.#rdfa.begin(name, attributes),
      isJsonLd,
    });
  }

  onclosetag(): void {
    const frame = this.#open.pop();
    if (frame === undefined) return;
    if (frame.isJsonLd) this.#endBlock();
    this.#microdata.end(frame.microdata);
    this.#rdfa.end(frame.rdfa);
  }

  ontext(text: string): void {
    this.#block?.push(text);
    this.#microdata.text(text);
    this.#rdfa.text(text);
  }

  #keepMeta({ property, name, content }: Attributes): void {
    const key = (property ?? name ?? '').trim().toLowerCase();
    if (key !== '' && content !== undefined && !this.#meta.has(key))
      this.#meta.set(key, content.slice(0, key === 'og:url' ? URL_CHARACTERS : VALUE_CHARACTERS));
  }

  #keepCanonical({ rel = '', href = '' }: Attributes): void {
    const isCanonical = rel.toLowerCase().split(/\s+/).includes('canonical');
    if (isCanonical && href.trim() !== '') this.#canonical ??= href.trim().slice(0, URL_CHARACTERS);
  }

  #endBlock(): void {
    const parsed = this.#block === null ? undefined : parseLooseJson(this.#block.join(''));
    this.#block = null;
    if (parsed !== undefined) this.#jsonLd.push(parsed);
  }
}
