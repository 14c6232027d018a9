/**
 * JSON as people write it into pages by hand and by template: with comments, commas after the last member, line
 * breaks in strings, quotes that are not escaped, values left empty, numbers as they are said, wrapped in comments or
 * CDATA, or written in entities. What can be read in one way only is read so; one pass, so that no text takes long.
 */
import type { Json } from '../../domain/shared/json.ts';
import { parseForeignJson } from './foreign-json.ts';

/** Undefined for what is not JSON even with all that allowed, or is nested too deep. */
export function parseLooseJson(text: string): Json | undefined {
  const strict = parseForeignJson(text);
  if (strict !== undefined) return strict;
  const isEscaped = !text.includes('"') && text.includes('&quot;');
  const tidy = new Tidying(isEscaped ? withoutEntities(text) : text).run();
  return parseForeignJson(tidy) ?? (tidy.startsWith('{') ? parseForeignJson(`[${tidy}]`) : undefined);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&#34;': '"',
  '&#39;': "'",
  '&apos;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
};

function withoutEntities(text: string): string {
  return text.replace(/&(?:quot|apos|lt|gt|amp|#34|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}

/** What old advice wraps around a script, to hide it from older browsers still. */
const WRAPPING = ['<!--', '-->', '<![CDATA[', ']]>'];
/** The second as the value of a member, where no list goes on after a comma: `1,299.00`. */
const NUMBER = /[-+]?[\d.]+(?:[eE][-+]?\d+)?/y;
const SAID_NUMBER = /[-+]?[\d.](?:[\d.]|,\d)*(?:[eE][-+]?\d+)?/y;
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
const WORD = /[A-Za-z]+/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it ends at
const PLAIN_TEXT = /[^"\\\u0000-\u001f]+/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

class Tidying {
  readonly #text: string;
  readonly #parts: string[] = [];
  #at = 0;
  /** The last sign outside of strings that stands in the output or waits to. */
  #last = '';
  #comma = false;

  constructor(text: string) {
    this.#text = text;
  }

  run(): string {
    while (this.#at < this.#text.length) this.#step();
    return this.#parts.join('');
  }

  #step(): void {
    const sign = this.#text[this.#at] ?? '';
    if (/[\s;\ufeff]/.test(sign)) this.#at++;
    else if (this.#skipsRemark()) return;
    else if (sign === '"') this.#string();
    else if (sign === ',') this.#takeComma();
    else if (/[{}[\]:]/.test(sign)) this.#structure(sign);
    else this.#bareValue(sign);
  }

  #skipsRemark(): boolean {
    const text = this.#text;
    const wrapping = WRAPPING.find((it) => text.startsWith(it, this.#at));
    if (wrapping !== undefined) {
      this.#at += wrapping.length;
      return true;
    }
    if (text.startsWith('/*', this.#at)) {
      const end = text.indexOf('*/', this.#at + 2);
      this.#at = end < 0 ? text.length : end + 2;
      return true;
    }
    if (!text.startsWith('//', this.#at)) return false;
    const after = this.#skipSpace(this.#at + 2);
    if (WRAPPING.some((it) => text.startsWith(it, after))) this.#at = after;
    else {
      const end = text.indexOf('\n', this.#at);
      this.#at = end < 0 ? text.length : end;
    }
    return true;
  }

  #skipSpace(from: number): number {
    let at = from;
    while (/\s/.test(this.#text[at] ?? '')) at++;
    return at;
  }

  #put(text: string, last: string): void {
    if (this.#comma) this.#parts.push(',');
    this.#comma = false;
    this.#parts.push(text);
    this.#last = last;
  }

  /** Stands only where something follows it. */
  #takeComma(): void {
    if (this.#last === ':') this.#put('null', 'null');
    this.#comma = this.#last !== '' && !/[{[]/.test(this.#last);
    this.#at++;
  }

  #structure(sign: string): void {
    if (/[}\]]/.test(sign)) {
      if (this.#last === ':') this.#put('null', 'null');
      this.#comma = false;
    }
    this.#put(sign, sign);
    this.#at++;
  }

  #string(): void {
    const text = this.#text;
    const parts: string[] = ['"'];
    let at = this.#at + 1;
    for (; at < text.length; at++) {
      const sign = text[at] ?? '';
      if (sign === '"') {
        if (this.#endsString(at + 1)) break;
        parts.push('\\"');
      } else if (sign === '\\') {
        ESCAPE.lastIndex = at;
        const known = ESCAPE.exec(text)?.[0];
        if (known !== undefined) {
          parts.push(known);
          at += known.length - 1;
        }
      } else if (sign < ' ') parts.push(JSON.stringify(sign).slice(1, -1));
      else {
        PLAIN_TEXT.lastIndex = at;
        const plain = PLAIN_TEXT.exec(text)?.[0] ?? sign;
        parts.push(plain);
        at += plain.length - 1;
      }
    }
    // One that never ends is left open: then it is no JSON.
    if (at < text.length) parts.push('"');
    this.#put(parts.join(''), '"');
    this.#at = at + 1;
  }

  /** Whether what follows a quote could follow a string. */
  #endsString(from: number): boolean {
    const at = this.#skipSpace(from);
    const next = this.#text.slice(at, at + 2);
    return (
      next === '' || /^(?:[,:}\];]|\/[/*])/.test(next) || /^(?:-->|\]\]>)/.test(this.#text.slice(at, at + 3))
    );
  }

  #bareValue(sign: string): void {
    const numbers = this.#last === ':' ? SAID_NUMBER : NUMBER;
    numbers.lastIndex = this.#at;
    WORD.lastIndex = this.#at;
    const number = numbers.exec(this.#text)?.[0];
    const word = WORD.exec(this.#text)?.[0];
    if (number !== undefined) {
      // As it is said and not as JSON has it: a text.
      this.#put(JSON_NUMBER.test(number) ? number : JSON.stringify(number), '0');
      this.#at += number.length;
    } else if (word !== undefined) {
      const isLiteral = /^(?:true|false|null)$/.test(word);
      const isNothing = this.#last === ':' && /^(?:undefined|NaN|None)$/.test(word);
      this.#put(isLiteral ? word : isNothing ? 'null' : `?${word}`, word);
      this.#at += word.length;
    } else {
      this.#put(sign, sign);
      this.#at++;
    }
  }
}
