/**
 * What a webhook is called with, as the run's `trigger_data`. A JSON object is taken as it is; any other JSON value,
 * and text, as the member `body`; a form as its fields. Without a content type, JSON is tried, then text.
 */

import { parseExactJson } from '../../domain/shared/exact-json.ts';
import type { Json, JsonObject } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import {
  type Body,
  decodedUtf8,
  type RawBody,
  readRawBody,
  unsupported,
  type WaitFor,
} from '../router/body.ts';

const JSON_TYPE = /^application\/(?:[\w.!#$&^-]+\+)?json$/;
const FORM_TYPE = 'application/x-www-form-urlencoded';
/** Whoever calls cannot be asked to write them otherwise. */
const LONG_INTEGER = (digits: string) => `"${digits}"`;
const ACCEPTED = 'application/json, application/x-www-form-urlencoded, text/plain';

export async function readHookBody(request: Request, waitFor: WaitFor): Promise<Body | null> {
  const raw = await readRawBody(request, waitFor);
  return raw === null ? null : { bytes: raw.bytes, json: dataOf(raw) };
}

function dataOf(raw: RawBody): JsonObject {
  const type = raw.contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (JSON_TYPE.test(type)) return asObject(raw.json(LONG_INTEGER));
  const text = decodedUtf8(raw.bytes);
  if (type === FORM_TYPE) return fieldsOf(text);
  if (type.startsWith('text/')) return { body: text };
  if (type === '') return asObject(parsedOr(text));
  throw unsupported({ Accept: ACCEPTED }, says`must be one of ${{ allowed: ACCEPTED }}, in UTF-8`);
}

function asObject(value: Json): JsonObject {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as JsonObject) : { body: value };
}

function parsedOr(text: string): Json {
  try {
    return parseExactJson(text);
  } catch {
    return text;
  }
}

/** A field that is given more than once becomes a list. */
function fieldsOf(text: string): JsonObject {
  const fields = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const known = fields.get(name);
    if (known === undefined) fields.set(name, [value]);
    else known.push(value);
  }
  return Object.fromEntries(
    [...fields].map(([name, [first = '', ...more]]) => [name, more.length === 0 ? first : [first, ...more]]),
  );
}
