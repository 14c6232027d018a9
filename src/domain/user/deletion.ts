/** The end of a user: each step is decided once, in this order, and nothing else of the user is decided after it. */
import { type Decision, decided, NOTHING } from '../shared/decision.ts';
import type { Instant } from '../shared/instant.ts';
import type { ErasureCounts, ErasureStage, UserEvent } from './events.ts';

export function deleteUser(
  user: { readonly deleted: boolean },
  command: { readonly requested_at: Instant | null },
): Decision<UserEvent> {
  if (user.deleted) return NOTHING;
  return decided({ type: 'user.deleted', data: { requested_at: command.requested_at } });
}

interface Erasable {
  readonly deleted: boolean;
  /** Null: not asked for. */
  readonly erasure: ErasureStage | null;
}

/** That what the user wrote is to be erased. Only of a deleted user: of others nothing happens. */
export function requestErasure({ deleted, erasure }: Erasable): Decision<UserEvent> {
  return deleted && erasure === null ? decided({ type: 'user.erasure_requested', data: {} }) : NOTHING;
}

/** From here on nothing of the user is appended, and the user's key is nobody's. */
export function eraseUser({ erasure }: Pick<Erasable, 'erasure'>): Decision<UserEvent> {
  return erasure === 'requested' ? decided({ type: 'user.erased', data: {} }) : NOTHING;
}

export function completeErasure(
  { erasure }: Pick<Erasable, 'erasure'>,
  erased: ErasureCounts,
): Decision<UserEvent> {
  return erasure === 'erased' ? decided({ type: 'user.erasure_completed', data: { erased } }) : NOTHING;
}
