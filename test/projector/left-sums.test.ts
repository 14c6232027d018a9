import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RecordedTaskEvent } from '../../src/domain/shared/event.ts';
import type { Sequence, TaskId, UserId } from '../../src/domain/shared/ids.ts';
import { epochMs, instantOf } from '../../src/domain/shared/instant.ts';
import { decodeCounted } from '../../src/jetstream/views/view-keys.ts';
import { TaskViews } from '../../src/projections/task-views.ts';
import type { AnalyticsValues } from '../../src/projector/analytics-values.ts';
import { ProjectionRun, type ProjectionRunOptions } from '../../src/projector/projection-run.ts';
import { TaskFolds } from '../../src/projector/task-folds.ts';
import { TemplateFolds } from '../../src/projector/template-folds.ts';
import { History, onceIn, success } from '../support/histories/history.ts';
import { BucketInMemory, KEYS } from '../support/parts/bucket-in-memory.ts';
import { followerOf, logOf } from '../support/parts/events-in-memory.ts';

const TASKS = 500;
const USERS = 7;
const NEVER = instantOf(0);

/** Tasks that are made one after another, and then run, each run as one unit. */
function log(tasks = TASKS): RecordedTaskEvent[] {
  const histories = Array.from({ length: tasks }, (_, n) => {
    const history = new History().create({ schedule: onceIn(1_000) });
    history.step({ do: 'due', after: 1_000 });
    history.step({ do: 'start', after: 1 });
    history.step({ do: 'finish', after: 1, outcome: success });
    const at = {
      task_id: `tsk_${String(n).padStart(26, '0')}` as TaskId,
      user_id: `u${n % USERS}` as UserId,
    };
    return history.events.map((event) => ({ ...event, meta: { ...event.meta, ...at } }));
  });
  const made = histories.map((events) => events[0] as RecordedTaskEvent);
  const all = [...made, ...histories.flatMap((events) => events.slice(1))];
  return all.map((event, index) => {
    return { ...event, meta: { ...event.meta, sequence: (index + 1) as Sequence } } as RecordedTaskEvent;
  });
}

/** Milliseconds, as the projector reads them: all events come at once, whatever the machine is busy with. */
let now = 10_000;
beforeEach(() => {
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Projects until everything is in the bucket, or it takes no further step. */
async function project(
  events: readonly RecordedTaskEvent[],
  bucket: BucketInMemory,
  steps: number,
  more: Partial<ProjectionRunOptions> = {},
): Promise<void> {
  const end = new AbortController();
  const from = bucket.stored;
  const views = new TaskViews(100);
  let left = steps;
  const run = new ProjectionRun({
    from,
    views,
    folds: new TaskFolds({
      views,
      keys: KEYS,
      log: logOf(events),
      executionsKept: 100,
      cacheBytes: 64 * 1024 * 1024,
      bucket,
    }),
    analytics: {
      kept: () => undefined,
      keep: () => {},
      read: async (subjects: readonly string[]) =>
        new Map(
          subjects.map((subject) => {
            const bytes = bucket.values.get(subject);
            return [subject, bytes === undefined ? null : decodeCounted(bytes)];
          }),
        ),
    } as unknown as AnalyticsValues,
    templates: new TemplateFolds({ readTemplate: async () => [] }),
    keys: KEYS,
    commit: async (step, lock) => {
      if (left-- === 0) throw new Error('killed');
      expect(lock).toBe(bucket.stored.at);
      return bucket.take(step.writes(lock));
    },
    onCheckpoint: (checkpoint) => {
      if (checkpoint === events.length) end.abort();
    },
    onSeen: () => {},
    ...more,
  });
  const follower = followerOf(events, () => {
    // The second is over.
    now += 2_000;
  });
  await run.follow(follower, end.signal);
}

test('a burst writes its sums once a second, not with every step, and the checkpoint moves with them', async () => {
  const events = log();
  const bucket = new BucketInMemory();
  await project(events, bucket, Number.POSITIVE_INFINITY);
  const { checkpoints } = bucket;
  expect(checkpoints.length).toBeGreaterThanOrEqual(4);
  expect(checkpoints.at(-1)).toMatchObject({ sequence: events.length, values: events.length });
  // Between the first step and the last the values of tasks go ahead of the checkpoint.
  const between = checkpoints.slice(1, -1);
  expect(between.some(({ sequence, values }) => values > sequence)).toBe(true);
  for (const [at, { values }] of checkpoints.entries()) {
    expect(values).toBeGreaterThanOrEqual(checkpoints[at - 1]?.values ?? 0);
  }
  const moved = checkpoints.filter(({ sequence }, at) => sequence > (checkpoints[at - 1]?.sequence ?? 0));
  expect(moved.length).toBe(2);
  // Of each user a month and the tasks there are, of the service a day and those.
  expect(bucket.sums).toBeLessThanOrEqual(moved.length * (2 * USERS + 2));
});

test('killed behind any step it ends with the same values, none of which went back', async () => {
  const events = log(TASKS / 2);
  const whole = new BucketInMemory();
  await project(events, whole, Number.POSITIVE_INFINITY);
  const killed = (error: Error) => expect(error.message).toBe('killed');
  for (let steps = 0; steps < whole.checkpoints.length; steps++) {
    const bucket = new BucketInMemory();
    await project(events, bucket, steps).catch(killed);
    // Once more before it is done.
    if (bucket.stored.sequence < events.length) await project(events, bucket, 1).catch(killed);
    if (bucket.stored.sequence < events.length) await project(events, bucket, Number.POSITIVE_INFINITY);
    expect(bucket.texts()).toEqual(whole.texts());
    expect(bucket.goneBack).toEqual([]);
  }
});

test('steps are short while what comes is fresh, and the server is left alone after each', async () => {
  const events = log();
  const last = events.at(-1)?.meta.time ?? NEVER;
  const bucket = new BucketInMemory();
  const TOOK_MS = 20;
  const rests: number[] = [];
  let endedAt: number | null = null;
  await project(events, bucket, Number.POSITIVE_INFINITY, {
    nowMs: () => epochMs(last) + 1_000,
    commit: async (step, lock) => {
      if (endedAt !== null) rests.push(Number(process.hrtime.bigint() / 1_000_000n) - endedAt);
      expect(step.writes(lock).length).toBeLessThanOrEqual(250 + 1);
      now += TOOK_MS;
      const at = bucket.take(step.writes(lock));
      endedAt = Number(process.hrtime.bigint() / 1_000_000n);
      return at;
    },
  });
  expect(bucket.stored.sequence).toBe(events.length);
  expect(Math.min(...rests)).toBeGreaterThanOrEqual(TOOK_MS);
});

test('steps are as large as can be where the projector has to catch up', async () => {
  const events = log();
  const last = events.at(-1)?.meta.time ?? NEVER;
  const bucket = new BucketInMemory();
  const sizes: number[] = [];
  await project(events, bucket, Number.POSITIVE_INFINITY, {
    nowMs: () => epochMs(last) + 60_000,
    commit: async (step, lock) => {
      sizes.push(step.writes(lock).length);
      return bucket.take(step.writes(lock));
    },
  });
  expect(Math.max(...sizes)).toBeGreaterThan(900);
});
