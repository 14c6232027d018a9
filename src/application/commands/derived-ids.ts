/** Ids that a repeat derives again: of the many events of one write, and of what a message asks for. */
import { hash } from 'node:crypto';
import type { EventId, TaskId } from '../../domain/shared/ids.ts';
import { epochMs, type Instant, instantOf } from '../../domain/shared/instant.ts';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;

/** A ULID of the same time as `base`; another for each task. */
export function eventIdFor(base: EventId, taskId: TaskId): EventId {
  return `${base.slice(0, TIME_LENGTH)}${randomFrom(`${base}/${taskId}`)}` as EventId;
}

/** A ULID of that time; another for each text. */
export function ulidFrom(time: Instant, text: string): string {
  let digits = '';
  for (let rest = epochMs(time); digits.length < TIME_LENGTH; rest = Math.floor(rest / CROCKFORD.length)) {
    digits = `${CROCKFORD[rest % CROCKFORD.length]}${digits}`;
  }
  return digits + randomFrom(text);
}

function randomFrom(text: string): string {
  const bytes = hash('sha256', text, 'buffer');
  let random = '';
  for (const byte of bytes.subarray(0, RANDOM_LENGTH)) random += CROCKFORD[byte & 31];
  return random;
}

/** When an event id was made. */
export function timeOf(id: EventId): Instant {
  let ms = 0;
  for (const char of id.slice(0, TIME_LENGTH)) ms = ms * CROCKFORD.length + CROCKFORD.indexOf(char);
  return instantOf(ms);
}
