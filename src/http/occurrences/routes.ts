/** Ticking what is to be done: a task, or one occurrence of a recurring to-do. */
import { createRoute, z } from '@hono/zod-openapi';
import { OCCURRENCES_KEPT } from '../../domain/task/occurrences.ts';
import { reason, timestamp } from '../router/fields.ts';
import {
  EditHeaders,
  jsonAnswer,
  jsonBody,
  problems,
  SECURITY,
  TASK_HEADERS,
  WRITE_PROBLEMS,
} from '../router/responses.ts';
import { TaskParams, TaskSchema } from '../tasks/schemas.ts';

export const completeRoute = createRoute({
  method: 'post',
  path: '/api/v1/tasks/{task_id}/complete',
  summary: 'Tick a task, or one occurrence of a recurring to-do',
  description:
    'Each slot of a recurring to-do that comes is an occurrence, open until it is ticked. With `slot` that one is done ' +
    `(of the last ${OCCURRENCES_KEPT}), without it the oldest that is open; the series goes on. \`done: false\` takes the ` +
    'tick back. `series: true` completes the whole task. A task that is no recurring to-do is completed in any case.',
  tags: ['tasks'],
  security: SECURITY,
  request: {
    params: TaskParams,
    headers: EditHeaders,
    body: jsonBody(
      z
        .strictObject({
          slot: timestamp
            .nullable()
            .optional()
            .openapi({ type: ['string', 'null'] }),
          done: z.boolean().default(true),
          series: z.boolean().default(false),
          reason: reason.nullable().optional(),
        })
        .openapi('CompleteTask', { example: { slot: '2026-12-24T08:00:00Z' } }),
      false,
    ),
  },
  responses: {
    200: jsonAnswer('The task.', TaskSchema, TASK_HEADERS),
    ...problems(
      ...WRITE_PROBLEMS,
      'INVALID_HEADER',
      'TASK_NOT_FOUND',
      'NO_OCCURRENCE',
      'INVALID_STATUS_TRANSITION',
      'REVISION_MISMATCH',
    ),
  },
});
