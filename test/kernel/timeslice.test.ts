import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Newcomers } from '../../src/kernel/newcomers.ts';
import { longWorkMayBegin, Stretches, Timeslice } from '../../src/kernel/timeslice.ts';

let newcomers: Newcomers;
let ofTest: Stretches;

/** Time passes only where it is told to: `passed` milliseconds. */
beforeEach(() => {
  newcomers = new Newcomers();
  ofTest = new Stretches(newcomers);
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
});
afterEach(async () => {
  for (const leave of here.splice(0)) leave();
  await Promise.all(works.splice(0).map(({ ended }) => ended));
  vi.useRealTimers();
});

const here: (() => void)[] = [];
const works: { readonly ended: Promise<void> }[] = [];

function comes(lane: string): () => void {
  const leave = newcomers.comeIntoHand(lane);
  here.push(leave);
  return () => {
    here.splice(here.indexOf(leave), 1);
    leave();
  };
}

const passed = (ms: number) => vi.advanceTimersByTime(ms);

/** More than any stretch may take. */
const STRETCH_MS = 6;

/** Work of so many stretches; `done` says how many there have been. */
function longWork(stretches: number) {
  const slice = new Timeslice(ofTest);
  const work = { done: 0, ended: Promise.resolve() };
  work.ended = (async () => {
    while (work.done < stretches) {
      passed(STRETCH_MS);
      work.done++;
      if (slice.isOver()) await slice.next();
    }
  })();
  works.push(work);
  return work;
}

async function loopTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('work in stretches', () => {
  test('of one kind is done one stretch between two looks at what else there is', async () => {
    const several = [longWork(10), longWork(10), longWork(10)];
    const done = () => several.reduce((sum, work) => sum + work.done, 0);
    for (let turn = 0; turn < 8; turn++) {
      const before = done();
      await loopTurns(1);
      expect(done() - before).toBeLessThanOrEqual(1);
    }
    await loopTurns(40);
    expect(done()).toBe(30);
  });

  test('is one stretch together where it is short, but many in a row', async () => {
    let done = 0;
    const inARow = async () => {
      for (let n = 0; n < 20; n++) {
        const slice = new Timeslice(ofTest);
        if (slice.isOver()) await slice.next();
        passed(1);
        done++;
        // Awaited, and still the same turn of the loop.
        await Promise.resolve();
      }
    };
    const ended = inARow();
    works.push({ ended });
    for (let turn = 0; turn < 10 && done < 20; turn++) {
      const before = done;
      await loopTurns(1);
      expect(done - before).toBeLessThanOrEqual(6);
    }
    await ended;
    expect(done).toBe(20);
  });

  test('is done in shorter stretches where somebody else has been here lately', async () => {
    comes('one')();
    comes('two')();
    const slice = new Timeslice(ofTest);
    passed(3);
    expect(slice.isOver()).toBe(true);
    passed(5_000);
    await loopTurns(2);
    const alone = new Timeslice(ofTest);
    passed(3);
    expect(alone.isOver()).toBe(false);
  });

  test('waits until what somebody else has just come with is done', async () => {
    comes('dear');
    const work = longWork(10);
    await loopTurns(3);
    const cheap = comes('cheap');
    const before = work.done;
    await loopTurns(20);
    // The one that had been decided on when they came.
    expect(work.done - before).toBeLessThanOrEqual(1);
    cheap();
    await loopTurns(3);
    expect(work.done - before).toBeGreaterThan(1);
    await loopTurns(20);
    expect(work.done).toBe(10);
  });

  test('does not begin while somebody of another lane has just come; its own are no reason', async () => {
    const [own, cheap] = [comes('dear'), comes('cheap')];
    let hasBegun = false;
    const ended = longWorkMayBegin('dear', ofTest).then(() => {
      hasBegun = true;
    });
    works.push({ ended });
    await loopTurns(10);
    expect(hasBegun).toBe(false);
    cheap();
    await loopTurns(5);
    expect(hasBegun).toBe(true);
    own();
  });

  test('waits for nothing that is known to be long, nor that for it', async () => {
    const here = [comes('one'), newcomers.comeIntoHand('two', true)];
    let begun = 0;
    for (const lane of ['one', 'two']) {
      const ended = longWorkMayBegin(lane, ofTest).then(() => {
        begun++;
      });
      works.push({ ended });
    }
    await loopTurns(5);
    // Of the other lane there is something new.
    expect(begun).toBe(1);
    for (const leave of here) leave();
    await loopTurns(5);
    expect(begun).toBe(2);
  });

  test('goes on all the same, a stretch at a time, while others come again and again', async () => {
    comes('dear');
    const work = longWork(20);
    await loopTurns(2);
    const before = work.done;
    comes('one');
    await loopTurns(5);
    const after = work.done;
    for (let stretch = 1; stretch <= 3; stretch++) {
      comes('one');
      passed(10);
      await loopTurns(8);
      expect(work.done - after).toBe(stretch);
    }
    expect(after - before).toBeLessThanOrEqual(1);
  });

  test('waits for nobody who has been in hand for long: that is long work too', async () => {
    comes('one');
    const work = longWork(10);
    await loopTurns(2);
    comes('two');
    await loopTurns(2);
    passed(30);
    const before = work.done;
    await loopTurns(5);
    expect(work.done - before).toBeGreaterThanOrEqual(4);
  });

  test('of somebody who is alone waits for nothing of their own', async () => {
    comes('one');
    const work = longWork(10);
    for (let turn = 0; turn < 12; turn++) {
      comes('one');
      await loopTurns(1);
    }
    expect(work.done).toBe(10);
  });

  test('waits for nobody who came before it: it may be their own', async () => {
    comes('one');
    comes('two');
    const work = longWork(5);
    await loopTurns(8);
    expect(work.done).toBe(5);
  });
});
