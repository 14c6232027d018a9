import { describe, expect, test } from 'vitest';
import type { RecordedTaskEvent } from '../../../../src/domain/shared/event.ts';
import { advance, advanceAll, stepTo } from '../../../../src/domain/task/evolve/snapshot.ts';
import { everyMinute, History } from '../../../support/histories/history.ts';

describe('a snapshot', () => {
  const history = new History().create({ schedule: everyMinute });
  history.after(60_000).takeAllDue();
  history.step({ do: 'start', after: 10 });
  const [first, second, third] = history.events as [RecordedTaskEvent, RecordedTaskEvent, RecordedTaskEvent];
  const one = advance(null, first);

  test('is the fold so far, with the place of its last event', () => {
    const { sequence, revision, hash } = second.meta;
    expect(one).toMatchObject({ sequence: 12, revision: 1, state: history.states[0] });
    expect(advance(one, second)).toEqual({ sequence, revision, hash, state: history.states[1] });
  });

  test('takes the very next event, holds those before, and knows a gap', () => {
    expect([first, second, third].map((event) => stepTo(one, event))).toEqual(['held', 'next', 'gap']);
    expect([first, second].map((event) => stepTo(null, event))).toEqual(['next', 'gap']);
    const elsewhere = { ...second, meta: { ...second.meta, revision: 1 as never } };
    expect(stepTo(one, elsewhere)).toBe('gap');
  });

  test('advances over all that follow, or says that they do not follow', () => {
    const whole = { sequence: third.meta.sequence, revision: 3, state: history.state };
    expect(advanceAll(null, [first, second, third])).toMatchObject(whole);
    expect(advanceAll(one, [first, second, third])).toMatchObject(whole);
    expect(advanceAll(one, [first])).toBe(one);
    expect(advanceAll(one, [])).toBe(one);
    expect(advanceAll(one, [third])).toBeNull();
    expect(advanceAll(null, [second])).toBeNull();
    expect(advanceAll(null, [])).toBeNull();
  });
});
