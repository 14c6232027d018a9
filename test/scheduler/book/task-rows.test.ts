import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTaskId, type TaskId } from '../../../src/domain/shared/ids.ts';
import { TaskRows } from '../../../src/scheduler/book/task-rows.ts';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const digit = fc.constantFrom(...DIGITS);

function idOf(first: string, digits: readonly string[]): TaskId {
  const id = parseTaskId(`tsk_${first}${digits.join('')}`);
  if (id === null) throw new Error('no id');
  return id;
}

/** Of all ids, and of a few that differ in one digit only, anywhere. */
const ids: fc.Arbitrary<TaskId> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(...DIGITS.slice(0, 8)),
      fc.array(digit, { minLength: 25, maxLength: 25, size: 'max' }),
    )
    .map(([first, rest]) => idOf(first, rest)),
  fc.tuple(fc.nat(24), digit).map(([at, other]) => {
    const digits = Array.from({ length: 25 }, () => 'Z');
    digits[at] = other;
    return idOf('7', digits);
  }),
);

const moves = fc.array(fc.tuple(ids, fc.boolean()), { maxLength: 400, size: 'max' });

describe('rows of tasks', () => {
  it('finds the row of every task that is there and of no other, and its id by its row', () => {
    fc.assert(
      fc.property(moves, fc.array(ids, { maxLength: 20 }), (all, others) => {
        const rows = new TaskRows();
        const model = new Map<TaskId, number>();
        let next = 0;
        for (const [id, isAdded] of all) {
          if (!isAdded) {
            const [victim = id] = model.keys();
            rows.remove(victim);
            model.delete(victim);
          } else if (!model.has(id)) {
            rows.add(id, next);
            model.set(id, next++);
          }
        }
        expect(rows.size).toBe(model.size);
        for (const [id, row] of model) {
          expect(rows.find(id)).toBe(row);
          expect(rows.taskAt(row)).toBe(id);
        }
        for (const id of others) expect(rows.find(id)).toBe(model.get(id));
      }),
    );
  });

  it('grows, and uses a row again for another task', () => {
    const rows = new TaskRows();
    const id = (n: number) => idOf('0', [...n.toString().padStart(25, '0')]);
    for (let n = 0; n < 5_000; n++) rows.add(id(n), n);
    for (let n = 0; n < 5_000; n += 2) rows.remove(id(n));
    for (let n = 0; n < 5_000; n += 2) rows.add(id(10_000 + n), n);
    expect(rows.size).toBe(5_000);
    for (let n = 0; n < 5_000; n++) {
      const there = n % 2 === 0 ? id(10_000 + n) : id(n);
      expect(rows.find(there)).toBe(n);
      expect(rows.taskAt(n)).toBe(there);
      if (n % 2 === 0) expect(rows.find(id(n))).toBeUndefined();
    }
  });
});
