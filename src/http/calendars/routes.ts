/** Named sets of days, which schedules exclude or keep to. */
import { createRoute, z } from '@hono/zod-openapi';
import {
  EditHeaders,
  headersOf,
  jsonAnswer,
  jsonBody,
  problems,
  READ_PROBLEMS,
  SECURITY,
  SEQUENCE_HEADER,
  WRITE_PROBLEMS,
  WriteHeaders,
} from '../router/responses.ts';
import { CalendarListSchema, CalendarSchema, CreateCalendarBody, SaveCalendarBody } from './schemas.ts';

const tags = ['calendars'];
const security = SECURITY;
const CALENDARS = '/api/v1/calendars';
const ONE = `${CALENDARS}/{calendar_id}`;
const params = z.object({ calendar_id: z.string() });
const HEADERS = { ...SEQUENCE_HEADER, ETag: 'The revision of the calendar, quoted.' };

export const createCalendarRoute = createRoute({
  method: 'post',
  path: CALENDARS,
  summary: 'Make a calendar of days',
  description:
    'Schedules name it in `exclude_calendars` or `only_calendars`. A change of it moves the next slots of all tasks that ' +
    'follow it. With `shared` it is the installation’s: for the role `admin`.',
  tags,
  security,
  request: { headers: WriteHeaders, body: jsonBody(CreateCalendarBody, true) },
  responses: {
    201: jsonAnswer('The calendar.', CalendarSchema, { ...HEADERS, Location: 'Its path.' }),
    ...problems(
      ...WRITE_PROBLEMS,
      'FORBIDDEN',
      'CALENDAR_EXISTS',
      'CALENDAR_LIMIT_EXCEEDED',
      'EDIT_LIMIT_EXCEEDED',
    ),
  },
});

export const listCalendarsRoute = createRoute({
  method: 'get',
  path: CALENDARS,
  summary: 'List the calendars that one may follow: the installation’s, then one’s own, each oldest first',
  tags,
  security,
  responses: { 200: jsonAnswer('All of them.', CalendarListSchema), ...problems(...READ_PROBLEMS) },
});

export const getCalendarRoute = createRoute({
  method: 'get',
  path: ONE,
  summary: 'Read a calendar',
  tags,
  security,
  request: { params },
  responses: {
    200: jsonAnswer('The calendar.', CalendarSchema, { ETag: HEADERS.ETag }),
    ...problems(...READ_PROBLEMS, 'CALENDAR_NOT_FOUND'),
  },
});

export const putCalendarRoute = createRoute({
  method: 'put',
  path: ONE,
  summary: 'Give a calendar other days, or another name',
  description:
    'Every task that follows it is moved by an event of its own, soon after. A slot that has come by then keeps what it ' +
    'was by the days before. A shared one is for the role `admin`.',
  tags,
  security,
  request: { params, headers: EditHeaders, body: jsonBody(SaveCalendarBody, true) },
  responses: {
    200: jsonAnswer('The calendar.', CalendarSchema, HEADERS),
    ...problems(
      ...WRITE_PROBLEMS,
      'INVALID_HEADER',
      'FORBIDDEN',
      'CALENDAR_NOT_FOUND',
      'CALENDAR_EXISTS',
      'REVISION_MISMATCH',
      'EDIT_LIMIT_EXCEEDED',
    ),
  },
});

export const deleteCalendarRoute = createRoute({
  method: 'delete',
  path: ONE,
  summary: 'Delete a calendar',
  description:
    'One’s own only while no scheduled or paused task follows it: 409 says how many do. A shared one (role `admin`) may go ' +
    'at any time: tasks that follow it keep the days that it had. Again: 204, nothing appended.',
  tags,
  security,
  request: { params, headers: EditHeaders },
  responses: {
    204: { description: 'It is no more.', headers: headersOf(SEQUENCE_HEADER) },
    ...problems(
      ...WRITE_PROBLEMS,
      'INVALID_HEADER',
      'FORBIDDEN',
      'CALENDAR_NOT_FOUND',
      'REVISION_MISMATCH',
      'CALENDAR_IN_USE',
    ),
  },
});
