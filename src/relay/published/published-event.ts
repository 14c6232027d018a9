/** A message of TASK_EVENTS as its readers here take it. */
import { z } from 'zod';
import { PUBLISHED_TYPES } from '../../application/ports/platform.ts';
import { parseTraceparent } from '../../application/ports/traces.ts';
import { parseTaskId, parseUserId, type TaskId, type UserId } from '../../domain/shared/ids.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { Undeliverable } from '../clients/deliveries.ts';

const document = z.object({
  id: z.string(),
  type: z.enum(PUBLISHED_TYPES),
  actor: z.string(),
  traceparent: z.string().optional(),
  data: z.looseObject({ task_id: z.string(), user_id: z.string() }),
});

export interface PublishedEvent {
  /** The same for every delivery. */
  readonly id: string;
  readonly type: z.output<typeof document>['type'];
  /** Who did it. */
  readonly actor: string;
  /** The trace of what is told; null: it is part of none. */
  readonly traceparent: string | null;
  readonly userId: UserId;
  readonly taskId: TaskId;
  readonly data: JsonObject;
}

/** Throws Undeliverable. */
export function parseTold(body: Uint8Array): PublishedEvent {
  const parsed = document.safeParse(jsonOf(body));
  const userId = parseUserId(parsed.data?.data.user_id ?? '');
  const taskId = parseTaskId(parsed.data?.data.task_id ?? '');
  if (!parsed.success || userId === null || taskId === null) {
    throw new Undeliverable('no message as TASK_EVENTS holds');
  }
  const { id, type, actor, data } = parsed.data;
  const traceparent = parseTraceparent(parsed.data.traceparent ?? null);
  return { id, type, actor, traceparent, userId, taskId, data: data as JsonObject };
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return null;
  }
}
