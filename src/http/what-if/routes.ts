/** What another schedule would have made of a stretch of time. */
import { createRoute, z } from '@hono/zod-openapi';
import { MOST_SLOTS_TRIED } from '../../application/queries/history/what-if.ts';
import { jsonObject, MAX_CONFIG_BYTES, timestamp } from '../router/fields.ts';
import { NAMED } from '../router/openapi.ts';
import { jsonAnswer, jsonBody, problems, READ_PROBLEMS, SECURITY } from '../router/responses.ts';
import { slotFields } from '../slots/routes.ts';
import { schedulesField, TaskParams } from '../tasks/schemas.ts';

/** Members of a schedule that say what becomes of its slots, and not when they are. */
export const POLICY_MEMBERS = [
  'catch_up',
  'catch_up_window_seconds',
  'overlap',
  'max_runs',
  'jitter_seconds',
  'exclude_dates',
  'pause_on_failure',
  'retry',
  'timeout_seconds',
] as const;

export const WhatIfBody = z
  .strictObject({
    schedule: jsonObject(MAX_CONFIG_BYTES)
      .optional()
      .openapi({ description: 'Another schedule, as in `POST /tasks`; absent: the one that it had.' }),
    schedules: schedulesField
      .optional()
      .openapi({ description: 'The same of several, in the place of `schedule`.' }),
    policies: z
      .strictObject(
        Object.fromEntries(POLICY_MEMBERS.map((member) => [member, z.unknown().optional()])) as Record<
          (typeof POLICY_MEMBERS)[number],
          z.ZodOptional<z.ZodUnknown>
        >,
      )
      .optional()
      .openapi({
        type: 'object',
        properties: Object.fromEntries(POLICY_MEMBERS.map((member) => [member, {}])),
        description:
          'Members of the schedule, or of each of several, that are to be other ones, with the values that they take there.',
      }),
    from: timestamp,
    to: timestamp,
  })
  .openapi('WhatIf', {
    example: {
      policies: { catch_up: 'all', overlap: 'buffer_one' },
      from: '2026-11-23T00:00:00Z',
      to: '2026-11-24T00:00:00Z',
    },
  });

const SlotSchema = z
  .strictObject({
    at: slotFields.at,
    schedule_id: slotFields.schedule_id,
    fate: slotFields.fate,
    reason: slotFields.reason,
    execution_id: z.string().nullable().openapi({ description: 'Of a run that there was.' }),
    execution_status: slotFields.execution_status,
    calendar_id: slotFields.calendar_id,
    late_by_ms: slotFields.late_by_ms,
  })
  .openapi('WhatIfSlot');

const eitherSlot = z.union([SlotSchema, z.null()]);

const AnswerSchema = z
  .strictObject({
    task_id: z.string(),
    from: z.string().openapi({ format: 'date-time', description: 'Not before the task was made.' }),
    to: z.string().openapi({ format: 'date-time' }),
    schedule: z
      .looseObject({})
      .nullable()
      .openapi({
        type: ['object', 'null'],
        description: 'The one that was tried.',
        [NAMED]: 'Schedule',
      } as object),
    schedules: z
      .array(z.looseObject({}).openapi({ [NAMED]: 'NamedSchedule' } as object))
      .openapi({ description: 'All that were tried; `schedule` is null where there are several.' }),
    proposed: z.array(SlotSchema),
    actual: z
      .array(SlotSchema)
      .openapi({ description: 'As of `to`, or as of now and from then on as things stand.' }),
    differences: z
      .array(
        z.strictObject({
          at: z.string().openapi({ format: 'date-time' }),
          actual: eitherSlot,
          proposed: eitherSlot,
        }),
      )
      .openapi({
        description: 'Slots of another fate, reason, outcome or lateness, and those of one side alone.',
      }),
    assumptions: z.array(
      z.strictObject({
        code: z.string(),
        text: z.string(),
        params: z.record(z.string(), z.union([z.int(), z.string()])),
      }),
    ),
  })
  .openapi('WhatIfAnswer');

export const whatIfRoute = createRoute({
  method: 'post',
  path: '/api/v1/tasks/{task_id}/what-if',
  summary: 'What another schedule, or other policies, would have made of a stretch of time',
  description:
    'Nothing is appended. The service’s own rules decide each slot again, from the state that the task was in at `from`, ' +
    'with the runs, failures, outages and edits that were recorded; what is not recorded is assumed, and `assumptions` ' +
    `says how. At most ${MOST_SLOTS_TRIED.toLocaleString('en')} slots; a range may lie ahead.`,
  tags: ['schedules'],
  security: SECURITY,
  request: { params: TaskParams, body: jsonBody(WhatIfBody, true) },
  responses: {
    200: jsonAnswer('Both, slot by slot.', AnswerSchema),
    ...problems(
      ...READ_PROBLEMS,
      'INVALID_JSON',
      'BODY_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
      'TASK_NOT_FOUND',
      'NO_SCHEDULE',
      'NO_FUTURE_SLOT',
      'TOO_MANY_SLOTS',
      'AS_OF_TOO_FAR',
    ),
  },
});
