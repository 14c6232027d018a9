/** The reminder task that goes with a calendar event: one for each event, whatever comes of it later. */
import type { TaskCommands } from '../../application/commands/execute-command.ts';
import type { Clock, CommandContext } from '../../application/ports/clock.ts';
import { NO_CREDITS } from '../../domain/shared/credits.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { plusMs } from '../../domain/shared/instant.ts';
import type { CreateTask } from '../../domain/task/commands.ts';
import { Undeliverable } from '../clients/deliveries.ts';
import { derivedTaskId } from './derived-id.ts';
import type { ForeignEvent } from './foreign-events.ts';

type EventCreated = Extract<ForeignEvent, { type: 'event.created' }>['data'];

const NAME_CHARACTERS = 255;

/** Whether the event asks for a task. */
export function wantsReminder(event: EventCreated): boolean {
  const minutes = event.remind_before_minutes ?? null;
  return event.create_task ?? minutes !== null;
}

/** Appends nothing where the task was made before, or the event has begun. Throws Undeliverable where it is refused. */
export async function createLinkedReminder(
  { commands, clock }: { readonly commands: TaskCommands; readonly clock: Clock },
  event: EventCreated,
  context: CommandContext,
): Promise<void> {
  if (event.start_time <= clock.now()) return;
  const target = { userId: event.user_id, taskId: derivedTaskId('calendar', event.user_id, event.event_id) };
  const result = await commands.execute(target, context, () => ({
    type: 'create',
    data: reminderFor(event, clock.now()),
  }));
  if (result.kind === 'rejected') throw new Undeliverable(`the task is refused: ${result.rejection.code}`);
  if (result.kind === 'conflict') throw new Error('others change the task without pause');
}

function reminderFor(event: EventCreated, now: Instant): Omit<CreateTask, 'now'> {
  const before = (event.remind_before_minutes ?? 0) * 60_000;
  const asked = plusMs(event.start_time, -before);
  return {
    task_type: 'reminder',
    name: event.title.slice(0, NAME_CHARACTERS).toWellFormed(),
    description: null,
    priority: 'medium',
    config: { reminder_message: event.title.slice(0, 2_000).toWellFormed() },
    schedule: null,
    credits_per_run_micros: NO_CREDITS,
    tags: [],
    metadata: { calendar_event_id: event.event_id },
    due_date: null,
    // Asked for too late to be that early: at once.
    reminder_time: asked > now ? asked : plusMs(now, 1_000),
    remind_before: null,
    trigger: null,
    trigger_filter: null,
    notify: null,
    template_id: null,
  };
}
