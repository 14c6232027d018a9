import { z } from 'zod';
import { customIssue, refusing, saidOfIssue } from '../application/faults/issue-said.ts';
import type { ConfigFault } from '../application/ports/task-types.ts';
import { instantFromRfc3339 } from '../domain/shared/instant.ts';
import type { Json, JsonObject } from '../domain/shared/json.ts';
import { type Said, says } from '../domain/shared/says.ts';
import { parseTarget } from '../outbound/egress.ts';
import type { ParsedConfig } from './executor.ts';

/** Parses a config by a zod schema and lists every fault, each unknown member as one of its own. */
export function parseBySchema<S extends z.ZodType>(schema: S, config: JsonObject): ParsedConfig<z.output<S>> {
  const parsed = schema.safeParse(config);
  if (parsed.success) return { ok: true, config: parsed.data };
  return { ok: false, faults: parsed.error.issues.flatMap((issue) => faultsOfIssue(issue, config)) };
}

export function faultsOfIssue(issue: z.core.$ZodIssue, config: JsonObject): ConfigFault[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        type: 'unknown_field',
        ...says`is not known here`,
      }));
    case 'invalid_union':
      return isMissing(config, path)
        ? [{ path, type: 'missing', ...says`is required` }]
        : [{ path, type: 'invalid_value', ...saidOfIssue(issue) }];
    default:
      return isMissing(config, path)
        ? [{ path, type: 'missing', ...says`is required` }]
        : [{ path, type: typeOf(issue), ...saidOfIssue(issue) }];
  }
}

function typeOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'custom' ? String(issue.params?.type ?? 'invalid_value') : issue.code;
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
  return z.string().trim().min(1).max(maxCharacters);
}

/** Any JSON value. */
export const anyJson = z.custom<Json>((value) => value !== undefined, refusing(says`is required`));

/** A URL that outbound calls may try; where it leads is checked when it is called. */
export const targetUrl = z
  .string()
  .max(8_192)
  .superRefine((value, context) => {
    const target = parseTarget(value);
    if (!(target instanceof URL)) context.addIssue(customIssue(saidOfTarget(target.refused)));
  });

export function saidOfTarget(refused: string): Said {
  return says`is ${{ given: refused }}`;
}

/** RFC 3339 with an offset, to an instant. */
export const instant = z.string().transform((value, context) => {
  const parsed = instantFromRfc3339(value);
  if (parsed !== null) return parsed;
  context.addIssue(customIssue(says`must be an RFC 3339 date and time with an offset`));
  return z.NEVER;
});
