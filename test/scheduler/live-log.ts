import { ulid } from 'ulid';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src/app/system-clock.ts';
import type { Schedule } from '../../src/domain/schedule/types.ts';
import type { UnopenedTaskEvent } from '../../src/domain/shared/event.ts';
import type { EventId, TaskId, UserId } from '../../src/domain/shared/ids.ts';
import { type Instant, plusMs } from '../../src/domain/shared/instant.ts';
import type { CreateTask } from '../../src/domain/task/commands.ts';
import { createTask } from '../../src/domain/task/decide/decide.ts';
import { JetStreamLogFollower } from '../../src/jetstream/log/follow/log-follower.ts';
import { newTask, onceIn } from '../support/histories/history.ts';
import {
  appendOf,
  type LogFixture,
  landed,
  logFixture,
  newTaskId,
  START,
} from '../support/log/log-fixture.ts';

/** The events of a real log as they come, to wait for. */
export class LiveLog {
  readonly fixture: LogFixture;
  readonly events: UnopenedTaskEvent[] = [];
  readonly #waiting = new Set<() => void>();

  static async open(): Promise<LiveLog> {
    const live = new LiveLog(await logFixture());
    const { nc, keys } = live.fixture;
    const stop = new AbortController();
    const following = new JetStreamLogFollower(nc, keys).followUnopened(
      START.sequence,
      async (events) => live.#seen(events),
      { maxBatch: 1_000, signal: stop.signal },
    );
    onTestFinished(() => {
      stop.abort();
      return following;
    });
    return live;
  }

  constructor(fixture: LogFixture) {
    this.fixture = fixture;
  }

  /** Resolves as soon as `fits` does. */
  until(fits: (live: this) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!fits(this)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  async create(changes: Partial<CreateTask> & { readonly user?: string } = {}): Promise<TaskId> {
    const { user = 'usr_demo', ...fields } = changes;
    const now = fields.now ?? systemClock.now();
    const decision = createTask(null, newTask({ ...fields, now }));
    if (decision.kind !== 'event') throw new Error(JSON.stringify(decision));
    const taskId = newTaskId();
    const eventId = ulid() as EventId;
    const append = appendOf({ userId: user as UserId, taskId, eventId, time: now, event: decision.event });
    landed(await this.fixture.log.append(append));
    return taskId;
  }

  /** Tasks with one slot each, `everyMs` apart, the first `afterMs` from now. */
  async createOnce(count: number, afterMs: number, everyMs: number): Promise<Map<TaskId, Instant>> {
    const from = plusMs(systemClock.now(), afterMs);
    const slots = Array.from({ length: count }, (_, n) => plusMs(from, n * everyMs));
    const created = slots.map(async (slot) => [await this.create({ schedule: onceAt(slot) }), slot] as const);
    return new Map(await Promise.all(created));
  }

  /** The slots that were requested, in log order. */
  requests(): { taskId: TaskId; slot: Instant | null; term: number | null; at: Instant }[] {
    return this.events.flatMap((event) =>
      event.type === 'task.execution_requested'
        ? [
            {
              taskId: event.meta.task_id,
              slot: event.data.scheduled_for,
              term: event.data.term,
              at: event.meta.time,
            },
          ]
        : [],
    );
  }

  #seen(events: readonly UnopenedTaskEvent[]): void {
    this.events.push(...events);
    for (const look of [...this.#waiting]) look();
  }
}

export function onceAt(slot: Instant): Schedule {
  return { ...onceIn(0), type: 'once', run_time: slot };
}
