/**
 * A user's tasks as an RFC 5545 calendar.
 *
 * Which tasks: every calendar_event at its time, and every todo that has a due date and is not completed, as an event
 * that takes no time: without length, or, where it is due on a day, of that day. (Programs that subscribe to calendars
 * show events and pass over VTODO.) What is cancelled or deleted is left out, so it goes from whoever subscribes. The
 * same tasks give the same bytes.
 */
import ical, { ICalEvent, type ICalEventData, ICalEventStatus, ICalEventTransparency } from 'ical-generator';
import { epochMs, type Instant, instantOf } from '../../domain/shared/instant.ts';
import { eventTimeOf } from '../../domain/task/calendar-event.ts';
import type { TaskState } from '../../domain/task/state.ts';

const REFRESH_SECONDS = 3_600;
/** Years that calendars and their four digits can say. */
const EARLIEST = '1900-01-01T00:00:00.000Z';

export function calendarOf(tasks: readonly TaskState[]): string {
  const calendar = ical({
    name: 'Tasks',
    prodId: { company: 'task-service', product: 'calendar', language: 'EN' },
    ttl: REFRESH_SECONDS,
    timezone: 'UTC',
  });
  // The library folds lines a character at a time: ten thousand events would hold up everybody for seconds.
  const head = calendar.toString();
  const end = head.lastIndexOf(END);
  const events = tasks
    .flatMap((task) => eventOf(task) ?? [])
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
    .map((event) => foldedLines(new ICalEvent(event, calendar).toString()));
  return `${head.slice(0, end)}${events.join('')}${END}\r\n`;
}

const END = 'END:VCALENDAR';
/** Octets of a line without its line break. */
const LINE_OCTETS = 75;

function foldedLines(text: string): string {
  return text.split('\r\n').map(folded).join('\r\n');
}

/** Long lines go on after a line break and a space, never in the middle of a character. */
function folded(line: string): string {
  if (Buffer.byteLength(line) <= LINE_OCTETS) return line;
  let result = '';
  let octets = 0;
  for (const character of line) {
    const more = Buffer.byteLength(character);
    if (octets + more > LINE_OCTETS) {
      result += '\r\n ';
      octets = 1;
    }
    result += character;
    octets += more;
  }
  return result;
}

function eventOf(task: TaskState): ICalEventData | null {
  if (task.deleted_at !== null || task.resting_status === 'cancelled') return null;
  switch (task.task_type) {
    case 'calendar_event':
      return takingPlace(task);
    case 'todo':
      return fallingDue(task);
    case 'daily_weather':
    case 'daily_news':
    case 'news_monitor':
    case 'weather_alert':
    case 'price_tracker':
    case 'data_backup':
    case 'reminder':
    case 'custom':
      return null;
  }
}

function takingPlace(task: TaskState): ICalEventData | null {
  const start = eventTimeOf(task.task_type, task.config);
  if (start === null || start < EARLIEST) return null;
  const { event_title, duration_minutes, location } = task.config;
  const minutes = typeof duration_minutes === 'number' ? duration_minutes : 0;
  const end = epochMs(start) + minutes * 60_000;
  return {
    ...common(task, start),
    summary: plain(typeof event_title === 'string' ? event_title.trim() : task.name),
    ...(minutes > 0 && end <= epochMs(END_OF_YEARS) ? { end: instantOf(end) } : {}),
    ...(typeof location === 'string' ? { location: plain(location.trim()) } : {}),
    status: ICalEventStatus.CONFIRMED,
  };
}

const END_OF_YEARS = '9999-12-31T23:59:59.999Z' as Instant;

function fallingDue(task: TaskState): ICalEventData | null {
  if (task.due_date === null || task.due_date < EARLIEST || task.resting_status === 'completed') return null;
  const { due_date, due_day } = task;
  return {
    ...common(task, due_date),
    ...(due_day ? { start: due_day.date, allDay: true } : {}),
    summary: plain(task.name),
    transparency: ICalEventTransparency.TRANSPARENT,
  };
}

function common(task: TaskState, start: Instant) {
  return {
    id: `${task.task_id}@task-service`,
    // Counts changes by people; runs change nothing that is shown.
    sequence: task.edit_revision - 1,
    stamp: task.updated_at,
    created: task.created_at,
    lastModified: task.updated_at,
    start,
    ...(task.description === null ? {} : { description: plain(task.description) }),
  };
}

function sortKey({ start, id }: ICalEventData): string {
  return `${start} ${id}`;
}

/** RFC 5545 has no place for control characters but tabs and line breaks. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is left out
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '').toWellFormed();
}
