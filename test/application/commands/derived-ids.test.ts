import { expect, it } from 'vitest';
import { ulidIds } from '../../../src/app/ulid-ids.ts';
import { eventIdFor, timeOf } from '../../../src/application/commands/derived-ids.ts';
import { parseEventId, type TaskId } from '../../../src/domain/shared/ids.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';

it('ids derived of one id are event ids of its time, the same for one task and others for others', () => {
  const now = '2026-11-23T08:54:00.123Z' as Instant;
  const ids = ulidIds();
  const base = ids.eventId(now);
  const tasks = Array.from({ length: 1_000 }, () => ids.taskId(now));
  const derived = tasks.map((task) => eventIdFor(base, task));
  expect(derived.map((id) => parseEventId(id))).toEqual(derived);
  expect(new Set([base, ...derived]).size).toBe(1_001);
  expect(eventIdFor(base, tasks[7] as TaskId)).toBe(derived[7]);
  expect(eventIdFor(ids.eventId(now), tasks[7] as TaskId)).not.toBe(derived[7]);
  expect([timeOf(base), timeOf(derived[0] ?? base)]).toEqual([now, now]);
});
