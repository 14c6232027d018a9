import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FairPriorityQueue } from '../../../src/application/processes/fair-priority-queue.ts';
import { type Instant, instantOf } from '../../../src/domain/shared/instant.ts';
import { PRIORITIES, type Priority } from '../../../src/domain/task/status.ts';

interface Item {
  readonly n: number;
  readonly priority: Priority;
  readonly due_at: Instant;
}

function item(n: number, priority: Priority, due = 0): Item {
  return { n, priority, due_at: instantOf(due) };
}

function drained(picker: FairPriorityQueue<Item>): Item[] {
  const items: Item[] = [];
  for (let next = picker.next(); next !== null; next = picker.next()) items.push(next);
  return items;
}

test('urgent starts before high, high before medium, medium before low', () => {
  const picker = new FairPriorityQueue<Item>();
  (['low', 'urgent', 'medium', 'high'] as const).forEach((priority, n) => {
    picker.add(item(n, priority));
  });
  expect(drained(picker).map((it) => it.priority)).toEqual(['urgent', 'high', 'medium', 'low']);
});

test('within a priority what is due longest starts first, and of equals what came first', () => {
  const picker = new FairPriorityQueue<Item>();
  [item(0, 'high', 30), item(1, 'high', 10), item(2, 'high', 20), item(3, 'high', 10)].forEach((it) => {
    picker.add(it);
  });
  expect(drained(picker).map((it) => it.n)).toEqual([1, 3, 2, 0]);
});

test('what was removed does not start', () => {
  const picker = new FairPriorityQueue<Item>();
  const [a, b, c] = [item(0, 'low'), item(1, 'low'), item(2, 'low')];
  for (const it of [a, b, c]) picker.add(it);
  picker.remove(b);
  picker.remove(item(9, 'low'));
  expect(picker.count('low')).toBe(2);
  expect(drained(picker)).toEqual([a, c]);
});

describe('whatever comes and starts', () => {
  const arrivals = fc.array(
    fc.record({
      priority: fc.constantFrom(...PRIORITIES, 'urgent' as const, 'urgent' as const),
      due: fc.integer({ min: 0, max: 50 }),
      /** Starts after this arrival. */
      starts: fc.integer({ min: 0, max: 2 }),
    }),
    { maxLength: 300, size: 'max' },
  );

  test('nothing is lost, doubled, or overtaken within its priority', () => {
    fc.assert(
      fc.property(arrivals, (all) => {
        const picker = new FairPriorityQueue<Item>();
        const waiting = new Set<Item>();
        const take = () => {
          const next = picker.next();
          if (next === null) {
            expect(waiting.size).toBe(0);
            return;
          }
          expect(waiting.delete(next)).toBe(true);
          for (const other of waiting) {
            if (other.priority === next.priority) expect(other.due_at >= next.due_at).toBe(true);
          }
        };
        all.forEach(({ priority, due, starts }, n) => {
          const it = item(n, priority, due);
          waiting.add(it);
          picker.add(it);
          for (let k = 0; k < starts; k++) take();
        });
        while (waiting.size > 0) take();
        expect(picker.next()).toBeNull();
      }),
    );
  });

  test('of 20 starts while low waits at least one is low, and a higher one goes first otherwise', () => {
    fc.assert(
      fc.property(arrivals, (all) => {
        const picker = new FairPriorityQueue<Item>();
        let passedOver = 0;
        const take = () => {
          const lowWaits = picker.count('low') > 0;
          const urgentWaits = picker.count('urgent') > 0;
          const next = picker.next();
          if (next === null) return;
          if (!lowWaits) return;
          if (next.priority === 'low') {
            if (urgentWaits) expect(passedOver).toBeGreaterThanOrEqual(19);
            passedOver = 0;
          } else passedOver++;
          expect(passedOver).toBeLessThan(20);
        };
        all.forEach(({ priority, due, starts }, n) => {
          picker.add(item(n, priority, due));
          for (let k = 0; k < starts; k++) take();
        });
      }),
    );
  });

  test('medium and high do not starve under urgent either', () => {
    const picker = new FairPriorityQueue<Item>();
    for (const priority of ['low', 'medium', 'high'] as const) {
      for (let n = 0; n < 5; n++) picker.add(item(n, priority));
    }
    const started: Priority[] = [];
    for (let n = 0; n < 66; n++) {
      picker.add(item(n, 'urgent'));
      started.push(picker.next()?.priority ?? 'urgent');
    }
    for (const priority of ['low', 'medium', 'high'] as const) {
      expect(started.filter((it) => it === priority)).toHaveLength(3);
    }
  });
});

test('within a priority who has least going is next, and what may not start holds up nobody', () => {
  const queue = new FairPriorityQueue<Item>();
  const [busy, barred, idle, urgent] = [
    item(0, 'medium', 1),
    item(1, 'medium', 0),
    item(2, 'medium', 2),
    item(3, 'urgent', 9),
  ];
  for (const one of [busy, barred, idle, urgent]) queue.add(one);
  const choice = { mayStart: (one: Item) => one !== barred, heldBy: (one: Item) => (one === busy ? 3 : 0) };
  expect([1, 2, 3, 4].map(() => queue.next(choice))).toEqual([urgent, idle, busy, null]);
  expect(queue.next()).toBe(barred);
});
