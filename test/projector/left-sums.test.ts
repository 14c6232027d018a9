import { createSecretKey, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LogFollower } from '../../src/application/ports/log/following.ts';
import type { RecordedTaskEvent, Snapshot } from '../../src/domain/shared/event.ts';
import { NO_SEQUENCE, type Sequence, type TaskId, type UserId } from '../../src/domain/shared/ids.ts';
import { isSealed, openedValue } from '../../src/jetstream/views/sealed-values.ts';
import {
  CHECKPOINT_KEY,
  decodeCounted,
  decodeProgress,
  decodeValue,
} from '../../src/jetstream/views/view-keys.ts';
import { TaskViews } from '../../src/projections/task-views.ts';
import type { AnalyticsValues } from '../../src/projector/analytics-values.ts';
import { ProjectionRun } from '../../src/projector/projection-run.ts';
import type { ProjectionStep } from '../../src/projector/projection-step.ts';
import { TaskFolds } from '../../src/projector/task-folds.ts';
import { TemplateFolds } from '../../src/projector/template-folds.ts';
import { History, onceIn, success } from '../support/histories/history.ts';

const TASKS = 500;
const USERS = 7;
const KEY = { number: 1, secret: createSecretKey(randomBytes(32)) };
const KEYS = { find: async () => KEY };

/** Tasks that are made one after another, and then run, each run as one unit. */
function log(): RecordedTaskEvent[] {
  const histories = Array.from({ length: TASKS }, (_, n) => {
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

/** What the bucket holds, by key. */
class Bucket {
  readonly values = new Map<string, Uint8Array>();
  readonly checkpoints: { readonly sequence: number; readonly values: number }[] = [];
  readonly goneBack: string[] = [];
  sums = 0;
  #at = 0;

  get stored() {
    const bytes = this.values.get(CHECKPOINT_KEY);
    const progress =
      bytes === undefined ? { sequence: NO_SEQUENCE, values: NO_SEQUENCE } : decodeProgress(bytes);
    return { ...progress, at: this.#at };
  }

  take(step: ProjectionStep, lock: number): number {
    expect(lock).toBe(this.#at);
    for (const { key, payload } of step.writes(lock)) {
      if (key.includes('ANALYTICS')) this.sums++;
      const before = sequenceOf(this.values.get(key) ?? new Uint8Array());
      if (payload.length > 0 && sequenceOf(payload) < before) this.goneBack.push(key);
      if (payload.length === 0) this.values.delete(key);
      else this.values.set(key, payload);
    }
    this.checkpoints.push(this.stored);
    this.#at++;
    return this.#at;
  }

  /** All values, opened. */
  opened(): Map<string, unknown> {
    return new Map(
      [...this.values].map(([subject, bytes]) => {
        const view = subject.split('.')[0] ?? '';
        if (isSealed(view)) return [subject, openedValue<unknown>(bytes, subject, KEY)];
        return [subject, decodeValue(bytes) as Snapshot<unknown> | null];
      }),
    );
  }
}

function sequenceOf(bytes: Uint8Array): number {
  if (bytes.length === 0) return 0;
  const [head = ''] = Buffer.from(bytes).toString('latin1').split('\n', 1);
  return (JSON.parse(head) as { sequence: number }).sequence;
}

/** Projects until everything is in the bucket, or it takes no further step. */
async function project(events: readonly RecordedTaskEvent[], bucket: Bucket, steps: number): Promise<void> {
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
      log: {
        readTask: async (_user, taskId, after) => {
          const sequence = typeof after === 'number' ? after : after.sequence;
          return events.filter(({ meta }) => meta.task_id === taskId && meta.sequence > sequence);
        },
      },
      executionsKept: 100,
      cacheBytes: 64 * 1024 * 1024,
      bucket: {
        getTogether: async (keys) =>
          keys.flatMap((key) => {
            const data = bucket.values.get(key);
            return data === undefined ? [] : [{ key, data }];
          }),
      },
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
      return bucket.take(step, lock);
    },
    onCheckpoint: (checkpoint) => {
      if (checkpoint === events.length) end.abort();
    },
    onSeen: () => {},
  });
  const follower = {
    followOpened: async (after, onEvents, { signal }) => {
      const ended = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      for (let at: number = after; at < events.length && !signal.aborted; at += 200) {
        const some = events.slice(at, at + 200);
        await onEvents(some, (at + some.length) as Sequence, {
          templates: [],
          destinations: [],
          calendars: [],
        });
      }
      // The second is over.
      now += 2_000;
      await ended;
    },
  } as Pick<LogFollower, 'followOpened'> as LogFollower;
  await run.follow(follower, end.signal);
}

test('a burst writes its sums once a second, not with every step, and the checkpoint moves with them', async () => {
  const events = log();
  const bucket = new Bucket();
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
  const events = log();
  const whole = new Bucket();
  await project(events, whole, Number.POSITIVE_INFINITY);
  const killed = (error: Error) => expect(error.message).toBe('killed');
  for (let steps = 0; steps < whole.checkpoints.length; steps++) {
    const bucket = new Bucket();
    await project(events, bucket, steps).catch(killed);
    // Once more before it is done.
    if (bucket.stored.sequence < events.length) await project(events, bucket, 1).catch(killed);
    if (bucket.stored.sequence < events.length) await project(events, bucket, Number.POSITIVE_INFINITY);
    expect(bucket.opened()).toEqual(whole.opened());
    expect(bucket.goneBack).toEqual([]);
  }
});
