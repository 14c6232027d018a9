import { expect, test } from 'vitest';
import type { TriggerMessage } from '../../../src/application/ports/work/trigger-messages.ts';
import type { UserId } from '../../../src/domain/shared/ids.ts';
import {
  MAX_HELD,
  MAX_HELD_IN_ALL,
  WaitingMessages,
} from '../../../src/scheduler/triggers/waiting-messages.ts';

const message = (user: number, id: number, deliveries = 1) =>
  ({ userId: `usr_${user}` as UserId, id: `${user}.${id}`, deliveries }) as TriggerMessage;

/** How many more messages of the user are held. */
function holdAll(held: WaitingMessages, user: number, nowMs = 0): number {
  for (let id = 0; ; id++) if (held.hold(message(user, id), nowMs) === null) return id;
}

test('come again after a quarter of a second, then later and later, at most five seconds', () => {
  const held = new WaitingMessages();
  const delays = [1, 2, 3, 4, 5, 6, 60].map((deliveries) => held.hold(message(1, 1, deliveries), 0));
  expect(delays).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  expect(held.size).toBe(1);
});

test('of one user are so many; one that is held may go on waiting, one that is released makes room', () => {
  const held = new WaitingMessages();
  expect(holdAll(held, 1)).toBe(MAX_HELD);
  expect(held.hold(message(1, 0, 2), 0)).toBe(500);
  held.release(message(1, 0));
  expect(held.hold(message(1, 999), 0)).toBe(250);
  expect(held.hold(message(1, 998), 0)).toBeNull();
});

test('are forgotten when they have gone to another instance', () => {
  const held = new WaitingMessages();
  holdAll(held, 1);
  expect(held.hold(message(1, 999), 9_000)).toBeNull();
  expect(held.hold(message(1, 999), 11_250)).toBe(250);
  expect(held.size).toBe(1);
});

test('of many users are shared by all, and never more than may be', () => {
  const held = new WaitingMessages();
  const users = Array.from({ length: 400 }, (_, user) => user);
  const first = users.map((user) => holdAll(held, user));
  expect(first.slice(0, 60)).toEqual(Array(60).fill(MAX_HELD));
  expect(held.size).toBe(MAX_HELD_IN_ALL);
  expect(first.at(-1)).toBe(0);

  // Every message comes again meanwhile: those who had many make room for those who had none.
  const ids = Array.from({ length: MAX_HELD }, (_, id) => id);
  let counts: number[] = [];
  for (let rounds = 0; rounds < 20; rounds++) {
    counts = users.map((user) => ids.filter((id) => held.hold(message(user, id, 2), 1) !== null).length);
    expect(held.size).toBeLessThanOrEqual(MAX_HELD_IN_ALL);
  }
  expect(Math.min(...counts)).toBeGreaterThan(0);
  expect(Math.max(...counts)).toBeLessThanOrEqual(40);
});

test('that have gone elsewhere take no share', () => {
  const held = new WaitingMessages();
  for (let user = 0; user < 1_000; user++) holdAll(held, user);
  expect(held.hold(message(999, 1), 0)).toBeNull();
  expect(holdAll(held, 999, 20_000)).toBe(MAX_HELD);
});
