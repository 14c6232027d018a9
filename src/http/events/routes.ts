import { createRoute, z } from '@hono/zod-openapi';
import { says } from '../../domain/shared/says.ts';
import { eventTypes, MOST_VALUES, matching, several } from '../router/fields.ts';
import { headersOf, problems, READ_PROBLEMS, SECURITY } from '../router/responses.ts';
import { logCursor } from './log-places.ts';

export const StreamQuery = z.strictObject({
  after: logCursor.optional().openapi({
    type: 'string',
    description:
      'A log sequence, or the `id` of an event of this stream; 0: from the beginning. Default: only what happens from now on.',
    example: '4711',
  }),
  types: eventTypes.optional(),
  task_id: several(matching(/^tsk_[0-7][0-9A-HJKMNP-TV-Z]{25}$/, says`is not a task id`))
    .optional()
    .openapi({ description: `Only events of these tasks, at most ${MOST_VALUES}; repeated or with commas.` }),
});

export const streamEventsRoute = createRoute({
  method: 'get',
  path: '/api/v1/events/stream',
  summary: 'Follow the events of the caller’s tasks',
  description: [
    'Server-sent events: what is in the log after the cursor, then what happens, each event once and in order.',
    '`id` is the log sequence, and `<sequence>-<epoch>` once the log has lost events: treat it as opaque. A client that reconnects with `Last-Event-ID` goes on there, with no gap and no repeat.',
    'The header wins over `after`, for browsers repeat their first URL.',
    'Each event has its type as `event` and `{"sequence", "event"}` as `data`; `caught-up` comes once, when all that was',
    'in the log has been sent; an `id` without data says how far the log has been read; `goodbye` with `reason` and',
    '`retry` (milliseconds) is the last of a stream that the service ends.',
  ].join(' '),
  tags: ['events'],
  security: SECURITY,
  request: {
    query: StreamQuery,
    headers: z.object({
      'last-event-id': z
        .string()
        .optional()
        .openapi({ description: 'The `id` of the last event that was received.' }),
    }),
  },
  responses: {
    200: {
      description: 'The stream.',
      content: { 'text/event-stream': { schema: z.string() } },
      headers: headersOf({ 'Cache-Control': '`no-store, no-transform`' }),
    },
    ...problems(
      ...READ_PROBLEMS,
      'INVALID_HEADER',
      'CURSOR_AHEAD',
      'LOG_FORKED',
      'TOO_MANY_STREAMS',
      'STREAMS_EXHAUSTED',
    ),
  },
});
