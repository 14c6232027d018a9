import { z } from '@hono/zod-openapi';
import { MOST_DATES } from '../../domain/calendar/calendars.ts';
import { isDate } from '../../domain/schedule/parse/options.ts';
import { says } from '../../domain/shared/says.ts';
import { name } from '../router/fields.ts';
import { fault } from '../router/validation.ts';

const date = z
  .string()
  .superRefine((text, context) => {
    if (!isDate(text))
      fault(context, 'invalid_value', says`must be a day that there is, such as "2027-12-24"`);
  })
  .openapi({ format: 'date' });

const days = {
  dates: z
    .array(date)
    .max(MOST_DATES)
    .default([])
    .transform((dates) => [...new Set(dates)].sort())
    .openapi({
      type: 'array',
      items: { type: 'string', format: 'date' },
      description: 'Single days, local to each schedule; repeats are taken as one.',
    }),
  weekdays: z
    .array(z.int().min(1).max(7))
    .max(7)
    .default([])
    .transform((weekdays) => [...new Set(weekdays)].sort())
    .openapi({
      type: 'array',
      items: { type: 'integer', minimum: 1, maximum: 7 },
      description: 'Days of every week; Monday is 1.',
    }),
};

const example = { name: 'Holidays', dates: ['2026-12-25', '2027-01-01'], weekdays: [] };

export const SaveCalendarBody = z.strictObject({ name, ...days }).openapi('SaveCalendar', { example });

export const CreateCalendarBody = z
  .strictObject({
    name,
    ...days,
    shared: z.boolean().default(false).openapi({
      description:
        'Of the installation: everybody may follow it, the role `admin` alone makes and changes it.',
    }),
  })
  .openapi('CreateCalendar', { example });

const timestamp = z.string().openapi({ format: 'date-time' });

export const CalendarSchema = z
  .strictObject({
    calendar_id: z.string(),
    name: z.string().nullable().openapi({ description: 'Null where it cannot be read any more.' }),
    shared: z.boolean().openapi({ description: 'Of the installation.' }),
    dates: z.array(z.string().openapi({ format: 'date' })),
    weekdays: z.array(z.int()),
    revision: z.int().min(1).openapi({ description: 'Also the ETag.' }),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .openapi('Calendar');

export const CalendarListSchema = z
  .strictObject({
    calendars: z.array(CalendarSchema),
    count: z.int(),
    limit: z.int().openapi({ description: 'How many of one’s own there may be.' }),
  })
  .openapi('CalendarList');
