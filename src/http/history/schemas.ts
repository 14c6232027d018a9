/** What happened to a task, as callers ask for it and see it. */
import { z } from '@hono/zod-openapi';
import { eventTypes, wholeNumber } from '../router/fields.ts';
import { pointInTime } from '../router/point-in-time.ts';
import { AnyJson } from '../router/responses.ts';
import { limit, ReasonBody } from '../tasks/schemas.ts';

const sequence = wholeNumber(0, Number.MAX_SAFE_INTEGER);

export const EventsQuery = z.strictObject({
  order: z.enum(['asc', 'desc']).optional().openapi({ default: 'asc', description: '`desc`: newest first.' }),
  after: sequence
    .optional()
    .openapi({ description: 'Only events after this log sequence; 0 is the default.' }),
  before: sequence.optional().openapi({ description: 'Only events before this log sequence.' }),
  types: eventTypes.optional(),
  limit: limit.optional(),
});

export const EventsSchema = z
  .strictObject({
    events: z.array(
      z.strictObject({
        sequence: z.int(),
        event: z.looseObject({}).openapi({ description: 'A CloudEvent.' }),
      }),
    ),
    next_after: z.int().openapi({ description: 'As `after`: the events that are newer than this page.' }),
    next_before: z.int().nullable().openapi({
      description: 'As `before`: the events that are older than this page; null: there are none.',
    }),
    has_more: z.boolean().openapi({ description: 'Whether there may be more in this order.' }),
  })
  .openapi('TaskEvents');

export const DiffQuery = z.strictObject({
  from: pointInTime,
  to: pointInTime.optional().openapi({ description: 'Default: now.' }),
});

const place = z.strictObject({ sequence: z.int(), revision: z.int() });

export const DiffSchema = z
  .strictObject({
    from: place.nullable().openapi({ description: 'Null: the task was not there yet.' }),
    to: place,
    changes: z
      .array(
        z.strictObject({
          path: z.string().openapi({ description: 'RFC 6901; empty: the whole task.' }),
          from: AnyJson.optional().openapi({ description: 'Left out where there was none.' }),
          to: AnyJson.optional().openapi({ description: 'Left out where there is none any more.' }),
          changed: z
            .literal(true)
            .optional()
            .openapi({ description: 'A secret has changed: both are shown as `***`.' }),
        }),
      )
      .openapi({ description: 'Members of the task as it is shown; arrays as a whole.' }),
    events: z
      .array(z.strictObject({ sequence: z.int(), type: z.string(), time: z.string(), actor: z.string() }))
      .openapi({ description: 'What happened in between, oldest first, at most 500.' }),
    has_more: z.boolean().openapi({ description: 'Whether more happened than `events` lists.' }),
  })
  .openapi('TaskDiff');

export const PatchSchema = z
  .array(
    z.strictObject({ op: z.enum(['add', 'remove', 'replace']), path: z.string(), value: AnyJson.optional() }),
  )
  .openapi('JsonPatch');

export const UndoBody = ReasonBody.extend({
  sequence: z
    .int()
    .min(1)
    .max(Number.MAX_SAFE_INTEGER)
    .openapi({ description: 'Log sequence of the event of the task that is undone.' }),
}).openapi('Undo');
