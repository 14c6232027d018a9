/** The values that requests are made of, each with its bounds, as zod schemas. */
import { z } from '@hono/zod-openapi';
import { refusing } from '../../application/faults/issue-said.ts';
import { knownZone } from '../../domain/schedule/calendar/zone.ts';
import { durationOf, secondsOfDuration } from '../../domain/schedule/parse/duration.ts';
import { creditsOf, MAX_CREDITS, parseCredits } from '../../domain/shared/credits.ts';
import { type Instant, instantFromRfc3339 } from '../../domain/shared/instant.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { type Said, says } from '../../domain/shared/says.ts';
import { TASK_EVENT_TYPES } from '../../domain/task/events/event-types.ts';
import { fault } from './validation.ts';

const KIB = 1024;
export const MAX_CONFIG_BYTES = 256 * KIB;
export const MAX_METADATA_BYTES = 64 * KIB;
export const MAX_TRIGGER_DATA_BYTES = 64 * KIB;
const MAX_NAME = 255;
const MAX_DESCRIPTION = 10_000;
const MAX_TAGS = 50;
const MAX_TAG = 64;
const MAX_REASON = 2_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** BR-TSK-003. */
export const name = line(MAX_NAME).openapi({ example: 'Weather for Paris' });

export const description = z
  .string()
  .superRefine((value, context) => atMost(value, MAX_DESCRIPTION, context))
  .openapi({ maxLength: MAX_DESCRIPTION });

/** BR-TSK-009. */
export const tags = z.array(line(MAX_TAG)).max(MAX_TAGS);

export const reason = z
  .string()
  .trim()
  .superRefine((value, context) => atMost(value, MAX_REASON, context))
  .openapi({ maxLength: MAX_REASON });

/** BR-TSK-007: a JSON number, to an integer of millionths. */
export const credits = z
  .number()
  .transform((value, context) => {
    const micros = parseCredits(value);
    if (micros !== null) return micros;
    fault(
      context,
      'invalid_credits',
      says`must be a number from ${{ minimum: 0 }} to ${{ maximum: MAX_CREDITS }} with at most ${{ decimals: 6 }} decimals`,
    );
    return z.NEVER;
  })
  .openapi({
    type: 'number',
    minimum: 0,
    maximum: MAX_CREDITS,
    multipleOf: creditsOf(1 as never),
    default: 0,
  });

/** RFC 3339 with any offset, to an instant. */
export const timestamp = z
  .string()
  .transform((text, context): Instant => {
    const instant = instantFromRfc3339(text);
    if (instant !== null) return instant;
    fault(
      context,
      'invalid_timestamp',
      says`must be an RFC 3339 date and time with an offset, on a day that exists`,
    );
    return z.NEVER;
  })
  .openapi({ type: 'string', format: 'date-time', example: '2026-11-23T08:54:00Z' });

/** The name of a zone, in the spelling that is kept. */
export const timeZone = z
  .string()
  .transform((name, context): string => {
    const known = knownZone(name);
    if (known !== null) return known;
    fault(context, 'invalid_timezone', says`is not a time zone that is known here`);
    return z.NEVER;
  })
  .openapi({ type: 'string', description: 'IANA name.', default: 'UTC', example: 'Europe/Zurich' });

const MAX_REMINDERS = 10;
const MAX_REMIND_DAYS = 366;
const MAX_REMIND_BEFORE = MAX_REMIND_DAYS * 86_400;

/** ISO 8601 durations, each in its one spelling, the longest first, no repeats; null for none. */
export const remindBefore = z
  .array(z.string())
  .max(MAX_REMINDERS)
  .transform((texts, context): readonly string[] | null => {
    const seconds = texts.map((text, index) => {
      const value = secondsOfDuration(text);
      if (value !== null && value <= MAX_REMIND_BEFORE) return value;
      const said = says`must be an ISO 8601 duration of at most ${{ maximum_days: MAX_REMIND_DAYS }} days, such as P1D or PT90M`;
      fault(context, 'invalid_duration', said, [index]);
      return 0;
    });
    const sorted = [...new Set(seconds)].sort((a, b) => b - a);
    return sorted.length === 0 ? null : sorted.map(durationOf);
  })
  .openapi({ type: 'array', items: { type: 'string', format: 'duration' }, example: ['P1D', 'PT1H'] });

/** Text of a form that its pattern tells programs, and the sentence people. */
export function matching(pattern: RegExp, said: Said) {
  return z
    .string()
    .refine((value) => pattern.test(value), refusing(said, 'invalid_format'))
    .openapi({ pattern: pattern.source });
}

/** A JSON object, kept as it came, of at most so many bytes when serialised. */
export function jsonObject(maxBytes: number) {
  return z
    .custom<JsonObject>(
      (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
      refusing(says`must be an object`, 'invalid_type'),
    )
    .superRefine((value, context) => {
      if (Buffer.byteLength(JSON.stringify(value)) <= maxBytes) return;
      fault(context, 'too_large', says`must be at most ${{ maximum_kib: maxBytes / KIB }} KiB`);
    })
    .openapi({ type: 'object', additionalProperties: true });
}

/** Or null. The described type has to be named again: what is said of it by hand does not know of null. */
export function orNull<S extends z.ZodType>(schema: S, type: 'string' | 'object' | 'array') {
  return schema.nullable().openapi({ type: [type, 'null'] });
}

/** A whole number in a query string. */
export function wholeNumber(minimum: number, maximum: number) {
  return z
    .string()
    .transform((text, context) => {
      const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
      if (value >= minimum && value <= maximum) return value;
      fault(context, 'invalid_number', says`must be a whole number from ${{ minimum }} to ${{ maximum }}`);
      return z.NEVER;
    })
    .openapi({ type: 'integer', minimum, maximum });
}

export const flag = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .openapi({ type: 'boolean' });

export const MOST_VALUES = 50;

/** In a query: repeated, or one value with commas. */
export function several<S extends z.ZodType<string, string>>(schema: S) {
  return z
    .array(z.string())
    .transform((values) => values.flatMap((value) => value.split(',')))
    .pipe(z.array(schema).max(MOST_VALUES));
}

export const eventTypes = several(z.enum(TASK_EVENT_TYPES)).openapi({
  description: `Only events of these types, at most ${MOST_VALUES}; repeated or with commas.`,
});

/** One trimmed line of text that is not empty; its length is counted in characters, not UTF-16 units. */
function line(max: number) {
  return z
    .string()
    .trim()
    .superRefine((value, context) => {
      if (value === '') fault(context, 'too_small', says`must not be empty`);
      if (CONTROL.test(value)) fault(context, 'control_character', says`has a control character`);
      atMost(value, max, context);
    })
    .openapi({ minLength: 1, maxLength: max });
}

function atMost(value: string, max: number, context: z.core.$RefinementCtx): void {
  if (value.length <= max || characters(value) <= max) return;
  fault(context, 'too_big', says`must have at most ${{ maximum: max }} characters`);
}

function characters(value: string): number {
  let count = 0;
  for (const _ of value) count += 1;
  return count;
}
