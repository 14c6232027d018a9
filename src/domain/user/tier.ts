/**
 * Which subscription a user has. What the subscription service has said last counts; where it has said nothing, what
 * the caller's token claims; where that says nothing either, the default of the way by which the caller came.
 */
import { type Decision, decided, NOTHING } from '../shared/decision.ts';
import type { UserEvent } from './events.ts';

/** In ascending order. */
export const TIERS = ['free', 'basic', 'pro', 'enterprise'] as const;
export type Tier = (typeof TIERS)[number];

/** Where a tier is known from; `default`: nobody has named one, and the user was admitted as of this one. */
export type TierSource = 'subscription' | 'claim' | 'default';

/** A user's tier as the log has it. */
export interface KnownTier {
  readonly tier: Tier;
  readonly source: TierSource;
}

/** As what somebody asks: with a claim to a tier, with a token that claims none, or as a service for a user. */
export type TierBasis =
  | { readonly kind: 'claim'; readonly tier: Tier }
  | { readonly kind: 'token' }
  | { readonly kind: 'service' };

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

/** What a request is held to, by what is known of the user and as what it is asked. */
export function tierOf(known: KnownTier | null, standing: TierBasis): KnownTier {
  if (known?.source === 'subscription') return known;
  if (standing.kind === 'claim') return { tier: standing.tier, source: 'claim' };
  if (known?.source === 'claim') return known;
  return { tier: standing.kind === 'service' ? 'pro' : 'free', source: 'default' };
}

/** The same of what the service may do by itself (`standing` null): then what is known counts, and nothing is known of most. */
export function heldTo(known: KnownTier | null, standing: TierBasis | null): KnownTier | null {
  return standing === null ? known : tierOf(known, standing);
}

/** Whether what somebody is held to is a claim that differs from what is known. */
export function isNews(known: KnownTier | null, held: KnownTier): boolean {
  return held.source === 'claim' && (known?.source !== 'claim' || known.tier !== held.tier);
}

/** Records a tier that differs from what is known. A claim never takes the place of what a subscription says. */
export function changeTier(
  known: KnownTier | null,
  change: { readonly tier: Tier; readonly source: 'subscription' | 'claim' },
): Decision<UserEvent> {
  const same = known !== null && known.tier === change.tier && known.source === change.source;
  const outranked = known?.source === 'subscription' && change.source === 'claim';
  if (same || outranked) return NOTHING;
  return decided({
    type: 'user.tier_changed',
    data: { previous_tier: known?.tier ?? null, tier: change.tier, tier_source: change.source },
  });
}
