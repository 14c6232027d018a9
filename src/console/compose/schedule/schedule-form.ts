/**
 * The fields of the schedule editor: a schedule to fields, and fields to the schedule that is sent. What is wrong with
 * them the service says.
 */
import { instantOfLocal, localText } from '../wall-time.ts';
import type { ScheduleDocument } from './schedule-document.ts';

export const SCHEDULE_KINDS = ['weekly', 'daily', 'monthly', 'interval', 'once', 'cron', 'rrule'] as const;
export type ScheduleKind = (typeof SCHEDULE_KINDS)[number];
export type IntervalUnit = 'seconds' | 'minutes' | 'hours' | 'days';

/** Text as it stands in its field; empty: not said. */
export interface ScheduleForm {
  /** By which the slots of several schedules name theirs. */
  readonly id: string;
  readonly kind: ScheduleKind;
  /** Monday is 1. */
  readonly weekdays: readonly number[];
  /** `HH:MM`, of the kinds that have a time of the day. */
  readonly time: string;
  /** 1 to 31 or `last`. */
  readonly day: string;
  readonly count: string;
  readonly unit: IntervalUnit;
  /** `YYYY-MM-DDTHH:MM` in `timezone`, as `startAt` and `endAt`. */
  readonly once: string;
  readonly expression: string;
  readonly cronDays: 'either' | 'all';
  readonly rrule: string;
  readonly startDate: string;
  readonly timezone: string;
  readonly startAt: string;
  readonly endAt: string;
  readonly maxRuns: string;
  readonly jitterSeconds: string;
  /** Dates, apart by spaces, commas or lines. */
  readonly excludeDates: string;
  /** Ids of calendars. */
  readonly excludeCalendars: readonly string[];
  readonly onlyCalendars: readonly string[];
  readonly catchUp: string;
  readonly catchUpWindow: string;
  readonly overlap: string;
  readonly dstGap: string;
  readonly dstFold: string;
  readonly attempts: string;
  readonly retryInitial: string;
  readonly retryMultiplier: string;
  readonly retryMax: string;
  readonly pauseOnFailure: string;
  readonly timeoutSeconds: string;
  /** What the fields cannot say to the second, or at all, for as long as they say the same. */
  readonly kept: Kept;
}

interface Kept {
  readonly timezone: string;
  /** Local text of a field, and the instant that it came from. */
  readonly instants: Readonly<
    Record<'once' | 'startAt' | 'endAt', readonly [local: string, instant: string] | null>
  >;
  /** The interval that counts from an anchor. */
  readonly anchor: readonly [seconds: number, anchor: string] | null;
}

const UNIT_SECONDS: Readonly<Record<IntervalUnit, number>> = {
  days: 86_400,
  hours: 3600,
  minutes: 60,
  seconds: 1,
};

/** Of a task without a schedule: each day at nine, once tomorrow. */
export function newScheduleForm(zone: string, now: number): ScheduleForm {
  const tomorrow = localText(zone, now + 86_400_000);
  return {
    id: '',
    kind: 'daily',
    weekdays: [1],
    time: '09:00',
    day: '1',
    count: '1',
    unit: 'hours',
    once: `${tomorrow.slice(0, 10)}T09:00`,
    expression: '0 9 * * *',
    cronDays: 'either',
    rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO',
    startDate: '',
    timezone: zone,
    startAt: '',
    endAt: '',
    maxRuns: '',
    jitterSeconds: '',
    excludeDates: '',
    excludeCalendars: [],
    onlyCalendars: [],
    catchUp: 'latest',
    catchUpWindow: '',
    overlap: 'skip',
    dstGap: 'shift',
    dstFold: 'first',
    attempts: '',
    retryInitial: '',
    retryMultiplier: '',
    retryMax: '',
    pauseOnFailure: '',
    timeoutSeconds: '',
    kept: { timezone: zone, instants: { once: null, startAt: null, endAt: null }, anchor: null },
  };
}

/** Of a schedule as the API shows it; `zone` is for what it leaves open. */
export function scheduleFormOf(schedule: ScheduleDocument | null, zone: string, now: number): ScheduleForm {
  if (schedule === null) return newScheduleForm(zone, now);
  const timezone = textOf(schedule.timezone) || 'UTC';
  const blank = newScheduleForm(timezone, now);
  const startAt = localOf(schedule.start_at, timezone);
  const endAt = localOf(schedule.end_at, timezone);
  return {
    ...blank,
    id: textOf(schedule.id),
    ...shapeFields(schedule, blank),
    ...optionFields(schedule, blank),
    startAt: startAt?.[0] ?? '',
    endAt: endAt?.[0] ?? '',
    kept: {
      timezone,
      instants: {
        once: schedule.type === 'once' ? localOf(schedule.run_time, timezone) : null,
        startAt,
        endAt,
      },
      anchor: schedule.type === 'interval' ? anchorOf(schedule) : null,
    },
  };
}

function shapeFields(schedule: ScheduleDocument, blank: ScheduleForm): Partial<ScheduleForm> {
  const kind = SCHEDULE_KINDS.find((each) => each === schedule.type) ?? 'daily';
  const time = textOf(schedule.run_time);
  switch (kind) {
    case 'weekly':
      return { kind, weekdays: (schedule.weekdays as readonly number[] | undefined) ?? blank.weekdays, time };
    case 'daily':
      return { kind, time };
    case 'monthly':
      return { kind, day: textOf(schedule.day), time };
    case 'interval':
      return { kind, ...intervalFields(Number(schedule.interval_seconds)) };
    case 'once':
      return { kind, once: localOf(schedule.run_time, blank.timezone)?.[0] ?? blank.once };
    case 'cron':
      return {
        kind,
        expression: textOf(schedule.expression),
        cronDays: schedule.days === 'all' ? 'all' : 'either',
      };
    case 'rrule':
      return { kind, rrule: textOf(schedule.rrule), startDate: textOf(schedule.start_date), time };
  }
}

function intervalFields(seconds: number): Pick<ScheduleForm, 'count' | 'unit'> {
  const units = Object.keys(UNIT_SECONDS) as IntervalUnit[];
  const unit = units.find((each) => seconds % UNIT_SECONDS[each] === 0) ?? 'seconds';
  return { count: String(seconds / UNIT_SECONDS[unit]), unit };
}

function optionFields(schedule: ScheduleDocument, blank: ScheduleForm): Partial<ScheduleForm> {
  const retry = (schedule.retry ?? {}) as Readonly<Record<string, unknown>>;
  const jitter = schedule.jitter_seconds === 0 ? '' : textOf(schedule.jitter_seconds);
  return {
    maxRuns: textOf(schedule.max_runs),
    jitterSeconds: jitter,
    excludeDates: listOf(schedule.exclude_dates).join('\n'),
    excludeCalendars: listOf(schedule.exclude_calendars),
    onlyCalendars: listOf(schedule.only_calendars),
    catchUp: textOf(schedule.catch_up) || blank.catchUp,
    catchUpWindow: textOf(schedule.catch_up_window_seconds),
    overlap: textOf(schedule.overlap) || blank.overlap,
    dstGap: textOf(schedule.dst_gap) || blank.dstGap,
    dstFold: textOf(schedule.dst_fold) || blank.dstFold,
    attempts: textOf(retry.max_attempts),
    retryInitial: textOf(retry.initial_seconds),
    retryMultiplier: textOf(retry.multiplier),
    retryMax: textOf(retry.max_seconds),
    pauseOnFailure: textOf(schedule.pause_on_failure),
    timeoutSeconds: textOf(schedule.timeout_seconds),
  };
}

/** What is sent. What its field leaves open is not in it, so that the service's own default holds. */
export function scheduleDocumentOf(form: ScheduleForm): ScheduleDocument {
  const { id, timezone } = form;
  return withoutEmpty({ id, ...shapeDocument(form), timezone, ...optionsDocument(form) });
}

function shapeDocument(form: ScheduleForm): ScheduleDocument {
  const run_time = form.time;
  switch (form.kind) {
    case 'weekly':
      return { type: 'weekly', weekdays: [...form.weekdays].sort((a, b) => a - b), run_time };
    case 'daily':
      return { type: 'daily', run_time };
    case 'monthly':
      return { type: 'monthly', day: form.day === 'last' ? 'last' : numberOf(form.day), run_time };
    case 'interval': {
      const interval_seconds = intervalSeconds(form);
      const [keptSeconds, anchor] = form.kept.anchor ?? [];
      return { type: 'interval', interval_seconds, anchor: keptSeconds === interval_seconds ? anchor : null };
    }
    case 'once':
      return { type: 'once', run_time: instantField(form, 'once') };
    case 'cron':
      return {
        type: 'cron',
        expression: form.expression.trim(),
        days: form.cronDays === 'all' ? 'all' : null,
      };
    case 'rrule':
      return { type: 'rrule', rrule: form.rrule.trim(), start_date: form.startDate, run_time };
  }
}

function intervalSeconds({ count, unit }: ScheduleForm): number | string {
  const value = numberOf(count);
  return typeof value === 'number' ? value * UNIT_SECONDS[unit] : value;
}

function optionsDocument(form: ScheduleForm) {
  const dates = form.excludeDates.split(/[\s,;]+/).filter((date) => date !== '');
  const max_attempts = numberOf(form.attempts);
  const retry = withoutEmpty({
    max_attempts,
    initial_seconds: numberOf(form.retryInitial),
    multiplier: numberOf(form.retryMultiplier),
    max_seconds: numberOf(form.retryMax),
  });
  return {
    start_at: instantField(form, 'startAt'),
    end_at: instantField(form, 'endAt'),
    max_runs: numberOf(form.maxRuns),
    jitter_seconds: numberOf(form.jitterSeconds),
    exclude_dates: orNull(dates),
    exclude_calendars: orNull(form.excludeCalendars),
    only_calendars: orNull(form.onlyCalendars),
    catch_up: form.catchUp,
    catch_up_window_seconds: numberOf(form.catchUpWindow),
    overlap: form.overlap,
    dst_gap: form.dstGap,
    dst_fold: form.dstFold,
    retry: max_attempts === '' || max_attempts === 1 ? null : retry,
    pause_on_failure: numberOf(form.pauseOnFailure),
    timeout_seconds: numberOf(form.timeoutSeconds),
  };
}

/** The instant that the field shows; where that was not changed, the one that it came from, to the second. */
function instantField(form: ScheduleForm, name: 'once' | 'startAt' | 'endAt'): string {
  const [local, instant] = form.kept.instants[name] ?? [];
  if (form[name] === local && form.timezone === form.kept.timezone && instant !== undefined) return instant;
  const read = instantOfLocal(form.timezone, form[name]);
  return read === null ? form[name] : new Date(read).toISOString();
}

function anchorOf(schedule: ScheduleDocument): readonly [number, string] | null {
  return typeof schedule.anchor === 'string' ? [Number(schedule.interval_seconds), schedule.anchor] : null;
}

function localOf(instant: unknown, zone: string): readonly [string, string] | null {
  return typeof instant === 'string' ? [localText(zone, Date.parse(instant)), instant] : null;
}

function orNull(list: readonly string[]): readonly string[] | null {
  return list.length > 0 ? list : null;
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}

/** A number, or the text itself where it is none: the service says what is wrong with it. */
function numberOf(text: string): number | string {
  const trimmed = text.trim();
  return trimmed === '' || Number.isNaN(Number(trimmed)) ? trimmed : Number(trimmed);
}

function withoutEmpty<T extends object>(document: T): T {
  return Object.fromEntries(
    Object.entries(document).filter(([, value]) => value !== null && value !== ''),
  ) as T;
}

/** The field that shows a fault at a path below the schedule: `["weekdays", 0]` in `weekdays`; null: none does. */
export function scheduleFieldOf(
  path: readonly (string | number)[],
  kind: ScheduleKind,
): keyof ScheduleForm | null {
  const [member, within] = path;
  if (member === 'run_time' && kind === 'once') return 'once';
  if (member === 'retry') return RETRY_FIELDS[String(within)] ?? 'attempts';
  return FIELDS[String(member)] ?? null;
}

const RETRY_FIELDS: Readonly<Record<string, keyof ScheduleForm>> = {
  initial_seconds: 'retryInitial',
  multiplier: 'retryMultiplier',
  max_seconds: 'retryMax',
};
const FIELDS: Readonly<Record<string, keyof ScheduleForm>> = {
  id: 'id',
  weekdays: 'weekdays',
  run_time: 'time',
  day: 'day',
  interval_seconds: 'count',
  anchor: 'count',
  expression: 'expression',
  days: 'cronDays',
  rrule: 'rrule',
  start_date: 'startDate',
  timezone: 'timezone',
  start_at: 'startAt',
  end_at: 'endAt',
  max_runs: 'maxRuns',
  jitter_seconds: 'jitterSeconds',
  exclude_dates: 'excludeDates',
  exclude_calendars: 'excludeCalendars',
  only_calendars: 'onlyCalendars',
  catch_up: 'catchUp',
  catch_up_window_seconds: 'catchUpWindow',
  overlap: 'overlap',
  dst_gap: 'dstGap',
  dst_fold: 'dstFold',
  pause_on_failure: 'pauseOnFailure',
  timeout_seconds: 'timeoutSeconds',
};
