/** Analytics as callers ask for them and see them. */
import { z } from '@hono/zod-openapi';
import { MAX_DAYS } from '../../application/queries/user-analytics.ts';
import { TASK_TYPES } from '../../domain/task/status.ts';
import { wholeNumber } from '../router/fields.ts';
import { pointInTime } from '../router/point-in-time.ts';

export const DEFAULT_DAYS = 30;

export const PeriodQuery = z.strictObject({
  /** BR-ANA-002. */
  days: wholeNumber(1, MAX_DAYS)
    .optional()
    .openapi({ description: 'Today and so many days less one before it, in UTC.', default: DEFAULT_DAYS }),
});

export const AnalyticsQuery = PeriodQuery.extend({ as_of: pointInTime.optional() });

const count = z.int().min(0);
const percent = z.number().min(0).max(100);
const seconds = z.number().min(0);
const credits = z.number().min(0);

export const AnalyticsSchema = z
  .strictObject({
    user_id: z.string(),
    time_period: z.string().openapi({ example: 'Last 30 days' }),
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
    total_credits_consumed: credits,
    total_tokens_used: count,
    total_api_calls: count,
    busiest_hours: z.array(z.int().min(0).max(23)).max(5).openapi({ description: 'UTC, the busiest first.' }),
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
