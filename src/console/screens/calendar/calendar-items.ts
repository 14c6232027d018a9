/** What has one day of its own in the calendar: due dates, event times, and runs that come once. They can be moved. */
import type { ApiSchema } from '../../api/client.ts';
import { answered, api } from '../../api/client.ts';
import { patchTask } from '../../compose/task-calls.ts';
import { instantOfLocal, localText } from '../../compose/wall-time.ts';
import { dayKey } from '../../parts/time-text.ts';

export type CalendarTask = Pick<
  ApiSchema<'Task'>,
  | 'task_id'
  | 'name'
  | 'task_type'
  | 'status'
  | 'schedule'
  | 'due_date'
  | 'due_timezone'
  | 'due_at'
  | 'next_run_time'
  | 'revision'
>;

export interface CalendarItem {
  readonly task: CalendarTask;
  readonly kind: 'due' | 'event' | 'once';
  /** RFC 3339. */
  readonly at: string;
  /** Of what is due on a day without a time; null: it has a time. */
  readonly date: string | null;
}

/** `due`: tasks with a due date in the range; `scheduled`: those with a schedule. */
export function calendarItems(
  due: readonly CalendarTask[],
  scheduled: readonly CalendarTask[],
): CalendarItem[] {
  const items = [
    ...due.flatMap((task): CalendarItem[] =>
      task.due_at === null ? [] : [{ task, kind: dueKind(task), at: task.due_at, date: dueDay(task) }],
    ),
    ...scheduled.flatMap((task): CalendarItem[] =>
      task.schedule?.type === 'once' && task.next_run_time !== null
        ? [{ task, kind: 'once', at: task.next_run_time, date: null }]
        : [],
    ),
  ];
  return items.sort((a, b) => a.at.localeCompare(b.at));
}

function dueKind({ task_type, due_timezone }: CalendarTask): 'due' | 'event' {
  return task_type === 'calendar_event' && due_timezone === null ? 'event' : 'due';
}

function dueDay({ due_date, due_timezone }: CalendarTask): string | null {
  return due_timezone === null ? null : due_date;
}

/** The day that it is shown on. */
export function dateOf({ at, date }: CalendarItem, zone: string): string {
  return date ?? dayKey(Date.parse(at), zone);
}

/**
 * To the same time of another day, in the zone that is shown; what has no time to that day. Throws what the service
 * refuses.
 */
export async function moveItem(item: CalendarItem, date: string, zone: string): Promise<void> {
  const { task, kind, at } = item;
  if (item.date !== null) {
    await patchTask(task.task_id, task.revision, { due_date: date }, () => {});
    return;
  }
  const time = localText(zone, Date.parse(at)).slice(10);
  const instant = instantOfLocal(zone, date + time);
  if (instant === null) return;
  const moved = new Date(instant).toISOString();
  await patchTask(task.task_id, task.revision, await changesFor(task, kind, moved), () => {});
}

async function changesFor(task: CalendarTask, kind: CalendarItem['kind'], moved: string) {
  switch (kind) {
    case 'due':
      return { due_date: moved };
    case 'once':
      return { schedule: { ...task.schedule, run_time: moved } };
    case 'event': {
      const params = { path: { task_id: task.task_id } };
      const { config } = await answered(api.GET('/api/v1/tasks/{task_id}', { params }));
      return { config: { ...config, event_time: moved } };
    }
  }
}
