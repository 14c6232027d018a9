/**
 * Configs held against the `config_schema` of a template, by zod. Nothing is compiled: zod interprets (`jitless`), and
 * the work that a config may ask of a schema is bounded before it is begun.
 */

import { z } from 'zod';
import { evaluatedPart } from '../application/faults/schema-dialect.ts';
import type { ConfigFault } from '../application/ports/task-types.ts';
import type { Json, JsonObject } from '../domain/shared/json.ts';
import { says } from '../domain/shared/says.ts';
import { faultsOfIssue } from './config-schema.ts';

/** Schemas times values that one check may look at: about 0.2 s. */
const MAX_WORK = 100_000;
/** So many characters of text weigh as much as one value. */
const CHARACTERS_A_VALUE = 100;
/** Every fault of a config by a schema without faults. */
export function faultsBySchema(schema: JsonObject, config: JsonObject): readonly ConfigFault[] {
  const known = prepared(schema);
  if (known.weight * sizeOf(config) > MAX_WORK) {
    return [{ path: [], type: 'too_large', ...says`has more than can be checked by config_schema` }];
  }
  const parsed = known.schema.safeParse(config, { jitless: true });
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue) => faultsOfIssue(issue, config));
}

interface Prepared {
  readonly schema: z.ZodType;
  readonly weight: number;
}

/** By the schema as it is kept in memory: a template that changes brings another. */
const preparedSchemas = new WeakMap<JsonObject, Prepared>();

function prepared(schema: JsonObject): Prepared {
  const known = preparedSchemas.get(schema);
  if (known !== undefined) return known;
  const { schema: evaluated, weight } = evaluatedPart(schema);
  const made = {
    schema: z.fromJSONSchema(evaluated as Parameters<typeof z.fromJSONSchema>[0], {
      registry: z.registry(),
    }),
    weight,
  };
  preparedSchemas.set(schema, made);
  return made;
}

function sizeOf(value: Json): number {
  if (typeof value === 'string') return 1 + value.length / CHARACTERS_A_VALUE;
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce(
    (sum, [name, inner]) => sum + sizeOf(inner) + name.length / CHARACTERS_A_VALUE,
    1,
  );
}
