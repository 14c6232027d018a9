/** A day of somebody's tasks, played before the present: runs that completed and failed, slots that were skipped. */
import type { ExecutionId, TaskId, Term } from '../../src/domain/shared/ids.ts';
import { type Instant, instantOf } from '../../src/domain/shared/instant.ts';
import { machineMs } from '../support/clock.ts';
import { failure, success } from '../support/histories/history.ts';
import { ALICE, type Stack, signed } from '../support/parts/stack.ts';

const HOUR = 3_600_000;
const HOURS = 20;
const CONTEXT = { actor: 'scheduler', correlation_id: 'c', causation_id: null, traceparent: null };

/** Stands where it is put, until it is let go to the present. */
export class PlayedClock {
  #at: number | null = null;
  readonly monotonicMs = machineMs;
  readonly now = (): Instant => instantOf(this.#at ?? Date.now());

  put(at: number | null): void {
    this.#at = at;
  }
}

export interface PastDay {
  readonly backup: TaskId;
  readonly slow: TaskId;
  readonly failing: TaskId;
  readonly todo: TaskId;
  readonly paused: TaskId;
  /** The screen of a run that failed. */
  readonly failedRun: string;
}

const hourly = { type: 'interval', interval_minutes: 60, timezone: 'America/New_York' };

export async function playDay(stack: Stack, clock: PlayedClock): Promise<PastDay> {
  const present = Date.now();
  const began = Math.floor(present / HOUR) * HOUR - HOURS * HOUR;
  clock.put(began - HOUR / 2);
  const token = await signed({ sub: ALICE, subscription_level: 'enterprise' });
  const headers = { authorization: `Bearer ${token}` };
  const create = async (body: object): Promise<TaskId> => {
    const answer = await stack.call('POST', '/api/v1/tasks', { user: null, headers, body });
    if (answer.status !== 201) throw new Error(answer.text);
    return answer.body.task_id;
  };
  const at = { ...hourly, anchor: instantOf(began) };
  const tasks = {
    backup: await create({
      name: 'Back up the notes',
      task_type: 'data_backup',
      tags: ['nightly', 'home'],
      description: 'Everything that was written, each hour. See https://example.com/backups for the plan.',
      schedule: at,
    }),
    slow: await create({
      name: 'Slow report',
      task_type: 'todo',
      tags: ['work'],
      schedule: { ...at, interval_minutes: 30, timeout_seconds: 3_600 },
    }),
    failing: await create({ name: 'Flaky import', task_type: 'todo', priority: 'high', schedule: at }),
    todo: await create({
      name: 'Water the plants',
      task_type: 'todo',
      tags: ['home'],
      due_date: instantOf(present + 3 * HOUR),
    }),
    paused: await create({
      name: 'Stand-up notes',
      task_type: 'reminder',
      config: { reminder_message: 'Stand up' },
      schedule: at,
    }),
  };
  await stack.call('POST', `/api/v1/tasks/${tasks.paused}/pause`, { body: { reason: 'on holiday' } });
  const play = new Player(stack, clock);
  let failedRun = '';
  for (let hour = 0; hour <= HOURS; hour += 1) {
    const slot = began + hour * HOUR;
    if (slot > present) break;
    const backup = await play.due(tasks.backup, slot + 300);
    if (backup !== null) await stack.work(ALICE, tasks.backup, backup);
    const failing = await play.due(tasks.failing, slot + 1_400);
    const fails = hour % 5 === 3;
    if (failing !== null) await stack.work(ALICE, tasks.failing, failing, fails ? FAILED : success);
    if (fails) failedRun = `tasks/${tasks.failing}/runs/${failing}`;
    await play.slow(tasks.slow, slot, hour % 4 === 1 && slot + HOUR < present);
  }
  clock.put(null);
  return { ...tasks, failedRun };
}

const FAILED = { ...failure, message: 'The other side answered 502 <b>Bad Gateway</b>' };

export class Player {
  readonly #stack: Stack;
  readonly #clock: PlayedClock;

  constructor(stack: Stack, clock: PlayedClock) {
    this.#stack = stack;
    this.#clock = clock;
  }

  /** The run that the slot of now asks for; null where it asks for none. */
  async due(taskId: TaskId, at: number): Promise<ExecutionId | null> {
    this.#clock.put(at);
    const execution_id = this.#stack.deps.ids.executionId(this.#clock.now());
    const data = { default_timeout_seconds: 3_600, term: 1 as Term, execution_id };
    const result = await this.#stack.commands.execute({ userId: ALICE, taskId }, CONTEXT, {
      type: 'take_due',
      data,
    });
    const running = result.kind === 'done' ? result.snapshot.state.execution?.execution_id : null;
    return running === execution_id ? execution_id : null;
  }

  /** A run in time and another half an hour later; or one that goes on beyond the next slot, which is skipped. */
  async slow(taskId: TaskId, slot: number, isSlow: boolean): Promise<void> {
    const run = await this.due(taskId, slot + 200);
    if (run === null) return;
    if (!isSlow) {
      await this.#stack.work(ALICE, taskId, run);
      if (slot + HOUR / 2 + 200 > Date.now()) return;
      const next = await this.due(taskId, slot + HOUR / 2 + 200);
      if (next !== null) await this.#stack.work(ALICE, taskId, next);
      return;
    }
    const context = { ...CONTEXT, actor: 'worker:test' };
    const attempt = { execution_id: run, attempt: 1 };
    await this.#stack.commands.execute({ userId: ALICE, taskId }, context, {
      type: 'start_execution',
      data: { ...attempt, worker_id: 'test', claim: `${run}.1.0`, redelivered: false },
    });
    await this.due(taskId, slot + HOUR / 2 + 200);
    this.#clock.put(slot + 0.7 * HOUR);
    await this.#stack.commands.execute({ userId: ALICE, taskId }, context, {
      type: 'finish_execution',
      data: { ...attempt, duration_ms: 0.7 * HOUR, outcome: success },
    });
  }
}
