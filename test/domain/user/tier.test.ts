import { describe, expect, test } from 'vitest';
import { parseTier, TIERS, type Tier, tierOf } from '../../../src/domain/user/tier.ts';

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
