import { expect, it } from 'vitest';
import { ReadCoalescer } from '../../src/kernel/read-coalescer.ts';

/** Reads that end, in the order in which they began, when told so. */
function heldReads() {
  const ends: (() => void)[] = [];
  let began = 0;
  const act = () => {
    const number = ++began;
    return new Promise<number>((resolve) => {
      ends.push(() => resolve(number));
    });
  };
  return { act, endNext: () => ends.shift()?.(), began: () => began };
}

it('a call never gets the answer of a read that began before it, and shares the next with the others', async () => {
  const { act, endNext, began } = heldReads();
  const reads = new ReadCoalescer<number>();
  const first = reads.read('a', act);
  const during = [reads.read('a', act), reads.read('a', act), reads.read('a', act)];
  expect(began()).toBe(1);
  endNext();
  expect(await first).toBe(1);
  await expect.poll(began).toBe(2);
  const later = reads.read('a', act);
  endNext();
  expect(await Promise.all(during)).toEqual([2, 2, 2]);
  await expect.poll(began).toBe(3);
  endNext();
  expect(await later).toBe(3);
});

it('reads of different keys do not wait for each other', async () => {
  const { act, endNext, began } = heldReads();
  const reads = new ReadCoalescer<number>();
  const both = [reads.read('a', act), reads.read('b', act)];
  expect(began()).toBe(2);
  endNext();
  endNext();
  expect(await Promise.all(both)).toEqual([1, 2]);
});

it('a read that fails fails only for those who shared it', async () => {
  const reads = new ReadCoalescer<string>();
  const failing = reads.read('a', () => Promise.reject(new Error('down')));
  const after = reads.read('a', () => Promise.resolve('up'));
  await expect(failing).rejects.toThrow('down');
  expect(await after).toBe('up');
  expect(await reads.read('a', () => Promise.resolve('again'))).toBe('again');
});
