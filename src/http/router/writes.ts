/** A write as it comes over REST: which request it is, and what is answered where it fails. */
import { createHash } from 'node:crypto';
import type { Worked } from '../../application/commands/idempotency.ts';
import type { CommandContext } from '../../application/ports/clock.ts';
import type {
  IdempotentWrites,
  ManyWrites,
  Write,
  WriteRequest,
  Written,
} from '../../application/use-cases/idempotent-writes.ts';
import { commandTierBasis } from '../auth/tier.ts';
import { type Answer, problemAnswer } from '../server/answer.ts';
import { problemFrom } from '../server/problem.ts';
import type { UserCall } from './route.ts';

export class Writes {
  readonly #writes: Pick<IdempotentWrites, 'perform' | 'performMany'>;

  constructor(writes: Pick<IdempotentWrites, 'perform' | 'performMany'>) {
    this.#writes = writes;
  }

  /**
   * Runs `work`, at most once where the call has an Idempotency-Key. `byEvent`: what it answers follows from its one event
   * and nothing else.
   */
  async perform(call: UserCall, work: (write: Write) => Promise<Answer>, byEvent = false): Promise<Answer> {
    return answerFrom(await this.#writes.perform(writeRequestOf(call), work, byEvent));
  }

  /** The same for many commands, which may take long together. */
  async performMany(call: UserCall, work: (writes: ManyWrites) => Promise<Answer>): Promise<Answer> {
    return answerFrom(await this.#writes.performMany(writeRequestOf(call), work));
  }
}

function answerFrom({ answer, isReplayed }: Written): Answer {
  if (!isReplayed) return answer;
  return { ...answer, headers: { ...answer.headers, 'Idempotency-Replayed': 'true' } };
}

function writeRequestOf(call: UserCall): WriteRequest {
  const { caller, now, idempotencyKey: key, refused } = call;
  return {
    userId: caller.userId,
    now,
    context: commandContext(call),
    basis: commandTierBasis(caller),
    idempotency:
      key === null
        ? null
        : { key, fingerprint: fingerprintOf(call), answerTo: (error) => answerTo(call, error) },
    refused: refused && { error: refused, isBadInput: refused.status === 422 },
  };
}

/** What the domain refuses is an answer as good as any; what a repeat may find otherwise is not kept. */
function answerTo(call: UserCall, error: unknown): Worked {
  const problem = problemFrom(error);
  if (problem.status === 500) throw error;
  const passing = problem.status === 503 || PASSING.has(problem.code);
  return { answer: problemAnswer(problem, call.context), final: !passing };
}

const PASSING: ReadonlySet<string> = new Set([
  'CONCURRENT_UPDATE',
  'IDEMPOTENCY_IN_FLIGHT',
  'TASK_LIMIT_EXCEEDED',
  'EXECUTION_LIMIT_EXCEEDED',
  'CREDIT_LIMIT_EXCEEDED',
  'EDIT_LIMIT_EXCEEDED',
  'STORAGE_LIMIT_EXCEEDED',
  'DESTINATION_LIMIT_EXCEEDED',
  'CALENDAR_LIMIT_EXCEEDED',
  'CALENDAR_IN_USE',
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
