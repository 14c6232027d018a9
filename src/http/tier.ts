/** Which tier a caller has: the one place that asks. */
import { parseTier, type Tier } from '../domain/user/tier.ts';
import type { Caller } from './auth.ts';
import { Problem } from './problem.ts';

export type TierOf = (caller: Caller) => Promise<Tier>;

/** The tier that the caller's token claims; without a claim, another service has `pro` and a person `free`. */
export const tierOf: TierOf = async ({ subscriptionLevel, actor }) => {
  const claimed = subscriptionLevel === null ? null : parseTier(subscriptionLevel);
  return claimed ?? (actor.startsWith('service:') ? 'pro' : 'free');
};

export function subscriptionRequired(required: Tier, current: Tier): Problem {
  return new Problem('SUBSCRIPTION_REQUIRED', {
    detail: `This takes the tier ${required} or a higher one; the caller's is ${current}.`,
    members: { required, current },
  });
}
