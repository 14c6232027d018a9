/**
 * What two JSON objects differ in, by RFC 6901 paths. Objects are compared member by member, anything else as a whole.
 *
 * Each side comes twice: as it is, which decides whether it differs, and as it may be shown.
 */
import { type Json, type JsonObject, sameJson } from '../../domain/shared/json.ts';

export interface Sides {
  readonly plain: JsonObject;
  /** The same with some values replaced, and no member more or less. */
  readonly shown: JsonObject;
}

/** A side that has no such member is left out. */
export interface MemberChange {
  readonly path: string;
  readonly from?: Json;
  readonly to?: Json;
  /** What is shown does not show it: the value behind it is another. */
  readonly changed?: true;
}

export function changesBetween(before: Sides, after: Sides, at = ''): MemberChange[] {
  const names = new Set([...Object.keys(before.plain), ...Object.keys(after.plain)]);
  return [...names].flatMap((name) => {
    const path = `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const [from, to] = [member(before, name), member(after, name)];
    if (from === null || to === null) {
      return [{ path, ...(from && { from: from.shown }), ...(to && { to: to.shown }) }];
    }
    if (isObject(from.plain) && isObject(from.shown) && isObject(to.plain) && isObject(to.shown)) {
      return changesBetween(from as Sides, to as Sides, path);
    }
    if (sameJson(from.plain, to.plain)) return [];
    const isHidden = sameJson(from.shown, to.shown);
    return [{ path, from: from.shown, to: to.shown, ...(isHidden ? { changed: true as const } : {}) }];
  });
}

/** The same as an RFC 6902 patch: applied to what is shown before, it gives what is shown after. */
export function patchOf(changes: readonly MemberChange[]): object[] {
  return changes.map(({ path, from, to }) => {
    if (to === undefined) return { op: 'remove', path };
    return { op: from === undefined ? 'add' : 'replace', path, value: to };
  });
}

function member({ plain, shown }: Sides, name: string): { plain: Json; shown: Json } | null {
  if (!Object.hasOwn(plain, name)) return null;
  return { plain: plain[name] as Json, shown: shown[name] as Json };
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
