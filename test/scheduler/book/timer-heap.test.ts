import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimerHeap } from '../../../src/scheduler/book/timer-heap.ts';

type Move = readonly ['set', number, number] | readonly ['clear', number] | readonly ['take'];

const moves: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.oneof(
    fc.tuple(fc.constant('set' as const), fc.nat(40), fc.nat(1000)),
    fc.tuple(fc.constant('clear' as const), fc.nat(40)),
    fc.tuple(fc.constant('take' as const)),
  ),
  { maxLength: 300, size: 'max' },
);

describe('timer heap', () => {
  it('always knows the earliest timer, however timers are set, moved and cleared', () => {
    fc.assert(
      fc.property(moves, (all) => {
        const heap = new TimerHeap();
        const model = new Map<number, number>();
        for (const move of all) {
          if (move[0] === 'set') {
            heap.set(move[1], move[2]);
            model.set(move[1], move[2]);
          } else if (move[0] === 'clear') {
            heap.clear(move[1]);
            model.delete(move[1]);
          } else {
            const earliest = heap.earliest();
            const key = heap.take();
            expect(key === null ? null : model.get(key)).toBe(earliest);
            if (key !== null) model.delete(key);
          }
          expect(heap.size).toBe(model.size);
          expect(heap.earliest()).toBe(model.size === 0 ? null : Math.min(...model.values()));
        }
      }),
    );
  });

  it('gives every timer once, in order of time', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000), { maxLength: 3_000, size: 'max' }), (times) => {
        const heap = new TimerHeap();
        for (const [key, at] of times.entries()) heap.set(key, at);
        const taken: number[] = [];
        for (let key = heap.take(); key !== null; key = heap.take()) taken.push(key);
        expect(new Set(taken).size).toBe(times.length);
        expect(taken.map((key) => times[key])).toEqual([...times].sort((a, b) => a - b));
      }),
      { numRuns: 30 },
    );
  });

  it('holds a million timers in typed arrays only', () => {
    const heap = new TimerHeap();
    const before = process.memoryUsage().arrayBuffers;
    for (let key = 0; key < 1_000_000; key++) heap.set(key, (key * 7919) % 1_000_003);
    expect(heap.size).toBe(1_000_000);
    expect(heap.earliest()).toBe(0);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40e6);
  });
});
