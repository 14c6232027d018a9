/** Opaque places in a list: base64url of a JSON value. Whoever decodes one checks what is in it. */
import type { Json } from '../domain/json.ts';

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
