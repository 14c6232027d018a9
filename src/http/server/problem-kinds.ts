/** Every code that an answer may refuse with: its status, its title, and what it says where nothing more is known. */
import type { RejectionCode } from '../../domain/shared/decision.ts';

type RequestCode =
  | 'VALIDATION_ERROR'
  | 'IMMUTABLE_FIELD'
  | 'INVALID_JSON'
  | 'INVALID_HEADER'
  | 'MALFORMED_REQUEST'
  | 'EXPECTATION_FAILED'
  | 'HEADERS_TOO_LARGE'
  | 'REQUEST_TIMEOUT'
  | 'BODY_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'UNAUTHENTICATED'
  | 'AUTH_UNAVAILABLE'
  | 'FORBIDDEN'
  | 'CALENDAR_IN_USE'
  | 'SESSION_REFUSED'
  | 'ACCOUNT_NOT_FOUND'
  | 'ACCOUNT_UNAVAILABLE'
  | 'SUBSCRIPTION_REQUIRED'
  | 'NOT_FOUND'
  | 'DEAD_LETTER_NOT_FOUND'
  | 'WEBHOOK_SIGNATURE_INVALID'
  | 'DELIVERY_NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'IDEMPOTENCY_IN_FLIGHT'
  | 'CONCURRENT_UPDATE'
  | 'CURSOR_AHEAD'
  | 'LOG_FORKED'
  | 'AS_OF_TOO_FAR'
  | 'NOT_YET_SIGNED'
  | 'VERIFYING_ALREADY'
  | 'TOO_MANY_STREAMS'
  | 'STREAMS_EXHAUSTED'
  | 'RATE_LIMITED'
  | 'LOG_UNAVAILABLE'
  | 'OUTCOME_UNKNOWN'
  | 'STORAGE_FULL'
  | 'LOG_INCOMPLETE'
  | 'UNKNOWN_ZONE'
  | 'NO_USER_KEY'
  | 'INTERNAL_ERROR';
export type ErrorCode = RequestCode | RejectionCode;

interface Kind {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
}

export const PROBLEM_KINDS: Readonly<Record<ErrorCode, Kind>> = {
  VALIDATION_ERROR: kind(422, 'Invalid request', 'The request has faults; `errors` names each of them.'),
  IMMUTABLE_FIELD: kind(422, 'Immutable field', 'The update names a field that cannot be changed.'),
  INVALID_JSON: kind(400, 'Invalid JSON', 'The body is not JSON text in UTF-8.'),
  INVALID_HEADER: kind(400, 'Invalid header', 'A request header is malformed.'),
  MALFORMED_REQUEST: kind(400, 'Malformed request', 'It is no HTTP request that can be read for certain.'),
  EXPECTATION_FAILED: kind(417, 'Expectation failed', 'No other expectation than 100-continue is met here.'),
  HEADERS_TOO_LARGE: kind(431, 'Headers too large', 'The headers of the request are too large together.'),
  REQUEST_TIMEOUT: kind(408, 'Request timeout', 'The request did not arrive in time.'),
  BODY_TOO_LARGE: kind(413, 'Body too large', 'The body is larger than 1 MiB.'),
  UNSUPPORTED_MEDIA_TYPE: kind(
    415,
    'Unsupported media type',
    'The body is of a type that this call does not take.',
  ),
  UNAUTHENTICATED: kind(401, 'Not authenticated', 'The request carries no valid credentials.'),
  AUTH_UNAVAILABLE: kind(
    503,
    'Authentication unavailable',
    'Who is calling cannot be verified at the moment; nothing was changed.',
  ),
  SESSION_REFUSED: kind(
    403,
    'Session refused',
    'A session is begun by a page of the console of this service.',
  ),
  FORBIDDEN: kind(403, 'Forbidden', 'The caller may not do this; `required` names who may.'),
  ACCOUNT_NOT_FOUND: kind(403, 'Account not found', 'The user has no active account.'),
  ACCOUNT_UNAVAILABLE: kind(
    503,
    'Account service unavailable',
    'Whether the user has an account cannot be verified at the moment; nothing was changed.',
  ),
  SUBSCRIPTION_REQUIRED: kind(
    403,
    'Subscription required',
    "This takes a higher subscription tier than the caller's.",
  ),
  NOT_FOUND: kind(404, 'Not found', 'There is nothing at this path.'),
  METHOD_NOT_ALLOWED: kind(405, 'Method not allowed', 'This path does not take this method.'),
  IDEMPOTENCY_KEY_REUSED: kind(
    422,
    'Idempotency key reused',
    'This Idempotency-Key was used for another request within the last 24 hours.',
  ),
  IDEMPOTENCY_IN_FLIGHT: kind(
    409,
    'Request in flight',
    'A request with this Idempotency-Key has not been answered yet.',
  ),
  CONCURRENT_UPDATE: kind(
    409,
    'Concurrent update',
    'Others made changes again and again; nothing was changed by this request.',
  ),
  NOT_YET_SIGNED: kind(
    409,
    'Not yet signed',
    'No signed checkpoint of the log covers it yet; one is signed a minute after an event at the latest.',
  ),
  AS_OF_TOO_FAR: kind(
    422,
    'As of too far back',
    'More has happened since than one answer may read; ask for single tasks, or for a later point.',
  ),
  LOG_UNAVAILABLE: kind(503, 'Log unavailable', 'The event log does not answer; nothing was changed.'),
  OUTCOME_UNKNOWN: kind(
    503,
    'Outcome unknown',
    'The event log did not answer in time. The change is made at most once; repeat the request with the same Idempotency-Key to learn its outcome.',
  ),
  STORAGE_FULL: kind(503, 'Storage full', 'The store has no room left; nothing was changed. Reads go on.'),
  NO_USER_KEY: kind(
    503,
    'No key',
    'The key that the content of this user is sealed under is not there, or does not open; nothing was changed.',
  ),
  LOG_INCOMPLETE: kind(
    503,
    'Log incomplete',
    'The event log has lost events: nothing is read or written before that is mended.',
  ),
  UNKNOWN_ZONE: kind(
    503,
    'Unknown zone',
    'The time zone data of this instance do not have the zone of the schedule, which another instance has stored: update it.',
  ),
  INTERNAL_ERROR: kind(
    500,
    'Internal error',
    'Something unexpected went wrong; `trace_id` finds it in the log.',
  ),
  TASK_NOT_FOUND: kind(404, 'Task not found', 'There is no such task.'),
  DEAD_LETTER_NOT_FOUND: kind(
    404,
    'Dead letter not found',
    'There is no dead letter of this number: it may have been sent back.',
  ),
  EXECUTION_NOT_FOUND: kind(404, 'Execution not found', 'There is no such execution.'),
  TEMPLATE_NOT_FOUND: kind(404, 'Template not found', 'There is no such template.'),
  TEMPLATE_EXISTS: kind(409, 'Template exists', 'There is, or was, a template with this id.'),
  REVISION_MISMATCH: kind(
    412,
    'Revision mismatch',
    'What is to be changed was changed since the revision in If-Match.',
  ),
  INVALID_STATUS_TRANSITION: kind(409, 'Invalid status transition', 'The task cannot move to that status.'),
  TASK_NOT_EXECUTABLE: kind(
    409,
    'Task not executable',
    'The task cannot be run in its status: nothing runs a cancelled or deleted one, webhooks and events no paused or completed one.',
  ),
  TASK_ALREADY_RUNNING: kind(409, 'Task already running', 'The task has an execution that has not ended.'),
  EXECUTION_ALREADY_FINISHED: kind(409, 'Execution already finished', 'The execution has ended already.'),
  NO_FUTURE_SLOT: kind(409, 'No future slot', 'The schedule has no slot after now.'),
  NO_SCHEDULE: kind(409, 'No schedule', 'The task has no schedule.'),
  SLOT_NOT_PLANNED: kind(
    409,
    'Slot not planned',
    'No slot is planned there; `reason` says why: `no_slot` of the schedule, `past`, `taken` already, or the status of a task that waits for none.',
  ),
  TOO_MANY_SKIPS: kind(422, 'Too many skips', 'More single slots are skipped than one task may have ahead.'),
  NO_OCCURRENCE: kind(
    409,
    'No occurrence',
    'The task has no such occurrence among its last ones; without a slot, none that is open.',
  ),
  TOO_MANY_SLOTS: kind(422, 'Too many slots', 'The range holds more slots than one call may take.'),
  NO_SLOTS: kind(422, 'No slots', 'The schedule has no slot in the range.'),
  SCHEDULE_NOT_FOUND: kind(404, 'Schedule not found', 'The task has no schedule of that id.'),
  BACKFILL_IN_PROGRESS: kind(409, 'Backfill in progress', 'An earlier backfill of the task has not ended.'),
  WEBHOOK_NOT_FOUND: kind(404, 'Webhook not found', 'There is no such webhook.'),
  WEBHOOK_SIGNATURE_INVALID: kind(
    403,
    'Webhook signature invalid',
    'The call is not signed as its webhook wants it.',
  ),
  MESSAGE_MAY_BE_KNOWN: kind(409, 'Message may be known', 'The message may have run the task already.'),
  USER_DELETED: kind(403, 'User deleted', 'The account of this user is deleted.'),
  TASK_LIMIT_EXCEEDED: kind(429, 'Task limit exceeded', 'The subscription allows no more tasks.'),
  EXECUTION_LIMIT_EXCEEDED: kind(
    429,
    'Execution limit exceeded',
    'The subscription allows no more executions on this day (UTC).',
  ),
  CREDIT_LIMIT_EXCEEDED: kind(
    429,
    'Credit limit exceeded',
    'The run could go beyond the credits that the subscription allows in this month (UTC).',
  ),
  EDIT_LIMIT_EXCEEDED: kind(
    429,
    'Edit limit exceeded',
    'The subscription allows no more edits on this day (UTC).',
  ),
  STORAGE_LIMIT_EXCEEDED: kind(
    429,
    'Storage limit exceeded',
    'With this the tasks of the user would hold more than the subscription allows; the history of deleted ones counts.',
  ),
  CURSOR_AHEAD: kind(
    409,
    'Cursor ahead',
    'The log ends before the place that was asked for: it is not the log that the place is of.',
  ),
  LOG_FORKED: kind(
    409,
    'Log forked',
    'The log has lost events since this place was handed out, from `lost_from` on: begin anew behind the event before that.',
  ),
  TOO_MANY_STREAMS: kind(429, 'Too many streams', 'The user has as many event streams open as one may.'),
  VERIFYING_ALREADY: kind(
    503,
    'Verifying already',
    'This instance is checking the whole log for another caller; repeat the request later.',
  ),
  STREAMS_EXHAUSTED: kind(
    503,
    'Streams exhausted',
    'This instance has as many event streams open as it can.',
  ),
  RATE_LIMITED: kind(429, 'Too many requests', 'Too many requests; repeat the request later.'),
  EVENT_NOT_FOUND: kind(404, 'Event not found', 'The task has no event of this sequence.'),
  CALENDAR_LIMIT_EXCEEDED: kind(
    429,
    'Calendar limit exceeded',
    'There may be no more calendars; delete one.',
  ),
  CALENDAR_EXISTS: kind(409, 'Calendar exists', 'There is another calendar of this name.'),
  CALENDAR_NOT_FOUND: kind(404, 'Calendar not found', 'There is no such calendar.'),
  CALENDAR_IN_USE: kind(409, 'Calendar in use', 'As many tasks as `tasks` says follow it.'),
  DESTINATION_LIMIT_EXCEEDED: kind(
    429,
    'Destination limit exceeded',
    'The subscription allows no more event destinations.',
  ),
  DESTINATION_NOT_FOUND: kind(404, 'Event destination not found', 'There is no such event destination.'),
  DELIVERY_NOT_FOUND: kind(404, 'Delivery not found', 'No such delivery is listed any more.'),
  DESTINATION_OFF: kind(409, 'Event destination is off', 'It has to be turned on first.'),
  REPLAY_IN_PROGRESS: kind(
    409,
    'Replay in progress',
    'Another replay goes on; wait for its end, or cancel it.',
  ),
  CHANGED_SINCE: kind(
    409,
    'Changed since',
    'What the event changed has been changed since, and an undo takes back nothing newer; `fields` names it.',
  ),
  NOT_UNDOABLE: kind(
    409,
    'Not undoable',
    'No edit takes the event back; `reason` says why: `no_compensation`, `no_way_back` or `too_long_ago`.',
  ),
  STALE_ATTEMPT: kind(409, 'Stale attempt', 'The attempt is not the current one.'),
};

/** After how many seconds a repeat makes sense, for the problems that pass by themselves. */
export const RETRY_AFTER_SECONDS: Partial<Record<ErrorCode, number>> = {
  AUTH_UNAVAILABLE: 1,
  ACCOUNT_UNAVAILABLE: 1,
  IDEMPOTENCY_IN_FLIGHT: 1,
  CONCURRENT_UPDATE: 1,
  LOG_UNAVAILABLE: 1,
  OUTCOME_UNKNOWN: 1,
  STORAGE_FULL: 60,
  LOG_INCOMPLETE: 60,
  TOO_MANY_STREAMS: 10,
  STREAMS_EXHAUSTED: 10,
  VERIFYING_ALREADY: 30,
};

/** Every code there is, for the description of the API. */
export function allErrorCodes() {
  return Object.entries(PROBLEM_KINDS).map(([code, { status, title, detail }]) => ({
    code,
    status,
    title,
    detail,
  }));
}

export function titleOf(code: ErrorCode): string {
  return PROBLEM_KINDS[code].title;
}

export function statusCodeOf(code: ErrorCode): number {
  return PROBLEM_KINDS[code].status;
}

function kind(status: number, title: string, detail: string): Kind {
  return { status, title, detail };
}
