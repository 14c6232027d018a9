import { z } from 'zod';
import type { ConfigFault } from '../application/ports/task-types.ts';
import { instantFromRfc3339 } from '../domain/shared/instant.ts';
import type { Json, JsonObject } from '../domain/shared/json.ts';
import { parseTarget } from '../outbound/egress.ts';
import type { ParsedConfig } from './executor.ts';

/** Parses a config by a zod schema and lists every fault, each unknown member as one of its own. */
export function parseBySchema<S extends z.ZodType>(schema: S, config: JsonObject): ParsedConfig<z.output<S>> {
  const parsed = schema.safeParse(config);
  if (parsed.success) return { ok: true, config: parsed.data };
  return { ok: false, faults: parsed.error.issues.flatMap((issue) => faultsOf(issue, config)) };
}

function faultsOf(issue: z.core.$ZodIssue, config: JsonObject): ConfigFault[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], msg: 'unknown field', type: 'unknown_field' }));
    case 'invalid_union':
      return [{ path, msg: issue.message, type: isMissing(config, path) ? 'missing' : 'invalid_value' }];
    default:
      return isMissing(config, path)
        ? [{ path, msg: 'required', type: 'missing' }]
        : [{ path, msg: issue.message, type: issue.code === 'custom' ? 'invalid_value' : issue.code }];
  }
}

function isMissing(config: JsonObject, path: readonly (string | number)[]): boolean {
  let value: Json | undefined = config;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return false;
    value = Object.hasOwn(value, step) ? (value as JsonObject)[step] : undefined;
    if (value === undefined) return true;
  }
  return false;
}

/** Text with something in it besides white space; trimmed. */
export function text(maxCharacters: number): z.ZodString {
  return z.string().trim().min(1, 'must not be empty').max(maxCharacters);
}

/** Any JSON value. */
export const anyJson = z.custom<Json>((value) => value !== undefined, 'required');

/** A URL that outbound calls may try; where it leads is checked when it is called. */
export const targetUrl = z
  .string()
  .max(8_192)
  .superRefine((value, context) => {
    const target = parseTarget(value);
    if (!(target instanceof URL)) context.addIssue({ code: 'custom', message: target.refused });
  });

/** RFC 3339 with an offset, to an instant. */
export const instant = z.string().transform((value, context) => {
  const parsed = instantFromRfc3339(value);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: 'not an RFC 3339 timestamp with an offset' });
  return z.NEVER;
});
