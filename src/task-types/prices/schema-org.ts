/** Nodes of schema.org's vocabulary, be they written in JSON-LD, microdata or RDFa. */
import type { Json, JsonObject } from '../../domain/shared/json.ts';
import { isJsonObject } from '../foreign/foreign-json.ts';

export type NodesById = ReadonlyMap<string | null, JsonObject>;

const MAX_NODES = 20_000;
/** Of one property. */
export const MAX_LISTED = 500;

/** Other products and what people say of this one. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'isRelatedTo',
  'isSimilarTo',
  'isAccessoryOrSparePartFor',
  'isConsumableFor',
  'itemListElement',
  'review',
  'reviews',
  'aggregateRating',
  'breadcrumb',
]);

/** Every object in the documents, in their order, but not those that are about something else. */
export function nodesIn(documents: readonly Json[]): readonly JsonObject[] {
  const nodes: JsonObject[] = [];
  const waiting: Json[] = [...documents].reverse();
  for (let seen = 0; seen < MAX_NODES; seen++) {
    const next = waiting.pop();
    if (next === undefined) break;
    if (isJsonObject(next)) nodes.push(next);
    const inner = Array.isArray(next)
      ? (next as readonly Json[])
      : isJsonObject(next)
        ? Object.entries(next).flatMap(([name, value]) => (ELSEWHERE.has(name) ? [] : [value]))
        : [];
    for (let at = inner.length - 1; at >= 0; at--) {
      const value = inner[at];
      if (typeof value === 'object' && value !== null) waiting.push(value);
    }
  }
  return nodes;
}

export function byIds(nodes: readonly JsonObject[]): NodesById {
  return new Map(nodes.filter((node) => !isReference(node)).map((node) => [nodeId(node), node] as const));
}

/** The first objects of a property, with references to others resolved. */
export function listed(value: Json | undefined, byId: NodesById): readonly JsonObject[] {
  const all = Array.isArray(value) ? (value as readonly Json[]) : value === undefined ? [] : [value];
  const objects = all.slice(0, MAX_LISTED).filter(isJsonObject);
  return objects.map((node) => (isReference(node) ? (byId.get(nodeId(node)) ?? node) : node));
}

/** `{"@id": …}` and nothing else stands for the node of that id. */
export function isReference(node: JsonObject): boolean {
  return node['@id'] !== undefined && Object.keys(node).length === 1;
}

export function nodeId(node: JsonObject): string | null {
  return typeof node['@id'] === 'string' ? node['@id'] : null;
}

export function typesOf(node: JsonObject): readonly string[] {
  const types = node['@type'];
  const all = Array.isArray(types) ? (types as readonly Json[]) : [types ?? null];
  return all.flatMap((type) => (typeof type === 'string' ? [type.replace(/^.*[/:#]/, '')] : []));
}

/** The first text of a property; of an object what it names. */
export function textIn(value: Json | undefined): string | null {
  const first = Array.isArray(value) ? (value as readonly Json[])[0] : value;
  if (typeof first === 'string') return first.trim() === '' ? null : first.trim();
  return isJsonObject(first) ? textIn(first['@text'] ?? first['@value'] ?? first['@id']) : null;
}
