import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { StepWindow } from '../../src/projector/step-window.ts';

let now = 0;
let steps: number[];
let window: StepWindow;
/** Events that are in no step yet. */
let open: number;

/** As the projector does, with commits that take no time. */
function commitNext(): void {
  if (open === 0 || !window.isDue()) return;
  steps.push(open);
  open = 0;
  window.committed();
}

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left--) {
    now++;
    await vi.advanceTimersByTimeAsync(1);
  }
}

function arrive(): void {
  open++;
  window.arrived(1);
  commitNext();
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  now = 0;
  steps = [];
  open = 0;
  window = new StepWindow(commitNext, () => now);
});
afterEach(() => {
  window.stop();
  vi.useRealTimers();
});

describe('a step', () => {
  test('goes at once where nothing has come for long', async () => {
    for (let event = 0; event < 3; event++) {
      arrive();
      expect(steps).toHaveLength(event + 1);
      await pass(5_000);
    }
  });

  test('waits a moment after the one before, and for no more where events come seldom', async () => {
    arrive();
    await pass(300);
    arrive();
    await pass(5);
    arrive();
    await pass(40);
    expect(steps).toEqual([1, 1, 1]);
  });

  for (const everyMs of [1, 5, 30]) {
    test(`gathers for a second while events come every ${everyMs} ms, then takes all`, async () => {
      const events = Math.round(10_000 / everyMs);
      for (let event = 0; event < events; event++) {
        arrive();
        await pass(everyMs);
      }
      await pass(1_000);
      expect(steps.reduce((sum, step) => sum + step, 0)).toBe(events);
      // The first few do not yet tell that many come.
      expect(steps.length).toBeLessThan(50);
      expect(Math.max(...steps)).toBeGreaterThanOrEqual(950 / everyMs);
      expect(Math.max(...steps)).toBeLessThanOrEqual(1_100 / everyMs + 1);
    });
  }

  test('is not cut short by the pauses of a busy machine', async () => {
    for (let burst = 0; burst < 30; burst++) {
      for (let event = 0; event < 20; event++) arrive();
      await pass(150);
    }
    expect(steps.length).toBeLessThan(12);
  });

  test('goes when events pause, long before its second is over', async () => {
    for (let event = 0; event < 200; event++) {
      arrive();
      await pass(5);
    }
    const before = steps.length;
    await pass(260);
    expect(open).toBe(0);
    expect(steps.length).toBeLessThanOrEqual(before + 1);
  });
});
