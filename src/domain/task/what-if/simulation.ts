/**
 * A task as it would have gone, from a state on: the deciders take what comes due, where the scheduler was there to look;
 * runs take as long as they took, and people do what they did. Nothing here is stored.
 *
 * Where the task stands as it stood then, what was recorded of others is what happens. Where it does not, they ask the
 * same again and the deciders answer. So without a change all of it happens again, to the slot.
 */

import { scheduleBy } from '../../schedule/several.ts';
import { type Decision, decided } from '../../shared/decision.ts';
import type { RecordedTaskEvent } from '../../shared/event.ts';
import type { ExecutionId, Term } from '../../shared/ids.ts';
import { epochMs, type Instant, instantOf } from '../../shared/instant.ts';
import type { AttemptOutcome } from '../commands.ts';
import { nextDueAt, takeDue } from '../decide/due.ts';
import { finishExecution, startExecution } from '../decide/execution.ts';
import type { TaskEvent } from '../events/events.ts';
import { evolve } from '../evolve/evolve.ts';
import { foreseenEvent } from '../foresee.ts';
import type { SlotLedger } from '../ledger/slot-ledger.ts';
import type { TaskState } from '../state.ts';
import { askedAgain } from './again.ts';
import { type RecordedRange, type RecordedRun, slotKey } from './recorded-range.ts';

export interface SimulationOptions {
  readonly start: TaskState;
  /** Holds all up to `start`. */
  readonly ledger: SlotLedger;
  readonly recorded: RecordedRange;
  readonly from: Instant;
  /** Up to there it was recorded what happened. */
  readonly until: Instant;
  readonly to: Instant;
  /** Of a run of which nothing is recorded. */
  readonly typicalMs: number;
  /** A schedule is tried: changes of the schedule that people made are left out. */
  readonly keepsSchedule: boolean;
}

/** What happens next: at one time what was recorded first, in its order, then what is worked out. */
interface Next {
  readonly atMs: number;
  readonly order: number;
  readonly happen: () => void;
}

const WORKED_OUT = Number.MAX_SAFE_INTEGER;
const NO_TERM = 0 as Term;
const UNKNOWN_ID = 'exe_00000000000000000000000000' as ExecutionId;

export class Simulation {
  readonly #options: SimulationOptions;
  readonly #toMs: number;
  readonly #untilMs: number;
  readonly #steps = new Map<ExecutionId, number>();
  readonly #taken = new Map<string, number>();
  #state: TaskState;
  #nowMs: number;
  #tick = 0;
  /** What is due has no answer while the task is this. */
  #quiet: TaskState | null = null;
  #invented = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#state = options.start;
    this.#nowMs = epochMs(options.from);
    this.#toMs = epochMs(options.to);
    this.#untilMs = epochMs(options.until);
  }

  get state(): TaskState {
    return this.#state;
  }

  /** Runs of which nothing was recorded. */
  get invented(): number {
    return this.#invented;
  }

  apply(event: TaskEvent, at: Instant): void {
    const recorded = foreseenEvent(this.#state, event, { time: at, traceparent: null });
    this.#state = evolve(this.#state, recorded);
    this.#options.ledger.addFolded(recorded, this.#state);
  }

  /** One thing more; false where nothing happens any more in the range. */
  step(): boolean {
    let next: Next | null = null;
    for (const each of [this.#nextTick(), this.#nextOfRun(), this.#nextDue()]) {
      if (each === null) continue;
      if (next === null || each.atMs < next.atMs || (each.atMs === next.atMs && each.order < next.order)) {
        next = each;
      }
    }
    if (next === null || next.atMs > this.#toMs) return false;
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.happen();
    return true;
  }

  #nextTick(): Next | null {
    const tick = this.#options.recorded.ticks[this.#tick];
    if (tick === undefined) return null;
    const { event, by, before } = tick;
    return {
      atMs: epochMs(event.meta.time),
      order: event.meta.sequence,
      happen: () => {
        this.#tick += 1;
        if (by === 'scheduler') this.#take(event.meta.time);
        else this.#others(event, before);
      },
    };
  }

  #others(event: RecordedTaskEvent, before: TaskState): void {
    const { time } = event.meta;
    const decision = isSame(this.#state, before)
      ? decided(event)
      : askedAgain(this.#state, event, time, this.#options.keepsSchedule);
    this.#applied(decision, time);
  }

  /** The scheduler looks, unless it did not at that time. */
  #nextDue(): Next | null {
    const due = nextDueAt(this.#state);
    if (due === null || this.#quiet === this.#state) return null;
    const atMs = this.#presentMs(Math.max(epochMs(due), this.#nowMs));
    const happen = () => {
      if (!this.#take(instantOf(atMs))) this.#quiet = this.#state;
    };
    return { atMs, order: WORKED_OUT, happen };
  }

  #presentMs(atMs: number): number {
    let ms = atMs;
    for (const { fromMs, toMs } of this.#absencesFrom(atMs)) {
      if (fromMs > ms) break;
      ms = Math.max(ms, toMs);
    }
    return ms;
  }

  /** They are in the order of time, and do not overlap. */
  *#absencesFrom(atMs: number) {
    const { absences } = this.#options.recorded;
    let low = 0;
    let high = absences.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((absences[middle]?.toMs ?? 0) <= atMs) low = middle + 1;
      else high = middle;
    }
    for (let at = low; at < absences.length; at++) {
      const absence = absences[at];
      if (absence !== undefined) yield absence;
    }
  }

  /** False: nothing of what is due has an answer. */
  #take(now: Instant): boolean {
    const decision = takeDue(this.#state, {
      now,
      execution_id: UNKNOWN_ID,
      default_timeout_seconds: this.#timeout(),
      term: NO_TERM,
    });
    if (decision.kind !== 'event') return false;
    this.apply(this.#named(decision.event), now);
    return true;
  }

  #timeout(): number {
    for (const { timeout_seconds } of this.#options.recorded.runs.values()) return timeout_seconds;
    return DEFAULT_TIMEOUT_SECONDS;
  }

  /** A run of a slot that ran is the run that it was. */
  #named(event: TaskEvent): TaskEvent {
    if (event.type !== 'task.execution_requested') return event;
    const { bySlot, runs } = this.#options.recorded;
    const key = slotKey(event.data.trigger_type, event.data.scheduled_for);
    const nth = this.#taken.get(key) ?? 0;
    this.#taken.set(key, nth + 1);
    const recorded = runs.get(bySlot.get(key)?.[nth] ?? UNKNOWN_ID);
    const execution_id = recorded?.execution_id ?? this.#newId();
    const timeout_seconds = recorded?.timeout_seconds ?? event.data.timeout_seconds;
    return { ...event, data: { ...event.data, execution_id, timeout_seconds } };
  }

  #newId(): ExecutionId {
    this.#invented += 1;
    return `exe_${String(this.#invented).padStart(26, '0')}` as ExecutionId;
  }

  #nextOfRun(): Next | null {
    const { execution } = this.#state;
    if (execution === null) return null;
    const run = this.#options.recorded.runs.get(execution.execution_id);
    const done = this.#steps.get(execution.execution_id) ?? 0;
    const step = run?.steps[done];
    if (run === undefined || step === undefined) return this.#typical(run !== undefined);
    return {
      atMs: epochMs(execution.requested_at) + step.afterMs,
      order: step.event.meta.sequence,
      happen: () => {
        this.#steps.set(run.execution_id, done + 1);
        this.#stepOf(run, step.event, instantOf(epochMs(execution.requested_at) + step.afterMs));
      },
    };
  }

  #stepOf(run: RecordedRun, event: RecordedTaskEvent, now: Instant): void {
    const { execution } = this.#state;
    const { execution_id } = run;
    if (execution === null) return;
    if (event.type === 'task.execution_started') {
      const { worker_id, claim } = event.data;
      const isRunning = execution.state === 'running';
      const attempt = execution.attempt;
      this.#applied(
        startExecution(this.#state, {
          now,
          execution_id,
          attempt,
          worker_id,
          claim: isRunning ? execution.claim : claim,
          redelivered: isRunning,
        }),
        now,
      );
    } else if (event.type === 'task.execution_failed' && event.data.code === 'WORKER_LOST') {
      const command = { execution_id, default_timeout_seconds: run.timeout_seconds, term: NO_TERM };
      this.#applied(takeDue(this.#state, { ...command, now, worker_gone: true }), now);
    } else if (event.type === 'task.execution_completed' || event.type === 'task.execution_failed') {
      const outcome = outcomeOf(event, this.#state);
      const { duration_ms } = event.data;
      const attempt = execution.attempt;
      this.#applied(finishExecution(this.#state, { now, execution_id, attempt, duration_ms, outcome }), now);
    }
  }

  /** What is not recorded goes as it mostly does; what was seen to last until then has lasted at least that long. */
  #typical(isKnown: boolean): Next | null {
    const { execution } = this.#state;
    if (execution === null) return null;
    const { typicalMs, to, until } = this.#options;
    const seenMs = !isKnown ? Number.NEGATIVE_INFINITY : to <= until ? this.#toMs + 1 : this.#untilMs;
    const { execution_id, attempt } = execution;
    if (execution.state === 'requested') {
      const atMs = Math.max(epochMs(execution.due_at), this.#nowMs, seenMs);
      const command = { execution_id, attempt, worker_id: '', claim: '', redelivered: false };
      const happen = () => {
        const now = instantOf(atMs);
        this.#applied(startExecution(this.#state, { ...command, now }), now);
      };
      return { atMs, order: WORKED_OUT - 1, happen };
    }
    const atMs = Math.max(epochMs(execution.started_at) + typicalMs, seenMs);
    const happen = () => {
      const now = instantOf(atMs);
      const command = { execution_id, attempt, duration_ms: typicalMs, outcome: SUCCESS };
      this.#applied(finishExecution(this.#state, { ...command, now }), now);
    };
    return { atMs, order: WORKED_OUT - 1, happen };
  }

  #applied(decision: Decision<TaskEvent>, now: Instant): void {
    if (decision.kind === 'event') this.apply(decision.event, now);
  }
}

/** Where neither the schedule nor a recorded run says. */
const DEFAULT_TIMEOUT_SECONDS = 30;

const SUCCESS: AttemptOutcome = {
  kind: 'completed',
  result: null,
  result_truncated: false,
  summary: null,
  credits_micros: null,
  tokens_used: 0,
  api_calls_made: 0,
};

/** As the worker told it, as far as the event tells. A failure that was not tried again is final here too. */
function outcomeOf(
  event: Extract<RecordedTaskEvent, { type: 'task.execution_completed' | 'task.execution_failed' }>,
  { schedule, execution }: TaskState,
): AttemptOutcome {
  if (event.type === 'task.execution_completed') return SUCCESS;
  const { code, will_retry, next_attempt, paused_after_failures } = event.data;
  const decisive = schedule && scheduleBy(schedule, execution?.schedule_id);
  const allowed = decisive?.pause_on_failure ?? null;
  const gone = paused_after_failures !== null && (allowed === null || paused_after_failures < allowed);
  const waitedMs = next_attempt === null ? null : epochMs(next_attempt.due_at) - epochMs(event.meta.time);
  return {
    kind: 'failed',
    code,
    message: '',
    details: {},
    retryable: will_retry,
    retry_after_ms: waitedMs,
    gone,
    tokens_used: 0,
    api_calls_made: 0,
  };
}

/** Whether the task stands as it stood, as far as slots and runs go. */
function isSame(a: TaskState, b: TaskState): boolean {
  return standing(a) === standing(b);
}

function standing(state: TaskState): string {
  const { execution, schedule, backfill, resting_status, deleted_at, next_run_time } = state;
  const { schedule_version, slots_taken, buffered_slot, decided_through, taken_through = null } = state;
  const { skipped_slots = [], slots_taken_by = {}, buffered_by = [] } = state;
  return JSON.stringify([
    [resting_status, deleted_at, next_run_time, state.failures_in_a_row],
    [schedule_version, slots_taken, buffered_slot, decided_through, taken_through],
    [schedule, backfill, skipped_slots],
    [slots_taken_by, buffered_slot === null ? [] : buffered_by],
    execution === null ? null : [execution.execution_id, execution.state, execution.attempt],
  ]);
}
