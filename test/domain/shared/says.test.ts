import { describe, expect, it } from 'vitest';
import { saidOf, says, shownAs } from '../../../src/domain/shared/says.ts';

describe('a sentence that says what is wrong', () => {
  it('comes with the values that are in it, by name', () => {
    expect(says`must be a whole number from ${{ minimum: 1 }} to ${{ maximum: 20 }}`).toEqual({
      msg: 'Must be a whole number from 1 to 20',
      params: { minimum: 1, maximum: 20 },
    });
  });

  it('shows a list with commas, and keeps it a list', () => {
    expect(says`must be one of ${{ allowed: ['a', 'b'] }}`).toEqual({
      msg: 'Must be one of a, b',
      params: { allowed: ['a', 'b'] },
    });
  });

  it('may show a value in other words than it has', () => {
    expect(says`must be ${shownAs('text', { expected: 'string' })}`).toEqual({
      msg: 'Must be text',
      params: { expected: 'string' },
    });
  });

  it('has no values where there are none, and begins with a capital', () => {
    expect(says`is required`).toEqual({ msg: 'Is required', params: {} });
    expect(says`${{ field: 'minute' }}: no`).toEqual({ msg: 'Minute: no', params: { field: 'minute' } });
  });

  it('may be about something within', () => {
    const said = says`must be at most ${{ maximum: 60 }}`;
    expect(saidOf('schedule.timeout_seconds', said)).toEqual({
      msg: 'schedule.timeout_seconds: Must be at most 60',
      params: { maximum: 60 },
    });
    expect(saidOf('', said)).toEqual(said);
  });
});
