/** In ascending order. */
export const TIERS = ['free', 'basic', 'pro', 'enterprise'] as const;
export type Tier = (typeof TIERS)[number];

export function parseTier(text: string): Tier | null {
  return TIERS.find((tier) => tier === text) ?? null;
}
