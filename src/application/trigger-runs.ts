/**
 * The ids of what a message requests: made from the task and the message, so that a message that comes again asks for
 * the very same run. They are ULIDs of the time when the message was stored, their random part a hash.
 */
import { createHash } from 'node:crypto';
import type { EventId, ExecutionId, TaskId } from '../domain/ids.ts';
import { epochMs } from '../domain/instant.ts';
import type { TriggerMessage } from './ports.ts';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_DIGITS = 10;
const RANDOM_DIGITS = 16;
const RANDOM_BYTES = 10;

export interface RunIds {
  readonly execution_id: ExecutionId;
  readonly event_id: EventId;
}

export function runIds(message: Pick<TriggerMessage, 'id' | 'published_at'>, taskId: TaskId): RunIds {
  const time = digitsOf(BigInt(epochMs(message.published_at)), TIME_DIGITS);
  const ulid = (purpose: string) => {
    const digest = createHash('sha256').update(`${purpose} ${taskId} ${message.id}`).digest('hex');
    return time + digitsOf(BigInt(`0x${digest.slice(0, RANDOM_BYTES * 2)}`), RANDOM_DIGITS);
  };
  return { execution_id: `exe_${ulid('execution')}` as ExecutionId, event_id: ulid('event') as EventId };
}

function digitsOf(value: bigint, count: number): string {
  let digits = '';
  for (let rest = value; digits.length < count; rest >>= 5n) digits = DIGITS[Number(rest & 31n)] + digits;
  return digits;
}
