/** Analytics as callers ask for them and see them. */

import { z } from '@hono/zod-openapi';
import { MOST_TASKS, TASK_ORDERS } from '../../application/queries/analytics/task-figures.ts';
import { MAX_DAYS } from '../../application/queries/analytics/user-analytics.ts';
import { TASK_STATUSES, TASK_TYPES } from '../../domain/task/status.ts';
import { timeZone, wholeNumber } from '../router/fields.ts';
import { pointInTime } from '../router/point-in-time.ts';

export const DEFAULT_DAYS = 30;

export const PeriodQuery = z.strictObject({
  /** BR-ANA-002. */
  days: wholeNumber(1, MAX_DAYS)
    .optional()
    .openapi({ description: 'Today and so many days less one before it, in UTC.', default: DEFAULT_DAYS }),
});

const timezone = timeZone.openapi({ description: 'IANA name: whose days and hours are shown.' });

const LocalPeriodQuery = z.strictObject({
  /** BR-ANA-002. */
  days: wholeNumber(1, MAX_DAYS).optional().openapi({
    description: 'Today and so many days less one before it, of the zone.',
    default: DEFAULT_DAYS,
  }),
  timezone: timezone.optional(),
});

export const AnalyticsQuery = LocalPeriodQuery.extend({ as_of: pointInTime.optional() });

const count = z.int().min(0);
const percent = z.number().min(0).max(100);
const seconds = z.number().min(0);
const credits = z.number().min(0);

export const AnalyticsSchema = z
  .strictObject({
    user_id: z.string(),
    time_period: z.string().openapi({ example: 'Last 30 days' }),
    timezone: z.string().openapi({
      description:
        'Whose days these are. Executions are counted by hours of UTC; where the offset is no whole number of hours, ' +
        'one belongs to the local hour in which it begins. Tokens, calls, `schedule_accuracy`, percentiles and `by_type` ' +
        'are counted by days of UTC: in another zone, by those from the first of these dates on.',
    }),
    total_tasks: count.openapi({ description: 'Deleted tasks are in none of the counts of tasks.' }),
    active_tasks: count.openapi({ description: 'Scheduled or running.' }),
    completed_tasks: count,
    failed_tasks: count,
    paused_tasks: count,
    task_types_distribution: z.partialRecord(z.enum(TASK_TYPES), count),
    template_usage_rate: percent.openapi({
      description: 'Percent of the tasks that were made from templates.',
    }),
    storage_bytes: count.openapi({
      description: 'What the tasks take as they are stored, deleted ones too; without their history.',
    }),
    total_executions: count.openapi({
      description:
        'Requested in this period. All figures of executions are of these, whenever they end, and of deleted tasks too.',
    }),
    successful_executions: count,
    failed_executions: count,
    success_rate: percent.openapi({ description: 'Of those that succeeded or failed; 0 where none did.' }),
    average_execution_time: seconds.openapi({ description: 'Seconds.' }),
    execution_time_p50: seconds.nullable().openapi({
      description: 'Seconds that half of the executions that ended did not exceed, within 5 %; null of none.',
    }),
    execution_time_p95: seconds.nullable().openapi({ description: 'The same for 95 in a hundred.' }),
    total_credits_consumed: credits,
    total_tokens_used: count,
    total_api_calls: count,
    busiest_hours: z.array(z.int().min(0).max(23)).max(5).openapi({ description: 'The busiest first.' }),
    busiest_days: z
      .array(z.string())
      .max(3)
      .openapi({ example: ['Monday'] }),
    schedule_accuracy: percent.nullable().openapi({
      description:
        'Percent of the scheduled runs that started within 5 s of their slot (and its jitter); null where there were none.',
    }),
    daily: z
      .array(
        z.strictObject({
          date: z.string().openapi({ format: 'date' }),
          executions: count,
          successes: count,
          failures: count,
          credits,
          average_duration: seconds.openapi({ description: 'Seconds.' }),
        }),
      )
      .openapi({ description: 'One row a day, the oldest first.' }),
    by_type: z.partialRecord(
      z.enum(TASK_TYPES),
      z.strictObject({ executions: count, average_execution_time: seconds, tokens: count, credits }),
    ),
    created_at: z.string().openapi({ format: 'date-time' }),
  })
  .openapi('Analytics');

export const HoursQuery = LocalPeriodQuery;

export const HoursSchema = z
  .strictObject({
    timezone: z.string(),
    days: count.openapi({ description: 'Today and those before it, of the zone.' }),
    executions: z
      .array(z.array(count).length(24))
      .length(7)
      .openapi({
        description:
          'Executions requested, by weekday (Monday first) and local hour. They are counted by hours of UTC: in a zone ' +
          'whose offset is no whole number of hours, those of one belong to the local hour in which it begins.',
      }),
  })
  .openapi('HoursOfWeek');

const MOST_FORECAST_DAYS = 92;
export const DEFAULT_FORECAST_DAYS = 30;

export const ForecastQuerySchema = z.strictObject({
  days: wholeNumber(1, MOST_FORECAST_DAYS).optional().openapi({
    description: 'The rest of today and so many days less one after it.',
    default: DEFAULT_FORECAST_DAYS,
  }),
  timezone: timezone.optional(),
});

export const ForecastSchema = z
  .strictObject({
    timezone: z.string(),
    from: z.string().openapi({ format: 'date-time' }),
    total_runs: count,
    total_credits: credits.openapi({ description: 'At most: a failed run consumes nothing.' }),
    daily: z
      .array(z.strictObject({ date: z.string().openapi({ format: 'date' }), runs: count, credits }))
      .openapi({ description: 'By days of the zone.' }),
    is_complete: z.boolean().openapi({ description: 'False: there are more slots than one answer counts.' }),
  })
  .openapi('CreditForecast');

export const DEFAULT_TASK_FIGURES = 20;

export const TaskFiguresQuery = z.strictObject({
  order: z.enum(TASK_ORDERS).optional().openapi({
    default: 'failures',
    description: 'What those at the top have most of; of equal ones the one that ran last comes first.',
  }),
  limit: wholeNumber(1, MOST_TASKS).optional().openapi({ default: DEFAULT_TASK_FIGURES }),
});

export const TaskFiguresSchema = z
  .strictObject({
    tasks: z.array(
      z.strictObject({
        task_id: z.string(),
        name: z.string(),
        task_type: z.enum(TASK_TYPES),
        status: z.enum(TASK_STATUSES),
        runs: count.openapi({
          description: 'Executions that succeeded or failed since the task was created.',
        }),
        successes: count,
        failures: count,
        success_rate: percent.openapi({ description: '0 where nothing has ended.' }),
        failures_in_a_row: count.openapi({ description: 'Since the last success.' }),
        credits: credits.openapi({ description: 'Consumed since the task was created.' }),
        last_run_time: z.string().nullable().openapi({ format: 'date-time' }),
        last_error: z.string().nullable(),
      }),
    ),
    total_tasks: count.openapi({ description: 'All that have run and are not deleted, shown here or not.' }),
  })
  .openapi('TaskFigures');
