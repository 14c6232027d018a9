import { LRUCache } from 'lru-cache';
import { expect, it } from 'vitest';
import { mostEntries } from '../../src/kernel/most-entries.ts';

it('keeps the entries used last, as many as it may', () => {
  const cache = new LRUCache<string, number>(mostEntries(3));
  for (const [index, key] of ['a', 'b', 'c'].entries()) cache.set(key, index);
  cache.get('a');
  cache.set('d', 3);
  expect([...cache.keys()]).toEqual(['d', 'a', 'c']);
});

it('takes no room before there are entries', () => {
  const roomTaken = () => {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = roomTaken();
  const caches = Array.from({ length: 20 }, () => new LRUCache<string, object>(mostEntries(1_000_000)));
  expect(roomTaken() - before).toBeLessThan(50_000_000);
  expect(caches.every(({ size }) => size === 0)).toBe(true);
});
