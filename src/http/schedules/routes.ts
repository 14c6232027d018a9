/** What a schedule comes to. */
import { createRoute, z } from '@hono/zod-openapi';
import { jsonObject, MAX_CONFIG_BYTES, orNull, timestamp, wholeNumber } from '../router/fields.ts';
import { jsonAnswer, jsonBody, problems, READ_PROBLEMS, SECURITY } from '../router/responses.ts';
import { TaskParams } from '../tasks/schemas.ts';

const MAX_COUNT = 100;
export const DEFAULT_COUNT = 10;
const tags = ['schedules'];
const security = SECURITY;

const PreviewSchema = z
  .strictObject({
    schedule: z.looseObject({}).nullable(),
    timezone: z.string().nullable(),
    slots: z.array(
      z.strictObject({
        at: z.string().openapi({ format: 'date-time' }),
        local: z.string().openapi({ description: 'The local time with its offset.' }),
        note: z.string().nullable().openapi({ description: 'What daylight saving did here.' }),
      }),
    ),
  })
  .openapi('SchedulePreview');

export const previewTaskRoute = createRoute({
  method: 'get',
  path: '/api/v1/tasks/{task_id}/schedule/preview',
  summary: "The next slots of a task's schedule",
  description: 'A task without a schedule has none, and its `schedule` and `timezone` are null.',
  tags,
  security,
  request: {
    params: TaskParams,
    query: z.strictObject({ count: wholeNumber(1, MAX_COUNT).optional() }),
  },
  responses: {
    200: jsonAnswer('The slots.', PreviewSchema),
    ...problems(...READ_PROBLEMS, 'TASK_NOT_FOUND'),
  },
});

export const previewRoute = createRoute({
  method: 'post',
  path: '/api/v1/schedules/preview',
  summary: 'The slots that a schedule would have',
  description: 'Changes nothing.',
  tags,
  security,
  request: {
    body: jsonBody(
      z
        .strictObject({
          schedule: jsonObject(MAX_CONFIG_BYTES),
          count: z.int().min(1).max(MAX_COUNT).default(DEFAULT_COUNT),
          from: orNull(timestamp, 'string').optional(),
        })
        .openapi('PreviewSchedule', {
          example: { schedule: { type: 'daily', run_time: '02:30', timezone: 'Europe/Paris' }, count: 5 },
        }),
      true,
    ),
  },
  responses: {
    200: jsonAnswer('The slots.', PreviewSchema),
    ...problems(...READ_PROBLEMS, 'INVALID_JSON', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'),
  },
});
