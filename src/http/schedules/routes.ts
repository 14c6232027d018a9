/** What a schedule comes to. */
import { createRoute, z } from '@hono/zod-openapi';
import { orNull, timestamp, wholeNumber } from '../router/fields.ts';
import { NAMED } from '../router/openapi.ts';
import { jsonAnswer, jsonBody, problems, READ_PROBLEMS, SECURITY } from '../router/responses.ts';
import { scheduleField, schedulesField, TaskParams } from '../tasks/schemas.ts';
import { PreviewSlotSchema } from './slot-schema.ts';

/** Of one answer: a month of every five minutes. */
export const MOST_SLOTS = 10_000;
const REASONS = ['no_schedule', 'paused', 'completed', 'failed', 'cancelled'] as const;
export type PreviewReason = (typeof REASONS)[number];
export const DEFAULT_COUNT = 10;
const tags = ['schedules'];
const security = SECURITY;

const PreviewSchema = z
  .strictObject({
    schedule: z
      .looseObject({})
      .nullable()
      .openapi({ type: ['object', 'null'], [NAMED]: 'Schedule' } as object),
    schedules: z
      .array(z.looseObject({}).openapi({ [NAMED]: 'NamedSchedule' } as object))
      .openapi({ description: 'All of them; `schedule` is null where there are several.' }),
    timezone: z.string().nullable().openapi({ description: 'Of the first schedule.' }),
    reason: z
      .enum(REASONS)
      .nullable()
      .openapi({ description: 'Why nothing is planned; null where the schedule is in force.' }),
    slots: z.array(PreviewSlotSchema),
  })
  .openapi('SchedulePreview');

export const previewTaskRoute = createRoute({
  method: 'get',
  path: '/api/v1/tasks/{task_id}/schedule/preview',
  summary: "The next slots of a task's schedule",
  description:
    'Of a task that is paused or done none is planned, and `reason` says so. A task without a schedule has none, and its ' +
    '`schedule` and `timezone` are null.',
  tags,
  security,
  request: {
    params: TaskParams,
    query: z.strictObject({
      count: wholeNumber(1, MOST_SLOTS)
        .optional()
        .openapi({ description: `${DEFAULT_COUNT} is the default; with \`to\` as many as there are.` }),
      from: timestamp.optional(),
      to: timestamp.optional().openapi({ description: 'No slots later than this.' }),
    }),
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
          schedule: orNull(scheduleField, 'object').optional(),
          schedules: orNull(schedulesField, 'array').optional(),
          count: z
            .int()
            .min(1)
            .max(MOST_SLOTS)
            .optional()
            .openapi({ description: `${DEFAULT_COUNT} is the default; with \`to\` as many as there are.` }),
          from: orNull(timestamp, 'string').optional(),
          to: orNull(timestamp, 'string').optional(),
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
