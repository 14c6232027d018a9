/** What a worker of the author's own answered, held against the shape that it must have. */

import { z } from 'zod';
import { customIssue } from '../../application/faults/issue-said.ts';
import { type CreditMicros, MAX_CREDITS, parseCredits } from '../../domain/shared/credits.ts';
import type { Json } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import { ExecutionFailure, RESULT_BYTES } from '../executor.ts';
import { asBuffer } from '../foreign/character-set.ts';
import { checkJson } from '../foreign/document-bounds.ts';
import { parseForeignJson } from '../foreign/foreign-json.ts';
import { workerErrorIn } from './worker-error.ts';

interface ReplyUsage {
  readonly tokens_used: number;
  readonly api_calls_made: number;
}

export type WorkerReply =
  | ({
      readonly kind: 'done';
      readonly result: Json;
      readonly summary: string | null;
      readonly credits: CreditMicros | null;
    } & ReplyUsage)
  | ({
      readonly kind: 'failed';
      readonly message: string;
      readonly retryable: boolean;
      readonly code: string | null;
      readonly details: Json;
    } & ReplyUsage);

/** Bytes of JSON that the details of a failure may take. */
const DETAILS_BYTES = 32 * 1024;

const count = z.int().min(0);
const usage = { tokens_used: count.default(0), api_calls_made: count.default(0) };
/** Of a failure: what does not fit counts as nothing used. */
const usedOf = z.object({ tokens_used: count.catch(0), api_calls_made: count.catch(0) });
/** How others say that nothing failed. */
const nothing = z.union([z.null(), z.literal(['', false, 0]), z.array(z.never())]).optional();
const success = z.strictObject({
  result: z.json().default(null),
  summary: z.string().nullable().default(null),
  credits: z
    .number()
    .transform((credits, context): CreditMicros => {
      const micros = parseCredits(credits);
      if (micros !== null) return micros;
      context.addIssue(
        customIssue(
          says`must be a number from ${{ minimum: 0 }} to ${{ maximum: MAX_CREDITS }} with at most ${{ decimals: 6 }} decimals`,
        ),
      );
      return z.NEVER;
    })
    .optional(),
  ...usage,
  error: nothing,
  errors: nothing,
});
/** Of an answer that does not fit: what its author needs to see. */
const ANSWER_CHARACTERS = 500;

/** Throws ExecutionFailure INVALID_ANSWER, and what document-bounds.ts refuses. */
export function readWorkerReply(body: Uint8Array): WorkerReply {
  const text = asBuffer(body).toString('utf8');
  checkJson(text);
  const json = parseForeignJson(text);
  if (json === undefined) throw invalidAnswer('it is not JSON', text);
  const error = workerErrorIn(json);
  if (error !== null) {
    const { message, retryable, code, details } = error;
    const shown = bytesOf(details) > DETAILS_BYTES ? { details_omitted: true } : details;
    return { kind: 'failed', message, retryable, code, details: shown, ...usedOf.parse(json) };
  }
  const done = success.safeParse(json);
  if (!done.success) {
    const [issue] = done.error.issues;
    throw invalidAnswer(`${issue?.path.join('.') || 'it'}: ${issue?.message}`, text);
  }
  const { result, summary, credits = null, tokens_used, api_calls_made } = done.data;
  return { kind: 'done', summary, tokens_used, api_calls_made, result: beginning(result), credits };
}

/** Of a result that is too large, no more than what will be kept of it: the beginning of its text. */
function beginning(result: Json): Json {
  const json = JSON.stringify(result);
  if (Buffer.byteLength(json) <= RESULT_BYTES) return result;
  return (typeof result === 'string' ? result : json).slice(0, RESULT_BYTES + 1);
}

function bytesOf(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function invalidAnswer(why: string, answer: string): ExecutionFailure {
  return new ExecutionFailure('INVALID_ANSWER', `the answer of the worker does not fit: ${why}`, {
    retryable: false,
    details: { answer: answer.slice(0, ANSWER_CHARACTERS).toWellFormed() },
  });
}
