import { describe, expect, test } from 'vitest';
import type { CreditMicros } from '../../../src/domain/shared/credits.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import { NOTHING_USED, withConsumption, withRequest } from '../../../src/domain/task/evolve/usage.ts';
import { START } from '../../support/histories/history.ts';

describe('what a task has used', () => {
  const time = (text: string) => text as Instant;
  const used = {
    ...NOTHING_USED,
    day: '2026-11-23',
    executions: 4,
    month: '2026-11',
    credits_micros: 5 as CreditMicros,
  };

  test('of a day is its requests; a clock that was set back counts to the later day', () => {
    const { month, credits_micros } = used;
    const later = { ...used, day: '2026-11-24', executions: 1, month, credits_micros };
    expect(withRequest(NOTHING_USED, START)).toEqual({ ...NOTHING_USED, day: '2026-11-23', executions: 1 });
    expect(withRequest(used, time('2026-11-23T23:59:59.999Z'))).toEqual({ ...used, executions: 5 });
    expect(withRequest(used, time('2026-11-24T00:00:00.000Z'))).toEqual(later);
    expect(withRequest(used, time('2026-11-22T23:59:59.999Z'))).toEqual({ ...used, executions: 5 });
  });

  test('of a month is the credits of its successes, likewise', () => {
    const with3 = (instant: string) => withConsumption(used, time(instant), 3 as CreditMicros);
    expect(with3('2026-11-30T23:59:59.999Z')).toEqual({ ...used, credits_micros: 8 });
    expect(with3('2026-12-01T00:00:00.000Z')).toEqual({ ...used, month: '2026-12', credits_micros: 3 });
    expect(with3('2026-10-31T23:59:59.999Z')).toEqual({ ...used, credits_micros: 8 });
  });
});
