/** Opaque places in a list: base64url of a JSON value. Whoever decodes one checks what is in it. */
import type { Json } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import type { Fault } from '../server/problem.ts';

export function encodeCursor(place: Json): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Undefined for what `encodeCursor` never made. */
export function decodeCursor(text: string): Json | undefined {
  try {
    const place = JSON.parse(Buffer.from(text, 'base64url').toString()) as Json;
    return encodeCursor(place) === text ? place : undefined;
  } catch {
    return undefined;
  }
}

export function invalidCursor(said = says`is not a cursor of this list`): Fault {
  return { loc: ['query', 'cursor'], type: 'invalid_cursor', ...said };
}

/** A page begins at a place or at a count, not at both. */
export function offsetFaults({
  cursor,
  offset,
}: {
  cursor?: string | undefined;
  offset?: number | undefined;
}) {
  const both = cursor !== undefined && offset !== undefined;
  return both ? [{ loc: ['query', 'offset'], type: 'conflict', ...says`excludes cursor` }] : [];
}
