import type { AskedOfTask } from '../../application/commands/execute-command.ts';
import { type IfMatch, revisionFor } from '../../application/commands/if-match.ts';
import { LogUnavailable } from '../../application/ports/failures.ts';
import type { LogSignals } from '../../application/ports/log/following.ts';
import type { ExecutionDetails } from '../../application/queries/lists/execution-details.ts';
import type { TaskQueries } from '../../application/queries/queries.ts';
import { requestCancellation } from '../../application/use-cases/cancel-execution.ts';
import { evolveExecution } from '../../domain/execution/evolve.ts';
import { type ExecutionState, isFinished } from '../../domain/execution/state.ts';
import type { Sequence, UserId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Json } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import type { RequestExecution } from '../../domain/task/commands.ts';
import type { TaskState } from '../../domain/task/state.ts';
import { onAbort } from '../../kernel/on-abort.ts';
import { decodeCursor, encodeCursor, invalidCursor, offsetFaults } from '../router/cursor.ts';
import { executionIdOf, executionPath, taskIdOf } from '../router/paths.ts';
import { DEFAULT_WAIT_SECONDS, ifMatchOf, preferredWait } from '../router/preconditions.ts';
import type { Input, Inspected, Router, UserCall } from '../router/route.ts';
import type { Writes } from '../router/writes.ts';
import { schedulerExecuteRoute } from '../scheduler/routes.ts';
import { type Answer, json, jsonText } from '../server/answer.ts';
import { type Fault, Problem } from '../server/problem.ts';
import { executionOf, executionRowOf } from './representation.ts';
import * as routes from './routes.ts';
import { DEFAULT_EXECUTIONS_LIMIT } from './schemas.ts';
import { endOrLatest } from './wait.ts';

export interface ExecutionHandlersDeps {
  readonly queries: Pick<TaskQueries, 'task' | 'ownerOf' | 'executions' | 'executionsOf' | 'execution'>;
  readonly executionDetails: Pick<ExecutionDetails, 'find' | 'attempts'>;
  readonly writes: Writes;
  readonly signals: LogSignals;
  readonly executionTimeoutSeconds: number;
  /** Aborts when the service stops: nobody is kept waiting then. */
  readonly stopping: AbortSignal;
}

export function mountExecutions(router: Router, deps: ExecutionHandlersDeps): void {
  const handlers = new ExecutionHandlers(deps);
  router.user(routes.executeTaskRoute, {
    inspect: inspectWait,
    handle: (call, input) => handlers.execute(call, input),
  });
  router.user(schedulerExecuteRoute, {
    inspect: inspectWait,
    handle: (call, { found }) => handlers.executeForScheduler(call, found),
  });
  router.user(routes.listExecutionsRoute, {
    inspectQuery: (query) => [...cursorFaults(query.cursor), ...offsetFaults(query)],
    handle: (call, { query }) => handlers.list(call, query),
  });
  router.user(routes.listAllExecutionsRoute, {
    inspectQuery: ({ cursor, from, to }) => [...cursorFaults(cursor), ...rangeFaults(from, to)],
    handle: (call, { query }) => handlers.listAll(call, query),
  });
  router.user(routes.findExecutionRoute, { handle: (call) => handlers.find(call) });
  router.user(routes.getExecutionRoute, { handle: (call) => handlers.get(call) });
  router.user(routes.cancelExecutionRoute, {
    handle: (call, { body }) => handlers.cancel(call, body.reason ?? null),
  });
}

interface Execute extends Pick<RequestExecution, 'trigger_type' | 'trigger_data'> {
  readonly ifMatch: IfMatch;
  /** Seconds to wait for the end, where the caller says. */
  readonly asked: number | null;
  readonly owner: UserId;
}

function inspectWait(call: UserCall): Inspected<number | null> {
  const faults: Fault[] = [];
  const found = preferredWait(call.request.headers.get('prefer'), faults);
  return { faults, found };
}

class ExecutionHandlers {
  readonly #deps: ExecutionHandlersDeps;

  constructor(deps: ExecutionHandlersDeps) {
    this.#deps = deps;
  }

  execute(call: UserCall, input: Input<typeof routes.executeTaskRoute, number | null>): Promise<Answer> {
    const ifMatch = ifMatchOf(call.request.headers.get('if-match'));
    return this.#execute(call, { ...input.body, ifMatch, asked: input.found, owner: call.caller.userId });
  }

  /** Whosever task it is. */
  async executeForScheduler(call: UserCall, asked: number | null): Promise<Answer> {
    const owner = await this.#deps.queries.ownerOf(taskIdOf(call));
    if (owner === null) throw new Problem('TASK_NOT_FOUND');
    return this.#execute(call, { trigger_type: 'scheduled', trigger_data: {}, ifMatch: null, asked, owner });
  }

  #execute(call: UserCall, { ifMatch, asked, owner, ...trigger }: Execute): Promise<Answer> {
    const taskId = taskIdOf(call);
    return this.#deps.writes.perform(call, async (write) => {
      const data = {
        ...trigger,
        execution_id: write.newExecutionId(),
        default_timeout_seconds: this.#deps.executionTimeoutSeconds,
      };
      const request: AskedOfTask = (state) => ({
        type: 'request_execution',
        data,
        if_match: revisionFor(ifMatch, state),
      });
      const { event } = await write.execute(taskId, request, { owner });
      if (event === null) throw new Error('a requested execution left no event');
      const requested = evolveExecution(null, event);
      const execution = await this.#afterWait(call, requested, event.meta.sequence, asked);
      return json(isFinished(execution) ? 201 : 202, executionOf(execution), {
        Location: executionPath(taskId, requested.execution_id),
        'Event-Sequence': String(event.meta.sequence),
        ...(asked === null ? {} : { 'Preference-Applied': `wait=${asked}` }),
      });
    });
  }

  async list(
    call: UserCall,
    query: Input<typeof routes.listExecutionsRoute, undefined>['query'],
  ): Promise<Answer> {
    const task = await this.#task(call);
    const limit = query.limit ?? DEFAULT_EXECUTIONS_LIMIT;
    const beforeNumber = placeOf(query.cursor);
    // One more than asked for tells whether there is a next page.
    const found = await this.#deps.queries.executions(task.user_id, task.task_id, {
      limit: limit + 1,
      beforeNumber,
      offset: query.offset,
      status: query.status,
    });
    const texts = withinBytes(found.slice(0, limit).map(executionOf));
    const last = found[texts.length - 1];
    const next = found.length > texts.length && last !== undefined ? nextPage(call, query, last) : null;
    const headers = next === null ? {} : { Link: `<${next}>; rel="next"` };
    return jsonText(200, `[${texts.join(',')}]`, headers);
  }

  async listAll(
    call: UserCall,
    query: Input<typeof routes.listAllExecutionsRoute, undefined>['query'],
  ): Promise<Answer> {
    const { from, to, status, trigger_type: triggerType, task_type: taskType, task_id: taskId, q } = query;
    const { executions, next } = await this.#deps.queries.executionsOf(call.caller.userId, {
      limit: query.limit ?? DEFAULT_EXECUTIONS_LIMIT,
      before: placeOf(query.cursor) as Sequence | undefined,
      taskId,
      status,
      triggerType,
      taskType,
      text: q,
      from,
      to,
    });
    return json(200, {
      executions: executions.map(({ execution, task }) => executionRowOf(execution, task)),
      count: executions.length,
      next_cursor: next === null ? null : encodeCursor(next),
    });
  }

  async get(call: UserCall): Promise<Answer> {
    const task = await this.#task(call);
    return this.#details(await this.#execution(call, task), task);
  }

  async find(call: UserCall): Promise<Answer> {
    const { userId } = call.caller;
    const execution = await this.#deps.executionDetails.find(userId, executionIdOf(call));
    const task = execution === null ? null : await this.#deps.queries.task(userId, execution.task_id);
    if (execution === null || task === null) throw new Problem('EXECUTION_NOT_FOUND');
    return this.#details(execution, task.state);
  }

  async #details(execution: ExecutionState, task: TaskState): Promise<Answer> {
    const attempts = await this.#deps.executionDetails.attempts(execution);
    return json(200, { ...executionRowOf(execution, task), attempts });
  }

  cancel(call: UserCall, reason: string | null): Promise<Answer> {
    const request = {
      userId: call.caller.userId,
      taskId: taskIdOf(call),
      executionId: executionIdOf(call),
      ifMatch: ifMatchOf(call.request.headers.get('if-match')),
      reason,
    };
    return this.#deps.writes.perform(call, async (write) => {
      const { execution, sequence } = await requestCancellation(this.#deps.queries, write, request);
      return json(200, executionOf(execution), { 'Event-Sequence': String(sequence) });
    });
  }

  async #task(call: UserCall): Promise<TaskState> {
    const task = await this.#deps.queries.task(call.caller.userId, taskIdOf(call));
    if (task === null) throw new Problem('TASK_NOT_FOUND');
    return task.state;
  }

  async #execution(call: UserCall, { user_id, task_id }: TaskState): Promise<ExecutionState> {
    const execution = await this.#deps.queries.execution(user_id, task_id, executionIdOf(call));
    if (execution === null) throw new Problem('EXECUTION_NOT_FOUND');
    return execution;
  }

  /** Its request is in the log: what goes wrong from here on only means that less is known of it. */
  async #afterWait(
    call: UserCall,
    requested: ExecutionState,
    sequence: Sequence,
    asked: number | null,
  ): Promise<ExecutionState> {
    const seconds = asked ?? DEFAULT_WAIT_SECONDS;
    if (seconds === 0) return requested;
    const patience = new AbortController();
    const end = () => patience.abort();
    const timer = setTimeout(end, seconds * 1000);
    const ends = [call.request.signal, this.#deps.stopping];
    const offs = ends.map((signal) => onAbort(signal, end));
    try {
      return await call.aside(() => endOrLatest(this.#deps, requested, sequence, patience.signal));
    } catch (error) {
      if (error instanceof LogUnavailable) return requested;
      throw error;
    } finally {
      clearTimeout(timer);
      for (const off of offs) off();
    }
  }
}

/** Undefined for none, and for one that is none of ours. */
function placeOf(cursor: string | undefined): number | undefined {
  const place: Json | undefined = cursor === undefined ? undefined : decodeCursor(cursor);
  return typeof place === 'number' && Number.isSafeInteger(place) && place > 0 ? place : undefined;
}

function cursorFaults(cursor: string | undefined): Fault[] {
  return cursor !== undefined && placeOf(cursor) === undefined ? [invalidCursor()] : [];
}

function rangeFaults(from: Instant | undefined, to: Instant | undefined): Fault[] {
  if (from === undefined || to === undefined || from <= to) return [];
  return [{ loc: ['query', 'to'], type: 'conflict', ...says`must not be earlier than from` }];
}

function nextPage(
  call: UserCall,
  query: { readonly limit?: number | undefined; readonly status?: readonly string[] | undefined },
  last: ExecutionState,
): string {
  const params = new URLSearchParams({ cursor: encodeCursor(last.number) });
  if (query.limit !== undefined) params.set('limit', String(query.limit));
  for (const status of query.status ?? []) params.append('status', status);
  return `${call.context.path}?${params}`;
}

/** Characters of JSON that one page has at most; one execution it has in any case. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

function withinBytes(executions: readonly object[]): string[] {
  const texts: string[] = [];
  let characters = 0;
  for (const execution of executions) {
    const text = JSON.stringify(execution);
    characters += text.length;
    if (characters > MOST_CHARACTERS && texts.length > 0) break;
    texts.push(text);
  }
  return texts;
}
