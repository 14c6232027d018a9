/** Subscription tiers, the lowest first. */
export const TIERS = ['free', 'basic', 'pro', 'enterprise'] as const;
export type Tier = (typeof TIERS)[number];

export function parseTier(text: string): Tier | null {
  return TIERS.find((tier) => tier === text) ?? null;
}

/** Whether somebody of this tier has what the other one offers. */
export function covers(tier: Tier, required: Tier): boolean {
  return TIERS.indexOf(tier) >= TIERS.indexOf(required);
}

export function lowerOf(a: Tier, b: Tier): Tier {
  return covers(a, b) ? b : a;
}
