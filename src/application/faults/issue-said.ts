/**
 * What zod finds, in our own sentences: its own have no values that a program could take from them, and another style in
 * each version. Schemas of ours that refuse by a rule of their own bring their sentence along (`refusing`).
 */
import { type Said, type SaidParams, says, shownAs } from '../../domain/shared/says.ts';

/** An issue of zod, as far as it is read here. */
interface Issue {
  readonly code?: string | undefined;
  readonly path?: readonly PropertyKey[] | undefined;
  readonly message?: string | undefined;
}

interface IssueParts {
  readonly expected?: string;
  readonly origin?: string;
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly inclusive?: boolean;
  readonly divisor?: number;
  readonly format?: string;
  readonly pattern?: string;
  readonly values?: readonly unknown[];
  readonly errors?: readonly (readonly Issue[])[];
  readonly params?: { readonly said?: Said };
}

/** For `refine`, `custom` and `addIssue`: what a rule of our own says. */
export function refusing(said: Said, type = 'invalid_value') {
  return { error: said.msg, params: { type, said } };
}

/** The same as an issue. */
export function customIssue(said: Said, type = 'invalid_value') {
  return { code: 'custom' as const, message: said.msg as string, params: { type, said } };
}

export function saidOfIssue(issue: Issue): Said {
  const parts = issue as IssueParts;
  switch (issue.code) {
    case 'custom':
      return parts.params?.said ?? says`is not valid`;
    case 'invalid_type':
      return ofType(parts.expected ?? '');
    case 'too_small':
      return tooSmall(parts);
    case 'too_big':
      return tooBig(parts);
    case 'invalid_format':
      return parts.format === 'regex' && parts.pattern !== undefined
        ? says`must match ${{ pattern: parts.pattern }}`
        : says`must be of the form ${{ format: parts.format ?? '' }}`;
    case 'not_multiple_of':
      return says`must be a multiple of ${{ divisor: parts.divisor ?? 1 }}`;
    case 'invalid_value': {
      const allowed = (parts.values ?? []).map(String);
      return allowed.length === 1 ? says`must be ${{ allowed }}` : says`must be one of ${{ allowed }}`;
    }
    case 'invalid_union':
      return ofUnion(parts.errors ?? []);
    default:
      return says`is not valid`;
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
  never: 'left out',
};

function ofType(expected: string): Said {
  return says`must be ${shownAs(KINDS[expected] ?? expected, { expected })}`;
}

function tooSmall({ origin, minimum, inclusive }: IssueParts): Said {
  const least = Number(minimum ?? 0);
  const size = sizeOf(origin, { minimum: least });
  if (size === null) {
    return inclusive === false
      ? says`must be more than ${{ minimum: least }}`
      : says`must be at least ${{ minimum: least }}`;
  }
  return least === 1
    ? says`must not be empty${shownAs('', { minimum: least })}`
    : says`must have at least ${size}`;
}

function tooBig({ origin, maximum, inclusive }: IssueParts): Said {
  const most = Number(maximum ?? 0);
  const size = sizeOf(origin, { maximum: most });
  if (size !== null) return says`must have at most ${size}`;
  return inclusive === false
    ? says`must be less than ${{ maximum: most }}`
    : says`must be at most ${{ maximum: most }}`;
}

/** Null for what is measured by its value. */
function sizeOf(origin: string | undefined, bound: SaidParams) {
  const count = Number(Object.values(bound)[0]);
  const unit = UNITS[origin ?? ''];
  return unit === undefined ? null : shownAs(`${count} ${unit}${count === 1 ? '' : 's'}`, bound);
}

const UNITS: Readonly<Record<string, string>> = {
  string: 'character',
  array: 'item',
  set: 'item',
  object: 'member',
  record: 'member',
  map: 'member',
};

/** Where each of the forms asks for another type or value: which. */
function ofUnion(branches: readonly (readonly Issue[])[]): Said {
  const firsts = branches.map(([first]) => first).filter((first) => first?.path?.length === 0);
  const isSimple = firsts.length > 0 && firsts.length === branches.length;
  const types = firsts.map((first) => (first as IssueParts).expected);
  if (isSimple && types.every((type) => type !== undefined)) {
    const expected = [...new Set(types)];
    return says`must be ${shownAs(expected.map((type) => KINDS[type] ?? type).join(' or '), { expected })}`;
  }
  return says`has none of the forms that are allowed here`;
}
