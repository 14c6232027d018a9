/** A change of a task, from what its body says. */

import type { z } from '@hono/zod-openapi';
import type { TaskTypeCatalog } from '../../application/ports/task-types.ts';
import { begunAsStored } from '../../domain/schedule/parse/repeated.ts';
import type { Schedule } from '../../domain/schedule/types.ts';
import { type Json, objectOrNull } from '../../domain/shared/json.ts';
import type { TaskChanges } from '../../domain/task/commands.ts';
import type { TaskState } from '../../domain/task/state.ts';
import type { UpdateTaskBody } from './schemas.ts';
import { triggerParts } from './trigger-field.ts';

type UpdateBody = z.output<typeof UpdateTaskBody>;

export function changesOf(body: UpdateBody, schedule: Schedule | null): TaskChanges {
  const { status: _, reason: __, credits_per_run: credits_per_run_micros, trigger, ...fields } = body;
  const parts = trigger === undefined ? {} : triggerParts(trigger);
  const asked = { ...fields, ...parts, credits_per_run_micros, schedule: body.schedule && schedule };
  const sent = Object.entries(asked).filter(([, value]) => value !== undefined);
  return Object.fromEntries(sent) as TaskChanges;
}

/** What the body leaves to what is stored when the change is decided: what `***` stands for, when a schedule began. */
export function withStored(
  changes: TaskChanges,
  body: UpdateBody,
  stored: TaskState,
  catalog: TaskTypeCatalog,
): TaskChanges {
  const { config, schedule, ...others } = changes;
  const document = objectOrNull(body.schedule as Json | undefined);
  const begun = document && schedule && stored.schedule && begunAsStored(document, schedule, stored.schedule);
  return {
    ...others,
    ...(config === undefined ? {} : { config: catalog.unmasked(stored.task_type, config, stored.config) }),
    ...(schedule === undefined ? {} : { schedule: begun ?? schedule }),
  };
}
