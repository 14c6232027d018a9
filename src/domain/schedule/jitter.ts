/**
 * Jitter spreads slots that many tasks share. It follows from the task, the version of its schedule and the slot
 * alone, so that every scheduler comes to the same instant; the slot itself stays where it is.
 */
import { epochMs, type Instant, instantOf, msBetween } from '../shared/instant.ts';
import { scheduleBy } from './several.ts';
import { END_OF_TIME, nextSlot } from './slots.ts';
import type { TaskSchedule } from './types.ts';

/**
 * When the slot is due. Always before the next slot, so that slots come due in their order. `scheduleId`: of several
 * schedules the one that decides for it.
 */
export function dueAt(
  schedule: TaskSchedule,
  taskId: string,
  version: number,
  slot: Instant,
  scheduleId?: string,
): Instant {
  const seconds = scheduleBy(schedule, scheduleId).jitter_seconds;
  if (seconds === 0) return slot;
  const next = nextSlot(schedule, slot);
  const most = seconds * 1000;
  const span = next === null ? most : Math.min(most, msBetween(slot, next) - 1);
  const jitter = hashOf(`${taskId} ${version} ${slot}`) % (span + 1);
  return instantOf(Math.min(epochMs(slot) + jitter, END_OF_TIME));
}

/** FNV-1a, and the last steps of MurmurHash3 so that texts which differ in their end differ everywhere. 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
