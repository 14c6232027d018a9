import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UserId } from '../../../../src/domain/shared/ids.ts';
import { instantOf } from '../../../../src/domain/shared/instant.ts';
import { type Turn, UserTurns } from '../../../../src/scheduler/firing/commands/user-turns.ts';

const turn = (row: number, user = 'ann', priority: Turn['priority'] = 'medium', due = row): Turn => ({
  row,
  userId: user as UserId,
  priority,
  due_at: instantOf(due),
});

describe('turns of users', () => {
  test('are given up to the limit, and then to whoever is next when one is given back', () => {
    const turns = new UserTurns(2);
    expect([1, 2, 3, 4].map((row) => turns.take(turn(row)))).toEqual([true, true, false, false]);
    expect(turns.take(turn(5, 'bob'))).toBe(true);
    expect(turns.release(5)).toBeNull();
    expect(turns.release(2)).toBe(3);
    expect(turns.take(turn(3))).toBe(true);
    expect(turns.waiting).toBe(1);
  });

  test('go to the more urgent first, to the older within one priority, and starve nobody', () => {
    const turns = new UserTurns(1);
    turns.take(turn(0));
    turns.take(turn(1, 'ann', 'low'));
    for (let row = 2; row < 60; row++) turns.take(turn(row, 'ann', 'urgent', 100 - row));
    const order: number[] = [];
    for (let row: number | null = turns.release(0); row !== null; row = turns.release(row)) order.push(row);
    expect(order[0]).toBe(59);
    expect(order.indexOf(1)).toBeLessThanOrEqual(20);
    expect(order).toHaveLength(59);
  });

  test('count what runs whoever let it, and give no more until it is below the limit again', () => {
    const turns = new UserTurns(1);
    for (const row of [1, 2]) turns.runs(row, 'ann' as UserId);
    expect(turns.take(turn(3))).toBe(false);
    expect(turns.release(1)).toBeNull();
    expect(turns.release(2)).toBe(3);
  });

  test('are forgotten with the leadership, but for what runs', () => {
    const turns = new UserTurns(2);
    turns.runs(1, 'ann' as UserId);
    for (const row of [2, 3, 4]) turns.take(turn(row));
    expect(turns.forgetEmitted().sort()).toEqual([3, 4]);
    expect([3, 4].map((row) => turns.take(turn(row)))).toEqual([true, false]);
  });

  test('are never more than the limit, and none is lost, whatever the order', () => {
    const users = ['ann', 'bob'];
    const step = fc.record({
      row: fc.nat({ max: 15 }),
      act: fc.constantFrom('take', 'take', 'runs', 'release', 'release'),
      priority: fc.constantFrom<Turn['priority']>('low', 'urgent'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const turns = new UserTurns(3);
        const held = new Set<number>();
        const userOf = (row: number) => users[row % 2] ?? '';
        for (const { row, act, priority } of steps) {
          if (act === 'take') {
            if (turns.take(turn(row, userOf(row), priority))) held.add(row);
          } else if (act === 'runs') {
            // As a leader sees it: only what has a turn comes to run.
            if (held.has(row)) turns.runs(row, userOf(row) as UserId);
          } else {
            held.delete(row);
            const next = turns.release(row);
            if (next !== null) held.add(next);
          }
          for (const user of users) {
            const ofUser = [...held].filter((each) => userOf(each) === user);
            expect(ofUser.length).toBeLessThanOrEqual(3);
          }
        }
        for (const row of [...held]) {
          for (let next = turns.release(row); next !== null; next = turns.release(next));
        }
        expect(turns.waiting).toBe(0);
      }),
    );
  });
});
