/**
 * The shapes of schedules as JSON Schemas, for clients that are generated: the documents that are taken, with their
 * shorthands, and the one form in which they are shown. What checks a document is `parseSchedule`, not these.
 */

const text = (description: string, more: object = {}) => ({ type: 'string', description, ...more });
const whole = (minimum: number, description: string) => ({ type: 'integer', minimum, description });
const orNull = (schema: { readonly type: string }) => ({ ...schema, type: [schema.type, 'null'] });

const INSTANT = { type: 'string', format: 'date-time' };
const timeOfDay = text('Local time of day, "HH:MM"; 09:00 is the default.', {
  pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
});
const retry = {
  type: ['object', 'null'],
  properties: {
    max_attempts: whole(1, 'With the first one.'),
    initial_seconds: whole(1, 'Before the second attempt.'),
    multiplier: { type: 'number', minimum: 1 },
    max_seconds: whole(1, 'No pause is longer.'),
  },
  required: ['max_attempts'],
  additionalProperties: false,
};

/** Common to all types; nullable, as they are shown. */
const options = {
  timezone: text('IANA name; UTC is the default.'),
  start_at: orNull({ ...INSTANT, type: 'string' }),
  end_at: orNull({ ...INSTANT, type: 'string' }),
  dst_gap: { enum: ['shift', 'end', 'skip'] },
  dst_fold: { enum: ['first', 'second', 'both'] },
  catch_up: { enum: ['skip', 'latest', 'all'] },
  catch_up_window_seconds: whole(60, 'How long ago a missed slot may be to be caught up.'),
  overlap: { enum: ['skip', 'buffer_one', 'cancel_running'] },
  max_runs: orNull({ type: 'integer' }),
  jitter_seconds: whole(0, 'Each slot is due up to so much later.'),
  exclude_dates: { type: ['array', 'null'], items: { type: 'string', format: 'date' } },
  pause_on_failure: orNull({ type: 'integer' }),
  retry,
  timeout_seconds: orNull({ type: 'integer' }),
};

/** Absent, or a list of calendars. */
const calendars = {
  type: 'array',
  items: { type: 'string' },
  maxItems: 10,
  description: 'Ids of calendars, at most 10 in both lists.',
};
const following = { exclude_calendars: calendars, only_calendars: calendars };

type Members = Readonly<Record<string, object>>;

function shape(title: string, type: string, members: Members, required: readonly string[], all: Members) {
  return {
    type: 'object',
    title,
    properties: { type: { type: 'string', const: type }, ...members, ...all },
    required: ['type', ...required],
    additionalProperties: false,
  };
}

/** As sent: every option may be left out, or null. */
const sentOptions: Members = Object.fromEntries(
  Object.entries({ ...options, ...following }).map(([name, schema]) => [name, nullable(schema)]),
);

function nullable(schema: object): object {
  const { type, enum: values } = schema as { type?: string | string[]; enum?: string[] };
  if (values !== undefined) return { enum: [...values, null] };
  return Array.isArray(type) || type === undefined ? schema : { ...schema, type: [type, 'null'] };
}

const weekday = {
  anyOf: [
    { type: 'integer', minimum: 1, maximum: 7 },
    { type: 'string', description: 'An English name, such as monday or mon.' },
  ],
};
const day = {
  anyOf: [
    { type: 'integer', minimum: 1, maximum: 31 },
    { type: 'string', description: 'last' },
  ],
};
const clock: Members = { run_time: nullable(timeOfDay), time: nullable(timeOfDay) };
const sent = (title: string, type: string, members: Members, required: readonly string[] = []) =>
  shape(title, type, members, required, sentOptions);

const cronSent: Members = {
  expression: text('Five fields, or `@hourly` and the like.'),
  cron_expression: text('Another name of `expression`.'),
  days: { enum: ['either', 'all', null] },
};

const documents = [
  sent('Cron', 'cron', cronSent),
  sent('Interval', 'interval', {
    interval_seconds: { type: 'integer', minimum: 60 },
    interval_minutes: { type: 'integer', minimum: 1 },
    every: text('ISO 8601 duration, such as PT90M.'),
    anchor: nullable(INSTANT),
  }),
  sent('Once', 'once', { run_time: INSTANT }, ['run_time']),
  sent('Daily', 'daily', clock),
  sent('Weekly', 'weekly', {
    weekdays: { type: 'array', items: weekday, minItems: 1 },
    weekday,
    ...clock,
  }),
  sent('Monthly', 'monthly', { day, ...clock }, ['day']),
  sent(
    'Rule',
    'rrule',
    { rrule: text('RFC 5545.'), start_date: nullable({ type: 'string', format: 'date' }), ...clock },
    ['rrule'],
  ),
];

const shown = (title: string, type: string, members: Members, optional: Members = {}) =>
  shape(title, type, { ...members, ...optional }, [...Object.keys(members), ...Object.keys(options)], {
    ...options,
    ...following,
  });

const forms = [
  shown('Cron', 'cron', { expression: { type: 'string' } }, { days: { type: 'string', const: 'all' } }),
  shown('Interval', 'interval', { interval_seconds: { type: 'integer' }, anchor: INSTANT }),
  shown('Once', 'once', { run_time: INSTANT }),
  shown('Daily', 'daily', { run_time: { type: 'string' } }),
  shown('Weekly', 'weekly', {
    weekdays: { type: 'array', items: { type: 'integer', minimum: 1, maximum: 7 } },
    run_time: { type: 'string' },
  }),
  shown('Monthly', 'monthly', {
    day: { anyOf: [{ type: 'integer' }, { type: 'string', const: 'last' }] },
    run_time: { type: 'string' },
  }),
  shown('Rule', 'rrule', {
    rrule: { type: 'string' },
    start_date: { type: 'string', format: 'date' },
    run_time: { type: 'string' },
  }),
];

const id = text('Unique in the task; made where it is left out.', {
  pattern: '^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$',
});

/** The same shapes with an id. */
function withId(
  shapes: readonly ReturnType<typeof shape>[],
  title: string,
  idSchema: object,
  isShown: boolean,
) {
  return shapes.map((one) => ({
    ...one,
    title: `${title}${one.title}`,
    properties: { id: idSchema, ...one.properties },
    required: isShown ? ['id', ...one.required] : one.required,
  }));
}

/** By the names that they have in the OpenAPI document. */
export const SCHEDULE_SCHEMAS = {
  ScheduleDocument: {
    description: 'When a task runs, as it is sent; times of day are local to `timezone`.',
    oneOf: documents,
    example: { type: 'daily', run_time: '07:30', timezone: 'Europe/Paris' },
  },
  NamedScheduleDocument: {
    description: 'One of several schedules of a task, as it is sent.',
    oneOf: withId(documents, 'Named', nullable(id), false),
    example: { id: 'mornings', type: 'daily', run_time: '07:30', timezone: 'Europe/Paris' },
  },
  NamedSchedule: {
    description: 'A schedule of a task with its id, in the form in which it is stored.',
    oneOf: withId(forms, 'Named', id, true),
  },
  Schedule: { description: 'When a task runs, in the form in which it is stored.', oneOf: forms },
} as const;
