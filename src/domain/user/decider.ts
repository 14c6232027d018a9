/** All that can be asked of a user's own facts; the admissions among them are decided with what they admit. */
import type { Decider } from '../shared/decider.ts';
import { NOTHING } from '../shared/decision.ts';
import type { Instant } from '../shared/instant.ts';
import { completeErasure, deleteUser, eraseUser, requestErasure } from './deletion.ts';
import type { ErasureCounts, ErasureStage, UserEvent } from './events.ts';
import { changeTier, type KnownTier, type Tier } from './tier.ts';

export type UserCommand =
  | {
      readonly type: 'change_tier';
      readonly data: { readonly tier: Tier; readonly source: 'subscription' | 'claim' };
    }
  | { readonly type: 'delete'; readonly data: { readonly requested_at: Instant | null } }
  | { readonly type: 'request_erasure'; readonly data: Readonly<Record<string, never>> }
  | { readonly type: 'erase'; readonly data: Readonly<Record<string, never>> }
  | { readonly type: 'complete_erasure'; readonly data: { readonly erased: ErasureCounts } };

/** A user as the facts tell. */
export interface UserState {
  /** Null: nothing tells it. */
  readonly tier: KnownTier | null;
  readonly deleted: boolean;
  /** Null: not asked for. */
  readonly erasure: ErasureStage | null;
}

export const userDecider: Decider<UserState, UserCommand, UserEvent> = {
  initial: { tier: null, deleted: false, erasure: null },
  decide(user, command) {
    switch (command.type) {
      case 'change_tier':
        return user.deleted ? NOTHING : changeTier(user.tier, command.data);
      case 'delete':
        return deleteUser(user, command.data);
      case 'request_erasure':
        return requestErasure(user);
      case 'erase':
        return eraseUser(user);
      case 'complete_erasure':
        return completeErasure(user, command.data.erased);
    }
  },
  evolve(user, event) {
    switch (event.type) {
      case 'user.tier_changed':
      case 'user.task_admitted':
      case 'user.execution_admitted':
        return { ...user, tier: { tier: event.data.tier, source: event.data.tier_source } };
      case 'user.deleted':
        return { ...user, deleted: true };
      case 'user.erasure_requested':
        return { ...user, deleted: true, erasure: 'requested' };
      case 'user.erased':
        return { ...user, deleted: true, erasure: 'erased' };
      case 'user.erasure_completed':
        return { ...user, deleted: true, erasure: 'completed' };
    }
  },
};
