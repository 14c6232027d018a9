/**
 * One attempt while it runs here: the executor, its deadline, and whatever ends it from outside. An executor that
 * does not end when its signal says so is left to itself: its slot is free, and what it still answers is dropped.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Clock } from '../../application/ports/clock.ts';
import { LogUnavailable } from '../../application/ports/failures.ts';
import { traceFields } from '../../application/ports/traces.ts';
import type { Snapshot } from '../../domain/shared/event.ts';
import { msBetween } from '../../domain/shared/instant.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import type { AttemptOutcome } from '../../domain/task/commands.ts';
import type { TaskState, UnfinishedExecution } from '../../domain/task/state.ts';
import type { OutboundHttp } from '../../outbound/outbound-http.ts';
import type { Executor, Run } from '../../task-types/executor.ts';
import type { DocumentReaders } from '../../task-types/foreign/readings.ts';
import { maskedOutcome } from '../../task-types/masked-outcome.ts';
import { invalidConfig } from './concluded-run.ts';
import { completed, failed, timedOut } from './outcome.ts';
import type { OutsideWaits } from './outside-waits.ts';

export type RunningExecution = Extract<UnfinishedExecution, { state: 'running' }>;

const RETRY_MS = 200;

/** Why an attempt ended without an outcome of its own. */
type EndedFromOutside = 'superseded' | 'stopped';

interface AttemptDeps {
  readonly clock: Clock;
  readonly outbound: OutboundHttp;
  readonly documents: DocumentReaders;
  readonly logger: Logger;
  /** Of the span of the attempt; null: it is part of no trace. */
  readonly traceparent: string | null;
  readonly triggerData: () => Promise<JsonObject>;
  readonly waits: OutsideWaits;
}

export class Attempt {
  readonly execution: RunningExecution;
  /** The task as far as it is known: the watch moves it on. */
  snapshot: Snapshot<TaskState>;
  readonly #startedAtMs: number;
  readonly #deps: AttemptDeps;
  readonly #ended = new AbortController();
  #otherCalls = 0;

  constructor(snapshot: Snapshot<TaskState>, execution: RunningExecution, deps: AttemptDeps) {
    this.snapshot = snapshot;
    this.execution = execution;
    this.#deps = deps;
    this.#startedAtMs = deps.clock.monotonicMs();
  }

  /** Aborts the executor; `run` answers the reason. Without effect once it has ended. */
  end(reason: EndedFromOutside): void {
    this.#ended.abort(reason);
  }

  /** Milliseconds since the start. */
  durationMs(): number {
    return Math.max(0, Math.round(this.#deps.clock.monotonicMs() - this.#startedAtMs));
  }

  async run(executor: Executor): Promise<AttemptOutcome | EndedFromOutside> {
    const { config } = this.snapshot.state;
    const outcome = await this.#outcome(executor);
    if (typeof outcome === 'string') return outcome;
    return maskedOutcome(outcome, config, executor.secretsIn(config));
  }

  async #outcome(executor: Executor): Promise<AttemptOutcome | EndedFromOutside> {
    const { clock, outbound, traceparent } = this.#deps;
    const signal = this.#ended.signal;
    // Read off the wall clock once; from here on the timer counts, whatever that clock does.
    const leftMs = Math.max(0, msBetween(clock.now(), this.execution.deadline));
    const http = outbound.calls({ signal, timeoutMs: Math.max(1, leftMs), traceparent });
    const callsMade = () => http.callsMade + this.#otherCalls;
    const timer = setTimeout(() => this.#ended.abort('deadline'), leftMs);
    try {
      const done = await Promise.race([this.#execute(executor, http), abortOf(signal)]);
      return completed(done, callsMade());
    } catch (error) {
      if (signal.aborted) return this.#endedOutcome(callsMade());
      const { outcome, unexpected } = failed(error, callsMade());
      if (unexpected) this.#deps.logger.error({ err: error, ...this.#ids() }, 'an executor broke down');
      return outcome;
    } finally {
      clearTimeout(timer);
    }
  }

  #endedOutcome(callsMade: number): AttemptOutcome | EndedFromOutside {
    const reason = this.#ended.signal.reason as EndedFromOutside | 'deadline';
    return reason === 'deadline' ? timedOut(this.execution.timeout_seconds, callsMade) : reason;
  }

  async #execute(executor: Executor, http: Run<unknown>['http']): ReturnType<Executor['execute']> {
    const { state } = this.snapshot;
    const { logger, traceparent, waits } = this.#deps;
    const documents = this.#deps.documents.forRun({ userId: state.user_id, signal: this.#ended.signal });
    const parsed = executor.parseConfig(state.config);
    if (!parsed.ok) throw invalidConfig(parsed.faults);
    return executor.execute({
      config: parsed.config,
      task: {
        task_id: state.task_id,
        user_id: state.user_id,
        name: state.name,
        due_date: state.due_date,
        due_day: state.due_day ?? null,
      },
      execution: {
        execution_id: this.execution.execution_id,
        attempt: this.execution.attempt,
        trigger_type: this.execution.trigger_type,
        scheduled_for: this.execution.scheduled_for,
        deadline: this.execution.deadline,
        triggerData: () => this.#triggerData(),
      },
      previous: state.last_result,
      http: {
        request: (request) => waits.during(http.request(request)),
        get callsMade() {
          return http.callsMade;
        },
      },
      documents: { read: (kind, request) => waits.during(documents.read(kind, request)) },
      outside: (work) => waits.during(work),
      countCalls: (calls) => {
        this.#otherCalls += calls;
      },
      clock: this.#deps.clock,
      logger: traceparent === null ? logger : logger.child(traceFields(traceparent)),
      traceparent,
      signal: this.#ended.signal,
    });
  }

  /** Waits for a log that is away, as long as the attempt may run. */
  async #triggerData(): Promise<JsonObject> {
    for (;;) {
      try {
        return await this.#deps.triggerData();
      } catch (error) {
        if (!(error instanceof LogUnavailable)) throw error;
        await delay(RETRY_MS, undefined, { signal: this.#ended.signal });
      }
    }
  }

  #ids(): JsonObject {
    const { task_id } = this.snapshot.state;
    const { execution_id, attempt } = this.execution;
    return { task_id, execution_id, attempt, ...traceFields(this.#deps.traceparent) };
  }
}

/** Rejects when the signal aborts, never resolves. */
function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
