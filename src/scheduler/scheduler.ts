/**
 * The scheduler: turns due slots into requested executions, and requested executions into execution commands.
 * Any number of instances run it. Each keeps the schedule book loaded and current (`BookKeeper`) and, once
 * current, stands for election; the one that leads fires (`Firing`). So taking over costs no reload. One that cannot
 * learn who is deleted (it reads no facts that a newer build has written) does not stand: it would lead and fire nothing.
 */
import type { Logger } from 'pino';
import type { Clock, Ids } from '../application/ports/clock.ts';
import type { Leadership, Lease } from '../application/ports/lease.ts';
import type { LogFollower } from '../application/ports/log/following.ts';
import type { EventLog } from '../application/ports/log/log.ts';
import type { Traces } from '../application/ports/traces.ts';
import type { Views } from '../application/ports/views.ts';
import type { ExecutionCommandPublisher } from '../application/ports/work/execution-commands.ts';
import type { WorkerLeases } from '../application/ports/work/worker-leases.ts';
import type { Sequence, Term } from '../domain/shared/ids.ts';
import { BookKeeper } from './book/book-keeper.ts';
import { ScheduleBook } from './book/schedule-book.ts';
import { Firing, type FiringDeps } from './firing/firing.ts';
import { Lateness, type LatenessFigures } from './firing/lateness.ts';

export interface SchedulerDeps {
  readonly log: EventLog;
  readonly calendars: FiringDeps['calendars'];
  readonly follower: LogFollower;
  readonly views: Views;
  readonly lease: Lease;
  readonly local: FiringDeps['local'];
  readonly commands: ExecutionCommandPublisher;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  /** Of an attempt, where the task's schedule does not say. */
  readonly executionTimeoutSeconds: number;
  /** Executions of one user at once. */
  readonly userConcurrency: number;
  readonly measures: FiringDeps['measures'];
  readonly traces: Traces;
  /** Absent: nobody knows which workers live, and an attempt has its worker until its deadline. */
  readonly workers?: Pick<WorkerLeases, 'watch'>;
  readonly admissions: FiringDeps['admissions'];
  /** Resolves when all who are deleted are known, or the signal aborts. */
  readonly usersKnown: (signal: AbortSignal) => Promise<void>;
}

export interface SchedulerStatus {
  /** `failed`: the log holds what this build cannot read; the role is not ready and fires nothing. */
  readonly state: 'stopped' | 'loading' | 'standby' | 'leading' | 'failed';
  readonly failure: string | null;
  /** Of this instance; null unless it leads. */
  readonly term: Term | null;
  /** Who leads, as last seen from here. */
  readonly holder: { readonly holder: string; readonly term: Term } | null;
  /** Tasks with a timer or an unfinished execution. */
  readonly tasks: number;
  readonly armed_timers: number;
  /** Executions that wait because their user has as many going as one may have; of the leader. */
  readonly held_back: number;
  /** How long the earliest timer has been due; a standby's grows only if the leader does not fire. */
  readonly overdue_ms: number;
  /** How far the log has been followed: what lies beyond is the lag. */
  readonly position: Sequence;
  /** Null before the first start. */
  readonly lateness_ms: LatenessFigures | null;
}

export class Scheduler {
  readonly #deps: SchedulerDeps;
  readonly #book = new ScheduleBook();
  readonly #firing: Firing;
  readonly #keeper: BookKeeper;
  readonly #lateness: Lateness;
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  #state: SchedulerStatus['state'] = 'stopped';
  #failure: unknown = null;
  #term: Term | null = null;

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
    this.#lateness = new Lateness(deps.clock.now());
    this.#firing = new Firing({ ...deps, book: this.#book });
    this.#keeper = new BookKeeper({
      ...deps,
      book: this.#book,
      onCalendars: (owners) => this.#firing.calendarsChanged(owners),
      observe: (event) => this.#lateness.observe(event, deps.clock.now()),
    });
  }

  /** Once; what it comes to is told by `status`. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Hands the lease over at once, and resolves when everything sent has been answered. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#firing.settled();
  }

  status(): SchedulerStatus {
    return {
      state: this.#state,
      failure: this.#failure === null ? null : String(this.#failure),
      term: this.#term,
      holder: this.#deps.lease.holder(),
      tasks: this.#book.size,
      armed_timers: this.#firing.armedTimers,
      held_back: this.#firing.heldBack,
      overdue_ms: this.#firing.overdueMs(),
      position: this.#book.position,
      lateness_ms: this.#lateness.figures(),
    };
  }

  async #run(): Promise<void> {
    this.#state = 'loading';
    let standing: Promise<void> = Promise.resolve();
    // Standbys watch too: a worker that went together with the leader is known to be gone by the next.
    const watching = this.#deps.workers?.watch(
      {
        onGone: (workerId) => {
          const attempts = this.#firing.workerGone(workerId);
          if (attempts > 0) this.#deps.logger.warn({ worker_id: workerId, attempts }, 'worker is gone');
        },
        onAlive: (workerId) => this.#firing.workerAlive(workerId),
      },
      this.#stop.signal,
    );
    await this.#orFail(
      this.#keeper.run(this.#stop.signal, () => {
        standing = this.#orFail(this.#stand());
      }),
    );
    await standing;
    await watching;
    this.#state = this.#failure === null ? 'stopped' : 'failed';
  }

  async #stand(): Promise<void> {
    const { lease, usersKnown } = this.#deps;
    const { signal } = this.#stop;
    // Until then something of a deleted user could fire whose tasks are not all cancelled yet.
    await usersKnown(signal);
    this.#state = 'standby';
    await lease.run((leadership) => this.#lead(leadership), signal);
  }

  async #lead(leadership: Leadership): Promise<void> {
    this.#deps.logger.info({ term: leadership.term }, 'scheduler leads');
    this.#state = 'leading';
    this.#term = leadership.term;
    await this.#firing.lead(leadership);
    this.#state = 'standby';
    this.#term = null;
    this.#deps.logger.info({ term: leadership.term }, 'scheduler no longer leads');
  }

  async #orFail(running: Promise<void>): Promise<void> {
    try {
      await running;
    } catch (error) {
      this.#failure ??= error;
      this.#deps.logger.fatal({ err: error }, 'scheduler failed');
      this.#stop.abort();
    }
  }
}
