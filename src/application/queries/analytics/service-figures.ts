/**
 * The success metrics of the whole service, each with its target, from what the projector has counted: as of its
 * checkpoint. What no event tells is null, with the reason.
 */
import { type CreditMicros, creditsOf } from '../../../domain/shared/credits.ts';
import type { Sequence } from '../../../domain/shared/ids.ts';
import { dayOf, type Instant } from '../../../domain/shared/instant.ts';
import type { Json, JsonObject } from '../../../domain/shared/json.ts';
import { type Cohort, IN_TIME_MS, RETENTION_DAYS } from '../../../projections/analytics.ts';
import { addCohorts, daysBefore } from '../../../projections/analytics-sums.ts';
import type { AnalyticsViews } from '../../ports/views.ts';
import { DaySums, percent, ratio, rounded, type Sum, timePeriod } from './analytics-figures.ts';
import { lastDays } from './local-hours.ts';

export interface Metric {
  readonly name: string;
  /** As text, null where the metric has none. */
  readonly target: string | null;
  readonly unit: string;
  readonly value: Json;
  /** Why there is no value; null where there is one. */
  readonly reason: string | null;
}

export interface ServiceFigures {
  readonly time_period: string;
  /** Every event up to this one is counted. */
  readonly up_to_sequence: Sequence;
  readonly metrics: Readonly<Record<string, Metric>>;
}

export interface ServiceAnalyticsOptions {
  readonly views: Pick<AnalyticsViews, 'serviceDays'>;
  /** What the event log takes on disk. Throws LogUnavailable. */
  readonly logBytes: () => Promise<number>;
}

/** Of the last `days` days until `now`. Throws LogUnavailable. */
export async function serviceFigures(
  { views, logBytes }: ServiceAnalyticsOptions,
  days: number,
  now: Instant,
): Promise<ServiceFigures> {
  const { dates } = lastDays(now, days);
  const [{ upTo, days: counted, totals }, storedBytes] = await Promise.all([
    views.serviceDays(dates),
    logBytes(),
  ]);
  const sums = new DaySums();
  let activeTasks = 0;
  let created = 0;
  let fromTemplate = 0;
  for (const day of counted.values()) {
    sums.add(day);
    activeTasks += day.active_tasks;
    created += day.tasks_created;
    fromTemplate += day.tasks_from_template;
  }
  const tasks = totals?.tasks ?? {};
  const recent = totals?.recent ?? {};
  const earlier = totals?.earlier ?? { users: 0, with_tasks: 0 };
  const users = Object.values(recent).reduce(addCohorts, earlier);
  const bound = daysBefore(dayOf(now), RETENTION_DAYS);
  const longAgo = Object.entries(recent)
    .filter(([day]) => day <= bound)
    .reduce<Cohort>((all, [, cohort]) => addCohorts(all, cohort), earlier);
  return {
    time_period: timePeriod(days),
    up_to_sequence: upTo,
    metrics: {
      ...quality(sums.all, created, fromTemplate),
      ...performance(sums),
      ...resources(sums, users, storedBytes),
      ...business({ tasks, users, longAgo, perDay: activeTasks / days }),
    },
  };
}

function quality(all: Sum, created: number, fromTemplate: number) {
  return {
    task_creation_success_rate: unknown(
      'Task Creation Success Rate',
      '>99%',
      'percent',
      'A creation that is refused or fails leaves no event.',
    ),
    execution_success_rate:
      all.ended() === 0
        ? unknown('Execution Success Rate', '>95%', 'percent', 'No execution has ended in this period.')
        : known('Execution Success Rate', '>95%', 'percent', all.successRate()),
    schedule_accuracy:
      all.scheduleAccuracy() === null
        ? unknown('Schedule Accuracy', '>99%', 'percent', NO_SLOT)
        : known(
            'Schedule Accuracy',
            '>99%',
            `percent started within ${IN_TIME_MS / 1000} s`,
            all.scheduleAccuracy(),
          ),
    template_usage_rate:
      created === 0
        ? unknown('Template Usage Rate', null, 'percent', 'No task was created in this period.')
        : known('Template Usage Rate', null, 'percent', percent(fromTemplate, created)),
  };
}

const NO_SLOT = 'No scheduled run was due in this period.';

function performance({ all, byType }: DaySums) {
  const starts = all.of('slot_starts');
  const noTime = 'How long a request takes is no event.';
  return {
    task_creation_latency: unknown('Task Creation Latency', '<200ms', 'milliseconds', noTime),
    execution_start_latency:
      starts === 0
        ? unknown('Execution Start Latency', '<5s', 'seconds on average', NO_SLOT)
        : known(
            'Execution Start Latency',
            '<5s',
            'seconds on average',
            rounded(all.of('slot_late_ms') / starts / 1_000, 3),
          ),
    average_execution_duration: known(
      'Average Execution Duration',
      null,
      'seconds by task type',
      perType(byType, (sum) => sum.averageSeconds()),
    ),
    api_response_time: unknown('API Response Time', '<100ms', 'milliseconds, 95th percentile', noTime),
  };
}

function resources({ all, byType }: DaySums, users: Cohort, storedBytes: number) {
  const credits = all.of('credits_micros');
  const perUser = Math.round(ratio(credits, users.users)) as CreditMicros;
  return {
    credits_consumed: known('Credits Consumed', null, 'credits in this period', {
      total: all.credits(),
      per_user: creditsOf(perUser),
    }),
    tokens_used: known(
      'Tokens Used',
      null,
      'tokens by task type',
      perType(byType, (sum) => sum.of('tokens')),
    ),
    api_calls_made: known(
      'API Calls Made',
      null,
      'calls per execution',
      rounded(ratio(all.of('api_calls'), all.of('executions')), 2),
    ),
    storage_used: known('Storage Used', null, 'bytes of the event log', {
      total: storedBytes,
      per_user: Math.round(ratio(storedBytes, users.users)),
    }),
  };
}

function business(of: {
  readonly tasks: Readonly<Record<string, number>>;
  readonly users: Cohort;
  readonly longAgo: Cohort;
  readonly perDay: number;
}) {
  const tasks = Object.values(of.tasks).reduce((a, b) => a + b, 0);
  return {
    daily_active_tasks: known('Daily Active Tasks', null, 'tasks a day', rounded(of.perDay, 2)),
    user_task_count: known(
      'User Task Count',
      null,
      'tasks for each user who has any',
      rounded(ratio(tasks, of.users.with_tasks), 2),
    ),
    task_diversity: known(
      'Task Diversity',
      null,
      'percent of tasks by type',
      Object.fromEntries(Object.entries(of.tasks).map(([type, count]) => [type, percent(count, tasks)])),
    ),
    retention_rate:
      of.longAgo.users === 0
        ? unknown(
            'Retention Rate',
            null,
            'percent',
            `No user created a first task ${RETENTION_DAYS} or more days ago.`,
          )
        : known('Retention Rate', null, 'percent', percent(of.longAgo.with_tasks, of.longAgo.users)),
  };
}

function known(name: string, target: string | null, unit: string, value: Json): Metric {
  return { name, target, unit, value, reason: null };
}

function unknown(name: string, target: string | null, unit: string, reason: string): Metric {
  return { name, target, unit, value: null, reason };
}

function perType(byType: DaySums['byType'], figure: (sum: Sum) => number): JsonObject {
  return Object.fromEntries([...byType].map(([type, sum]) => [type, figure(sum)]));
}
