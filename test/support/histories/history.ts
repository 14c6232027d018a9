import fc from 'fast-check';
import { DEFAULT_OPTIONS } from '../../../src/domain/schedule/parse/options.ts';
import { slotsFrom } from '../../../src/domain/schedule/slots.ts';
import type { NamedSchedule, Schedule, TaskSchedule } from '../../../src/domain/schedule/types.ts';
import type { CreditMicros } from '../../../src/domain/shared/credits.ts';
import type { Decision, Rejection } from '../../../src/domain/shared/decision.ts';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import type {
  EventId,
  ExecutionId,
  Hash,
  Revision,
  Sequence,
  TaskId,
  Term,
  UserId,
} from '../../../src/domain/shared/ids.ts';
import { type Instant, instantOf } from '../../../src/domain/shared/instant.ts';
import type {
  AttemptOutcome,
  CreateTask,
  TaskChanges,
  UpdateTask,
} from '../../../src/domain/task/commands.ts';
import {
  cancelTask,
  createTask,
  deleteTask,
  pauseTask,
  resumeTask,
  updateTask,
} from '../../../src/domain/task/decide/decide.ts';
import { takeDue } from '../../../src/domain/task/decide/due.ts';
import {
  cancelExecution,
  finishExecution,
  requestExecution,
  startExecution,
} from '../../../src/domain/task/decide/execution.ts';
import { restoreTask } from '../../../src/domain/task/decide/restore.ts';
import { backfillTask } from '../../../src/domain/task/decide/slots/backfill.ts';
import { skipSlot } from '../../../src/domain/task/decide/slots/skip-slot.ts';
import { dueOnDay } from '../../../src/domain/task/due-day.ts';
import type { TaskEvent } from '../../../src/domain/task/events/events.ts';
import { evolve } from '../../../src/domain/task/evolve/evolve.ts';
import type { TaskState } from '../../../src/domain/task/state.ts';

export const USER = 'usr_1' as UserId;
export const TASK = 'tsk_01JD0000000000000000000000' as TaskId;
/** Noon on a Monday. */
export const START = instantOf(Date.UTC(2026, 10, 23, 12));

/** One thing that happens to a task, `after` so many milliseconds. */
export type Step = { readonly after: number } & (
  | { readonly do: 'update'; readonly changes: TaskChanges; readonly status: UpdateTask['status'] }
  | {
      readonly do:
        | 'pause'
        | 'resume'
        | 'cancel'
        | 'delete'
        | 'restore'
        | 'request'
        | 'cancelExecution'
        | 'due'
        | 'start'
        | 'lose';
    }
  | { readonly do: 'finish'; readonly outcome: AttemptOutcome }
  /** The slot so many after the next one, or after now where there is none. */
  | { readonly do: 'skip'; readonly ahead: number; readonly skip: boolean }
  /** The last so many milliseconds. */
  | { readonly do: 'backfill'; readonly last: number }
);

export const everyMinute: Schedule = {
  ...DEFAULT_OPTIONS,
  type: 'interval',
  interval_seconds: 60,
  anchor: START,
};
export const everyHour: Schedule = { ...everyMinute, interval_seconds: 3600, catch_up: 'skip' };
export const endsSoon: Schedule = { ...everyMinute, end_at: instantOf(Date.parse(START) + 200_000) };
/** Every policy that a schedule can have, on slots a minute apart from noon to noon. */
const policies: Partial<Schedule>[] = [
  { catch_up: 'all', catch_up_window_seconds: 600 },
  { catch_up: 'skip', overlap: 'buffer_one' },
  { overlap: 'buffer_one', max_runs: 3 },
  { overlap: 'cancel_running' },
  { catch_up: 'all', overlap: 'cancel_running', jitter_seconds: 40 },
  { catch_up: 'all', overlap: 'buffer_one', jitter_seconds: 3600 },
  { jitter_seconds: 59, max_runs: 2 },
  { max_runs: 1 },
  { pause_on_failure: 2 },
  { pause_on_failure: 1, overlap: 'buffer_one', max_runs: 4 },
  { retry: { max_attempts: 3, initial_seconds: 1, multiplier: 30, max_seconds: 100 } },
  {
    retry: { max_attempts: 2, initial_seconds: 90, multiplier: 1, max_seconds: 90 },
    overlap: 'cancel_running',
    pause_on_failure: 1,
  },
  { timezone: 'Pacific/Apia', exclude_dates: ['2026-11-25', '2026-11-27'] },
];
export const withPolicy = (policy: Partial<Schedule>): Schedule =>
  ({ ...everyMinute, ...policy }) as Schedule;

export const onceIn = (ms: number): Schedule => ({
  ...DEFAULT_OPTIONS,
  type: 'once',
  run_time: instantOf(Date.parse(START) + ms),
});

export const newTask = (changes: Partial<CreateTask> = {}): CreateTask => ({
  now: START,
  task_type: 'todo',
  name: 'Water the plants',
  description: null,
  priority: 'medium',
  config: {},
  schedule: null,
  credits_per_run_micros: 1_500_000 as CreditMicros,
  tags: [],
  metadata: {},
  due_date: null,
  reminder_time: null,
  remind_before: null,
  trigger: null,
  trigger_filter: null,
  notify: null,
  template_id: null,
  ...changes,
});

export const success: AttemptOutcome = {
  kind: 'completed',
  result: { done: true },
  result_truncated: false,
  summary: 'Done.',
  credits_micros: null,
  tokens_used: 3,
  api_calls_made: 1,
};

export const failure: AttemptOutcome = {
  kind: 'failed',
  code: 'PROVIDER_ERROR',
  message: 'The provider answered 500.',
  details: { status: 500 },
  retryable: true,
  tokens_used: 0,
  api_calls_made: 1,
};

/** A task's history, made by the real deciders and folds. */
export class History {
  now: Instant = START;
  state: TaskState | null = null;
  readonly events: RecordedTaskEvent[] = [];
  readonly states: TaskState[] = [];
  readonly rejections: Rejection[] = [];
  readonly #firstSequence: number;
  #redelivered = false;

  constructor(firstSequence = 10) {
    this.#firstSequence = firstSequence;
  }

  after(ms: number): this {
    this.now = instantOf(Date.parse(this.now) + ms);
    return this;
  }

  /** Appends what a decider answered; the event, or null. */
  take(decision: Decision<TaskEvent>): TaskEvent | null {
    if (decision.kind === 'rejected') this.rejections.push(decision.rejection);
    if (decision.kind !== 'event') return null;
    const revision = this.events.length + 1;
    const event: RecordedTaskEvent = {
      ...decision.event,
      meta: {
        id: `01JD${String(revision).padStart(22, '0')}` as EventId,
        sequence: (this.#firstSequence + revision * 2) as Sequence,
        revision: revision as Revision,
        time: this.now,
        user_id: USER,
        task_id: TASK,
        actor: 'user:usr_1',
        correlation_id: 'c',
        causation_id: null,
        traceparent: null,
        hash: revision.toString(16).padStart(64, '0') as Hash,
        prevhash: (revision - 1).toString(16).padStart(64, '0') as Hash,
      },
    };
    this.events.push(event);
    this.state = evolve(this.state, event);
    this.states.push(this.state);
    return event;
  }

  create(changes: Partial<CreateTask> = {}): this {
    this.take(createTask(this.state, newTask({ now: this.now, ...changes })));
    return this;
  }

  /** Everything that is due now, as the scheduler takes it. */
  takeAllDue(): TaskEvent[] {
    const taken: TaskEvent[] = [];
    for (let rounds = 0; rounds < 20; rounds++) {
      if (this.state === null) return taken;
      const event = this.take(
        takeDue(this.state, {
          now: this.now,
          execution_id: this.#newExecutionId(),
          default_timeout_seconds: 30,
          term: 7 as Term,
        }),
      );
      if (event === null) return taken;
      taken.push(event);
    }
    throw new Error('takeDue goes on without end');
  }

  step(step: Step): TaskEvent | null {
    this.after(step.after);
    const edit = { now: this.now, if_match: null, reason: null };
    const state = this.state;
    const execution = state?.execution ?? null;
    const execution_id = execution?.execution_id ?? this.#newExecutionId();
    const attempt = execution?.attempt ?? 1;
    switch (step.do) {
      case 'update':
        return this.take(updateTask(state, { ...edit, changes: step.changes, status: step.status }));
      case 'pause':
        return this.take(pauseTask(state, edit));
      case 'resume':
        return this.take(resumeTask(state, edit));
      case 'cancel':
        return this.take(cancelTask(state, edit));
      case 'delete':
        return this.take(deleteTask(state, edit));
      case 'restore':
        return this.take(restoreTask(state, edit));
      case 'request':
        return this.take(
          requestExecution(state, {
            now: this.now,
            execution_id: this.#newExecutionId(),
            trigger_type: 'manual',
            trigger_data: {},
            default_timeout_seconds: 30,
          }),
        );
      case 'cancelExecution':
        return this.take(cancelExecution(state, { now: this.now, execution_id, reason: null }));
      case 'due':
        return this.takeAllDue().at(-1) ?? null;
      case 'lose':
        this.#redelivered = true;
        return null;
      case 'start': {
        const claim = execution?.state === 'running' ? execution.claim : `${execution_id}.${attempt}.0`;
        const redelivered = this.#redelivered;
        this.#redelivered = false;
        return this.take(
          startExecution(state, {
            now: this.now,
            execution_id,
            attempt,
            worker_id: 'w1',
            claim,
            redelivered,
          }),
        );
      }
      case 'skip': {
        const slot = this.#slotAhead(step.ahead);
        return this.take(skipSlot(state, { ...edit, slot, skip: step.skip }));
      }
      case 'backfill': {
        const from = instantOf(Date.parse(this.now) - step.last);
        return this.take(backfillTask(state, { now: this.now, from, to: this.now }));
      }
      case 'finish':
        return this.take(
          finishExecution(state, {
            now: this.now,
            execution_id,
            attempt,
            duration_ms: 5,
            outcome: step.outcome,
          }),
        );
    }
  }

  /** Skipped ones among them. */
  #slotAhead(ahead: number): Instant {
    const schedule = this.state?.schedule ?? null;
    const slots = schedule === null ? [] : slotsFrom(schedule, this.now);
    let slot = this.now;
    for (const each of slots) {
      slot = each;
      if (ahead-- === 0) break;
    }
    return slot;
  }

  #newExecutionId(): ExecutionId {
    return `exe_01JD${String(this.events.length + 1).padStart(22, '0')}` as ExecutionId;
  }
}

/** Every second, third or fifth minute from noon on, each with its policies and as many runs. */
const oneOfSeveral: fc.Arbitrary<Schedule> = fc.oneof(
  fc
    .record({
      minutes: fc.constantFrom(1, 2, 3, 5),
      offset: fc.nat({ max: 2 }),
      policy: fc.constantFrom(...policies),
      end_at: fc.constantFrom(null, null, instantOf(Date.parse(START) + 200_000)),
    })
    .map(({ minutes, offset, policy, end_at }) => ({
      ...withPolicy(policy),
      type: 'interval' as const,
      interval_seconds: minutes * 60,
      anchor: instantOf(Date.parse(START) + offset * 60_000),
      end_at,
    })),
  fc.integer({ min: 1, max: 8 }).map((minutes) => onceIn(minutes * 60_000)),
);

/** Two or three by the same ids, so that one that stays as it is goes on counting. */
export const severalSchedules: fc.Arbitrary<TaskSchedule> = fc
  .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'main'), oneOfSeveral), {
    minLength: 2,
    maxLength: 3,
    selector: ([id]) => id,
  })
  .map((all) => ({
    type: 'several',
    schedules: all.map(([id, schedule]): NamedSchedule => ({ ...schedule, id })),
  }));

const schedules: fc.Arbitrary<TaskSchedule | null> = fc.oneof(
  severalSchedules,
  fc.constantFrom(null, everyMinute, everyHour, endsSoon),
  fc.integer({ min: 1, max: 600_000 }).map(onceIn),
  fc.constantFrom(...policies).map(withPolicy),
  fc.constantFrom(...policies).map((policy) => ({ ...withPolicy(policy), end_at: endsSoon.end_at })),
);
const instants = fc.integer({ min: -100_000, max: 600_000 }).map((ms) => instantOf(Date.parse(START) + ms));
const maybeInstants = fc.option(instants);
const dues = fc.oneof(
  { weight: 3, arbitrary: maybeInstants.map((due_date) => ({ due_date })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('2026-11-22', '2026-11-23', '2026-11-24')
      .map((date) => dueOnDay(date, 'Pacific/Kiritimati')),
  },
);
const changes: fc.Arbitrary<TaskChanges> = fc
  .record(
    {
      name: fc.constantFrom('Water the plants', 'Feed the cat'),
      schedule: schedules,
      priority: fc.constantFrom('low', 'urgent'),
      due: dues,
      reminder_time: maybeInstants,
      remind_before: fc.constantFrom(null, ['PT1M'], ['PT5M', 'PT1M', 'PT0S']),
    },
    { requiredKeys: [] },
  )
  .map(({ due, ...others }) => ({ ...others, ...due }));
const after = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, 1, 900, 20_000) },
  { weight: 1, arbitrary: fc.constantFrom(61_000, 400_000, 7_200_000, 100_000_000) },
);
const asked = fc.constantFrom(null, null, null, 'pending', 'scheduled', 'completed', 'paused', 'cancelled');

/** Steps of people, time and workers in any order, weighted so that long lives are common. */
export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ after, do: fc.constant('update'), changes, status: asked }) },
    {
      weight: 12,
      arbitrary: fc.record({
        after,
        do: fc.constantFrom(
          'due',
          'due',
          'due',
          'start',
          'start',
          'start',
          'pause',
          'resume',
          'request',
          'lose',
        ),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ after, do: fc.constantFrom('cancelExecution', 'cancel', 'delete') }),
    },
    { weight: 2, arbitrary: fc.record({ after, do: fc.constant('restore') }) },
    {
      weight: 4,
      arbitrary: fc.record({
        after,
        do: fc.constant('finish'),
        outcome: fc.constantFrom(success, failure, failure, { ...failure, retryable: false }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        after,
        do: fc.constant('skip'),
        ahead: fc.constantFrom(0, 0, 1, 2, 5),
        skip: fc.constantFrom(true, true, true, false),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        after,
        do: fc.constant('backfill'),
        last: fc.constantFrom(1, 61_000, 200_000, 90_000_000),
      }),
    },
  ) as fc.Arbitrary<Step>,
  { maxLength: 60, size: 'max' },
);

export const creations: fc.Arbitrary<Partial<CreateTask>> = fc
  .record({
    schedule: schedules,
    due: dues,
    reminder_time: maybeInstants,
    remind_before: fc.constantFrom(null, ['PT1M'], ['PT5M', 'PT1M', 'PT0S']),
  })
  .map(({ due, ...others }) => ({ ...others, ...due }))
  // One whose schedules have no slot at all is refused: there is no task then.
  .filter((creation) => new History().create(creation).events.length > 0);

export function play(creation: Partial<CreateTask>, all: readonly Step[]): History {
  const history = new History().create(creation);
  for (const step of all) history.step(step);
  return history;
}
