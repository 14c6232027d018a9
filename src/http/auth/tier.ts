/** Which tier a caller has. */
import type { ScheduleLimits } from '../../domain/user/limits.ts';
import { parseTier, type Tier, type TierBasis } from '../../domain/user/tier.ts';
import { Problem } from '../server/problem.ts';
import { type Caller, WEBHOOK_ACTOR } from './auth.ts';

export type TierOf = (caller: Caller) => Promise<Tier>;
export type LimitsOf = (caller: Caller) => Promise<{ readonly tier: Tier; readonly limits: ScheduleLimits }>;

/** As what a caller asks, for the limits of the user. A level that is none of ours claims nothing. */
export function tierBasisOf({ actor, subscriptionLevel }: Caller): TierBasis {
  const tier = subscriptionLevel === null ? null : parseTier(subscriptionLevel);
  if (tier !== null) return { kind: 'claim', tier };
  return { kind: actor.startsWith('service:') ? 'service' : 'token' };
}

/** Of commands. What a webhook asks for is asked by the service itself, by what is known of the task's owner. */
export function commandTierBasis(caller: Caller): TierBasis | undefined {
  return caller.actor === WEBHOOK_ACTOR ? undefined : tierBasisOf(caller);
}

export function subscriptionRequired(required: Tier, current: Tier): Problem {
  return new Problem('SUBSCRIPTION_REQUIRED', {
    detail: `This takes the tier ${required} or a higher one; the caller's is ${current}.`,
    members: { required, current },
  });
}
