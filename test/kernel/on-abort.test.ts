import { expect, test } from 'vitest';
import { onAbort } from '../../src/kernel/on-abort.ts';

test('many may wait on one signal: each that has not gone is called once', () => {
  const ending = new AbortController();
  const called: number[] = [];
  const offs = Array.from({ length: 50 }, (_, index) => onAbort(ending.signal, () => called.push(index)));
  for (const off of offs.slice(0, 48)) off();
  // One that is called may take another back.
  onAbort(ending.signal, () => offs[0]?.());
  ending.abort();
  expect(called).toEqual([48, 49]);
  onAbort(ending.signal, () => called.push(99));
  expect(called).toEqual([48, 49, 99]);
});
