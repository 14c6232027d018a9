/**
 * What a task type is made of: a schema of its config, where secrets lie in it, and what one run does. An
 * executor knows nothing of NATS, events or attempts; it is given what it may use and ends by `signal` at the
 * latest.
 */
import type { Logger } from 'pino';
import type { Clock } from '../application/ports/clock.ts';
import type { ConfigFault } from '../application/ports/task-types.ts';
import type { TriggerType } from '../domain/execution/types.ts';
import type { CreditMicros } from '../domain/shared/credits.ts';
import type { ExecutionId, TaskId, UserId } from '../domain/shared/ids.ts';
import type { Instant } from '../domain/shared/instant.ts';
import type { Json, JsonObject } from '../domain/shared/json.ts';
import type { DueDay } from '../domain/task/due-day.ts';
import type { TaskType } from '../domain/task/status.ts';
import type { OutboundCalls } from '../outbound/outbound-http.ts';
import type { DocumentReader } from './foreign/readings.ts';

/** A place in a config; names match whatever their case, as header names do. */
export type SecretPath = readonly string[];

export type ParsedConfig<Config> =
  | { readonly ok: true; readonly config: Config }
  /** At least one. */
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

export interface Executor<Config = unknown> {
  /** Checks a stored or sent config; every fault at once. */
  parseConfig(config: JsonObject): ParsedConfig<Config>;
  /** What a new config may not have, and one that is stored goes on with: faults of one that `parseConfig` takes. */
  weaknessesOf?(config: JsonObject): readonly ConfigFault[];
  /** What somebody outside must be asked about a config that `parseConfig` takes; null: nothing. */
  questionOf?(config: Config): OutsideQuestion | null;
  /** Where this config holds secrets, if it has members there; looked at before it was checked. */
  secretsIn(config: JsonObject): readonly SecretPath[];
  /** Throws ExecutionFailure, OutboundError, or anything once `run.signal` has aborted. */
  execute(run: Run<Config>): Promise<ExecutionResult>;
  /** Present where a run needs nothing from outside: what `execute` answers, at once. Throws ExecutionFailure. */
  conclude?(run: SelfContainedRun<Config>): ExecutionResult;
}

export interface OutsideQuestion {
  /** The same for questions that have the same answer. */
  readonly key: string;
  /** Faults of the config. Throws where that cannot be told. */
  readonly ask: (http: OutboundCalls) => Promise<readonly ConfigFault[]>;
}

/** What a run that needs nothing from outside is made of. */
export type SelfContainedRun<Config> = Pick<Run<Config>, 'config' | 'task' | 'clock'>;

/** An executor of runs that need nothing from outside. */
export function selfContained<Config>(
  executor: Omit<Executor<Config>, 'execute' | 'conclude'> & {
    readonly conclude: (run: SelfContainedRun<Config>) => ExecutionResult;
  },
): Executor<Config> {
  return { ...executor, execute: async (run) => executor.conclude(run) };
}

export type Executors = Readonly<Record<TaskType, Executor>>;

/** One attempt of one execution, as its executor sees it. */
export interface Run<Config> {
  readonly config: Config;
  readonly task: {
    readonly task_id: TaskId;
    readonly user_id: UserId;
    readonly name: string;
    readonly due_date: Instant | null;
    readonly due_day?: DueDay | null;
  };
  readonly execution: {
    readonly execution_id: ExecutionId;
    readonly attempt: number;
    readonly trigger_type: TriggerType;
    readonly scheduled_for: Instant | null;
    /** The end of this attempt, by the wall clock. */
    readonly deadline: Instant;
    /** Read when asked for: most types have no use for it. */
    readonly triggerData: () => Promise<JsonObject>;
  };
  /**
   * The result of the task's last successful run, null before the first: what a type must remember from one run to
   * the next it keeps in its result. The config may have changed since, and with it what the memory is worth.
   */
  readonly previous: Json;
  /** Calls made here are counted as the execution's `api_calls_made`, whatever becomes of it. */
  readonly http: OutboundCalls;
  /** What others wrote is read by it, unless it is short: never where it could hold up the service. */
  readonly documents: DocumentReader;
  /** Waits for somebody else's work; while that takes long, the run is in nobody's way. */
  readonly outside: <T>(work: Promise<T>) => Promise<T>;
  /** Counts calls that are not made by `http` into the execution's `api_calls_made`. */
  readonly countCalls: (calls: number) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The trace that the attempt is part of, which `http` carries on by itself; null: none. */
  readonly traceparent: string | null;
  /** Aborts at the attempt's deadline, or when the execution was cancelled. */
  readonly signal: AbortSignal;
}

/** Bytes of a result as JSON that are kept; of what is larger, the beginning as text. */
export const RESULT_BYTES = 256 * 1024;

export interface ExecutionResult {
  readonly result: Json;
  /** A sentence for people, null where there is nothing to tell. */
  readonly summary: string | null;
  /** Language model tokens; 0 where left out. */
  readonly tokens_used?: number;
  /** Left out: the task's `credits_per_run`. */
  readonly credits_micros?: CreditMicros;
}

/** A run that failed for a reason with a name. */
export class ExecutionFailure extends Error {
  override readonly name = 'ExecutionFailure';
  /** Stable upper-case constant. */
  readonly code: string;
  readonly details: JsonObject;
  /** Whether another attempt may succeed. */
  readonly retryable: boolean;
  readonly tokens_used: number;
  /** Milliseconds before which another attempt will not succeed; null where nobody says so. */
  readonly retry_after_ms: number | null;
  /** It will never succeed again: the task is not to call any more. */
  readonly gone: boolean;

  constructor(
    code: string,
    message: string,
    more: {
      readonly retryable: boolean;
      readonly details?: JsonObject;
      readonly tokens_used?: number;
      readonly retry_after_ms?: number | null;
      readonly gone?: boolean;
      readonly cause?: unknown;
    },
  ) {
    super(message, more.cause === undefined ? {} : { cause: more.cause });
    this.code = code;
    this.details = more.details ?? {};
    this.retryable = more.retryable;
    this.tokens_used = more.tokens_used ?? 0;
    this.retry_after_ms = more.retry_after_ms ?? null;
    this.gone = more.gone ?? false;
  }
}
