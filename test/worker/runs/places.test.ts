import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UserId } from '../../../src/domain/shared/ids.ts';
import { type PlaceHolder, Places } from '../../../src/worker/runs/places.ts';

const run = (n: number, timeoutSeconds: number | null = 30): PlaceHolder => ({
  userId: `user-${n % 3}` as UserId,
  timeoutSeconds,
});
const runs = (count: number, timeoutSeconds?: number) =>
  Array.from({ length: count }, (_, n) => run(n, timeoutSeconds));

/** Takes as many places as there are. */
function filled(places: Places<PlaceHolder>, timeoutSeconds?: number): PlaceHolder[] {
  const taken: PlaceHolder[] = [];
  for (const one of runs(1_000, timeoutSeconds)) {
    if (!places.mayTake(one)) break;
    places.take(one);
    taken.push(one);
  }
  return taken;
}

test('what waits outside leaves its place to others, as far as there is room aside', () => {
  const places = new Places<PlaceHolder>(4);
  let aside = 0;
  for (; aside < 100; ) {
    const taken = filled(places);
    for (const one of taken) places.setAside(one);
    if (places.aside === aside) break;
    aside = places.aside;
  }
  expect(aside).toBe(32);
  expect(places.taken).toBe(4);
  expect(places.mayTake(run(0))).toBe(false);
});

test('what finds no room aside goes there when another leaves', () => {
  const places = new Places<PlaceHolder>(1);
  const first = Array.from({ length: 8 }, (_, n) => {
    const one = run(n);
    places.take(one);
    places.setAside(one);
    return one;
  });
  const last = run(9);
  places.take(last);
  places.setAside(last);
  expect(places.mayTake(run(0))).toBe(false);
  const [gone] = first;
  if (gone !== undefined) places.leave(gone);
  expect(places.mayTake(run(0))).toBe(true);
  expect(places.aside).toBe(8);
});

test('what was answered works again, also where that is one too many, and nothing starts until there is a place', () => {
  const places = new Places<PlaceHolder>(1);
  const [waits, works] = [run(0), run(1)];
  places.take(waits);
  places.setAside(waits);
  places.take(works);
  places.takeBack(waits);
  expect(places).toMatchObject({ taken: 2, aside: 0 });
  places.leave(works);
  expect(places.mayTake(run(2))).toBe(false);
  places.leave(waits);
  expect(places.mayTake(run(2))).toBe(true);
});

test('runs with much time have places of their own: short ones never wait for them', () => {
  const places = new Places<PlaceHolder>(8);
  const long = filled(places, 3_600);
  expect(long).toHaveLength(2);
  expect(places.mayTake(run(0, 61))).toBe(false);
  expect(places.mayTake(run(0, 60))).toBe(true);
  for (let n = 0; n < 100; n++) for (const one of filled(places, 3_600)) places.setAside(one);
  expect(places.aside).toBeLessThan(100);
  expect(filled(places, 60)).toHaveLength(8);
});

test('an outcome that waits for the log holds no place, unless as many wait already', () => {
  const places = new Places<PlaceHolder>(2);
  const taken = [run(0), run(1), run(2), run(3)];
  for (const one of taken) {
    expect(places.mayTake(one)).toBe(true);
    places.take(one);
    if (one !== taken[2] && one !== taken[3]) places.record(one);
  }
  expect(places.mayTake(run(4))).toBe(false);
  if (taken[2] !== undefined) places.record(taken[2]);
  expect(places.mayTake(run(4))).toBe(false);
});

test('whatever comes and goes, in the end nothing is held', () => {
  const steps = fc.array(
    fc.tuple(fc.nat(9), fc.constantFrom('take', 'setAside', 'takeBack', 'record', 'leave')),
  );
  fc.assert(
    fc.property(steps, (given) => {
      const places = new Places<PlaceHolder>(2);
      const all = Array.from({ length: 10 }, (_, n) => run(n, n % 2 === 0 ? 30 : 600));
      const inside = new Set<PlaceHolder>();
      for (const [n, step] of given) {
        const one = all[n] as PlaceHolder;
        if (step === 'take') {
          if (inside.has(one) || !places.mayTake(one)) continue;
          inside.add(one);
        } else if (step === 'leave') inside.delete(one);
        places[step as 'take'](one);
      }
      for (const one of inside) places.leave(one);
      expect(places).toMatchObject({ taken: 0, aside: 0 });
      for (const one of all) expect(places.heldBy(one.userId)).toBe(0);
      expect(filled(places)).toHaveLength(2);
    }),
  );
});
