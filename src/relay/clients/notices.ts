/** Which messages become a notice to the task's owner, and what it says. Pure. */
import { type JsonObject, objectOrNull } from '../../domain/shared/json.ts';
import type { Notify } from '../../domain/task/notify.ts';
import type { PublishedEvent } from '../published/published-event.ts';

export interface Notice {
  /** The switch of the task that it depends on. */
  readonly by: keyof Notify;
  readonly notification_type: string;
  readonly subject: string;
  readonly content: string;
  readonly metadata: JsonObject;
}

/** Null for what nobody is notified of. `name` is what the task is called now. */
export function noticeOf(
  { type, data, actor, userId, taskId, id }: PublishedEvent,
  name: string,
): Notice | null {
  const ids = { task_id: taskId, message_id: id };
  const made = (by: keyof Notify, subject: string, content: string, more: JsonObject = {}): Notice => {
    return { by, notification_type: type.replace('.', '_'), subject, content, metadata: { ...ids, ...more } };
  };
  switch (type) {
    case 'task.created':
      return made('created', `Task created: ${name}`, `"${name}" was created.`);
    case 'task.reminder_triggered':
      return made('reminder', `Reminder: ${name}`, String(data.message));
    case 'task.overdue':
      return made('reminder', `Overdue: ${name}`, `"${name}" was due ${dueText(data)}.`);
    case 'task.executed': {
      if (data.status !== 'completed' || typeof data.summary !== 'string') return null;
      return made('success', name, data.summary, { execution_id: data.execution_id ?? null });
    }
    case 'task.failed':
      return made('failure', `Failed: ${name}`, String(data.error_message), {
        execution_id: data.execution_id ?? null,
      });
    case 'task.status_changed': {
      if (actor === `user:${userId}`) return null;
      const why = typeof data.reason === 'string' ? ` ${data.reason}` : '';
      const content = `"${name}" is now ${String(data.new_status)}.${why}`;
      return made('status', `Task ${String(data.new_status)}: ${name}`, content);
    }
    case 'task.slots_skipped': {
      const content = skippedContent(data, name);
      return content === null ? null : made('missed', `Not run: ${name}`, content);
    }
    case 'task.updated':
    case 'task.deleted':
      return null;
  }
}

function dueText({ due_date, due_day }: JsonObject): string {
  const date = objectOrNull(due_day)?.date;
  return typeof date === 'string' ? `on ${date}` : String(due_date);
}

/** Null where a run was left out for the run before it, which is what the schedule asks for. */
function skippedContent(data: JsonObject, name: string): string | null {
  const because = SKIPPED_BECAUSE[String(data.reason)];
  if (because === undefined) return null;
  const { count, from, to } = data;
  const runs =
    count === 1 ? `run of ${String(from)}` : `${String(count)} runs from ${String(from)} to ${String(to)}`;
  const atLeast = data.count_is_minimum === true ? 'at least ' : '';
  const next = typeof data.next_run_time === 'string' ? ` The next one is ${data.next_run_time}.` : '';
  return `"${name}" was not run: ${atLeast}${runs} ${because}.${next}`;
}

const SKIPPED_BECAUSE: Readonly<Record<string, string>> = {
  missed: 'missed, because the service was not there in time',
  execution_limit: 'left out, because the executions of the day were used up',
  credit_limit: 'left out, because the credits of the month were used up',
};
