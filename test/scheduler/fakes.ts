import { type Logger, pino } from 'pino';
import { vi } from 'vitest';
import type { Admissions } from '../../src/application/commands/admissions.ts';
import type { Clock, Ids } from '../../src/application/ports/clock.ts';
import type { Lease } from '../../src/application/ports/lease.ts';
import type { FollowOptions, LogFollower } from '../../src/application/ports/log/following.ts';
import type { Append, Appended, EventLog, FollowingEvent } from '../../src/application/ports/log/log.ts';
import { NOT_MEASURED } from '../../src/application/ports/measures.ts';
import { NOT_TRACED } from '../../src/application/ports/traces.ts';
import type { Views } from '../../src/application/ports/views.ts';
import type {
  ExecutionCommand,
  ExecutionCommandPublisher,
} from '../../src/application/ports/work/execution-commands.ts';
import type { LocalWorker } from '../../src/application/ports/work/local-worker.ts';
import { calendarDecider } from '../../src/domain/calendar/calendars.ts';
import type { Decision } from '../../src/domain/shared/decision.ts';
import type { Position, RecordedTaskEvent, Snapshot } from '../../src/domain/shared/event.ts';
import {
  type EventId,
  type ExecutionId,
  type Hash,
  NO_HASH,
  NO_REVISION,
  NO_SEQUENCE,
  type Revision,
  type Sequence,
  type TaskId,
  type Term,
  type UserId,
} from '../../src/domain/shared/ids.ts';
import { epochMs, type Instant, instantOf } from '../../src/domain/shared/instant.ts';
import type { CreateTask } from '../../src/domain/task/commands.ts';
import { createTask } from '../../src/domain/task/decide/decide.ts';
import type { TaskEvent } from '../../src/domain/task/events/events.ts';
import { advance, type TaskSnapshot } from '../../src/domain/task/evolve/snapshot.ts';
import { isTimed, type SchedulingState, type TaskState } from '../../src/domain/task/state.ts';
import { Scheduler, type SchedulerDeps } from '../../src/scheduler/scheduler.ts';
import { createExecutors } from '../../src/task-types/all.ts';
import { concludedRun } from '../../src/worker/runs/concluded-run.ts';
import { newTask, START, USER } from '../support/histories/history.ts';
import { NO_LIMITS } from '../support/parts/nobody.ts';
import { providers } from '../support/parts/providers.ts';

export const silent: Logger = pino({ level: 'silent' });

/** A wall clock that tests set, apart from the timers, which vitest fakes: so it can step and they can not. */
export class FakeClock implements Clock {
  #nowMs = epochMs(START);
  #monotonicMs = 0;

  now(): Instant {
    return instantOf(this.#nowMs);
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  /** The wall clock is set forward or back; no time passes. */
  step(ms: number): void {
    this.#nowMs += ms;
  }

  /** Time passes, on the clock and for the timers, in steps of at most 50 ms. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 50) {
      const step = Math.min(left, 50);
      this.#nowMs += step;
      this.#monotonicMs += step;
      await vi.advanceTimersByTimeAsync(step);
      await settle();
    }
  }
}

/** Lets everything that is ready to go on go on: real turns of the event loop, which stay unfaked. */
export async function settle(): Promise<void> {
  for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setImmediate(resolve));
}

export class CountingIds implements Ids {
  #count = 0;
  #next(): string {
    this.#count += 1;
    return String(this.#count).padStart(26, '0');
  }
  taskId = () => `tsk_${this.#next()}` as TaskId;
  executionId = () => `exe_${this.#next()}` as ExecutionId;
  eventId = () => this.#next() as EventId;
}

/** The log, its follower and the views in memory, with the locks of the real one. */
export class FakeLog implements EventLog, LogFollower, Views {
  readonly events: RecordedTaskEvent[] = [];
  readonly executionsKept = 100;
  readonly milestoneIndex = async () => [];
  readonly milestonePage = async () => [];
  /** What is asked before each append: throw, or wait, to be an ailing log. */
  beforeAppend: (append: Append) => Promise<void> = async () => {};
  /** What is asked after each append has been stored, before it is answered. */
  beforeAnswer: (append: Append) => Promise<void> = async () => {};
  beforeRead: () => Promise<void> = async () => {};
  /** While set, the follower brings nothing. */
  followerHeld = false;
  appendsInFlight = 0;
  mostAppendsInFlight = 0;
  /** The views hold nothing beyond this. */
  projectedThrough: Sequence | null = NO_SEQUENCE;
  readonly #byTask = new Map<TaskId, readonly RecordedTaskEvent[]>();
  #waiting: (() => void)[] = [];

  async append(append: Append): Promise<Appended> {
    this.appendsInFlight += 1;
    this.mostAppendsInFlight = Math.max(this.mostAppendsInFlight, this.appendsInFlight);
    try {
      await this.beforeAppend(append);
      const last = this.#of(append.taskId).at(-1);
      if ((last?.meta.sequence ?? 0) !== append.after.sequence) return { kind: 'conflict' };
      const event = this.#store(append, append);
      const following = (append.following ?? []).map((each) => this.#store(append, each));
      this.#wake();
      await this.beforeAnswer(append);
      return { kind: 'appended', event, following };
    } finally {
      this.appendsInFlight -= 1;
    }
  }

  #store({ userId, taskId, after }: Append, { event, eventId, time, context }: FollowingEvent) {
    const before = this.#of(taskId).at(-1)?.meta;
    const sequence = (this.events.length + 1) as Sequence;
    const recorded: RecordedTaskEvent = {
      ...event,
      meta: {
        id: eventId,
        sequence,
        revision: ((before?.revision ?? 0) + 1) as Revision,
        time,
        user_id: userId,
        task_id: taskId,
        ...context,
        hash: sequence.toString(16).padStart(64, '0') as Hash,
        prevhash: before?.hash ?? after.hash,
      },
    };
    this.events.push(recorded);
    this.#byTask.set(taskId, [...this.#of(taskId), recorded]);
    return recorded;
  }

  async readTask(_userId: UserId, taskId: TaskId, after: Sequence | Position): Promise<RecordedTaskEvent[]> {
    const from = typeof after === 'number' ? after : after.sequence;
    await this.beforeRead();
    return this.#of(taskId).filter((event) => event.meta.sequence > from);
  }

  async templates() {
    return { upTo: NO_SEQUENCE, values: [] };
  }

  async readUser(): Promise<RecordedTaskEvent[]> {
    return this.events;
  }

  async lastOfTask(_userId: UserId, taskId: TaskId): Promise<Sequence> {
    return this.#of(taskId).at(-1)?.meta.sequence ?? NO_SEQUENCE;
  }

  async ownerOf(taskId: TaskId): Promise<UserId | null> {
    return this.#of(taskId)[0]?.meta.user_id ?? null;
  }

  async lastOfUser(): Promise<Sequence> {
    return this.lastSequence();
  }

  async lastSequence(): Promise<Sequence> {
    return this.events.length as Sequence;
  }

  async followOpened(): Promise<void> {
    throw new Error('the scheduler needs nothing that is sealed');
  }

  async followUnopened(
    after: Sequence,
    onEvents: Parameters<LogFollower['followUnopened']>[1],
    options: FollowOptions,
  ): Promise<void> {
    let at = after as number;
    options.signal.addEventListener('abort', () => this.#wake());
    while (!options.signal.aborted) {
      const batch = this.followerHeld ? [] : this.events.slice(at, at + options.maxBatch);
      if (batch.length === 0) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
        continue;
      }
      at += batch.length;
      await onEvents(batch, at as Sequence, { destinations: [], calendars: [] });
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  releaseFollower(): void {
    this.followerHeld = false;
    this.#wake();
  }

  async checkpoint(): Promise<Sequence> {
    return this.projectedThrough ?? (this.events.length as Sequence);
  }

  async task(_userId: UserId, taskId: TaskId): Promise<TaskSnapshot | null> {
    await this.beforeRead();
    return this.snapshotOf(taskId, this.projectedThrough ?? undefined);
  }

  async tasksOf(): Promise<never> {
    throw new Error('the scheduler asks for one task at a time');
  }

  async executions(): Promise<never> {
    throw new Error('the scheduler needs no finished execution');
  }

  async triggers(): Promise<void> {}

  async scheduled(onEntries: (entries: readonly Snapshot<SchedulingState>[]) => void): Promise<void> {
    const taskIds = new Set(this.events.map((event) => event.meta.task_id));
    const tasks = [...taskIds].map((taskId) => this.snapshotOf(taskId, this.projectedThrough ?? undefined));
    onEntries(tasks.filter((task) => task !== null).filter((task) => isTimed(task.state)));
  }

  snapshotOf(taskId: TaskId, through: Sequence = this.events.length as Sequence): TaskSnapshot | null {
    let snapshot: TaskSnapshot | null = null;
    for (const event of this.#of(taskId)) {
      if (event.meta.sequence <= through) snapshot = advance(snapshot, event);
    }
    return snapshot;
  }

  typesOf(taskId: TaskId): string[] {
    return this.#of(taskId).map((event) => event.type);
  }

  #of(taskId: TaskId): readonly RecordedTaskEvent[] {
    return this.#byTask.get(taskId) ?? [];
  }
}

export class FakeCommands implements ExecutionCommandPublisher {
  readonly emitted: (ExecutionCommand & { readonly n: number })[] = [];
  readonly batches: number[] = [];
  beforeEmit: () => Promise<void> = async () => {};

  async emit(commands: readonly ExecutionCommand[], now: Instant): Promise<void> {
    await this.beforeEmit();
    this.batches.push(commands.length);
    for (const command of commands) {
      const n = Math.floor((epochMs(now) - epochMs(command.due_at)) / 10_000);
      this.emitted.push({ ...command, n });
    }
  }
}

const executors = createExecutors(providers());

/** A worker of the scheduler's process: it concludes what needs nothing from outside, and takes nothing else. */
export function concludingWorker(clock: Clock, ended: string[] = []): LocalWorker {
  return {
    workerId: 'w1',
    concludes: (type) => executors[type].conclude !== undefined,
    conclude: (state) => concludedRun(executors[state.task_type], state, { clock, logger: silent }),
    concluded: (kind) => void ended.push(kind),
    reserve: () => null,
    offer: () => false,
  };
}

/** Leads when the test says so. */
export class FakeLease implements Lease {
  #term = 0;
  #elect: () => void = () => {};
  #depose: () => void = () => {};
  #waiting = false;

  holder(): { holder: string; term: Term } | null {
    return this.#term === 0 ? null : { holder: 'fake', term: this.#term as Term };
  }

  get stands(): boolean {
    return this.#waiting;
  }

  elect(): void {
    this.#elect();
  }

  depose(): void {
    this.#depose();
  }

  async run(lead: Parameters<Lease['run']>[0], signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#waiting = true;
      await new Promise<void>((resolve) => {
        this.#elect = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      this.#waiting = false;
      if (signal.aborted) return;
      this.#term += 1;
      const ended = new AbortController();
      this.#depose = () => ended.abort();
      signal.addEventListener('abort', this.#depose, { once: true });
      const holds = () => !ended.signal.aborted;
      await lead({ term: this.#term as Term, signal: ended.signal, holds });
    }
  }
}

const SYSTEM = { actor: 'user:usr_1', correlation_id: 'c', causation_id: null, traceparent: null };

export interface StageOptions {
  /** What the scheduler goes by, made of the clock that the test sets. */
  readonly steady?: (clock: FakeClock) => Clock;
  readonly userConcurrency?: number;
  readonly calendars?: SchedulerDeps['calendars'];
  readonly admissions?: (stage: Stage) => Admissions;
  readonly usersKnown?: (signal: AbortSignal) => Promise<void>;
  /** Default: nobody knows which workers live. */
  readonly workers?: SchedulerDeps['workers'];
  /** Default: this process has no worker. */
  readonly local?: (stage: Stage) => SchedulerDeps['local'];
}

const NO_CALENDARS: SchedulerDeps['calendars'] = { of: async () => calendarDecider.initial };

/** A scheduler between fakes, with the timers faked too. */
export class Stage {
  readonly clock = new FakeClock();
  readonly ids = new CountingIds();
  readonly log = new FakeLog();
  readonly commands = new FakeCommands();
  readonly lease = new FakeLease();
  readonly scheduler: Scheduler;

  constructor(log?: FakeLog, options: StageOptions = {}) {
    if (log !== undefined) this.log = log;
    this.scheduler = new Scheduler({
      log: this.log,
      calendars: options.calendars ?? NO_CALENDARS,
      follower: this.log,
      views: this.log,
      local: options.local?.(this) ?? null,
      lease: this.lease,
      commands: this.commands,
      clock: options.steady?.(this.clock) ?? this.clock,
      ids: this.ids,
      logger: silent,
      executionTimeoutSeconds: 30,
      userConcurrency: options.userConcurrency ?? 10_000,
      measures: NOT_MEASURED,
      traces: NOT_TRACED,
      admissions: options.admissions?.(this) ?? NO_LIMITS,
      usersKnown: options.usersKnown ?? (async () => undefined),
      ...(options.workers === undefined ? {} : { workers: options.workers }),
    });
  }

  async start(): Promise<void> {
    this.scheduler.start();
    await settle();
  }

  async lead(): Promise<void> {
    await this.start();
    this.lease.elect();
    await settle();
  }

  async create(changes: Partial<CreateTask>): Promise<TaskId> {
    const taskId = this.ids.taskId();
    await this.append(taskId, createTask(null, newTask({ now: this.clock.now(), ...changes })));
    return taskId;
  }

  /** As somebody else does: under the lock of what the log holds. */
  async decide(taskId: TaskId, decide: (state: TaskState) => Decision<TaskEvent>): Promise<void> {
    const snapshot = this.log.snapshotOf(taskId);
    if (snapshot === null) throw new Error(`no task ${taskId}`);
    await this.append(taskId, decide(snapshot.state));
  }

  async append(taskId: TaskId, decision: Decision<TaskEvent>): Promise<void> {
    if (decision.kind !== 'event') throw new Error(`not decided: ${JSON.stringify(decision)}`);
    const after = this.log.snapshotOf(taskId) ?? {
      sequence: NO_SEQUENCE,
      revision: NO_REVISION,
      hash: NO_HASH,
    };
    const appended = await this.log.append({
      userId: USER,
      taskId,
      eventId: this.ids.eventId(),
      time: this.clock.now(),
      event: decision.event,
      context: SYSTEM,
      after,
    });
    if (appended.kind !== 'appended') throw new Error('conflict');
    await settle();
  }

  requestedSlots(taskId: TaskId): (Instant | null)[] {
    return this.log.events
      .filter((event) => event.meta.task_id === taskId)
      .flatMap((event) => (event.type === 'task.execution_requested' ? [event.data.scheduled_for] : []));
  }
}
