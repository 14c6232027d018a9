import { describe, expect, test } from 'vitest';
import { PullPace } from '../../../../src/jetstream/log/follow/pull-pace.ts';

const MOST = 1_000;
const ANY = { mostMs: 250, onlyKnown: false };
const KNOWN = { mostMs: 50, onlyKnown: true };

function arrive(pace: PullPace, count: number, isKnown = false): void {
  for (let each = 0; each < count; each++) pace.delivered(isKnown);
}

describe('a tail without a rest', () => {
  test('asks for a page at once, whatever there is', () => {
    const pace = new PullPace(undefined, MOST);
    expect(pace.messages(0, 0)).toBe(MOST);
    arrive(pace, 5);
    expect(pace.restMs(0)).toBe(0);
    expect(pace.messages(0, 0)).toBe(MOST);
  });
});

describe('a tail that rests', () => {
  test('asks for one message of an idle log, and again at once where none came', () => {
    const pace = new PullPace(ANY, MOST);
    expect(pace.restMs(0)).toBe(0);
    expect(pace.messages(0, 0)).toBe(1);
    expect(pace.restMs(0)).toBe(0);
  });

  test('asks for all that is known to be there, and does not rest before it has that', () => {
    const pace = new PullPace(ANY, MOST);
    arrive(pace, 1);
    expect(pace.restMs(143)).toBe(0);
    expect(pace.messages(143, 0)).toBe(143);
    expect(pace.messages(5_000, 0)).toBe(MOST);
  });

  test('rests for longer the more comes, and for a moment where little does', () => {
    const pace = new PullPace(ANY, MOST);
    const rests = [];
    for (let round = 0; round < 6; round++) {
      arrive(pace, 10);
      rests.push(pace.restMs(0));
    }
    expect(rests).toEqual([40, 80, 160, 250, 250, 250]);
    arrive(pace, 1);
    expect(pace.restMs(0)).toBe(20);
  });
});

describe('a tail that rests while all is known', () => {
  test('asks for what it knows and one message more', () => {
    const pace = new PullPace(KNOWN, MOST);
    arrive(pace, 1, true);
    expect(pace.restMs(0)).toBe(20);
    expect(pace.messages(0, 30)).toBe(31);
  });

  test('asks for a page at once where something of others came, until a page brings nothing of theirs', () => {
    const pace = new PullPace(KNOWN, MOST);
    arrive(pace, 1);
    expect(pace.restMs(0)).toBe(0);
    expect(pace.messages(0, 0)).toBe(MOST);
    arrive(pace, 3, true);
    arrive(pace, 1);
    expect(pace.restMs(0)).toBe(0);
    expect(pace.messages(0, 0)).toBe(MOST);
    arrive(pace, 3, true);
    expect(pace.restMs(0)).toBeGreaterThan(0);
    expect(pace.messages(0, 0)).toBe(1);
  });

  test('does not rest where others are known to have appended', () => {
    const pace = new PullPace(KNOWN, MOST);
    arrive(pace, 1, true);
    pace.hurry();
    expect(pace.restMs(0)).toBe(0);
    expect(pace.messages(0, 5)).toBe(MOST);
  });
});
