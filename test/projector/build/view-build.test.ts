import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import type { Sequence, TaskId, UserId } from '../../../src/domain/shared/ids.ts';
import { analyticsKey, CHECKPOINT_KEY, changeKey } from '../../../src/jetstream/views/view-keys.ts';
import type { AnalyticsState } from '../../../src/projections/analytics.ts';
import { addTally } from '../../../src/projections/analytics-sums.ts';
import { type TaskFold, TaskViews } from '../../../src/projections/task-views.ts';
import { ViewBuild } from '../../../src/projector/build/view-build.ts';
import { foldKey } from '../../../src/projector/task-folds.ts';
import { TemplateFolds } from '../../../src/projector/template-folds.ts';
import { creations, play, steps } from '../../support/histories/history.ts';
import { BucketInMemory, KEYS } from '../../support/parts/bucket-in-memory.ts';
import { followerOf, logOf } from '../../support/parts/events-in-memory.ts';

const KEPT = 3;
/** So that lives of sixty steps have some. */
const SPACING = { events: 4, perPage: 2, pageSize: 4_000 };
const PLENTY = 64 * 1024 * 1024;

/** The events of several tasks of some users, in any order that keeps each task's. */
const logs: fc.Arbitrary<readonly RecordedTaskEvent[]> = fc
  .tuple(fc.array(fc.tuple(creations, steps), { minLength: 1, maxLength: 6 }), fc.infiniteStream(fc.nat()))
  .map(([lives, choices]) => {
    const left = lives.map(([creation, all], n) => {
      const at = { task_id: `tsk_${String(n).padStart(26, '0')}` as TaskId, user_id: `u${n % 3}` as UserId };
      return play(creation, all).events.map((event) => ({ ...event, meta: { ...event.meta, ...at } }));
    });
    const log: RecordedTaskEvent[] = [];
    for (let open = left; open.length > 0; open = open.filter((each) => each.length > 0)) {
      const event = open[(choices.next().value ?? 0) % open.length]?.shift();
      if (event === undefined) continue;
      const meta = { ...event.meta, sequence: (log.length + 1) as Sequence };
      log.push({ ...event, meta } as RecordedTaskEvent);
    }
    return log;
  });

/** What the views hold when each event has been folded into them by itself. */
function stepByStep(events: readonly RecordedTaskEvent[]): Map<string, string> {
  const views = new TaskViews(KEPT, SPACING);
  const folds = new Map<string, TaskFold>();
  const sums = new Map<string, AnalyticsState>();
  const texts = new Map<string, string>();
  for (const event of events) {
    const { user_id, task_id, sequence } = event.meta;
    const { fold, changes, tally } = views.project(folds.get(foldKey(event)) ?? null, event);
    folds.set(foldKey(event), fold);
    for (const change of changes) {
      const key = changeKey(change, user_id, task_id);
      if (change.value === null) texts.delete(key);
      else texts.set(key, JSON.stringify(change.value));
    }
    if (tally === null) continue;
    for (const { state, ...place } of addTally((at) => sums.get(analyticsKey(at)) ?? null, tally)) {
      sums.set(analyticsKey(place), state);
      texts.set(analyticsKey(place), JSON.stringify({ sequence, state }));
    }
  }
  return new Map([...texts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface BuildScene {
  readonly cacheBytes?: number;
  readonly atOnce?: number;
  /** Batches until the server is gone for good. */
  readonly batches?: number;
  readonly told?: (done: number, of: number) => void;
}

function buildOf(
  events: readonly RecordedTaskEvent[],
  bucket: BucketInMemory,
  scene: BuildScene = {},
): ViewBuild {
  const { cacheBytes = PLENTY, atOnce, batches = Number.POSITIVE_INFINITY, told = () => {} } = scene;
  let left = batches;
  return new ViewBuild({
    views: new TaskViews(KEPT, SPACING),
    keys: KEYS,
    log: logOf(events),
    follower: followerOf(events, () => {}, atOnce),
    templates: new TemplateFolds({ readTemplate: async () => [] }),
    bucket,
    store: async (writes) => {
      if (left-- <= 0) throw new Error('gone');
      return bucket.take(writes);
    },
    executionsKept: KEPT,
    cacheBytes,
    onProgress: told,
  });
}

const never = new AbortController().signal;

test('however little memory it has, a build leaves byte for byte what each event folded by itself leaves', async () => {
  const bounds = fc.oneof(fc.constantFrom(1, PLENTY), fc.integer({ min: 1_000, max: 60_000 }));
  await fc.assert(
    fc.asyncProperty(logs, bounds, fc.integer({ min: 1, max: 30 }), async (events, cacheBytes, atOnce) => {
      const bucket = new BucketInMemory();
      expect(await buildOf(events, bucket, { cacheBytes, atOnce }).run(never)).toBe(events.length);
      expect(bucket.texts()).toEqual(stepByStep(events));
      expect(bucket.goneBack).toEqual([]);
      expect(bucket.checkpoints.map(({ sequence }) => sequence)).toEqual([0, events.length]);
      if (cacheBytes < PLENTY) return;
      bucket.written.delete(CHECKPOINT_KEY);
      expect(Math.max(...bucket.written.values())).toBe(1);
    }),
    { numRuns: 60 },
  );
});

test('a build that ends at any batch but its last leaves a bucket that says so, and nobody builds there again', async () => {
  const atBatch = fc.nat({ max: 30 });
  await fc.assert(
    fc.asyncProperty(logs, atBatch, async (events, batches) => {
      const bucket = new BucketInMemory();
      const ended = await buildOf(events, bucket, { cacheBytes: 1, atOnce: 2, batches })
        .run(never)
        .then(
          () => 'whole',
          ({ message }: Error) => message,
        );
      if (ended === 'whole') {
        expect(bucket.texts()).toEqual(stepByStep(events));
        return;
      }
      expect(ended).toBe('gone');
      expect(bucket.stored.sequence).toBe(0);
      if (batches === 0) return;
      const values = new Map(bucket.values);
      await expect(buildOf(events, bucket).run(never)).rejects.toThrow();
      expect(bucket.values).toEqual(values);
    }),
    { numRuns: 50 },
  );
});

test('what a build tells of itself only grows, and is all of it only when all is stored', async () => {
  await fc.assert(
    fc.asyncProperty(logs, fc.constantFrom(1, 20_000, PLENTY), async (events, cacheBytes) => {
      const told: number[] = [];
      const bucket = new BucketInMemory();
      const onTold = (done: number, of: number) => {
        expect(of).toBe(events.length);
        if (done === of) expect(bucket.stored.sequence).toBe(of);
        told.push(done);
      };
      await buildOf(events, bucket, { cacheBytes, atOnce: 5, told: onTold }).run(never);
      expect(told).toEqual(told.toSorted((a, b) => a - b));
      expect([told[0], told.at(-1)]).toEqual([0, events.length]);
      expect(bucket.stored.sequence).toBe(events.length);
    }),
    { numRuns: 30 },
  );
});

test('a build that is stopped stores nothing more and has no checkpoint', async () => {
  const [life] = fc.sample(logs, { numRuns: 1, seed: 7 });
  const events = life ?? [];
  const bucket = new BucketInMemory();
  const stop = new AbortController();
  const told = (done: number) => {
    if (done > 0) stop.abort();
  };
  expect(await buildOf(events, bucket, { cacheBytes: 1, atOnce: 1, told }).run(stop.signal)).toBeNull();
  expect(bucket.stored.sequence).toBe(0);
});
