/** A change of a task, from what its body says. */

import type { z } from '@hono/zod-openapi';
import type { TaskTypeCatalog } from '../../application/ports/task-types.ts';
import { taskScheduleFrom } from '../../domain/schedule/parse/schedules.ts';
import type { TaskChanges } from '../../domain/task/commands.ts';
import type { TaskState } from '../../domain/task/state.ts';
import { dueChanges } from './due-date.ts';
import type { AskedSchedules } from './inspect.ts';
import type { UpdateTaskBody } from './schemas.ts';
import { triggerParts } from './trigger-field.ts';

type UpdateBody = z.output<typeof UpdateTaskBody>;

/** All but the schedule and the due date, which hang on those that are stored. */
export function changesOf(body: UpdateBody): TaskChanges {
  const { status: _, reason: __, schedule: ___, schedules: ____, ...sent } = body;
  const { due_date: _____, due_timezone: ______, trigger, ...others } = sent;
  const { credits_per_run: credits_per_run_micros, ...fields } = others;
  const parts = trigger === undefined ? {} : triggerParts(trigger);
  const asked = { ...fields, ...parts, credits_per_run_micros };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as TaskChanges;
}

/**
 * What the body leaves to what is stored when the change is decided: what `***` stands for, when a schedule began, which
 * day's zone is changed and which zone's day.
 */
export function withStored(
  changes: TaskChanges,
  { body, asked }: { readonly body: UpdateBody; readonly asked: AskedSchedules | null },
  stored: TaskState,
  catalog: TaskTypeCatalog,
): TaskChanges {
  const { config, ...others } = changes;
  const isScheduled = body.schedule !== undefined || body.schedules !== undefined;
  const schedule = asked && taskScheduleFrom(asked.all, stored.schedule);
  return {
    ...others,
    ...dueChanges(body, stored.due_day ?? null),
    ...(config === undefined ? {} : { config: catalog.unmasked(stored.task_type, config, stored.config) }),
    ...(isScheduled ? { schedule } : {}),
  };
}
