/**
 * JSON without integers that change silently: a number here is a double, and beyond 2^53 - 1 several integers are one
 * double. Such an integer becomes text of the same digits, or whatever its reader puts in its place.
 */
import type { Json } from './json.ts';

/** In valid JSON: a text, or a number. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;
const LONG = /\d{16}/;

/** Throws SyntaxError for what is not JSON. */
export function parseExactJson(
  text: string,
  inPlaceOf: (digits: string) => string = (digits) => `"${digits}"`,
): Json {
  const value = JSON.parse(text) as Json;
  if (!LONG.test(text)) return value;
  const exact = text.replace(TOKEN, (token) => (isLongInteger(token) ? inPlaceOf(token) : token));
  return exact === text ? value : (JSON.parse(exact) as Json);
}

function isLongInteger(token: string): boolean {
  return token.length >= 16 && /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token));
}
