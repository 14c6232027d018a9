import { expect, test } from 'vitest';
import type { UserId } from '../../../src/domain/shared/ids.ts';
import { DeliveryPlaces } from '../../../src/relay/destinations/delivery-places.ts';

const never = new AbortController().signal;
const [ann, bob, eve] = ['ann', 'bob', 'eve'] as UserId[] as [UserId, UserId, UserId];
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

function asked(places: DeliveryPlaces, userId: UserId, order: UserId[], signal = never) {
  return places.take(userId, true, signal).then((place) => {
    if (place !== null) order.push(userId);
    return place;
  });
}

test('whoever has least under way is next, whoever asked first', async () => {
  const places = new DeliveryPlaces({ proven: 8, others: 1 });
  const order: UserId[] = [];
  const taken = [];
  for (const userId of [ann, ann, bob, bob, eve, eve, 'dan', 'dan'] as UserId[]) {
    taken.push(await places.take(userId, true, never));
  }
  taken[7]?.();
  const waiting = [asked(places, ann, order), asked(places, ann, order), asked(places, bob, order)];
  const late = asked(places, 'new' as UserId, order);
  await settled();
  taken[6]?.();
  await late;
  expect(order).toEqual(['new']);
  taken[0]?.();
  taken[1]?.();
  await Promise.all(waiting.slice(0, 2));
  expect(order).toEqual(['new', ann, ann]);
});

test('one user has a quarter at most, and those that have not proven themselves take no place of the others', async () => {
  const places = new DeliveryPlaces({ proven: 8, others: 4 });
  const order: UserId[] = [];
  const all = Array.from({ length: 5 }, () => asked(places, ann, order));
  await settled();
  expect(order).toEqual([ann, ann]);
  const other = await places.take(ann, false, never);
  expect(other).not.toBeNull();
  expect(await places.take(bob, true, never)).not.toBeNull();
  (await all[0])?.();
  await settled();
  expect(order).toEqual([ann, ann, ann]);
});

test('who wants it no longer waits no longer, and a place is given back once', async () => {
  const places = new DeliveryPlaces({ proven: 1, others: 1 });
  const first = await places.take(ann, true, never);
  const ended = new AbortController();
  const waiting = places.take(bob, true, ended.signal);
  ended.abort();
  expect(await waiting).toBeNull();
  first?.();
  first?.();
  expect(await places.take(eve, true, never)).not.toBeNull();
  const order: UserId[] = [];
  void asked(places, ann, order);
  await settled();
  expect(order).toEqual([]);
});
