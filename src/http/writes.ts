/**
 * Every write goes through here: asked of the log within a deadline, refused as a problem, and, where it came
 * with an Idempotency-Key, answered once and for all (see `application/idempotency.ts`).
 */
import { createHash } from 'node:crypto';
import type { CommandResult, Decide, TaskCommands } from '../application/execute-command.ts';
import type { Claim, Idempotency, Worked } from '../application/idempotency.ts';
import { type CommandContext, type Ids, OutcomeUnknown } from '../application/ports.ts';
import type { DecideTemplate, TemplateCommands, TemplateResult } from '../application/template-commands.ts';
import { type Decision, NOTHING, rejected } from '../domain/decision.ts';
import type { ExecutionId, TaskId, TemplateId } from '../domain/ids.ts';
import { type Answer, problemAnswer } from './answer.ts';
import { Problem, problemFrom, problemOf } from './problem.ts';
import type { UserCall } from './route.ts';

/** From a request's arrival to its answer that the outcome is unknown; the promise to callers is 5 s. */
const DEADLINE_MS = 4_500;

export type Done = Extract<CommandResult, { kind: 'done' }>;
export type TemplateDone = Extract<TemplateResult, { kind: 'done' }>;

/** One write on its way: the ids to use, and the one command that it may give. */
export interface Write {
  newTaskId(): TaskId;
  newExecutionId(): ExecutionId;
  /** Somebody else may be about to do this very write: only what is done already may be told. */
  readonly looking: boolean;
  /** Asks for one event on one task. Throws the problem that a rejection or a conflict is. */
  execute(taskId: TaskId, decide: Decide): Promise<Done>;
  /** The same on a template. */
  executeOnTemplate(templateId: TemplateId, decide: DecideTemplate): Promise<TemplateDone>;
}

export interface WritesDeps {
  readonly commands: Pick<TaskCommands, 'execute'>;
  readonly templateCommands: Pick<TemplateCommands, 'execute'>;
  readonly idempotency: Idempotency;
  readonly ids: Ids;
}

export class Writes {
  readonly #deps: WritesDeps;

  constructor(deps: WritesDeps) {
    this.#deps = deps;
  }

  /**
   * Runs `work`, at most once where the call has an Idempotency-Key. Where the log does not answer in time the
   * caller hears so, while the work goes on: its key stays in flight until it is known what became of it.
   */
  perform(call: UserCall, work: (write: Write) => Promise<Answer>): Promise<Answer> {
    const deadline = new Deadline(call.context.arrivedMs + DEADLINE_MS);
    const begin = (claim: Claim | null) => work(this.#write(call, claim, deadline));
    const key = call.idempotencyKey;
    return deadline.orLate(key === null ? begin(null) : this.#once(call, key, begin));
  }

  async #once(call: UserCall, key: string, begin: (claim: Claim) => Promise<Answer>): Promise<Answer> {
    const request = { userId: call.caller.userId, key, fingerprint: fingerprintOf(call) };
    const keyed = await this.#deps.idempotency.run(request, (claim) => settled(call, begin(claim)));
    switch (keyed.kind) {
      case 'worked':
        return keyed.answer;
      case 'replayed':
        return {
          ...keyed.answer,
          headers: { ...keyed.answer.headers, 'Idempotency-Replayed': 'true' },
        };
      case 'reused':
        throw new Problem('IDEMPOTENCY_KEY_REUSED');
      case 'in_flight':
        throw new Problem('IDEMPOTENCY_IN_FLIGHT');
    }
  }

  #write(call: UserCall, claim: Claim | null, deadline: Deadline): Write {
    const { commands, templateCommands, ids } = this.#deps;
    const { userId } = call.caller;
    const by = commandContext(call);
    const event = claim === null ? {} : { eventId: claim.ids.event_id, mayExist: claim.mode !== 'first' };
    const looking = claim?.mode === 'look';
    const settle = async <Result extends Outcome>(result: Promise<Result>) => {
      const outcome = await result;
      deadline.met();
      if (looking && (outcome.kind !== 'done' || outcome.event === null)) {
        throw new Problem('IDEMPOTENCY_IN_FLIGHT');
      }
      return doneOrProblem(outcome);
    };
    return {
      newTaskId: () => claim?.ids.task_id ?? ids.taskId(call.now),
      newExecutionId: () => claim?.ids.execution_id ?? ids.executionId(call.now),
      looking,
      execute: (taskId, decide) =>
        settle(commands.execute({ userId, taskId, ...event }, by, looking ? lookOnly : decide)),
      executeOnTemplate: (templateId, decide) =>
        settle(templateCommands.execute({ templateId, ...event }, by, looking ? lookOnly : decide)),
    };
  }
}

type Outcome = CommandResult | TemplateResult;

/** Asks for nothing: only an event that is there already comes back. */
function lookOnly(state: object | null): Decision<never> {
  return state === null ? rejected({ code: 'TASK_NOT_FOUND' }) : NOTHING;
}

function doneOrProblem<Result extends Outcome>(result: Result): Extract<Result, { kind: 'done' }> {
  switch (result.kind) {
    case 'done':
      return result as Extract<Result, { kind: 'done' }>;
    case 'rejected':
      throw problemOf(result.rejection);
    case 'conflict':
      throw new Problem('CONCURRENT_UPDATE');
  }
}

/** What the domain refuses is an answer as good as any; what a repeat may find otherwise is not kept. */
async function settled(call: UserCall, answer: Promise<Answer>): Promise<Worked> {
  try {
    return { answer: await answer, final: true };
  } catch (error) {
    const problem = problemFrom(error);
    if (problem.status === 500) throw error;
    const passing = problem.status === 503 || PASSING.has(problem.code);
    return { answer: problemAnswer(problem, call.context), final: !passing };
  }
}

const PASSING: ReadonlySet<string> = new Set(['CONCURRENT_UPDATE', 'IDEMPOTENCY_IN_FLIGHT']);

function fingerprintOf(call: UserCall): string {
  const { method, path } = call.context;
  return createHash('sha256').update(`${method} ${path}\n`).update(call.bodyBytes).digest('base64url');
}

export function commandContext(call: UserCall): CommandContext {
  return {
    actor: call.caller.actor,
    correlation_id: call.context.correlationId,
    causation_id: null,
    traceparent: call.context.traceparent,
  };
}

/** Rejects with OutcomeUnknown at a time, unless it was met before. */
class Deadline {
  readonly #late: Promise<never>;
  readonly #timer: NodeJS.Timeout;

  constructor(atMs: number) {
    let late: (error: Error) => void = () => {};
    this.#late = new Promise((_, reject) => {
      late = reject;
    });
    this.#late.catch(() => {});
    const wait = Math.max(0, atMs - performance.now());
    this.#timer = setTimeout(() => late(new OutcomeUnknown('the log did not answer in time')), wait);
  }

  met(): void {
    clearTimeout(this.#timer);
  }

  async orLate<T>(work: Promise<T>): Promise<T> {
    // Work that is late goes on; how it ends is nobody's to hear any more.
    work.catch(() => {});
    try {
      return await Promise.race([work, this.#late]);
    } finally {
      this.met();
    }
  }
}
