/**
 * Ids and positions as branded types: a plain string or number is none of them until `parse…` has looked at it.
 * Nothing here makes an id: time and randomness reach the domain as arguments.
 */
declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Owner of tasks: any non-empty text of at most 255 UTF-8 bytes without control characters. */
export type UserId = Brand<string, 'UserId'>;
/** `tsk_` and a ULID (BR-TSK-001). */
export type TaskId = Brand<string, 'TaskId'>;
/** `exe_` and a ULID. */
export type ExecutionId = Brand<string, 'ExecutionId'>;
/** `tpl_` and a name of lower-case letters, digits and `_` (BR-TPL-001); it is a subject token as it stands. */
export type TemplateId = Brand<string, 'TemplateId'>;
/** Of an endpoint of a user's own: `dst_` and a ULID. */
export type DestinationId = Brand<string, 'DestinationId'>;
/** Of a named set of days: `cal_` and a ULID. */
export type CalendarId = Brand<string, 'CalendarId'>;
/** Of a replay to one: `rpl_` and a ULID. */
export type ReplayId = Brand<string, 'ReplayId'>;
/** A ULID; also the message id of the event in the log. */
export type EventId = Brand<string, 'EventId'>;
/** Position in the log stream, 1 and up; 0 stands before the first event. */
export type Sequence = Brand<number, 'Sequence'>;
/** How many events a subject holds: 1, 2, 3, …; 0 before the first. Shown as the task's ETag. */
export type Revision = Brand<number, 'Revision'>;
/** Lower-case hex SHA-256 of stored bytes. */
export type Hash = Brand<string, 'Hash'>;
/** Fencing token of a lease: the KV revision at which the holder took it over. */
export type Term = Brand<number, 'Term'>;

const ULID = '[0-7][0-9A-HJKMNP-TV-Z]{25}';
const TASK_ID = new RegExp(`^tsk_${ULID}$`);
const EXECUTION_ID = new RegExp(`^exe_${ULID}$`);
const TEMPLATE_ID = /^tpl_[a-z0-9][a-z0-9_]{0,59}$/;
const DESTINATION_ID = new RegExp(`^dst_${ULID}$`);
const CALENDAR_ID = new RegExp(`^cal_${ULID}$`);
const REPLAY_ID = new RegExp(`^rpl_${ULID}$`);
const EVENT_ID = new RegExp(`^${ULID}$`);
const HASH = /^[0-9a-f]{64}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Each `parse…` answers null for what is not of the form, so that the caller chooses the error. */
export function parseUserId(text: string): UserId | null {
  const fits =
    text.length > 0 && text.isWellFormed() && Buffer.byteLength(text) <= 255 && !CONTROL.test(text);
  return fits ? (text as UserId) : null;
}

export function parseTaskId(text: string): TaskId | null {
  return TASK_ID.test(text) ? (text as TaskId) : null;
}

export function parseExecutionId(text: string): ExecutionId | null {
  return EXECUTION_ID.test(text) ? (text as ExecutionId) : null;
}

export function parseTemplateId(text: string): TemplateId | null {
  return TEMPLATE_ID.test(text) ? (text as TemplateId) : null;
}

export function parseDestinationId(text: string): DestinationId | null {
  return DESTINATION_ID.test(text) ? (text as DestinationId) : null;
}

export function parseCalendarId(text: string): CalendarId | null {
  return CALENDAR_ID.test(text) ? (text as CalendarId) : null;
}

export function parseReplayId(text: string): ReplayId | null {
  return REPLAY_ID.test(text) ? (text as ReplayId) : null;
}

export function parseEventId(text: string): EventId | null {
  return EVENT_ID.test(text) ? (text as EventId) : null;
}

export function parseSequence(value: number): Sequence | null {
  return Number.isSafeInteger(value) && value >= 0 ? (value as Sequence) : null;
}

export function parseRevision(value: number): Revision | null {
  return Number.isSafeInteger(value) && value >= 0 ? (value as Revision) : null;
}

export function parseTerm(value: number): Term | null {
  return Number.isSafeInteger(value) && value >= 0 ? (value as Term) : null;
}

export function parseHash(text: string): Hash | null {
  return HASH.test(text) ? (text as Hash) : null;
}

/** What `prevhash` of a subject's first event holds. */
export const NO_HASH = '0'.repeat(64) as Hash;
export const NO_SEQUENCE = 0 as Sequence;
export const NO_REVISION = 0 as Revision;
