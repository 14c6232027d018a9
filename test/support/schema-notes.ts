import type { Json, JsonObject } from '../../src/domain/shared/json.ts';

/** Paths of members of a config that have no title, or no description. */
export function untitledIn(schema: JsonObject, path = ''): string[] {
  const members = Object.entries((schema.properties ?? {}) as Record<string, JsonObject>);
  const inMembers = members.flatMap(([name, member]) => {
    const at = `${path}${name}`;
    const isTold = typeof member.title === 'string' && typeof member.description === 'string';
    return [...(isTold ? [] : [at]), ...untitledIn(member, `${at}.`)];
  });
  const inside = [schema.items, ...((schema.anyOf as Json[] | undefined) ?? [])].flatMap((inner) =>
    inner === undefined ? [] : untitledIn(inner as JsonObject, path),
  );
  return [...inMembers, ...inside];
}
