/** BR-TPL-002: who may use a template. */
import { TIERS, type Tier } from '../user/tier.ts';

/** Whether somebody of this tier has what the other one offers. */
export function covers(tier: Tier, required: Tier): boolean {
  return TIERS.indexOf(tier) >= TIERS.indexOf(required);
}

export function lowerOf(a: Tier, b: Tier): Tier {
  return covers(a, b) ? b : a;
}
