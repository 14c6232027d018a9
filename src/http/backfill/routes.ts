/** Running past slots of a task again. */
import { createRoute, z } from '@hono/zod-openapi';
import { timestamp } from '../router/fields.ts';
import {
  EditHeaders,
  jsonAnswer,
  jsonBody,
  problems,
  SECURITY,
  SEQUENCE_HEADER,
  WRITE_PROBLEMS,
} from '../router/responses.ts';
import { TaskParams } from '../tasks/schemas.ts';

export const backfillRoute = createRoute({
  method: 'post',
  path: '/api/v1/tasks/{task_id}/schedule/backfill',
  summary: 'Run every slot of a past range',
  description:
    'At most 1,000 slots, both ends included. They run one at a time, beside the schedule, as executions with the ' +
    'trigger type `backfill`; what became of the slots when they were due stays as it is. Changing the schedule, and ' +
    'completing, cancelling or deleting the task, ends the backfill; pausing holds it.',
  tags: ['schedules'],
  security: SECURITY,
  request: {
    params: TaskParams,
    headers: EditHeaders,
    body: jsonBody(
      z
        .strictObject({
          from: timestamp,
          to: timestamp,
          schedule_id: z.string().max(32).nullable().optional().openapi({
            description: 'Of several schedules the one whose slots are run; absent: all of them.',
          }),
        })
        .openapi('Backfill', { example: { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' } }),
      true,
    ),
  },
  responses: {
    202: jsonAnswer(
      'The slots that will be run.',
      z
        .strictObject({
          task_id: z.string(),
          slots: z.array(z.string().openapi({ format: 'date-time' })),
          count: z.int(),
        })
        .openapi('BackfillSlots'),
      SEQUENCE_HEADER,
    ),
    ...problems(
      ...WRITE_PROBLEMS,
      'INVALID_HEADER',
      'TASK_NOT_FOUND',
      'TASK_NOT_EXECUTABLE',
      'NO_SCHEDULE',
      'TOO_MANY_SLOTS',
      'NO_SLOTS',
      'SCHEDULE_NOT_FOUND',
      'BACKFILL_IN_PROGRESS',
      'REVISION_MISMATCH',
    ),
  },
});
