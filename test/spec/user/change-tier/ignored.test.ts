import { test } from 'vitest';
import { deleted, given, tierKnown } from '../happened.ts';

test.each(['claim', 'subscription'] as const)(
  'A tier that is known by the same %s already adds nothing',
  (source) => {
    given(tierKnown('basic', source))
      .when({ type: 'change_tier', data: { tier: 'basic', source } })
      .changesNothing();
  },
);

test('A claim never takes the place of what a subscription says', () => {
  given(tierKnown('basic', 'subscription'))
    .when({ type: 'change_tier', data: { tier: 'pro', source: 'claim' } })
    .changesNothing();
});

test('A deleted user is given no tier', () => {
  given(deleted())
    .when({ type: 'change_tier', data: { tier: 'pro', source: 'subscription' } })
    .changesNothing();
});
