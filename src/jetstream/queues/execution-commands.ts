/** How an execution command stands on the stream EXECUTION_COMMANDS: subject, message id, JSON body. */
import { z } from 'zod';
import type { ExecutionCommand } from '../../application/ports/work/execution-commands.ts';
import { parseExecutionId, parseTaskId, parseTerm, parseUserId } from '../../domain/shared/ids.ts';
import { epochMs, type Instant, parseInstant } from '../../domain/shared/instant.ts';
import { PRIORITIES, type Priority, TASK_TYPES } from '../../domain/task/status.ts';

export const COMMAND_STREAM = 'EXECUTION_COMMANDS';

/** How long an emission of the same attempt counts as the same message, milliseconds. */
const EMISSION_MS = 10_000;

export function commandSubject(command: ExecutionCommand): string {
  return `executions.${command.priority}.${command.task_type}`;
}

/** The durable consumer of one priority. */
export function commandConsumer(priority: Priority): string {
  return `worker-${priority}`;
}

/** `<execution id>.<attempt>.<n>`, n = whole 10 s since the command became due. */
export function commandMessageId(command: ExecutionCommand, now: Instant): string {
  const emission = Math.max(0, Math.floor((epochMs(now) - epochMs(command.due_at)) / EMISSION_MS));
  return `${command.execution_id}.${command.attempt}.${emission}`;
}

export function encodeCommand(command: ExecutionCommand): string {
  return JSON.stringify(command);
}

/** Null where the bytes are no execution command. */
export function decodeCommand(bytes: Uint8Array): ExecutionCommand | null {
  try {
    const parsed = shape.safeParse(JSON.parse(Buffer.from(bytes).toString()));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** A field that one of the domain's parsers reads. */
function parsed<From, To>(from: z.ZodType<From>, parse: (value: From) => To | null) {
  return from.transform((value, context): To => {
    const result = parse(value);
    if (result !== null) return result;
    context.addIssue('not of the form');
    return z.NEVER;
  });
}

const shape = z.object({
  user_id: parsed(z.string(), parseUserId),
  task_id: parsed(z.string(), parseTaskId),
  execution_id: parsed(z.string(), parseExecutionId),
  attempt: z.int().positive(),
  task_type: z.enum(TASK_TYPES),
  priority: z.enum(PRIORITIES),
  due_at: parsed(z.string(), parseInstant),
  term: parsed(z.number(), parseTerm),
  traceparent: z.string().nullable(),
  timeout_seconds: z.number().positive().nullable().default(null),
});
