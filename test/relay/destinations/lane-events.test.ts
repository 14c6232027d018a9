import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import type { Sequence, UserId } from '../../../src/domain/shared/ids.ts';
import { LaneEvents } from '../../../src/relay/destinations/lane-events.ts';

const ANN = 'ann' as UserId;
const event = (sequence: number) =>
  ({ type: sequence % 3 === 0 ? 'task.updated' : 'task.created', meta: { sequence } }) as RecordedTaskEvent;

function logOf(sequences: readonly number[]) {
  return {
    readUser: async (_: UserId, after: Sequence, limit = Number.POSITIVE_INFINITY) =>
      sequences
        .filter((sequence) => sequence > after)
        .slice(0, limit)
        .map(event),
  };
}

test('whatever order events are finished in, going on from any place leaves none out', async () => {
  const sequences = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 150 });
  const finishing = fc.infiniteStream(fc.nat());
  await fc.assert(
    fc.asyncProperty(sequences, finishing, fc.boolean(), async (unsorted, order, onlyCreated) => {
      const log = logOf([...unsorted].sort((a, b) => a - b));
      const filter = { types: onlyCreated ? (['task.created'] as const) : null, task_ids: null };
      const lane = new LaneEvents(log, ANN, { after: 0 as Sequence, last: null });
      const wanted = unsorted.filter((sequence) => !onlyCreated || sequence % 3 !== 0).sort((a, b) => a - b);
      const finished = new Set<number>();
      const inHand: Sequence[] = [];
      for (let isMore = true; isMore || inHand.length > 0; ) {
        const next = await lane.next(filter);
        isMore = next !== null;
        if (next !== null) inHand.push(next.meta.sequence);
        if (inHand.length > 4 || next === null) {
          const [one] = inHand.splice((order.next().value ?? 0) % inHand.length, 1);
          if (one !== undefined) lane.finished(one);
          if (one !== undefined) finished.add(one);
        }
        const { through } = lane;
        expect(wanted.filter((sequence) => sequence <= through).every((each) => finished.has(each))).toBe(
          true,
        );
      }
      expect([...finished].sort((a, b) => a - b)).toEqual(wanted);
      expect(lane.through).toBeGreaterThanOrEqual(wanted.at(-1) ?? 0);
    }),
    { numRuns: 100 },
  );
});

test('a stretch is done once all of it is finished', async () => {
  const lane = new LaneEvents(logOf([1, 2, 3, 9]), ANN, { after: 1 as Sequence, last: 3 as Sequence });
  const filter = { types: null, task_ids: null };
  expect((await lane.next(filter))?.meta.sequence).toBe(2);
  expect((await lane.next(filter))?.meta.sequence).toBe(3);
  expect(await lane.next(filter)).toBeNull();
  expect(lane.isDone).toBe(false);
  lane.finished(3 as Sequence);
  expect(lane.through).toBe(1);
  lane.finished(2 as Sequence);
  expect(lane.isDone).toBe(true);
});
