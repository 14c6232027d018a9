/** Endpoints of one's own that one's events are sent to. */
import { createRoute, z } from '@hono/zod-openapi';
import {
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
import {
  ChangeDestinationBody,
  CreateDestinationBody,
  DeliveriesQuery,
  DeliveryListSchema,
  DestinationListSchema,
  EventDestinationSchema,
  NewDestinationSchema,
  ReplayEventsBody,
} from './schemas.ts';

const tags = ['events'];
const security = SECURITY;
const DESTINATIONS = '/api/v1/event-destinations';
const ONE = `${DESTINATIONS}/{destination_id}`;
const params = z.object({ destination_id: z.string() });
const EDIT_PROBLEMS = [...WRITE_PROBLEMS, 'DESTINATION_NOT_FOUND', 'EDIT_LIMIT_EXCEEDED'] as const;

export const createDestinationRoute = createRoute({
  method: 'post',
  path: DESTINATIONS,
  summary: 'Have one’s events sent to an endpoint',
  description:
    'Each event of the caller’s tasks is sent as a CloudEvent by POST, signed as Standard Webhooks has it, at least ' +
    'once: `webhook-id` is the id of the event whenever it is sent. The answer is the only place where the secret is ' +
    'shown. See docs/event-destinations.md.',
  tags,
  security,
  request: { headers: WriteHeaders, body: jsonBody(CreateDestinationBody, true) },
  responses: {
    201: jsonAnswer('The destination, with its secret.', NewDestinationSchema, SEQUENCE_HEADER),
    ...problems(...WRITE_PROBLEMS, 'CURSOR_AHEAD', 'DESTINATION_LIMIT_EXCEEDED', 'EDIT_LIMIT_EXCEEDED'),
  },
});

export const listDestinationsRoute = createRoute({
  method: 'get',
  path: DESTINATIONS,
  summary: 'List one’s event destinations, oldest first',
  tags,
  security,
  responses: { 200: jsonAnswer('All of them.', DestinationListSchema), ...problems(...READ_PROBLEMS) },
});

export const getDestinationRoute = createRoute({
  method: 'get',
  path: ONE,
  summary: 'Read an event destination, and how far it has come',
  tags,
  security,
  request: { params },
  responses: {
    200: jsonAnswer('The destination.', EventDestinationSchema),
    ...problems(...READ_PROBLEMS, 'DESTINATION_NOT_FOUND'),
  },
});

export const changeDestinationRoute = createRoute({
  method: 'put',
  path: ONE,
  summary: 'Change an event destination, or turn it on or off',
  description: 'It keeps its place in the log: what happens while it is off is sent once it is on again.',
  tags,
  security,
  request: { params, headers: WriteHeaders, body: jsonBody(ChangeDestinationBody, true) },
  responses: {
    200: jsonAnswer('The destination.', EventDestinationSchema, SEQUENCE_HEADER),
    ...problems(...EDIT_PROBLEMS),
  },
});

export const deleteDestinationRoute = createRoute({
  method: 'delete',
  path: ONE,
  summary: 'Send nothing more to an endpoint',
  description: 'Its list of deliveries goes too. Again: 204, nothing appended.',
  tags,
  security,
  request: { params, headers: WriteHeaders },
  responses: {
    204: { description: 'It is no more.', headers: headersOf(SEQUENCE_HEADER) },
    ...problems(...WRITE_PROBLEMS, 'DESTINATION_NOT_FOUND'),
  },
});

export const listDeliveriesRoute = createRoute({
  method: 'get',
  path: `${ONE}/deliveries`,
  summary: 'What became of the last events that were sent, newest first',
  description:
    'Of the last thousand tries and the last thousand events that were given up, for thirty days; one row an event.',
  tags,
  security,
  request: { params, query: DeliveriesQuery },
  responses: {
    200: jsonAnswer('A page of them.', DeliveryListSchema),
    ...problems(...READ_PROBLEMS, 'DESTINATION_NOT_FOUND'),
  },
});

const Asked = z.strictObject({ destination_id: z.string(), event_id: z.string() }).openapi('ResendRequested');

export const resendRoute = createRoute({
  method: 'post',
  path: `${ONE}/deliveries/{event_id}/resend`,
  summary: 'Send an event once more, now',
  description: 'One that is listed. It carries its own id again, and the header `Event-Replay`.',
  tags,
  security,
  request: {
    params: z.object({ destination_id: z.string(), event_id: z.string() }),
    headers: WriteHeaders,
  },
  responses: {
    202: jsonAnswer('It will be sent.', Asked, SEQUENCE_HEADER),
    ...problems(...EDIT_PROBLEMS, 'DELIVERY_NOT_FOUND', 'DESTINATION_OFF'),
  },
});

export const replayEventsRoute = createRoute({
  method: 'post',
  path: `${ONE}/replay`,
  summary: 'Send a range of past events once more',
  description:
    'In the order of the log, beside what is new and after it, with their own ids, fresh timestamps and the header ' +
    '`Event-Replay`. A range by time may take in events of a minute more on either side. One replay at a time.',
  tags,
  security,
  request: { params, headers: WriteHeaders, body: jsonBody(ReplayEventsBody, true) },
  responses: {
    202: jsonAnswer(
      'The replay that was begun, as part of the destination.',
      EventDestinationSchema,
      SEQUENCE_HEADER,
    ),
    ...problems(...EDIT_PROBLEMS, 'DESTINATION_OFF', 'REPLAY_IN_PROGRESS'),
  },
});

export const cancelReplayRoute = createRoute({
  method: 'delete',
  path: `${ONE}/replay`,
  summary: 'Cancel the replay that goes on',
  description: 'What was sent was sent. Without one: 204, nothing appended.',
  tags,
  security,
  request: { params, headers: WriteHeaders },
  responses: {
    204: { description: 'None goes on.', headers: headersOf(SEQUENCE_HEADER) },
    ...problems(...WRITE_PROBLEMS, 'DESTINATION_NOT_FOUND'),
  },
});
