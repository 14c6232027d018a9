/** A due date as callers give it: a time, or a date without one and the zone that it is a day of. */
import { z } from '@hono/zod-openapi';
import { DEFAULT_OPTIONS, isDate } from '../../domain/schedule/parse/options.ts';
import { type Instant, instantFromRfc3339 } from '../../domain/shared/instant.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import { DUE_DAYS, type DueDate, type DueDay, dueOnDay } from '../../domain/task/due-day.ts';
import { timeZone } from '../router/fields.ts';
import { fault } from '../router/validation.ts';
import type { Fault } from '../server/problem.ts';

type GivenDueDate = { readonly at: Instant } | { readonly date: string };

/** Undefined: it is not said. */
interface GivenDue {
  readonly due_date?: GivenDueDate | null | undefined;
  readonly due_timezone?: string | null | undefined;
}

export const dueDate = z
  .string()
  .transform((text, context): GivenDueDate => {
    const at = instantFromRfc3339(text);
    if (at !== null) return { at };
    const { first, last } = DUE_DAYS;
    if (isDate(text) && text >= first && text <= last) return { date: text };
    const said = isDate(text)
      ? says`must be a date from ${{ minimum: first }} to ${{ maximum: last }}`
      : says`must be an RFC 3339 date and time with an offset, or a date such as 2026-12-24, on a day that exists`;
    fault(context, 'invalid_timestamp', said);
    return z.NEVER;
  })
  .nullable()
  .openapi({
    type: ['string', 'null'],
    anyOf: [{ type: 'string', format: 'date-time' }, { type: 'string', format: 'date' }, { type: 'null' }],
    description:
      'A time, or a date without one: then the task is overdue when that day of `due_timezone` is over.',
    example: '2026-12-24',
  });

export const dueTimezone = timeZone.nullable().openapi({
  type: ['string', 'null'],
  description:
    'IANA name of the zone that a `due_date` without a time is a day of. Not said or null, it is UTC; in an update, not ' +
    'said, that of the day that is stored.',
});

/** What it comes to beside the stored day; empty where nothing is said of it. Zone data is asked here, and only here. */
export function dueChanges({ due_date, due_timezone }: GivenDue, stored: DueDay | null): Partial<DueDate> {
  if (due_date === undefined && due_timezone === undefined) return {};
  const date = due_date === undefined ? stored?.date : dateIn(due_date);
  if (date !== undefined) {
    const timezone = due_timezone === undefined ? stored?.timezone : due_timezone;
    return dueOnDay(date, timezone ?? DEFAULT_OPTIONS.timezone);
  }
  if (due_date === undefined) return {};
  return { due_date: due_date !== null && 'at' in due_date ? due_date.at : null, due_day: null };
}

/** Of a new task. */
export function dueParts(given: GivenDue): DueDate {
  return { due_date: null, ...dueChanges(given, null) };
}

function dateIn(due_date: GivenDueDate | null): string | undefined {
  return due_date !== null && 'date' in due_date ? due_date.date : undefined;
}

/** A zone is one of a day. Not the schema's to tell: it compares members only once each is right. */
export function dueFaults({ due_date, due_timezone }: JsonObject, stored: DueDay | null): Fault[] {
  if (typeof due_timezone !== 'string') return [];
  const isDay =
    due_date === undefined
      ? stored !== null
      : typeof due_date === 'string' && instantFromRfc3339(due_date) === null;
  if (isDay) return [];
  const said = says`needs a due_date that is a date without a time`;
  return [{ loc: ['body', 'due_timezone'], type: 'conflict', ...said }];
}
