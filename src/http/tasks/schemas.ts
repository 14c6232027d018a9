/** Tasks as callers send them, ask for them and see them. */

import { z } from '@hono/zod-openapi';
import { MOST_SCHEDULES } from '../../domain/schedule/several.ts';
import { parseTaskId, type TaskId } from '../../domain/shared/ids.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import { DEFAULT_NOTIFY } from '../../domain/task/notify.ts';
import { PRIORITIES, TASK_STATUSES, TASK_TYPES } from '../../domain/task/status.ts';
import {
  credits,
  description,
  flag,
  jsonObject,
  MAX_CONFIG_BYTES,
  MAX_METADATA_BYTES,
  name,
  orNull,
  reason,
  remindBefore,
  tags,
  timestamp,
  wholeNumber,
} from '../router/fields.ts';
import { NAMED } from '../router/openapi.ts';
import { pointInTime } from '../router/point-in-time.ts';
import { AnyJson } from '../router/responses.ts';
import { fault } from '../router/validation.ts';
import { dueDate, dueTimezone } from './due-date.ts';
import { trigger } from './trigger-field.ts';

const EMPTY: JsonObject = {};

/** The document is read by `parseSchedule`, not here. */
export const scheduleField = jsonObject(MAX_CONFIG_BYTES).openapi({ [NAMED]: 'ScheduleDocument' } as object);
export const schedulesField = z
  .array(jsonObject(MAX_CONFIG_BYTES).openapi({ [NAMED]: 'NamedScheduleDocument' } as object))
  .min(1)
  .max(MOST_SCHEDULES)
  .openapi({
    description:
      'Several schedules of the task, each with an `id` that its slots name; in the place of `schedule`. One that is left ' +
      'out is removed; one that is sent as it is, by its id, goes on as it was.',
  });
const config = jsonObject(MAX_CONFIG_BYTES).openapi({ [NAMED]: 'TaskConfig' } as object);
/** Of an update or a template: what is left out is as it is there. */
const partialConfig = jsonObject(MAX_CONFIG_BYTES);
const metadata = jsonObject(MAX_METADATA_BYTES);
const priority = z.enum(PRIORITIES);
const on = z.boolean();
const notifySwitches = z
  .strictObject({ created: on, success: on, failure: on, reminder: on, status: on, missed: on })
  .openapi({ description: 'Which notices of the task its owner wants.' });
/** As it is sent: a switch that is left out is as by default. */
const notify = z
  .strictObject({
    created: on.default(DEFAULT_NOTIFY.created),
    success: on.default(DEFAULT_NOTIFY.success),
    failure: on.default(DEFAULT_NOTIFY.failure),
    reminder: on.default(DEFAULT_NOTIFY.reminder),
    status: on.default(DEFAULT_NOTIFY.status),
    missed: on.default(DEFAULT_NOTIFY.missed),
  })
  .openapi({ description: 'Which notices of the task its owner wants.' });

export const CreateTaskBody = z
  .strictObject({
    name,
    description: description.nullable().default(null),
    task_type: z.enum(TASK_TYPES),
    priority: priority.default('medium'),
    config: config.default(EMPTY),
    schedule: orNull(scheduleField, 'object').default(null),
    schedules: orNull(schedulesField, 'array').default(null),
    credits_per_run: credits
      .optional()
      .openapi({ description: 'At least what a run of the task type costs, which is the default.' }),
    tags: tags.default([]),
    metadata: metadata.default(EMPTY),
    due_date: dueDate.default(null),
    due_timezone: dueTimezone.default(null),
    reminder_time: orNull(timestamp, 'string').default(null),
    remind_before: orNull(remindBefore, 'array').default(null),
    trigger: trigger.nullable().default(null),
    notify: notify.nullable().default(null),
  })
  .openapi('CreateTask', {
    example: {
      name: 'Weather for Paris',
      task_type: 'daily_weather',
      config: { location: 'Paris' },
      schedule: { type: 'daily', run_time: '07:30', timezone: 'Europe/Paris' },
      tags: ['morning'],
    },
  });

export const UpdateTaskBody = z
  .strictObject({
    name: name.optional(),
    description: description.nullable().optional(),
    priority: priority.optional(),
    config: partialConfig.optional(),
    schedule: orNull(scheduleField, 'object').optional(),
    schedules: orNull(schedulesField, 'array').optional(),
    credits_per_run: credits.optional(),
    tags: tags.optional(),
    metadata: metadata.optional(),
    due_date: dueDate.optional(),
    due_timezone: dueTimezone.optional(),
    reminder_time: orNull(timestamp, 'string').optional(),
    remind_before: orNull(remindBefore, 'array').optional(),
    trigger: trigger.nullable().optional(),
    notify: notify.nullable().optional(),
    status: z.enum(TASK_STATUSES).optional(),
    reason: reason.nullable().optional(),
  })
  .openapi('UpdateTask', { example: { name: 'Weather for Lyon', config: { location: 'Lyon' } } });

const givenFields = UpdateTaskBody.omit({ status: true, reason: true, credits_per_run: true }).shape;

/** The fields that a caller may give to a task from a template; without them it has the template's. */
export const Customization = z.strictObject(givenFields);

const fromTemplateFields = {
  template_id: z.string(),
  ...givenFields,
  customization: Customization.openapi({ description: 'The same fields, if they are not given beside it.' })
    .nullable()
    .optional(),
};
const FROM_TEMPLATE_EXAMPLE = {
  template_id: 'tpl_daily_weather',
  config: { location: 'Paris' },
  schedule: { type: 'daily', run_time: '07:30', timezone: 'Europe/Paris' },
};

export const FromTemplateBody = z
  .strictObject(fromTemplateFields)
  .openapi('TaskFromTemplate', { example: FROM_TEMPLATE_EXAMPLE });

/**
 * The same at `POST /tasks`, where the type may be named too. Not by `extend`: that would be described as both at
 * once, each of which refuses what only the other knows.
 */
export const TemplateTaskBody = z
  .strictObject({ ...fromTemplateFields, task_type: z.enum(TASK_TYPES).optional() })
  .openapi('CreateTaskFromTemplate', { example: FROM_TEMPLATE_EXAMPLE });

/** BR-TSK-001, BR-TSK-004, BR-UPD-002, BR-UPD-003. */
export const IMMUTABLE_FIELDS: ReadonlySet<string> = new Set([
  'task_type',
  'task_id',
  'user_id',
  'created_at',
]);

export const ReasonBody = z.strictObject({ reason: reason.nullable().optional() }).openapi('Reason');

export const DEFAULT_TASKS_LIMIT = 100;
const MAX_LIMIT = 500;
const MAX_OFFSET = 1_000_000;
export const limit = wholeNumber(1, MAX_LIMIT);
export const offset = wholeNumber(0, MAX_OFFSET);
export const cursor = z.string().max(2_048).openapi({ description: 'The `next_cursor` of an earlier page.' });

export const GetTaskQuery = z.strictObject({
  include_deleted: flag.optional(),
  as_of: pointInTime.optional(),
});

export const taskIdParam = z
  .string()
  .openapi({ pattern: '^tsk_[0-7][0-9A-HJKMNP-TV-Z]{25}$', example: 'tsk_01JDB2V5Q8WZ3N7K4M6P9R0T1X' });
/** The same in a query, where it is checked. */
export const taskIdValue = z
  .string()
  .transform((text, context): TaskId => {
    const id = parseTaskId(text);
    if (id !== null) return id;
    fault(context, 'invalid_task_id', says`is not a task id`);
    return z.NEVER;
  })
  .openapi({ type: 'string', pattern: '^tsk_[0-7][0-9A-HJKMNP-TV-Z]{25}$' });
export const TaskParams = z.object({ task_id: taskIdParam });

const instant = z.string().openapi({ format: 'date-time' });
const object = z.looseObject({});
const count = z.int().min(0);

export const NoNextRunReasonSchema = z
  .enum(['no_open_day'])
  .nullable()
  .openapi({
    description:
      'Why a scheduled task has no `next_run_time`. `no_open_day`: the calendars that its schedule follows leave no day ' +
      'open; once they do, it goes on by itself. Null where there is one, or the task is not scheduled.',
  });

export const taskFields = {
  id: z.int().openapi({ description: 'Log sequence of its creation.' }),
  task_id: z.string(),
  user_id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  task_type: z.enum(TASK_TYPES),
  status: z.enum(TASK_STATUSES),
  priority,
  config: object.openapi({ [NAMED]: 'TaskConfig' } as object),
  schedule: object.nullable().openapi({ type: ['object', 'null'], [NAMED]: 'Schedule' } as object),
  schedules: z
    .array(object.openapi({ [NAMED]: 'NamedSchedule' } as object))
    .openapi({ description: 'All schedules of the task; `schedule` is null where there are several.' }),
  credits_per_run: z.number(),
  tags: z.array(z.string()),
  metadata: object,
  next_run_time: instant.nullable(),
  no_next_run_reason: NoNextRunReasonSchema,
  last_run_time: instant.nullable(),
  last_success_time: instant.nullable(),
  last_error: z.string().nullable(),
  last_result: AnyJson,
  run_count: count,
  success_count: count,
  failure_count: count,
  total_credits_consumed: z.number(),
  due_date: z
    .string()
    .nullable()
    .openapi({
      type: ['string', 'null'],
      anyOf: [{ type: 'string', format: 'date-time' }, { type: 'string', format: 'date' }, { type: 'null' }],
      description: 'As it was given: a time, or a date without one.',
    }),
  due_timezone: z
    .string()
    .nullable()
    .openapi({ description: 'The zone that a `due_date` without a time is a day of; null beside a time.' }),
  due_at: instant.nullable().openapi({
    description:
      'The due date as an instant, by which lists are filtered and ordered: the time, or the last millisecond of the day, ' +
      'as it was worked out when the due date was set.',
  }),
  reminder_time: instant.nullable(),
  created_at: instant,
  updated_at: instant,
  deleted_at: instant.nullable(),
  revision: z.int().min(1),
  current_execution_id: z.string().nullable(),
  paused_reason: z.string().nullable(),
  template_id: z.string().nullable().openapi({ description: 'What it was made from.' }),
  trigger: z
    .strictObject({ type: z.literal('event'), subject: z.string(), filter: object.nullable() })
    .nullable(),
  remind_before: z
    .array(z.string())
    .nullable()
    .openapi({ description: 'Durations before the due date, the longest first.' }),
  notify: notifySwitches.nullable().openapi({ description: 'Null: the defaults.' }),
  open_occurrences: z
    .array(
      z.strictObject({
        slot: instant,
        overdue_at: instant.openapi({ description: 'From then on it is overdue.' }),
      }),
    )
    .openapi({
      description: 'Of a recurring to-do: the slots that have come and nobody has ticked, oldest first.',
    }),
};

export const TaskSchema = z.strictObject(taskFields).openapi('Task');

const { config: _, metadata: __, last_result: ___, ...summaryFields } = taskFields;

/** Not by `omit`: it would be described by the name of what it is less than. */
export const TaskSummarySchema = z.strictObject(summaryFields).openapi('TaskSummary');

export const DeletedSchema = z
  .strictObject({ message: z.string(), task_id: z.string() })
  .openapi('DeletedTask');
