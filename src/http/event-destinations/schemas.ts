/** Endpoints of one's own for events, as requests and answers have them. */
import { z } from '@hono/zod-openapi';
import { DELIVERY_STATUSES } from '../../application/ports/event-deliveries.ts';
import type { Sequence, TaskId } from '../../domain/shared/ids.ts';
import { type Instant, instantFromRfc3339 } from '../../domain/shared/instant.ts';
import { says } from '../../domain/shared/says.ts';
import { TASK_EVENT_TYPES } from '../../domain/task/events/event-types.ts';
import { MOST_VALUES, matching, wholeNumber } from '../router/fields.ts';
import { fault } from '../router/validation.ts';

const MOST_URL = 2_048;
const MOST_SHOWN = 100;
export const DEFAULT_DELIVERIES_LIMIT = 20;

const sequence = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

const url = z
  .string()
  .min(1)
  .max(MOST_URL)
  .openapi({ format: 'uri', description: 'http or https, on the public Internet.' });

const types = z
  .array(z.enum(TASK_EVENT_TYPES))
  .min(1)
  .max(MOST_VALUES)
  .nullable()
  .default(null)
  .openapi({ description: 'Only events of these types; null or absent: of all.' });

const taskIds = z
  .array(matching(/^tsk_[0-7][0-9A-HJKMNP-TV-Z]{25}$/, says`is not a task id`))
  .min(1)
  .max(MOST_VALUES)
  .nullable()
  .default(null)
  .transform((ids) => ids as TaskId[] | null)
  .openapi({
    type: ['array', 'null'],
    items: { type: 'string' },
    description: 'Only events of these tasks; null or absent: of all.',
  });

export const CreateDestinationBody = z
  .strictObject({
    url,
    types,
    task_ids: taskIds,
    from: z
      .union([z.literal('now'), sequence])
      .default('now')
      .openapi({ description: 'Where it begins: now, or after a log sequence; 0 sends all there is.' }),
  })
  .openapi('CreateEventDestination', { example: { url: 'https://example.com/events', from: 'now' } });

export const ChangeDestinationBody = z
  .strictObject({
    url,
    types,
    task_ids: taskIds,
    enabled: z.boolean().default(true).openapi({
      description: 'False turns it off; true turns it on, also where failures had turned it off.',
    }),
  })
  .openapi('ChangeEventDestination', { example: { url: 'https://example.com/events', enabled: true } });

const place = z
  .union([
    sequence.transform((value) => ({ sequence: value as Sequence })),
    z.string().transform((text, context): { readonly time: Instant } => {
      const time = instantFromRfc3339(text);
      if (time !== null) return { time };
      fault(
        context,
        'invalid_timestamp',
        says`must be an RFC 3339 date and time with an offset, or a log sequence`,
      );
      return z.NEVER;
    }),
  ])
  .openapi({ type: ['integer', 'string'] });

export const ReplayEventsBody = z
  .strictObject({
    from: place.openapi({ description: 'The first: a log sequence or a time.' }),
    to: place.optional().openapi({ description: 'The last; absent: the end of the log as it is now.' }),
    only: z
      .enum(['all', 'failed'])
      .default('all')
      .openapi({ description: '`failed`: those that are listed as given up.' }),
  })
  .openapi('ReplayEvents', { example: { from: '2026-11-23T00:00:00Z', only: 'failed' } });

const timestamp = z.string().openapi({ format: 'date-time' });

const ReplaySchema = z.strictObject({
  replay_id: z.string(),
  from: sequence,
  to: sequence,
  only: z.enum(['all', 'failed']),
  requested_at: timestamp,
  sent: z.int().min(0).openapi({ description: 'So far, about a second ago.' }),
  through: sequence.openapi({ description: 'All up to there have been sent once more.' }),
});

export const EventDestinationSchema = z
  .strictObject({
    destination_id: z.string(),
    url: z.string().nullable().openapi({ description: 'Null where it cannot be read any more.' }),
    types: z.array(z.enum(TASK_EVENT_TYPES)).nullable(),
    task_ids: z.array(z.string()).nullable(),
    enabled: z.boolean(),
    off: z
      .strictObject({ reason: z.enum(['by_hand', 'failing', 'gone']), at: timestamp })
      .nullable()
      .openapi({ description: 'Why it is off, and since when. `gone`: the endpoint answered 410.' }),
    through: sequence.openapi({
      description:
        'All that it gets up to this log sequence has arrived, was given up, or is among `waiting`.',
    }),
    waiting: z.int().min(0).openapi({ description: 'Events that are tried again later.' }),
    failing_since: timestamp.nullable().openapi({ description: 'Null: the last try arrived.' }),
    replay: ReplaySchema.nullable(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .openapi('EventDestination');

export const NewDestinationSchema = z
  .strictObject({
    ...EventDestinationSchema.shape,
    secret: z.string().openapi({ description: 'Signs each call. Shown here and never again.' }),
  })
  .openapi('NewEventDestination');

export const DestinationListSchema = z
  .strictObject({
    event_destinations: z.array(EventDestinationSchema),
    count: z.int(),
    limit: z.int().openapi({ description: 'How many the subscription allows.' }),
  })
  .openapi('EventDestinationList');

export const EventDeliverySchema = z
  .strictObject({
    event_id: z.string().openapi({ description: 'Also the `webhook-id`, whenever it is sent.' }),
    sequence,
    event_type: z.enum(TASK_EVENT_TYPES),
    task_id: z.string(),
    status: z.enum(DELIVERY_STATUSES).openapi({ description: '`failed`: given up after three days.' }),
    attempts: z.int().min(1),
    is_replay: z.boolean().openapi({ description: 'It was sent again, by a replay or by hand.' }),
    response_status: z.int().nullable().openapi({ description: 'Null: no answer; `error` says why.' }),
    error: z.string().nullable().openapi({ example: 'TIMEOUT' }),
    duration_ms: z.int().min(0),
    first_attempt_at: timestamp,
    last_attempt_at: timestamp,
    next_attempt_at: timestamp.nullable(),
  })
  .openapi('EventDelivery');

export const DeliveryListSchema = z
  .strictObject({
    deliveries: z.array(EventDeliverySchema),
    count: z.int().openapi({ description: 'Of those in this page.' }),
    next_cursor: z.string().nullable(),
  })
  .openapi('EventDeliveryList');

export const DeliveriesQuery = z.strictObject({
  status: z.enum(DELIVERY_STATUSES).optional(),
  cursor: z.string().max(200).optional(),
  limit: wholeNumber(1, MOST_SHOWN).optional(),
});
