/**
 * How much a document may hold before it is parsed. Parsers take time and memory by elements and attributes, not by
 * bytes, and 5 KB of gzip unpack to 75,000 elements: so they are counted first, in one pass that a document cannot
 * make longer. Parsers may count a little differently in broken documents; the limits leave room for that.
 */
import { ExecutionFailure } from '../executor.ts';

interface MarkupBounds {
  readonly elements: number;
  /** Of all elements together, and of one. */
  readonly attributes: number;
  readonly attributesOfOne: number;
  /** Elements called `item` or `entry`. */
  readonly entries: number;
}

export const FEED_BOUNDS: MarkupBounds = {
  elements: 100_000,
  attributes: 100_000,
  attributesOfOne: 500,
  entries: 10_000,
};

export const PAGE_BOUNDS: MarkupBounds = {
  elements: 200_000,
  attributes: 400_000,
  attributesOfOne: 2_000,
  entries: Infinity,
};

/** Values of JSON: members, list entries and the document itself. */
export const JSON_VALUES = 200_000;

/** Throws ExecutionFailure TOO_MANY_ELEMENTS, TOO_MANY_ATTRIBUTES or TOO_MANY_ENTRIES, never to be tried again. */
export function checkMarkup(text: string, bounds: MarkupBounds, syntax: 'xml' | 'html'): void {
  const counts = { elements: 0, attributes: 0, entries: 0 };
  let at = text.indexOf('<');
  while (at >= 0) {
    const skipped = syntax === 'xml' ? endOfUnparsed(text, at) : -1;
    if (skipped >= 0) {
      at = text.indexOf('<', skipped);
      continue;
    }
    if (isNameStart(text.charCodeAt(at + 1))) {
      const tag = readTag(text, at + 1);
      counts.elements += 1;
      counts.attributes += tag.attributes;
      if (isEntry(text, at + 1)) counts.entries += 1;
      check('TOO_MANY_ENTRIES', 'entries', counts.entries, bounds.entries);
      check('TOO_MANY_ELEMENTS', 'elements', counts.elements, bounds.elements);
      check('TOO_MANY_ATTRIBUTES', 'attributes', counts.attributes, bounds.attributes);
      check('TOO_MANY_ATTRIBUTES', 'attributes in one element', tag.attributes, bounds.attributesOfOne);
      at = tag.end;
    }
    at = text.indexOf('<', at + 1);
  }
}

/** Throws ExecutionFailure TOO_MANY_VALUES, never to be tried again. */
export function checkJson(text: string, values = JSON_VALUES): void {
  let count = 1;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) inText = !inText;
    else if (inText && code === BACKSLASH) at++;
    else if (!inText && (code === COMMA || code === BRACE || code === BRACKET)) count++;
  }
  check('TOO_MANY_VALUES', 'values', count, values);
}

const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const COMMA = 0x2c;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const BRACE = 0x7b;

/** Where the comment or CDATA section that begins here ends; -1 where none does. */
function endOfUnparsed(text: string, at: number): number {
  if (text.startsWith('<!--', at)) return endOr(text.indexOf('-->', at + 4), text);
  if (text.startsWith('<![CDATA[', at)) return endOr(text.indexOf(']]>', at + 9), text);
  return -1;
}

function endOr(found: number, text: string): number {
  return found < 0 ? text.length : found;
}

/** From behind `<` to the tag's `>`. An attribute begins behind a space, a slash or the value of another. */
function readTag(text: string, from: number): { readonly end: number; readonly attributes: number } {
  let attributes = 0;
  let mayBegin = false;
  let awaitsValue = false;
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === GREATER) break;
    if (code === EQUALS) {
      awaitsValue = true;
    } else if (isSpace(code) || code === SLASH) {
      mayBegin = true;
    } else if (awaitsValue) {
      awaitsValue = false;
      mayBegin = code === QUOTE || code === APOSTROPHE;
      if (mayBegin) at = endOr(text.indexOf(String.fromCharCode(code), at + 1), text);
    } else {
      if (mayBegin) attributes++;
      mayBegin = false;
    }
  }
  return { end: at, attributes };
}

const ENTRY = /(?:[\w.-]{1,40}:)?(?:item|entry)[\s/>]/iy;

function isEntry(text: string, at: number): boolean {
  ENTRY.lastIndex = at;
  return ENTRY.test(text);
}

function isNameStart(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f || code >= 0x80;
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function check(code: string, what: string, count: number, most: number): void {
  if (count <= most) return;
  throw new ExecutionFailure(code, `the document has more than ${most} ${what}`, {
    retryable: false,
    details: { limit: most },
  });
}
