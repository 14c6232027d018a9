/** From what zod finds to the rows of a 422, and the reading of query strings. */
import type { z } from '@hono/zod-openapi';
import { customIssue, saidOfIssue } from '../../application/faults/issue-said.ts';
import { type Said, says } from '../../domain/shared/says.ts';
import type { Fault } from '../server/problem.ts';

type Issue = z.core.$ZodIssue;
const NONE: ReadonlySet<string> = new Set();

/** Every issue as rows under `root`; unknown members one row each, those in `immutable` by a type of their own. */
export function faultsOf(
  error: z.ZodError,
  input: unknown,
  root: 'body' | 'query',
  immutable: ReadonlySet<string> = NONE,
): Fault[] {
  return error.issues.flatMap((issue) => rowsOf(issue, input, root, immutable));
}

function rowsOf(issue: Issue, input: unknown, root: string, immutable: ReadonlySet<string>): Fault[] {
  const loc = [root, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      immutable.has(key) && issue.path.length === 0
        ? { loc: [...loc, key], type: 'immutable_field', ...says`cannot be changed` }
        : { loc: [...loc, key], type: 'unknown_field', ...says`is not known here` },
    );
  }
  if (valueAt(input, issue.path) === undefined) return [{ loc, type: 'missing', ...says`is required` }];
  return [{ loc, type: typeOf(issue), ...saidOfIssue(issue) }];
}

function typeOf(issue: Issue): string {
  if (issue.code !== 'custom') return issue.code;
  const type: unknown = issue.params?.type;
  return typeof type === 'string' ? type : 'invalid_value';
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

/** Reports a fault from within a refinement or transform. */
export function fault(
  context: z.core.$RefinementCtx,
  type: string,
  said: Said,
  path: readonly PropertyKey[] = [],
): void {
  context.addIssue({ ...customIssue(said, type), path: [...path] });
}

export type QuerySchema = z.ZodObject<Record<string, z.ZodType>>;

interface ReadQuery {
  readonly value: unknown;
  /** The members that are right, whatever is wrong with others. */
  readonly right: Readonly<Record<string, unknown>>;
  /** The names of the others. */
  readonly wrong: ReadonlySet<string>;
  readonly faults: readonly Fault[];
}

export interface QueryReader {
  read(url: string): ReadQuery;
}

/**
 * Reads query strings by a strict object schema: a member that is an array takes every value of its name, any
 * other takes one, and a second one is a fault.
 */
export function queryReader(schema: QuerySchema): QueryReader {
  const repeatable = new Set(Object.keys(schema.shape).filter((name) => isArray(schema.shape[name])));
  return {
    read(url) {
      const at = url.indexOf('?');
      const given = at < 0 ? new Map<string, string[]>() : grouped(new URLSearchParams(url.slice(at)));
      const faults: Fault[] = [];
      const raw = Object.fromEntries(
        [...given].map(([name, values]) => {
          if (repeatable.has(name)) return [name, values];
          if (values.length > 1) {
            faults.push({ loc: ['query', name], type: 'repeated', ...says`may be given once only` });
          }
          return [name, values[0]];
        }),
      );
      const parsed = schema.safeParse(raw);
      if (!parsed.success) faults.push(...faultsOf(parsed.error, raw, 'query'));
      const wrong = new Set(faults.map(({ loc }) => String(loc[1])));
      const right = parsed.data ?? membersOf(schema, raw, wrong);
      return { value: parsed.data, right, wrong, faults };
    },
  };
}

/** Each by itself: the members of a query know nothing of one another. */
function membersOf(
  schema: QuerySchema,
  raw: Readonly<Record<string, unknown>>,
  wrong: ReadonlySet<string>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(schema.shape).flatMap(([name, member]) => {
      const parsed = wrong.has(name) ? undefined : member.safeParse(raw[name]);
      return parsed?.success === true ? [[name, parsed.data]] : [];
    }),
  );
}

function grouped(params: URLSearchParams): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of params) {
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return values;
}

function isArray(schema: z.ZodType | undefined): boolean {
  let type = schema?.def as { type: string; innerType?: z.ZodType; in?: z.ZodType } | undefined;
  for (let inner = type?.innerType ?? type?.in; inner !== undefined; inner = type?.innerType ?? type?.in)
    type = inner.def as typeof type;
  return type?.type === 'array';
}
