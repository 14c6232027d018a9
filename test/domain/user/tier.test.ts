import { describe, expect, test } from 'vitest';
import {
  changeTier,
  type KnownTier,
  parseTier,
  TIERS,
  type Tier,
  tierOf,
} from '../../../src/domain/user/tier.ts';

const claim = (tier: Tier) => ({ kind: 'claim', tier }) as const;

test('a tier is known by its exact name', () => {
  expect(TIERS.map(parseTier)).toEqual(['free', 'basic', 'pro', 'enterprise']);
  expect(['', 'Free', 'gold', 'pro ', 'constructor'].map(parseTier)).toEqual(Array(5).fill(null));
});

describe('the tier of a user', () => {
  const subscription = { tier: 'basic', source: 'subscription' } as const;
  const claimed = { tier: 'pro', source: 'claim' } as const;
  const byDefault = { tier: 'pro', source: 'default' } as const;

  test('is what the subscription said last, whoever asks', () => {
    expect(tierOf(subscription, claim('enterprise'))).toEqual(subscription);
    expect(tierOf(subscription, { kind: 'token' })).toEqual(subscription);
    expect(tierOf(subscription, { kind: 'service' })).toEqual(subscription);
  });

  test('is else what the token claims', () => {
    expect(tierOf(claimed, claim('free'))).toEqual({ tier: 'free', source: 'claim' });
    expect(tierOf(null, claim('basic'))).toEqual({ tier: 'basic', source: 'claim' });
  });

  test('is else what a token claimed before', () => {
    expect(tierOf(claimed, { kind: 'token' })).toEqual(claimed);
    expect(tierOf(claimed, { kind: 'service' })).toEqual(claimed);
  });

  test.each([null, byDefault])('is else free by a token and pro by a service, also after %j', (known) => {
    expect(tierOf(known, { kind: 'token' })).toEqual({ tier: 'free', source: 'default' });
    expect(tierOf(known, { kind: 'service' })).toEqual({ tier: 'pro', source: 'default' });
  });
});

describe('a change of tier', () => {
  const change = (known: KnownTier | null, tier: Tier, source: 'subscription' | 'claim') =>
    changeTier(known, { tier, source });
  const changed = (previous_tier: Tier | null, tier: Tier, tier_source: string) => ({
    kind: 'event',
    event: { type: 'user.tier_changed', data: { previous_tier, tier, tier_source } },
  });
  const nothing = { kind: 'nothing' };

  test('is recorded with the tier before, if one is known', () => {
    expect(change(null, 'basic', 'claim')).toEqual(changed(null, 'basic', 'claim'));
    expect(change({ tier: 'basic', source: 'claim' }, 'pro', 'claim')).toEqual(
      changed('basic', 'pro', 'claim'),
    );
    expect(change({ tier: 'basic', source: 'subscription' }, 'free', 'subscription')).toEqual(
      changed('basic', 'free', 'subscription'),
    );
  });

  test('of the source alone is recorded too', () => {
    expect(change({ tier: 'basic', source: 'claim' }, 'basic', 'subscription')).toEqual(
      changed('basic', 'basic', 'subscription'),
    );
    expect(change({ tier: 'pro', source: 'default' }, 'pro', 'claim')).toEqual(
      changed('pro', 'pro', 'claim'),
    );
  });

  test('to what is known already is none', () => {
    expect(change({ tier: 'basic', source: 'claim' }, 'basic', 'claim')).toEqual(nothing);
    expect(change({ tier: 'basic', source: 'subscription' }, 'basic', 'subscription')).toEqual(nothing);
  });

  test('by a claim never takes the place of a subscription', () => {
    expect(change({ tier: 'basic', source: 'subscription' }, 'pro', 'claim')).toEqual(nothing);
  });
});
