import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_SEQUENCE, type Sequence } from '../../../src/domain/shared/ids.ts';
import { isTimed } from '../../../src/domain/task/state.ts';
import { schedulingOf } from '../../../src/projections/schedule.ts';
import { ScheduleBook, type SchedulingSnapshot } from '../../../src/scheduler/book/schedule-book.ts';
import {
  creations,
  everyMinute,
  History,
  play,
  steps,
  success,
  TASK,
} from '../../support/histories/history.ts';

function snapshotAt(history: History, index: number): SchedulingSnapshot {
  const event = history.events[index];
  const state = history.states[index];
  if (event === undefined || state === undefined) throw new Error(`no event ${index}`);
  const { sequence, revision, hash } = event.meta;
  return { sequence, revision, hash, state: schedulingOf(state) };
}

describe('schedule book', () => {
  it('holds a task for as long as it is timed, in the state that the log gives it', () => {
    fc.assert(
      fc.property(creations, steps, (creation, all) => {
        const history = play(creation, all);
        const book = new ScheduleBook();
        for (const [index, event] of history.events.entries()) {
          const now = snapshotAt(history, index);
          // What it does not know it is given, as the keeper does.
          if (book.fold(event) === 'unknown') book.put(now);
          expect(book.find(TASK)).toEqual(isTimed(now.state) ? now : null);
          expect(book.size).toBe(isTimed(now.state) ? 1 : 0);
          book.followedThrough(event.meta.sequence);
        }
      }),
    );
  });

  it('ends in the same state whatever it was loaded with, and however far ahead of the follower it was', () => {
    fc.assert(
      fc.property(creations, steps, fc.nat(), fc.array(fc.nat()), (creation, all, loaded, ahead) => {
        const history = play(creation, all);
        const last = history.events.length - 1;
        const book = new ScheduleBook();
        const view = snapshotAt(history, loaded % history.events.length);
        if (isTimed(view.state)) book.put(view);
        for (const [index, event] of history.events.entries()) {
          // Own appends and reads may bring later states before the follower does.
          for (const jump of ahead.slice(index, index + 1)) {
            book.put(snapshotAt(history, Math.min(last, index + (jump % 4))));
          }
          if (book.fold(event) === 'unknown') book.put(snapshotAt(history, index));
          book.followedThrough(event.meta.sequence);
        }
        const end = snapshotAt(history, last);
        expect(book.find(TASK)).toEqual(isTimed(end.state) ? end : null);
      }),
    );
  });

  it('does not call a task back by events that came before it left', () => {
    const history = new History().create();
    history.step({ do: 'request', after: 10 });
    history.step({ do: 'start', after: 10 });
    history.step({ do: 'finish', after: 10, outcome: success });
    const book = new ScheduleBook();
    book.put(snapshotAt(history, 3));
    expect(history.events.map((event) => book.fold(event))).toEqual(['known', 'known', 'known', 'known']);
    expect(book.size).toBe(0);
  });

  it('tells every change of an entry and uses the rows of entries that left again', () => {
    const history = new History().create({ schedule: everyMinute });
    history.step({ do: 'pause', after: 10 });
    history.step({ do: 'resume', after: 10 });
    const book = new ScheduleBook();
    const told: [number, boolean][] = [];
    book.listen((row, state) => told.push([row, state !== null]));
    for (const [index, event] of history.events.entries()) {
      if (book.fold(event) === 'unknown') book.put(snapshotAt(history, index));
    }
    expect(told).toEqual([
      [0, true],
      [0, false],
      [0, true],
    ]);
  });

  it('forgets who left once the follower has passed it', () => {
    const history = new History().create();
    history.step({ do: 'request', after: 10 });
    history.step({ do: 'cancelExecution', after: 10 });
    const book = new ScheduleBook();
    book.put(snapshotAt(history, 2));
    const [, request] = history.events;
    if (request === undefined) throw new Error('not requested');
    expect(book.fold(request)).toBe('known');
    book.followedThrough((snapshotAt(history, 2).sequence + 1) as Sequence);
    expect(book.fold(request)).toBe('unknown');
    expect(book.position).not.toBe(NO_SEQUENCE);
  });
});
