/** Ids of the many events of one write, from the one id that its claim holds: a repeat derives the same. */
import { hash } from 'node:crypto';
import type { EventId, TaskId } from '../domain/ids.ts';
import { type Instant, instantOf } from '../domain/instant.ts';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;

/** A ULID of the same time as `base`; another for each task. */
export function eventIdFor(base: EventId, taskId: TaskId): EventId {
  const bytes = hash('sha256', `${base}/${taskId}`, 'buffer');
  let random = '';
  for (const byte of bytes.subarray(0, RANDOM_LENGTH)) random += CROCKFORD[byte & 31];
  return `${base.slice(0, TIME_LENGTH)}${random}` as EventId;
}

/** When an event id was made. */
export function timeOf(id: EventId): Instant {
  let ms = 0;
  for (const char of id.slice(0, TIME_LENGTH)) ms = ms * CROCKFORD.length + CROCKFORD.indexOf(char);
  return instantOf(ms);
}
