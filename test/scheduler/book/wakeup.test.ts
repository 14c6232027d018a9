import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { epochMs } from '../../../src/domain/shared/instant.ts';
import { Wakeup } from '../../../src/scheduler/book/wakeup.ts';
import { START } from '../../support/histories/history.ts';
import { FakeClock } from '../fakes.ts';

const start = epochMs(START);

describe('wakeup', () => {
  let clock: FakeClock;
  let woken: number[];
  let wakeup: Wakeup;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    clock = new FakeClock();
    woken = [];
    wakeup = new Wakeup(clock, () => woken.push(epochMs(clock.now()) - start));
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('wakes once, at its instant', async () => {
    wakeup.set(start + 2_350);
    await clock.pass(2_300);
    expect(woken).toEqual([]);
    await clock.pass(5_000);
    expect(woken).toEqual([2_350]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits for the last instant set', async () => {
    wakeup.set(start + 500);
    wakeup.set(start + 800);
    wakeup.set(start + 300);
    await clock.pass(2_000);
    expect(woken).toEqual([300]);
  });

  it('waits for nothing after null', async () => {
    wakeup.set(start + 500);
    wakeup.set(null);
    await clock.pass(2_000);
    expect(woken).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('wakes for an instant that has passed already', async () => {
    wakeup.set(start - 10_000);
    expect(woken).toEqual([]);
    await clock.pass(1);
    expect(woken).toEqual([1]);
  });

  it('wakes within a second of a clock that jumps forward over the instant', async () => {
    wakeup.set(start + 3_600_000);
    await clock.pass(1_500);
    clock.step(7_200_000);
    await clock.pass(1_000);
    expect(woken).toHaveLength(1);
  });

  it('wakes within a second after a machine that slept through the instant is awake', async () => {
    wakeup.set(start + 60_000);
    await clock.pass(100);
    // Asleep: neither timers nor the monotonic clock go on, the wall clock does.
    clock.step(8 * 3_600_000);
    await clock.pass(1_000);
    expect(woken).toHaveLength(1);
  });

  it('does not wake early when the clock is set back, but at the instant by the new time', async () => {
    wakeup.set(start + 3_000);
    await clock.pass(2_500);
    clock.step(-10_000);
    await clock.pass(10_400);
    expect(woken).toEqual([]);
    await clock.pass(200);
    expect(woken).toEqual([3_000]);
  });

  it('waits for instants further away than a timeout can hold', async () => {
    wakeup.set(start + 30 * 86_400_000);
    await clock.pass(3_000);
    expect(woken).toEqual([]);
    clock.step(30 * 86_400_000 - 3_500);
    await clock.pass(1_000);
    expect(woken).toHaveLength(1);
  });

  it('waits on where a timeout ends a millisecond early', async () => {
    wakeup.set(start + 1);
    await vi.advanceTimersByTimeAsync(1);
    expect(woken).toEqual([]);
    await clock.pass(1);
    expect(woken).toEqual([1]);
  });
});
