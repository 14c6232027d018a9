import { describe, expect, it } from 'vitest';
import { DEFAULT_OPTIONS, isDate, withAllOptions } from '../../../../src/domain/schedule/parse/options.ts';
import type { Schedule } from '../../../../src/domain/schedule/types.ts';
import { schedule } from '../given.ts';

describe('a stored schedule', () => {
  it('from before an option was known has its default, and keeps its own', () => {
    const {
      retry: _,
      max_runs: __,
      catch_up_window_seconds: ___,
      ...older
    } = schedule({
      type: 'daily',
      overlap: 'buffer_one',
    });
    expect(withAllOptions(older as Schedule)).toEqual({
      ...DEFAULT_OPTIONS,
      type: 'daily',
      run_time: '09:00',
      overlap: 'buffer_one',
    });
  });

  it('that has all options is itself', () => {
    const stored = schedule({ type: 'daily' });
    expect(withAllOptions(stored)).toBe(stored);
  });
});

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
