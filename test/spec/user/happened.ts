/** The user of the specification, and what happens to them, as the log has it. */
import { type UserState, userDecider } from '../../../src/domain/user/decider.ts';
import type { UserEvent } from '../../../src/domain/user/events.ts';
import type { Tier, TierSource } from '../../../src/domain/user/tier.ts';
import { START } from '../../support/histories/history.ts';
import { type HappenedAt, specifiedBy } from '../given.ts';

type Happened = HappenedAt<UserEvent>;

export const given = specifiedBy<UserState, Parameters<typeof userDecider.decide>[1], UserEvent, UserEvent>(
  userDecider,
  (event) => event,
);

export function tierKnown(tier: Tier, tier_source: TierSource): Happened {
  return [START, { type: 'user.tier_changed', data: { previous_tier: null, tier, tier_source } }];
}

export function deleted(): Happened {
  return [START, { type: 'user.deleted', data: { requested_at: null } }];
}

export function erasureRequested(): Happened {
  return [START, { type: 'user.erasure_requested', data: {} }];
}

export function erased(): Happened {
  return [START, { type: 'user.erased', data: {} }];
}

export function erasureCompleted(): Happened {
  return [START, { type: 'user.erasure_completed', data: { erased: { views: 3 } } }];
}
