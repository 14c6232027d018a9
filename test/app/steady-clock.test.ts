import { beforeEach, expect, test, vi } from 'vitest';
import { SteadyClock } from '../../src/app/steady-clock.ts';
import { type Instant, plusMs } from '../../src/domain/shared/instant.ts';
import { START } from '../support/histories/history.ts';

const MINUTE = 60_000;
const DAYS = 2 * 24 * 60 * MINUTE;

let wall: Instant;
let monotonic: number;
let told: [string, number][];
let clock: SteadyClock;

beforeEach(() => {
  wall = START;
  monotonic = 5_000;
  told = [];
  const tell = (level: string) =>
    vi.fn((fields: { ahead_ms: number }) => told.push([level, fields.ahead_ms]));
  const logger = { error: tell('error'), warn: tell('warn') };
  clock = new SteadyClock({ now: () => wall, monotonicMs: () => monotonic }, logger as never);
  clock.now();
});

/** Time passes, and the wall clock is set by so much besides. */
function pass(ms: number, set = 0): Instant {
  monotonic += ms;
  wall = plusMs(wall, ms + set);
  return clock.now();
}

test('a leap of days goes on for a minute as if it were none, and is believed then', () => {
  expect(pass(1_000, DAYS)).toBe(plusMs(START, 1_000));
  expect(clock.leap()).toEqual({ ahead_ms: DAYS, waited_ms: 0 });
  expect(pass(58_000)).toBe(plusMs(START, 59_000));
  expect(pass(1_999)).toBe(plusMs(START, 60_999));
  expect(clock.leap()).toEqual({ ahead_ms: DAYS, waited_ms: 59_999 });
  expect(pass(1)).toBe(plusMs(START, DAYS + 61_000));
  expect(clock.leap()).toBeNull();
  expect(pass(1_000)).toBe(plusMs(START, DAYS + 62_000));
  expect(told).toEqual([
    ['error', DAYS],
    ['warn', DAYS],
  ]);
});

test('one that goes back within the minute was none', () => {
  pass(1_000, DAYS);
  pass(6_000);
  expect(pass(1_000, -DAYS)).toBe(plusMs(START, 8_000));
  expect(clock.leap()).toBeNull();
  expect(pass(10 * MINUTE)).toBe(plusMs(START, 8_000 + 10 * MINUTE));
  expect(told).toEqual([
    ['error', DAYS],
    ['warn', DAYS],
  ]);
});

test('each leap has its own minute', () => {
  pass(1_000, DAYS);
  pass(50_000);
  pass(1_000, -DAYS);
  pass(1_000, DAYS);
  expect(pass(50_000)).toBe(plusMs(START, 103_000));
  expect(clock.leap()).toEqual({ ahead_ms: DAYS, waited_ms: 50_000 });
});

test('a clock that is set by less than a minute, or back, is believed at once', () => {
  expect(pass(1_000, MINUTE)).toBe(plusMs(START, MINUTE + 1_000));
  expect(pass(1_000, -DAYS)).toBe(plusMs(START, MINUTE + 2_000 - DAYS));
  expect(told).toEqual([]);
});

test('time that just passes unasked is no leap', () => {
  expect(pass(DAYS)).toBe(plusMs(START, DAYS));
  expect(told).toEqual([]);
});
