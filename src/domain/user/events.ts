/**
 * A user's own facts, on the subject `_user`. Each carries the tier as of then, so that the last of them tells it and
 * nobody needs to fold the others. Nothing in them is personal.
 *
 * An admission says that a user who has limits was let do something that counts. It holds no counts: those come from
 * the tasks themselves. What it is for is its place in the order of the user's facts: of two admissions that were
 * counted at the same time only one finds that place free.
 */
import type { CreditMicros } from '../shared/credits.ts';
import type { ExecutionId, TaskId } from '../shared/ids.ts';
import type { Instant } from '../shared/instant.ts';
import type { Tier, TierSource } from './tier.ts';

export type UserEvent =
  | { readonly type: 'user.tier_changed'; readonly data: TierChanged }
  | { readonly type: 'user.task_admitted'; readonly data: TaskAdmitted }
  | { readonly type: 'user.execution_admitted'; readonly data: ExecutionAdmitted }
  | { readonly type: 'user.deleted'; readonly data: UserDeletion }
  | { readonly type: 'user.erasure_requested'; readonly data: NoData }
  | { readonly type: 'user.erased'; readonly data: NoData }
  | { readonly type: 'user.erasure_completed'; readonly data: ErasureCompleted };

export type UserEventType = UserEvent['type'];

interface TierThen {
  readonly tier: Tier;
  readonly tier_source: TierSource;
}

export interface TierChanged extends TierThen {
  readonly previous_tier: Tier | null;
}

type NoData = Readonly<Record<string, never>>;

/** What was erased of the user beside the log, by what it was of: messages, values or archives. */
export interface ErasureCompleted {
  readonly erased: ErasureCounts;
}

export type ErasureCounts = Readonly<Record<string, number>>;

/** How far the erasure of a user is, by the last fact: `erased` once nothing of the user is appended any more. */
export type ErasureStage = 'requested' | 'erased' | 'completed';

/** The account is gone. It tells no tier, and nothing but the user's erasure comes after it. */
export interface UserDeletion {
  /** When the account service says that it was; null where it did not say. */
  readonly requested_at: Instant | null;
}

/** A task was made, or taken up again. */
export interface TaskAdmitted extends TierThen {
  readonly task_id: TaskId;
}

/** Executions were requested, all by events that are stored together with this one. */
export interface ExecutionAdmitted extends TierThen {
  readonly executions: readonly AdmittedExecution[];
}

export interface AdmittedExecution {
  readonly task_id: TaskId;
  readonly execution_id: ExecutionId;
  readonly credits_reserved_micros: CreditMicros;
  /** The task was completed or failed: it takes a place among the user's tasks again. */
  readonly opens_task: boolean;
}
