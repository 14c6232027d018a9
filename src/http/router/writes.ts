/**
 * Every write goes through here: asked of the log within a deadline, refused as a problem, and, where it came
 * with an Idempotency-Key, answered once and for all (see `application/idempotency.ts`).
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { eventIdFor, timeOf } from '../../application/commands/derived-ids.ts';
import type { CommandResult, Decide, TaskCommands } from '../../application/commands/execute-command.ts';
import type { Claim, Idempotency, Worked } from '../../application/commands/idempotency.ts';
import type {
  DecideTemplate,
  TemplateCommands,
  TemplateResult,
} from '../../application/commands/template-commands.ts';
import {
  type CommandContext,
  type Ids,
  LogUnavailable,
  OutcomeUnknown,
} from '../../application/ports/ports.ts';
import { type Decision, NOTHING, rejected } from '../../domain/shared/decision.ts';
import type { ExecutionId, TaskId, TemplateId, UserId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { TaskSnapshot } from '../../domain/task/snapshot.ts';
import type { TierBasis } from '../../domain/user/tier.ts';
import { commandTierBasis, tierBasisOf } from '../auth/tier.ts';
import { type Answer, problemAnswer } from '../server/answer.ts';
import { Problem, problemFrom, problemOf } from '../server/problem.ts';
import type { UserCall } from './route.ts';

/** From taking a write up to the answer that its outcome is unknown; the promise to callers is 5 s. */
const DEADLINE_MS = 4_500;
/** A command ends this much before the deadline, so that it says itself whether anything was sent. */
const MARGIN_MS = 500;

export type Done = Extract<CommandResult, { kind: 'done' }>;
export type TemplateDone = Extract<TemplateResult, { kind: 'done' }>;

/** One write on its way: the ids to use, and the one command that it may give. */
export interface Write {
  newTaskId(): TaskId;
  newExecutionId(): ExecutionId;
  /** 32 bytes that nobody can guess; the same ones for every repeat of one request with a key. */
  newSecret(): Uint8Array;
  /** Somebody else may be about to do this very write: only what is done already may be told. */
  readonly looking: boolean;
  /**
   * Asks for one event on one task, the caller's unless an owner is named. Throws the problem that a rejection or a
   * conflict is.
   */
  execute(taskId: TaskId, decide: Decide, owner?: UserId): Promise<Done>;
  /** The same on a template. */
  executeOnTemplate(templateId: TemplateId, decide: DecideTemplate): Promise<TemplateDone>;
}

/** A write of many commands, each of one event on a task of its own. */
export interface ManyWrites {
  /** Set where the write may have been tried before: when that was. Events of then are found, and not appended again. */
  readonly repeatOf: Instant | null;
  /** Throws LogUnavailable and OutcomeUnknown; a refusal is an answer as good as any. */
  execute(task: TaskSnapshot, decide: Decide): Promise<CommandResult>;
}

export interface WritesDeps {
  readonly commands: Pick<TaskCommands, 'execute'>;
  readonly templateCommands: Pick<TemplateCommands, 'execute'>;
  readonly idempotency: Idempotency;
  readonly ids: Ids;
  /** At least 32 bytes, the same in every instance: what the secrets of requests with a key are derived with. */
  readonly secretsKey: Uint8Array;
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
    return this.#within(call, (claim, deadline) => work(this.#write(call, claim, deadline)));
  }

  /**
   * The same for many commands. They may take long together: the deadline is only met where none of them is answered
   * for so long.
   */
  performMany(call: UserCall, work: (writes: ManyWrites) => Promise<Answer>): Promise<Answer> {
    return this.#within(call, async (claim, deadline) => {
      // Whoever made the claim may still be at it, and what is found so far is not the answer.
      if (claim?.mode === 'look') throw new Problem('IDEMPOTENCY_IN_FLIGHT');
      return work(this.#many(call, claim, deadline));
    });
  }

  #within(
    call: UserCall,
    work: (claim: Claim | null, deadline: Deadline) => Promise<Answer>,
  ): Promise<Answer> {
    const deadline = new Deadline();
    const begin = async (claim: Claim | null) => {
      deadline.begin();
      return work(claim, deadline);
    };
    const key = call.idempotencyKey;
    return deadline.orLate(key === null ? begin(null) : this.#once(call, key, begin));
  }

  async #once(call: UserCall, key: string, begin: (claim: Claim) => Promise<Answer>): Promise<Answer> {
    const { idempotency } = this.#deps;
    const request = { userId: call.caller.userId, key, fingerprint: fingerprintOf(call) };
    // Bad input leaves its key unused, so that it can be put right; any other refusal is an answer.
    if (call.refused?.status === 422 && !(await idempotency.knows(request))) throw call.refused;
    const keyed = await idempotency.run(request, (claim) => settled(call, begin(claim)));
    switch (keyed.kind) {
      case 'worked':
        return keyed.answer;
      case 'replayed':
        return { ...keyed.answer, headers: { ...keyed.answer.headers, 'Idempotency-Replayed': 'true' } };
      case 'reused':
        throw new Problem('IDEMPOTENCY_KEY_REUSED');
      case 'in_flight':
        throw new Problem('IDEMPOTENCY_IN_FLIGHT');
    }
  }

  #write(call: UserCall, claim: Claim | null, deadline: Deadline): Write {
    const { commands, templateCommands, ids, secretsKey } = this.#deps;
    const standing = commandTierBasis(call.caller);
    // A service acts for others as what it is, never with the caller's own claim.
    const standingFor = (userId: UserId): TierBasis | undefined =>
      userId === call.caller.userId ? standing : { kind: 'service' };
    const by = commandContext(call);
    const event = claim === null ? {} : { eventId: claim.ids.event_id, mayExist: claim.mode !== 'first' };
    const looking = claim?.mode === 'look';
    const { refused } = call;
    // Asked only where an earlier try has left no event.
    const refusing = () => {
      throw refused;
    };
    const judged = <D>(decide: D) => (looking ? lookOnly : refused === null ? decide : refusing);
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
      newSecret: () =>
        claim === null
          ? randomBytes(32)
          : createHmac('sha256', secretsKey).update(claim.ids.event_id).digest(),
      looking,
      execute: async (taskId, decide, userId = call.caller.userId) => {
        const target = { userId, taskId, withinMs: deadline.left(), standing: standingFor(userId), ...event };
        return settle(commands.execute(target, by, judged(decide)));
      },
      executeOnTemplate: (templateId, decide) =>
        settle(templateCommands.execute({ templateId, ...event }, by, judged(decide))),
    };
  }

  #many(call: UserCall, claim: Claim | null, deadline: Deadline): ManyWrites {
    const { userId } = call.caller;
    const context = commandContext(call);
    const base = claim?.ids.event_id;
    const mayExist = claim !== null && claim.mode !== 'first';
    return {
      repeatOf: mayExist && base !== undefined ? timeOf(base) : null,
      execute: async (known, decide) => {
        const taskId = known.state.task_id;
        const ids = base === undefined ? {} : { eventId: eventIdFor(base, taskId), mayExist };
        const target = {
          userId,
          taskId,
          known,
          withinMs: deadline.left(),
          standing: tierBasisOf(call.caller),
          ...ids,
        };
        const result = await this.#deps.commands.execute(target, context, decide);
        deadline.restart();
        return result;
      },
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

const PASSING: ReadonlySet<string> = new Set([
  'CONCURRENT_UPDATE',
  'IDEMPOTENCY_IN_FLIGHT',
  'TASK_LIMIT_EXCEEDED',
  'EXECUTION_LIMIT_EXCEEDED',
  'CREDIT_LIMIT_EXCEEDED',
]);

function fingerprintOf(call: UserCall): string {
  const { method, path } = call.context;
  const ifMatch = call.request.headers.get('if-match');
  const condition = ifMatch === null ? '' : `If-Match: ${ifMatch}\n`;
  return createHash('sha256')
    .update(`${method} ${path}\n${condition}`)
    .update(call.bodyBytes)
    .digest('base64url');
}

export function commandContext(call: UserCall): CommandContext {
  return {
    actor: call.caller.actor,
    correlation_id: call.context.correlationId,
    causation_id: null,
    traceparent: call.context.traceparent,
  };
}

/** Rejects when its time is over, unless it was met before: with OutcomeUnknown once the work has begun. */
class Deadline {
  #atMs = performance.now() + DEADLINE_MS;
  readonly #late: Promise<never>;
  readonly #timer: NodeJS.Timeout;
  #begun = false;
  #over = false;

  constructor() {
    let late: (error: Error) => void = () => {};
    this.#late = new Promise((_, reject) => {
      late = reject;
    });
    this.#late.catch(() => {});
    this.#timer = setTimeout(() => {
      this.#over = true;
      const message = 'the log did not answer in time';
      late(this.#begun ? new OutcomeUnknown(message) : new LogUnavailable(message));
    }, DEADLINE_MS);
  }

  /** Throws LogUnavailable where the caller has been told already that nothing was sent. */
  begin(): void {
    if (this.#over) throw new LogUnavailable('given up before anything was sent');
    this.#begun = true;
  }

  /** Milliseconds that a command may take now. Throws LogUnavailable where none is left. */
  left(): number {
    const left = this.#atMs - MARGIN_MS - performance.now();
    if (left <= 0) throw new LogUnavailable('given up before anything was sent');
    return left;
  }

  /** It is as far off again as at the start. */
  restart(): void {
    if (this.#over) return;
    this.#atMs = performance.now() + DEADLINE_MS;
    this.#timer.refresh();
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
