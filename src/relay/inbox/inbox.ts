/**
 * What other services tell becomes events of this one. Every handler is idempotent by what it decides on, not by
 * remembering messages: a task whose id follows from the calendar event's, a user who is deleted already, a tier that
 * is known.
 */
import { createHash } from 'node:crypto';
import type { Admissions } from '../../application/commands/admissions.ts';
import type { TaskCommands } from '../../application/commands/execute-command.ts';
import type { Clock, CommandContext } from '../../application/ports/clock.ts';
import type { DeliveredMessage } from '../../application/ports/platform.ts';
import { type ForeignEvent, parseForeignEvent } from './foreign-events.ts';
import { createLinkedReminder, wantsReminder } from './linked-reminder.ts';

/** Failed so many times, a message is a dead letter. The server gives it up after fifty deliveries, as where each ends the process (`max_deliver` of the consumer). */
export const INBOX_TRIES = 5;
export const INBOX_LONGEST_PAUSE_MS = 60_000;

export interface InboxDeps {
  readonly commands: TaskCommands;
  readonly admissions: Pick<Admissions, 'changeTier' | 'deleteUser'>;
  readonly clock: Clock;
}

/** Throws Undeliverable for what can never be handled. */
export async function handleForeignMessage(deps: InboxDeps, message: DeliveredMessage): Promise<void> {
  const event = parseForeignEvent(message.subject, message.body);
  await handle(deps, event, contextOf(message, event.traceparent));
}

async function handle(deps: InboxDeps, event: ForeignEvent, context: CommandContext): Promise<void> {
  switch (event.type) {
    case 'event.created':
      if (wantsReminder(event.data)) await createLinkedReminder(deps, event.data, context);
      return;
    case 'user.deleted':
      return deps.admissions.deleteUser(event.data.user_id, event.data.timestamp ?? null, context);
    case 'subscription.changed':
      await deps.admissions.changeTier(event.data.user_id, event.data.new_tier, context);
  }
}

/** The service is the first token of the subject: `calendar_service.event.created`. */
function contextOf(
  { subject, messageId, body }: DeliveredMessage,
  traceparent: string | null,
): CommandContext {
  const id = messageId || createHash('sha256').update(body).digest('hex').slice(0, 32);
  return {
    actor: `service:${subject.split('.')[0]}`,
    correlation_id: id.slice(0, 128),
    causation_id: id.slice(0, 128),
    traceparent,
  };
}
