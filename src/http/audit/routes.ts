import { createRoute, z } from '@hono/zod-openapi';
import { several, timestamp, wholeNumber } from '../router/fields.ts';
import { problems, READ_PROBLEMS, SECURITY } from '../router/responses.ts';

export const NDJSON = 'application/x-ndjson';
const sequence = wholeNumber(0, Number.MAX_SAFE_INTEGER);

export const AuditEventsQuery = z.strictObject({
  user_id: z.string().min(1).max(255).optional(),
  task_id: z
    .string()
    .regex(/^tsk_[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'Is not a task id')
    .optional(),
  types: several(z.string().regex(/^[a-z]+\.[a-z_]+$/, 'Is not an event type'))
    .optional()
    .openapi({ description: 'Only events of these types; repeated or with commas.' }),
  from: timestamp
    .optional()
    .openapi({ description: 'Only events from this time on, by the time they carry.' }),
  to: timestamp.optional().openapi({ description: 'Only events before this time.' }),
  after: sequence
    .optional()
    .openapi({ description: 'Only events after this log sequence; 0 is the default.' }),
  until: sequence
    .optional()
    .openapi({ description: 'Only events up to this log sequence. Default: the last.' }),
});

export const auditEventsRoute = createRoute({
  method: 'get',
  path: '/api/v1/audit/events',
  summary: 'Read the event log of everybody, as it is stored',
  description:
    'For the role `auditor`. Lines of JSON, `{"sequence", "subject", "event"}`, `event` with the very bytes of the log ' +
    '(`event_base64` where they are not one line of JSON); nothing personal is opened. The last line is ' +
    '`{"end": {"through", "count"}}`: without it the answer was cut short, and `after` with the last sequence goes on.',
  tags: ['audit'],
  security: SECURITY,
  request: { query: AuditEventsQuery },
  responses: {
    200: { description: 'The events, oldest first.', content: { [NDJSON]: { schema: z.string() } } },
    ...problems(...READ_PROBLEMS, 'FORBIDDEN', 'CURSOR_AHEAD'),
  },
});
