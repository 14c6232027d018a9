import pino from 'pino';
import type { ExecutionId, TaskId, UserId } from '../../src/domain/ids.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { EgressPolicy, parseAllowedHost } from '../../src/worker/egress.ts';
import type { ExecutionResult, Executor, Run } from '../../src/worker/executor.ts';
import { type OutboundCalls, OutboundHttp } from '../../src/worker/outbound-http.ts';
import { testClock } from './clock.ts';

export const silent = pino({ level: 'silent' });

/** The guarded client with these hosts opened. */
export function outboundTo(...hosts: readonly string[]): OutboundHttp {
  const allow = hosts.map(parseAllowedHost).filter((it) => it !== null);
  return new OutboundHttp(new EgressPolicy({ allow }));
}

export interface OneRun {
  readonly done: Promise<ExecutionResult>;
  readonly http: OutboundCalls;
}

/** Runs an executor once, outside of any worker. */
export function runOnce(
  executor: Executor,
  config: JsonObject,
  outbound: OutboundHttp = outboundTo(),
  given: {
    readonly task?: Partial<Run<unknown>['task']>;
    readonly execution?: Partial<Run<unknown>['execution']>;
  } = {},
): OneRun {
  const parsed = executor.parseConfig(config);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const { signal } = new AbortController();
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
      triggerData: async () => ({}),
      ...given.execution,
    },
    http,
    clock: testClock,
    logger: silent,
    signal,
  });
  return { done, http };
}
