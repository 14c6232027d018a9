/**
 * Every write for a caller goes through here: asked of the log within a deadline, and, where it came with an
 * idempotency key, answered once and for all (see `commands/idempotency.ts`).
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Rejection } from '../../domain/shared/decision.ts';
import type { EventId, ExecutionId, TaskId, TemplateId, UserId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { TaskSnapshot } from '../../domain/task/evolve/snapshot.ts';
import type { TierBasis } from '../../domain/user/tier.ts';
import { eventIdFor, timeOf } from '../commands/derived-ids.ts';
import type { AskedOfTask, CommandResult, TaskCommands } from '../commands/execute-command.ts';
import type { Claim, Idempotency, Worked } from '../commands/idempotency.ts';
import type { AskedOfTemplate, TemplateCommands, TemplateResult } from '../commands/template-commands.ts';
import type { CommandContext, Ids } from '../ports/clock.ts';
import type { KeptAnswer } from '../ports/idempotency.ts';
import { WriteDeadline } from './write-deadline.ts';

export type Done = Extract<CommandResult, { kind: 'done' }>;
export type TemplateDone = Extract<TemplateResult, { kind: 'done' }>;

/** Why a write was not done, by the domain or on the way to it. */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused';
  readonly rejection:
    | Rejection
    | { readonly code: 'CONCURRENT_UPDATE' | 'IDEMPOTENCY_IN_FLIGHT' | 'IDEMPOTENCY_KEY_REUSED' };

  constructor(rejection: WriteRefused['rejection']) {
    super(rejection.code);
    this.rejection = rejection;
  }
}

/** A write as its caller asks for it. */
export interface WriteRequest {
  readonly userId: UserId;
  readonly now: Instant;
  readonly context: CommandContext;
  /** As what it is asked, for the limits of the user; absent: by the service itself. */
  readonly basis: TierBasis | undefined;
  /** Null: it is not repeated. */
  readonly idempotency: {
    readonly key: string;
    /** Of all that makes it this request and no other. */
    readonly fingerprint: string;
    /** What the caller is answered where the work throws, and whether for good. Throws what is no answer. */
    readonly answerTo: (error: unknown) => Worked;
  } | null;
  /** Thrown unless an earlier try of the request, when time or the task had not gone on yet, has been done. */
  readonly refused: {
    readonly error: Error;
    /** Such a request leaves its key unused, so that it can be put right. */
    readonly isBadInput: boolean;
  } | null;
}

/** One write on its way: the ids to use, and the one command that it may give. */
export interface Write {
  newTaskId(): TaskId;
  newExecutionId(): ExecutionId;
  /** 32 bytes that nobody can guess; the same ones for every repeat of one request with a key. */
  newSecret(): Uint8Array;
  /** Somebody else may be about to do this very write: only what is done already may be told. */
  readonly looking: boolean;
  /** Asks for one event on one task. Throws WriteRefused. */
  execute(taskId: TaskId, asked: AskedOfTask, options?: ExecuteOptions): Promise<Done>;
  /** The same on a template. */
  executeOnTemplate(templateId: TemplateId, asked: AskedOfTemplate): Promise<TemplateDone>;
}

interface ExecuteOptions {
  /** Whose task it is; absent: the caller's. */
  readonly owner?: UserId;
  /** The event that gave the reason for this one; absent: a request is reason enough. */
  readonly causationId?: EventId | undefined;
}

/** A write of many commands, each of one event on a task of its own. */
export interface ManyWrites {
  /** Set where the write may have been tried before: when that was. Events of then are found, and not appended again. */
  readonly repeatOf: Instant | null;
  /** Throws LogUnavailable and OutcomeUnknown; a refusal is an answer as good as any. */
  execute(task: TaskSnapshot, asked: AskedOfTask): Promise<CommandResult>;
}

export interface IdempotentWritesDeps {
  readonly commands: Pick<TaskCommands, 'execute'>;
  readonly templateCommands: Pick<TemplateCommands, 'execute'>;
  readonly idempotency: Idempotency;
  readonly ids: Ids;
  /** At least 32 bytes, the same in every instance: what the secrets of requests with a key are derived with. */
  readonly secretsKey: Uint8Array;
}

export interface Written {
  readonly answer: KeptAnswer;
  /** It was given to an earlier try, and is given again. */
  readonly isReplayed: boolean;
}

export class IdempotentWrites {
  readonly #deps: IdempotentWritesDeps;

  constructor(deps: IdempotentWritesDeps) {
    this.#deps = deps;
  }

  /**
   * Runs `work`, at most once where the request has a key. Where the log does not answer in time the caller hears so,
   * while the work goes on: its key stays in flight until it is known what became of it. Throws what `work` throws,
   * WriteRefused, LogUnavailable and OutcomeUnknown. `byEvent`: what it answers follows from its event and nothing else.
   */
  perform(
    request: WriteRequest,
    work: (write: Write) => Promise<KeptAnswer>,
    byEvent = false,
  ): Promise<Written> {
    let appended = false;
    const onAppended = () => {
      appended = true;
    };
    return this.#within(
      request,
      (claim, deadline) => work(this.#write(request, claim, deadline, onAppended)),
      () => byEvent && appended,
    );
  }

  /**
   * The same for many commands. They may take long together: the deadline is only met where none of them is answered
   * for so long.
   */
  performMany(request: WriteRequest, work: (writes: ManyWrites) => Promise<KeptAnswer>): Promise<Written> {
    return this.#within(request, async (claim, deadline) => {
      // Whoever made the claim may still be at it, and what is found so far is not the answer.
      if (claim?.mode === 'look') throw new WriteRefused({ code: 'IDEMPOTENCY_IN_FLIGHT' });
      return work(this.#many(request, claim, deadline));
    });
  }

  #within(
    request: WriteRequest,
    work: (claim: Claim | null, deadline: WriteDeadline) => Promise<KeptAnswer>,
    byEvent: () => boolean = () => false,
  ): Promise<Written> {
    const deadline = new WriteDeadline();
    const begin = async (claim: Claim | null) => {
      deadline.begin();
      return work(claim, deadline);
    };
    return deadline.orLate(
      request.idempotency === null
        ? begin(null).then((answer) => ({ answer, isReplayed: false }))
        : this.#once(request, request.idempotency, begin, byEvent),
    );
  }

  async #once(
    { userId, refused }: WriteRequest,
    { key, fingerprint, answerTo }: NonNullable<WriteRequest['idempotency']>,
    begin: (claim: Claim) => Promise<KeptAnswer>,
    byEvent: () => boolean,
  ): Promise<Written> {
    const { idempotency } = this.#deps;
    const request = { userId, key, fingerprint };
    if (refused?.isBadInput === true && !(await idempotency.knows(request))) throw refused.error;
    const keyed = await idempotency.run(request, (claim) =>
      begin(claim).then((answer) => ({ answer, final: true, byEvent: byEvent() }), answerTo),
    );
    switch (keyed.kind) {
      case 'worked':
        return { answer: keyed.answer, isReplayed: false };
      case 'replayed':
        return { answer: keyed.answer, isReplayed: true };
      case 'reused':
        throw new WriteRefused({ code: 'IDEMPOTENCY_KEY_REUSED' });
      case 'in_flight':
        throw new WriteRefused({ code: 'IDEMPOTENCY_IN_FLIGHT' });
    }
  }

  #write(request: WriteRequest, claim: Claim | null, deadline: WriteDeadline, onAppended: () => void): Write {
    const { commands, templateCommands, ids, secretsKey } = this.#deps;
    const { now, context, basis, refused } = request;
    // A service acts for others as what it is, never with the caller's own claim.
    const standingFor = (userId: UserId): TierBasis | undefined =>
      userId === request.userId ? basis : { kind: 'service' };
    const event = claim === null ? {} : { eventId: claim.ids.event_id, mayExist: claim.mode !== 'first' };
    const looking = claim?.mode === 'look';
    // Asked only where an earlier try has left no event.
    const refusing = () => {
      throw refused?.error;
    };
    // Who is looking asks for nothing: only an event that is there already comes back.
    const unlessRefused = <A>(asked: A) => (looking ? () => null : refused === null ? asked : refusing);
    const settle = async <Result extends Outcome>(result: Promise<Result>) => {
      const outcome = await result;
      deadline.met();
      if (looking && (outcome.kind !== 'done' || outcome.event === null)) {
        throw new WriteRefused({ code: 'IDEMPOTENCY_IN_FLIGHT' });
      }
      if (outcome.kind === 'done' && outcome.event !== null) onAppended();
      return doneOrRefused(outcome);
    };
    return {
      newTaskId: () => claim?.ids.task_id ?? ids.taskId(now),
      newExecutionId: () => claim?.ids.execution_id ?? ids.executionId(now),
      newSecret: () => (claim === null ? randomBytes(32) : secretOf(secretsKey, claim.ids.event_id)),
      looking,
      execute: async (taskId, asked, { owner: userId = request.userId, causationId } = {}) => {
        const standing = standingFor(userId);
        const target = { userId, taskId, now, withinMs: deadline.left(), standing, ...event };
        const causation_id = causationId ?? context.causation_id;
        return settle(commands.execute(target, { ...context, causation_id }, unlessRefused(asked)));
      },
      executeOnTemplate: (templateId, asked) =>
        settle(templateCommands.execute({ templateId, now, ...event }, context, unlessRefused(asked))),
    };
  }

  #many(
    { userId, now, context, basis }: WriteRequest,
    claim: Claim | null,
    deadline: WriteDeadline,
  ): ManyWrites {
    const base = claim?.ids.event_id;
    const mayExist = claim !== null && claim.mode !== 'first';
    return {
      repeatOf: mayExist && base !== undefined ? timeOf(base) : null,
      execute: async (known, asked) => {
        const taskId = known.state.task_id;
        const ids = base === undefined ? {} : { eventId: eventIdFor(base, taskId), mayExist };
        const target = { userId, taskId, now, known, withinMs: deadline.left(), standing: basis, ...ids };
        const result = await this.#deps.commands.execute(target, context, asked);
        deadline.restart();
        return result;
      },
    };
  }
}

type Outcome = CommandResult | TemplateResult;

function secretOf(secretsKey: Uint8Array, eventId: EventId): Uint8Array {
  return createHmac('sha256', secretsKey).update(eventId).digest();
}

function doneOrRefused<Result extends Outcome>(result: Result): Extract<Result, { kind: 'done' }> {
  switch (result.kind) {
    case 'done':
      return result as Extract<Result, { kind: 'done' }>;
    case 'rejected':
      throw new WriteRefused(result.rejection);
    case 'conflict':
      throw new WriteRefused({ code: 'CONCURRENT_UPDATE' });
  }
}
