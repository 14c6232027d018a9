/** A user's tasks as a calendar that calendar programs subscribe to. */
import { createRoute, z } from '@hono/zod-openapi';
import {
  headersOf,
  jsonAnswer,
  problems,
  SECURITY,
  SEQUENCE_HEADER,
  WRITE_PROBLEMS,
  WriteHeaders,
} from '../router/responses.ts';

const tags = ['calendar'];
export const CALENDAR_PATH = '/api/v1/calendar.ics';

export const issueFeedRoute = createRoute({
  method: 'post',
  path: '/api/v1/calendar/feed',
  summary: 'A URL to subscribe to',
  description:
    'The answer is the only place where the URL is shown: whoever has it can read the calendar. A URL that was issued ' +
    'before is revoked.',
  tags,
  security: SECURITY,
  request: { headers: WriteHeaders },
  responses: {
    201: jsonAnswer(
      'The URL.',
      z.strictObject({ url: z.string().openapi({ format: 'uri' }) }).openapi('CalendarFeed'),
      SEQUENCE_HEADER,
    ),
    ...problems(...WRITE_PROBLEMS),
  },
});

export const revokeFeedRoute = createRoute({
  method: 'delete',
  path: '/api/v1/calendar/feed',
  summary: 'Revokes the URL',
  description: 'Again, or without a URL: 204, nothing appended.',
  tags,
  security: SECURITY,
  request: { headers: WriteHeaders },
  responses: {
    204: { description: 'There is no URL any more.', headers: headersOf(SEQUENCE_HEADER) },
    ...problems(...WRITE_PROBLEMS),
  },
});

const CALENDAR_HEADERS = {
  ETag: 'Changes with the calendar.',
  'Last-Modified': 'When a task in it changed last; without tasks there is none.',
};

export const calendarRoute = createRoute({
  method: 'get',
  path: CALENDAR_PATH,
  summary: 'The calendar, for who has its URL',
  description:
    'RFC 5545: calendar events, and the due dates of open to-dos. No other authentication than the token; a token that ' +
    'is not in force answers 404.',
  tags,
  request: { query: z.object({ token: z.string() }) },
  responses: {
    200: {
      description: 'The calendar.',
      content: { 'text/calendar': { schema: { type: 'string' as const } } },
      headers: headersOf({
        ...CALENDAR_HEADERS,
        'Content-Disposition': 'A name for the file.',
      }),
    },
    304: { description: 'As it was.', headers: headersOf(CALENDAR_HEADERS) },
    ...problems('NOT_FOUND', 'RATE_LIMITED'),
  },
});
