import { test } from 'vitest';
import { given, tierKnown } from '../happened.ts';

test('A user’s first tier is recorded, with none before it', () => {
  given()
    .when({ type: 'change_tier', data: { tier: 'basic', source: 'claim' } })
    .yields('user.tier_changed', { previous_tier: null, tier: 'basic', tier_source: 'claim' });
});

test.each([
  ['a token claims another', 'claim'],
  ['the subscription is another', 'subscription'],
] as const)('A tier is recorded with the one before where %s', (_, source) => {
  given(tierKnown('basic', source))
    .when({ type: 'change_tier', data: { tier: 'pro', source } })
    .yields('user.tier_changed', { previous_tier: 'basic', tier: 'pro', tier_source: source });
});

test.each([
  ['a subscription says what a token has claimed', 'claim', 'subscription'],
  ['a token claims what was only the default', 'default', 'claim'],
] as const)('A tier is recorded again where %s', (_, known, source) => {
  given(tierKnown('pro', known))
    .when({ type: 'change_tier', data: { tier: 'pro', source } })
    .yields('user.tier_changed', { previous_tier: 'pro', tier: 'pro', tier_source: source });
});
