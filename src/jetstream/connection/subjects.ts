/**
 * Subjects of the log: `tasklog.<user>.<entity>`, one subject per task.
 *
 * A user id may hold anything (dots, spaces, `*`, `>`, any UTF-8), a subject token may not. The escape keeps
 * `[A-Za-z0-9-]`, and `_` except as the first character, and writes every other byte of the UTF-8 form as
 * `=HH` (upper-case hex). It is reversible, distinct ids get distinct tokens, and no user's token starts with
 * `_`: `_catalog` and `_audit` are entities of the log itself. The same token serves in KV keys.
 */
import {
  parseTaskId,
  parseTemplateId,
  parseUserId,
  type TaskId,
  type TemplateId,
  type UserId,
} from '../../domain/shared/ids.ts';

export const LOG_STREAM = 'TASK_LOG';

const PREFIX = 'tasklog.';
/** Every event of the log. */
export const LOG_SUBJECTS = `${PREFIX}>`;
const PLAIN = /^[A-Za-z0-9-][A-Za-z0-9_-]*$/;
const ESCAPED = /^(?:[A-Za-z0-9-]|=[0-9A-F]{2})(?:[A-Za-z0-9_-]|=[0-9A-F]{2})*$/;
/** Bytes of a user's id. */
const MOST_PLAIN = 255;
const HEX = Array.from({ length: 256 }, (_, byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`);

/** Throws RangeError for text that is empty or not well-formed Unicode: neither has a token. */
export function escapeToken(text: string): string {
  if (PLAIN.test(text)) return text;
  if (text === '' || !text.isWellFormed()) throw new RangeError('no subject token for such text');
  let token = '';
  for (const byte of Buffer.from(text)) {
    const char = String.fromCharCode(byte);
    token += PLAIN.test(char) || (char === '_' && token !== '') ? char : HEX[byte];
  }
  return token;
}

/** Null for a token that `escapeToken` never makes. */
export function unescapeToken(token: string): string | null {
  if (PLAIN.test(token)) return token;
  if (!ESCAPED.test(token)) return null;
  const text = Buffer.from(
    token.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
  return escapeToken(text) === token ? text : null;
}

export function taskSubject(userId: UserId, taskId: TaskId): string {
  return `${PREFIX}${escapeToken(userId)}.${taskId}`;
}

/** The one subject of a task, for who does not know whose it is. */
export function taskOfAnybody(taskId: TaskId): string {
  return `${PREFIX}*.${taskId}`;
}

/** All of a user: the tasks, and the user's own facts under `_user`. */
export function userSubjects(userId: UserId): string {
  return `${PREFIX}${escapeToken(userId)}.>`;
}

const FACTS = '_user';
/** The facts of all users. */
export const ALL_FACTS = `${PREFIX}*.${FACTS}`;

/** A user's own facts. */
export function factsSubject(userId: UserId): string {
  return `${PREFIX}${escapeToken(userId)}.${FACTS}`;
}

/** Whose facts are under a subject; null where it is another. */
export function parseFactsSubject(subject: string): UserId | null {
  // Before it is taken apart: hardly any is.
  if (!subject.endsWith(`.${FACTS}`)) return null;
  const [prefix, user, entity, ...more] = subject.split('.');
  if (prefix !== 'tasklog' || user === undefined || entity !== FACTS || more.length > 0) return null;
  const text = unescapeToken(user);
  return text === null ? null : parseUserId(text);
}

const DESTINATIONS = '_destinations';
/** The event destinations of all users. */
export const ALL_DESTINATIONS = `${PREFIX}*.${DESTINATIONS}`;

/** A user's event destinations. */
export function destinationsSubject(userId: UserId): string {
  return `${PREFIX}${escapeToken(userId)}.${DESTINATIONS}`;
}

/** Whose event destinations are under a subject; null where it is another. */
export function parseDestinationsSubject(subject: string): UserId | null {
  return subject.endsWith(`.${DESTINATIONS}`) ? userOfSubject(subject) : null;
}

const CALENDARS = '_calendars';
/** Of the installation, whose calendars everybody may follow. */
const SHARED_CALENDARS = `${PREFIX}_calendars.shared`;

/** Of a user's calendars; null: the installation's. */
export function calendarsSubject(owner: UserId | null): string {
  return owner === null ? SHARED_CALENDARS : `${PREFIX}${escapeToken(owner)}.${CALENDARS}`;
}

/** Whose calendars are under a subject, null for the installation's; undefined where it is another. */
export function parseCalendarsSubject(subject: string): UserId | null | undefined {
  if (subject === SHARED_CALENDARS) return null;
  return subject.endsWith(`.${CALENDARS}`) ? (userOfSubject(subject) ?? undefined) : undefined;
}

/** Null for a subject of the log that is no task's (`_user`, `_destinations`, `_calendars`, `_catalog`, `_audit`). */
export function parseTaskSubject(subject: string): { userId: UserId; taskId: TaskId } | null {
  const dot = subject.indexOf('.', PREFIX.length);
  if (dot < 0 || !subject.startsWith(PREFIX)) return null;
  const taskId = parseTaskId(subject.slice(dot + 1));
  if (taskId === null) return null;
  const userId = userOfToken(subject.slice(PREFIX.length, dot));
  return userId === null ? null : { userId, taskId };
}

function userOfToken(token: string): UserId | null {
  // Nothing that is no user's id is as plain as that, but for its length.
  if (token.length <= MOST_PLAIN && PLAIN.test(token)) return token as UserId;
  const text = unescapeToken(token);
  return text === null ? null : parseUserId(text);
}

const CATALOGUE = `${PREFIX}_catalog.`;
/** All templates. */
export const TEMPLATE_SUBJECTS = `${CATALOGUE}>`;

export function templateSubject(templateId: TemplateId): string {
  return `${CATALOGUE}${templateId}`;
}

/** Null for a subject of the log that is no template's. */
export function parseTemplateSubject(subject: string): TemplateId | null {
  return subject.startsWith(CATALOGUE) ? parseTemplateId(subject.slice(CATALOGUE.length)) : null;
}

/** The signed checkpoints of the log. */
export const CHECKPOINTS_SUBJECT = `${PREFIX}_audit.checkpoints`;

/** What a person's devices may listen to, as MQTT topics `users/<user>/…`. */
export function deviceSubjects(userId: UserId): string {
  return `users.${escapeToken(userId)}`;
}

/** Where a message of a type (`task.created`) is for a person's devices. */
export function deviceSubject(userId: UserId, type: string): string {
  return `${deviceSubjects(userId)}.tasks.${type.replace(/^task\./, '')}`;
}

/** Whose a subject of the log is, a task's or the user's own; null for those of no user. */
export function userOfSubject(subject: string): UserId | null {
  const [prefix, user, entity, ...more] = subject.split('.');
  if (prefix !== 'tasklog' || user === undefined || !entity || more.length > 0) return null;
  const text = unescapeToken(user);
  return text === null ? null : parseUserId(text);
}

/** What the document of an event on this subject of the log has to name; null where no event of ours stands there. */
export function placeOfSubject(
  subject: string,
): { readonly userid: string | null; readonly subject: string } | null {
  if (subject === CHECKPOINTS_SUBJECT) return { userid: null, subject: 'checkpoints' };
  const task = parseTaskSubject(subject);
  if (task !== null) return { userid: task.userId, subject: task.taskId };
  const calendars = parseCalendarsSubject(subject);
  if (calendars === null) return { userid: null, subject: 'calendars' };
  const user = parseFactsSubject(subject) ?? parseDestinationsSubject(subject) ?? calendars ?? null;
  if (user !== null) return { userid: user, subject: user };
  const template = parseTemplateSubject(subject);
  return template === null ? null : { userid: null, subject: template };
}
