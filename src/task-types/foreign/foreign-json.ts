/** JSON that somebody else wrote. */
import { parseExactJson } from '../../domain/shared/exact-json.ts';
import type { Json, JsonObject } from '../../domain/shared/json.ts';

const MAX_DEPTH = 64;

/** Undefined for what is not JSON, or is nested so deep that handling it would cost a stack. */
export function parseForeignJson(text: string): Json | undefined {
  try {
    const value = parseExactJson(text);
    return isShallow(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isShallow(value: Json): boolean {
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return false;
    level = level.flatMap((it) =>
      typeof it === 'object' && it !== null ? (Object.values(it) as Json[]) : [],
    );
  }
  return true;
}
