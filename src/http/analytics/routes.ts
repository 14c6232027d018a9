import { createRoute } from '@hono/zod-openapi';
import { jsonAnswer, problems, READ_PROBLEMS, SECURITY } from '../router/responses.ts';
import {
  AnalyticsQuery,
  AnalyticsSchema,
  ForecastQuerySchema,
  ForecastSchema,
  HoursQuery,
  HoursSchema,
  TaskFiguresQuery,
  TaskFiguresSchema,
} from './schemas.ts';

const tags = ['analytics'];

const route = {
  method: 'get',
  summary: 'Figures of the caller’s tasks and executions over the last days',
  description: 'With `as_of`, as they were then, over the days before.',
  tags,
  security: SECURITY,
  request: { query: AnalyticsQuery },
  responses: {
    200: jsonAnswer('The figures, with every event up to now.', AnalyticsSchema, {
      ETag: 'Changes when anything of the user does, and with the day. Not there while events come without pause.',
      'Cache-Control': '`private, no-cache`: ask again with If-None-Match.',
    }),
    304: { description: 'Nothing has changed.' },
    ...problems(...READ_PROBLEMS, 'AS_OF_TOO_FAR', 'CURSOR_AHEAD', 'LOG_FORKED'),
  },
} as const;

export const analyticsRoute = createRoute({ ...route, path: '/api/v1/analytics' });
export const tasksAnalyticsRoute = createRoute({ ...route, path: '/api/v1/tasks/analytics' });

export const hoursRoute = createRoute({
  method: 'get',
  path: '/api/v1/analytics/hours',
  summary: 'When the caller’s executions are, by weekday and hour of a time zone',
  tags,
  security: SECURITY,
  request: { query: HoursQuery },
  responses: { 200: jsonAnswer('The counts.', HoursSchema), ...problems(...READ_PROBLEMS) },
});

export const taskFiguresRoute = createRoute({
  method: 'get',
  path: '/api/v1/analytics/tasks',
  summary: 'Which of the caller’s tasks fail, run or cost most',
  description: 'Of every task since it was created. Deleted tasks, and those that never ran, are left out.',
  tags,
  security: SECURITY,
  request: { query: TaskFiguresQuery },
  responses: { 200: jsonAnswer('The tasks.', TaskFiguresSchema), ...problems(...READ_PROBLEMS) },
});

export const forecastRoute = createRoute({
  method: 'get',
  path: '/api/v1/analytics/forecast',
  summary: 'Runs and credits ahead, day by day, from the slots of the caller’s schedules',
  description:
    'As things stand: of scheduled tasks, each slot at the credits that a run of its task reserves.',
  tags,
  security: SECURITY,
  request: { query: ForecastQuerySchema },
  responses: { 200: jsonAnswer('The days ahead.', ForecastSchema), ...problems(...READ_PROBLEMS) },
});
