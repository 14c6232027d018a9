import { describe, expect, it } from 'vitest';
import { BoundedCache } from '../../../../src/domain/schedule/calendar/bounded-cache.ts';

/** A cache with a record of what had to be made. */
function recorded(capacity: number) {
  const made: string[] = [];
  const cache = new BoundedCache<string, string>(capacity);
  const get = (key: string) =>
    cache.get(key, (asked) => {
      made.push(asked);
      return `<${asked}>`;
    });
  return { get, made };
}

describe('a bounded cache', () => {
  it('makes a value once and gives it again', () => {
    const { get, made } = recorded(4);
    expect([get('a'), get('a'), get('b'), get('a')]).toEqual(['<a>', '<a>', '<b>', '<a>']);
    expect(made).toEqual(['a', 'b']);
  });

  it('forgets what was not asked for while half of it was filled anew', () => {
    const { get, made } = recorded(4);
    for (const key of ['a', 'b', 'c', 'd', 'e', 'a']) get(key);
    expect(made).toEqual(['a', 'b', 'c', 'd', 'e', 'a']);
  });

  it('keeps what was asked for in between', () => {
    const { get, made } = recorded(4);
    for (const key of ['a', 'b', 'c', 'a', 'd', 'a', 'e', 'a']) get(key);
    expect(made).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('keeps half of its capacity at least, and no more than all of it', () => {
    const { get, made } = recorded(5);
    for (const key of ['a', 'b', 'c', 'd', 'e']) get(key);
    for (const key of ['e', 'd', 'c']) get(key);
    expect(made).toEqual(['a', 'b', 'c', 'd', 'e']);
    get('f');
    get('a');
    expect(made).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'a']);
  });

  it('stores nothing where a value cannot be made', () => {
    const cache = new BoundedCache<string, number>(2);
    expect(() =>
      cache.get('a', () => {
        throw new RangeError('no such thing');
      }),
    ).toThrow(RangeError);
    expect(cache.get('a', () => 1)).toBe(1);
  });
});
