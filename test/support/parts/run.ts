import pino from 'pino';
import type { Clock } from '../../../src/application/ports/clock.ts';
import type { ExecutionId, TaskId, UserId } from '../../../src/domain/shared/ids.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import type { Json, JsonObject } from '../../../src/domain/shared/json.ts';
import { EgressPolicy, parseAllowedHost } from '../../../src/outbound/egress.ts';
import {
  type OutboundCalls,
  OutboundHttp,
  type OutboundLimits,
} from '../../../src/outbound/outbound-http.ts';
import type { ExecutionResult, Executor, Run } from '../../../src/task-types/executor.ts';
import { type DocumentReaders, readForeign } from '../../../src/task-types/foreign/readings.ts';
import { testClock } from '../clock.ts';

/** Reads documents where the test runs, as a thread would. */
export const readHere: DocumentReaders = { forRun: () => ({ read: readForeign }) };

export const silent = pino({ level: 'silent' });

/** The guarded client with these hosts opened. */
export function outboundTo(...hosts: readonly string[]): OutboundHttp {
  return outboundWithin({}, ...hosts);
}

export function outboundWithin(limits: Partial<OutboundLimits>, ...hosts: readonly string[]): OutboundHttp {
  const allow = hosts.map(parseAllowedHost).filter((it) => it !== null);
  return new OutboundHttp(new EgressPolicy({ allow }), limits);
}

export interface OneRun {
  readonly done: Promise<ExecutionResult>;
  readonly http: OutboundCalls;
  /** Calls that the executor counted itself. */
  readonly otherCalls: () => number;
}

/** Runs an executor once, outside of any worker. */
export function runOnce(
  executor: Executor,
  config: JsonObject,
  outbound: OutboundHttp = outboundTo(),
  given: {
    readonly task?: Partial<Run<unknown>['task']>;
    readonly execution?: Partial<Run<unknown>['execution']>;
    /** Result of the run before. */
    readonly previous?: Json;
    readonly clock?: Clock;
    readonly signal?: AbortSignal;
    readonly documents?: DocumentReaders;
  } = {},
): OneRun {
  const parsed = executor.parseConfig(config);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const signal = given.signal ?? new AbortController().signal;
  let otherCalls = 0;
  const http = outbound.calls({ signal });
  const done = executor.execute({
    config: parsed.config,
    task: {
      task_id: 'tsk_01JD0000000000000000000000' as TaskId,
      user_id: 'usr_1' as UserId,
      name: 'Water the plants',
      due_date: null,
      ...given.task,
    },
    execution: {
      execution_id: 'exe_01JD0000000000000000000000' as ExecutionId,
      attempt: 1,
      trigger_type: 'manual',
      scheduled_for: null,
      deadline: '2099-01-01T00:00:00.000Z' as Instant,
      triggerData: async () => ({}),
      ...given.execution,
    },
    previous: given.previous ?? null,
    http,
    documents: (given.documents ?? readHere).forRun({ userId: 'usr_1', signal }),
    outside: (work) => work,
    countCalls: (calls) => {
      otherCalls += calls;
    },
    clock: given.clock ?? testClock,
    logger: silent,
    traceparent: null,
    signal,
  });
  return { done, http, otherCalls: () => otherCalls };
}
