/** What can be asked of the slots of a task. */
import { createRoute, z } from '@hono/zod-openapi';
import { OCCURRENCES_KEPT } from '../../domain/task/occurrences.ts';
import { MOST_SKIPPED_SLOTS } from '../../domain/task/skipped-slots.ts';
import { reason, timestamp } from '../router/fields.ts';
import {
  EditHeaders,
  jsonAnswer,
  jsonBody,
  problems,
  READ_PROBLEMS,
  SECURITY,
  TASK_HEADERS,
  WRITE_PROBLEMS,
} from '../router/responses.ts';
import { cursor, limit, NoNextRunReasonSchema, TaskParams, TaskSchema } from '../tasks/schemas.ts';

const tags = ['schedules'];
const security = SECURITY;

export const slotFields = {
  at: z.string().openapi({ format: 'date-time', description: 'Nominal, before any jitter.' }),
  schedule_version: z.int().min(1),
  schedule_id: z.string().openapi({
    description:
      'The schedule whose slot it is: `main` where the task has one; of several that have it the first.',
  }),
  fate: z.enum(['fired', 'skipped', 'missed', 'excluded', 'void', 'due', 'planned']).openapi({
    description:
      '`due`: none yet. It is the next slot, waits for a run to end, or is about to be taken. `planned`: its time has not come.',
  }),
  reason: z
    .string()
    .nullable()
    .openapi({
      description:
        'Of `skipped`, `missed` and `void`: such as `overlap`, `paused`, `by_owner`, `execution_limit`, `not_started`, `schedule_changed`. ' +
        'Of `excluded` by a calendar: `exclude_calendars` or `only_calendars`. ' +
        'Of `planned`: why it will not run, unless something changes: `paused`, `by_owner`, `execution_limit`, `credit_limit`.',
    }),
  execution_id: z.string().nullable(),
  execution_status: z.enum(['requested', 'running', 'completed', 'failed', 'cancelled']).nullable(),
  occurrence: z
    .enum(['open', 'overdue', 'done'])
    .nullable()
    .openapi({
      description: `Of a recurring to-do, for its last ${OCCURRENCES_KEPT} slots: whether somebody has ticked it.`,
    }),
  calendar_id: z
    .string()
    .optional()
    .openapi({ description: 'Of `excluded` by a calendar: which; `reason` says by which list.' }),
  late_by_ms: z.int().min(0).nullable().openapi({ description: 'From nominal + jitter to the first start.' }),
};
const SlotSchema = z.strictObject(slotFields).openapi('Slot');

export const listSlotsRoute = createRoute({
  method: 'get',
  path: '/api/v1/tasks/{task_id}/slots',
  summary: 'What became of each slot of a task',
  description:
    'Oldest first, one row for each nominal slot that came between `from` (default: its creation) and `to` (default: ' +
    'the next slot), with exactly one fate.',
  tags,
  security,
  request: {
    params: TaskParams,
    query: z.strictObject({
      from: timestamp.optional(),
      to: timestamp.optional(),
      limit: limit.optional(),
      cursor: cursor.optional(),
    }),
  },
  responses: {
    200: jsonAnswer(
      'The slots.',
      z
        .strictObject({
          slots: z.array(SlotSchema),
          count: z.int(),
          limit: z.int(),
          next_cursor: z.string().nullable(),
        })
        .openapi('SlotLedger'),
    ),
    ...problems(...READ_PROBLEMS, 'TASK_NOT_FOUND'),
  },
});

export const skipSlotRoute = createRoute({
  method: 'post',
  path: '/api/v1/tasks/{task_id}/slots/skip',
  summary: 'Skip one planned slot, or bring it back',
  description:
    'Nothing runs for that one slot, and it uses up no run of `max_runs`; the others stay as they are. `skip: false` ' +
    'brings it back, as long as its time has not come. A change of the schedule begins anew, without any skips. At most ' +
    `${MOST_SKIPPED_SLOTS} slots may be skipped ahead at once, and one has to be left.`,
  tags,
  security,
  request: {
    params: TaskParams,
    headers: EditHeaders,
    body: jsonBody(
      z
        .strictObject({
          slot: timestamp.openapi({ description: 'The slot, nominal, as `slots` and previews have it.' }),
          skip: z.boolean().default(true),
          reason: reason.nullable().optional(),
        })
        .openapi('SkipSlot', { example: { slot: '2026-12-24T08:00:00Z' } }),
      true,
    ),
  },
  responses: {
    200: jsonAnswer('The task.', TaskSchema, TASK_HEADERS),
    ...problems(
      ...WRITE_PROBLEMS,
      'INVALID_HEADER',
      'TASK_NOT_FOUND',
      'NO_SCHEDULE',
      'SLOT_NOT_PLANNED',
      'TOO_MANY_SKIPS',
      'NO_FUTURE_SLOT',
      'REVISION_MISMATCH',
    ),
  },
});

export const whyRoute = createRoute({
  method: 'get',
  path: '/api/v1/tasks/{task_id}/why',
  summary: 'Why a task ran or did not run at some time',
  tags,
  security,
  request: { params: TaskParams, query: z.strictObject({ at: timestamp }) },
  responses: {
    200: jsonAnswer(
      'A sentence.',
      z
        .strictObject({
          task_id: z.string(),
          at: z.string().openapi({ format: 'date-time' }),
          why: z.string(),
          // Not `nullable()`: of what has a name of its own that would be described as never null.
          slot: z
            .union([SlotSchema, z.null()])
            .openapi({ description: 'The slot of the minute that begins at `at`.' }),
          execution_id: z.string().nullable(),
          no_next_run_reason: NoNextRunReasonSchema,
        })
        .openapi('Why', {
          example: {
            task_id: 'tsk_01JDB2V5Q8WZ3N7K4M6P9R0T1X',
            at: '2026-11-23T09:00:00.000Z',
            why: 'The slot of 2026-11-23T09:00:00.000Z was skipped: the task was paused.',
            slot: null,
            execution_id: null,
            no_next_run_reason: null,
          },
        }),
    ),
    ...problems(...READ_PROBLEMS, 'TASK_NOT_FOUND'),
  },
});
