import { describe, expect, it } from 'vitest';
import { isDate } from '../../../../src/domain/schedule/parse/options.ts';

describe('a date', () => {
  it.each(['2026-12-24', '2028-02-29', '0001-01-01', '9999-12-31'])('is %s', (text) => {
    expect(isDate(text)).toBe(true);
  });

  it.each([
    '',
    '2027-02-29',
    '2026-02-30',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '26-12-24',
    '2026-12-24T00:00:00Z',
    ' 2026-12-24',
    '12026-12-24',
    '2026-12-241',
  ])('is not %j', (text) => {
    expect(isDate(text)).toBe(false);
  });
});
