/** Time, ids, and who asks. */

import type { EventId, ExecutionId, TaskId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';

export interface Clock {
  /** Wall-clock time, UTC. */
  now(): Instant;
  /** Milliseconds of a clock that never steps; only differences mean anything. */
  monotonicMs(): number;
}

export interface Ids {
  taskId(now: Instant): TaskId;
  executionId(now: Instant): ExecutionId;
  eventId(now: Instant): EventId;
}

/** Who asks and how the question came here; stored with every event that answers it. */
export interface CommandContext {
  /** `user:<id>`, `scheduler`, `worker:<id>`, `service:<name>`. */
  readonly actor: string;
  readonly correlation_id: string;
  readonly causation_id: string | null;
  readonly traceparent: string | null;
}
