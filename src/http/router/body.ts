/**
 * Reads a request's JSON body without trusting it: never more than 1 MiB of it, UTF-8 only, and what JSON can
 * say but the log cannot keep (lone surrogates, numbers beyond the range) is a fault.
 */
import { parseExactJson } from '../../domain/shared/exact-json.ts';
import { type Json, MAX_JSON_DEPTH } from '../../domain/shared/json.ts';
import { type Said, says, shownAs } from '../../domain/shared/says.ts';
import { Timeslice } from '../../kernel/timeslice.ts';
import { type Fault, invalid, MAX_ROWS, Problem } from '../server/problem.ts';

export const MAX_BODY_BYTES = 1024 * 1024;
const SMALL_BYTES = 64 * 1024;
/** Members and items, of whatever depth: what a document costs goes by these. */
export const MAX_BODY_VALUES = 50_000;
const MEDIA_TYPE = /^application\/(?:json|merge-patch\+json)\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

export interface Body {
  readonly bytes: Uint8Array;
  readonly json: Json;
}

/** A body of whatever type. */
export interface RawBody {
  readonly bytes: Uint8Array;
  readonly contentType: string | null;
  /** With `inPlaceOf` for integers beyond 2^53 - 1. Throws the problem 400. */
  json(inPlaceOf: (digits: string) => string): Json;
}

/** Waits for what is still on its way. */
export type WaitFor = <T>(wait: () => Promise<T>) => Promise<T>;

/** The body, or null where there is none. Throws the problems 400, 413, 415 and 422. */
export async function readBody(request: Request, waitFor: WaitFor): Promise<Body | null> {
  const raw = await readRawBody(request, waitFor);
  if (raw === null) return null;
  if (raw.contentType === null || !MEDIA_TYPE.test(raw.contentType.trim())) {
    throw unsupported({ Accept: 'application/json' });
  }
  return { bytes: raw.bytes, json: raw.json(() => OUT_OF_RANGE) };
}

/** Throws the problems 400, 413 and 422, and 415 for one that is compressed. */
export async function readRawBody(request: Request, waitFor: WaitFor): Promise<RawBody | null> {
  // To take in a large one is work, not waiting.
  const bytes = hasLargeBody(request) ? await readBytes(request) : await waitFor(() => readBytes(request));
  if (bytes.byteLength === 0) return null;
  if (isEncoded(request)) throw unsupported({ 'Accept-Encoding': 'identity' });
  return {
    bytes,
    contentType: request.headers.get('content-type'),
    json: (inPlaceOf) => parse(bytes, inPlaceOf),
  };
}

function isEncoded({ headers }: Request): boolean {
  const encoding = headers.get('content-encoding');
  return encoding !== null && encoding.trim().toLowerCase() !== 'identity';
}

/** Whether to take in the body is work to be reckoned with; one of undeclared length may be. */
export function hasLargeBody({ headers }: Pick<Request, 'headers'>): boolean {
  const length = headers.get('content-length');
  return length === null ? headers.has('transfer-encoding') : Number(length) > SMALL_BYTES;
}

async function readBytes(request: Request): Promise<Uint8Array> {
  const header = request.headers.get('content-length');
  if (header !== null && Number(header) > MAX_BODY_BYTES) throw tooLarge();
  // The server has a declared length kept to, and what is small cannot hold too many values.
  const isSmall = header !== null && !hasLargeBody(request);
  return isSmall ? new Uint8Array(await readAll(request)) : readInStretches(request);
}

async function readAll(request: Request): Promise<ArrayBuffer> {
  try {
    return await request.arrayBuffer();
  } catch {
    throw cutOff();
  }
}

/**
 * Piece by piece as it comes, with turns for others in between. JSON of too many values is read to its end, for who still
 * sends it would not hear the answer, but nothing of it is kept. Throws the problems 400, 413 and 422.
 */
async function readInStretches(request: Request): Promise<Uint8Array> {
  const reader = request.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const isJson = /\bjson\b/i.test(request.headers.get('content-type') ?? '') && !isEncoded(request);
  const values = isJson ? new ValueCount() : null;
  const chunks: Uint8Array[] = [];
  const slice = new Timeslice();
  for (let size = 0; ; ) {
    if (slice.isOver()) await slice.next();
    const { done, value } = await reader.read().catch(() => {
      throw cutOff();
    });
    if (done) break;
    size += value.byteLength;
    if (size > MAX_BODY_BYTES) {
      reader.cancel().catch(() => {});
      throw tooLarge();
    }
    if (values?.isTooMany !== true) values?.add(value);
    if (values?.isTooMany === true) chunks.length = 0;
    else chunks.push(value);
  }
  if (values?.isTooMany === true) throw tooManyValues();
  return Buffer.concat(chunks);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Throws the problem 400. */
export function decodedUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw malformed('The body is not valid UTF-8.', 'utf8_invalid', says`is not valid UTF-8`);
  }
}

/** In a document for us an integer that would change is a fault, found where it stands. */
const OUT_OF_RANGE = '1e999';

function parse(bytes: Uint8Array, inPlaceOf: (digits: string) => string): Json {
  const text = decodedUtf8(bytes);
  try {
    return parseExactJson(text, inPlaceOf);
  } catch {
    throw malformed('The body is not valid JSON.', 'json_invalid', says`is not valid JSON`);
  }
}

/**
 * Looks at the bytes only, before anything is made of them. What is no JSON may be counted in any way. The codes stand in
 * it as literals: a constant of the module is looked up for every byte, which takes five times as long.
 */
class ValueCount {
  #values = 1;
  #isInText = false;
  #isEscaped = false;

  get isTooMany(): boolean {
    return this.#values > MAX_BODY_VALUES;
  }

  add(bytes: Uint8Array): void {
    const end = bytes.byteLength;
    let values = this.#values;
    let isInText = this.#isInText;
    let at = this.#isEscaped ? 1 : 0;
    for (; at < end && values <= MAX_BODY_VALUES; at++) {
      const byte = bytes[at];
      if (isInText) {
        if (byte === 0x5c /* \ */) at++;
        else if (byte === 0x22 /* " */) isInText = false;
      } else if (byte === 0x22) isInText = true;
      else if (byte === 0x2c /* , */ || byte === 0x5b /* [ */ || byte === 0x7b /* { */) values++;
    }
    this.#values = values;
    this.#isInText = isInText;
    // A backslash was the last byte.
    this.#isEscaped = at > end;
  }
}

function tooManyValues(): Problem {
  const said = says`must have at most ${shownAs(MAX_BODY_VALUES.toLocaleString('en'), { maximum: MAX_BODY_VALUES })} values`;
  return invalid([{ loc: ['body'], type: 'too_many_values', ...said }]);
}

/**
 * What is wrong with a JSON document whatever it is for. What is too deep is not looked at further, nor is anything
 * beyond the faults that an answer can list: 1 MiB has room for hundreds of thousands.
 */
export function documentFaults(document: Json): Fault[] {
  const faults: Fault[] = [];
  visit(document, ['body'], 1, faults);
  return faults;
}

/**
 * The document with no more of any list or object than an answer can list faults of: no schema allows as much, except
 * where anything may stand. The very document where nothing is left out.
 */
export function withoutExcess(document: Json, depth = 1): Json {
  if (typeof document !== 'object' || document === null || depth > MAX_JSON_DEPTH) return document;
  const inner = (value: Json) => withoutExcess(value, depth + 1);
  if (isArray(document)) {
    const kept = document.slice(0, MAX_ROWS + 1).map(inner);
    const isSame = kept.length === document.length && kept.every((item, index) => item === document[index]);
    return isSame ? document : kept;
  }
  const members = Object.entries(document);
  const kept = members.slice(0, MAX_ROWS + 1).map(([name, member]) => [name, inner(member)] as const);
  const isSame = kept.length === members.length && kept.every(([name, member]) => member === document[name]);
  return isSame ? document : Object.fromEntries(kept);
}

/** Whether the document is nested too deep to be handed on to anything that looks into it, or may be. */
export function isTooDeep(faults: readonly Fault[]): boolean {
  return faults.length > MAX_ROWS || faults.some((fault) => fault.type === 'too_deep');
}

function visit(value: Json, loc: readonly (string | number)[], depth: number, faults: Fault[]): void {
  if (faults.length > MAX_ROWS) return;
  if (typeof value === 'string') {
    if (!value.isWellFormed())
      faults.push({ loc, type: 'text_invalid', ...says`has half of a surrogate pair` });
    return;
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value))
      faults.push({
        loc,
        type: 'number_out_of_range',
        ...says`is a number out of range: integers beyond ${shownAs('2^53 - 1', { maximum: Number.MAX_SAFE_INTEGER })} must be given as text`,
      });
    return;
  }
  if (value === null || typeof value === 'boolean') return;
  if (depth > MAX_JSON_DEPTH) {
    faults.push({
      loc,
      type: 'too_deep',
      ...says`must not be nested deeper than ${{ maximum: MAX_JSON_DEPTH }}`,
    });
    return;
  }
  if (isArray(value)) {
    for (const [index, item] of value.entries()) {
      if (isPlain(item)) continue;
      visit(item, [...loc, index], depth + 1, faults);
    }
    return;
  }
  for (const key of Object.keys(value)) {
    const member = value[key] as Json;
    if (key === '__proto__') {
      faults.push({
        loc: [...loc, key],
        type: 'name_forbidden',
        ...says`is not a name that a member may have`,
      });
    } else if (!key.isWellFormed()) {
      faults.push({
        loc,
        type: 'text_invalid',
        ...says`has a member with half of a surrogate pair in its name`,
      });
    } else if (!isPlain(member)) {
      visit(member, [...loc, key], depth + 1, faults);
    }
  }
}

/** The common case, without a path made for it. */
function isPlain(value: Json): boolean {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed();
    case 'number':
      return Number.isFinite(value);
    default:
      return value === null || typeof value === 'boolean';
  }
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * The connection stays: a caller who is still sending would lose the answer with it. What comes after the answer
 * is thrown away by the server, which ends the connection where that goes on for long.
 */
function tooLarge(): Problem {
  return new Problem('BODY_TOO_LARGE', {
    members: {
      errors: [{ loc: ['body'], type: 'too_large', ...says`must be at most ${{ maximum_mib: 1 }} MiB` }],
    },
  });
}

function cutOff(): Problem {
  return malformed(
    'The body ended before it was complete.',
    'body_incomplete',
    says`ended before it was complete`,
  );
}

function malformed(detail: string, type: string, said: Said): Problem {
  return new Problem('INVALID_JSON', { detail, members: { errors: [{ loc: ['body'], type, ...said }] } });
}

export function unsupported(
  headers: Record<string, string>,
  said = says`must be application/json in UTF-8`,
): Problem {
  return new Problem('UNSUPPORTED_MEDIA_TYPE', {
    members: {
      errors: [{ loc: ['header', 'Content-Type'], type: 'media_type', ...said }],
    },
    headers,
  });
}
