/** When a task is due: at a time, or on a day, which is shown without a time that nobody chose. */
import type { TaskRow } from '../api/task-actions.ts';
import { taskZone } from './task-zone.ts';
import { Moment } from './time.tsx';
import { dayText, placeOf, showTheSame } from './time-text.ts';
import { viewerZone } from './zones.ts';

export function Due({
  task,
}: {
  readonly task: Pick<TaskRow, 'due_date' | 'due_timezone' | 'due_at' | 'schedule' | 'schedules'>;
}) {
  const { due_date, due_timezone, due_at } = task;
  if (due_date === null || due_at === null) return null;
  if (due_timezone === null) return <Moment at={due_at} zone={taskZone(task)} />;
  const isElsewhere = !showTheSame(Date.parse(due_at), due_timezone, viewerZone);
  return (
    <time class="moment" dateTime={due_date} title={`Until the end of the day in ${due_timezone}`}>
      {dueDayText(due_date, Date.now())}
      {isElsewhere ? <span class="soft">{` ${placeOf(due_timezone)}`}</span> : null}
    </time>
  );
}

/** `Thu 24 Dec` of `2026-12-24`. */
function dueDayText(date: string, now: number): string {
  return dayText(Date.parse(`${date}T12:00:00Z`), 'UTC', now);
}
