/** What the log keeps of a run: bounded, and every error a code. */
import type { Json, JsonObject } from '../../domain/shared/json.ts';
import type { AttemptOutcome } from '../../domain/task/commands.ts';
import { OutboundError } from '../../outbound/egress.ts';
import { ExecutionFailure, type ExecutionResult, RESULT_BYTES } from '../../task-types/executor.ts';

const DETAILS_BYTES = 64 * 1024;
const MESSAGE_CHARACTERS = 2_000;
const SUMMARY_CHARACTERS = 1_000;

/** Throws TypeError for a result that is not JSON. */
export function completed(done: ExecutionResult, api_calls_made: number): AttemptOutcome {
  const { result, truncated } = capped(done.result, RESULT_BYTES);
  return {
    kind: 'completed',
    result,
    result_truncated: truncated,
    summary: done.summary === null ? null : cut(done.summary, SUMMARY_CHARACTERS),
    credits_micros: done.credits_micros ?? null,
    tokens_used: done.tokens_used ?? 0,
    api_calls_made,
  };
}

/** `unexpected`: an error that no executor should throw; whoever asks logs it. */
export function failed(
  error: unknown,
  api_calls_made: number,
): { readonly outcome: AttemptOutcome; readonly unexpected: boolean } {
  if (error instanceof ExecutionFailure) {
    const { code, message, retryable, retry_after_ms, gone, tokens_used } = error;
    const outcome = failure(
      { code, message, retryable, retry_after_ms, gone, details: error.details },
      api_calls_made,
      tokens_used,
    );
    return { outcome, unexpected: false };
  }
  if (error instanceof OutboundError) {
    const { code, message, retryable } = error;
    return { outcome: failure({ code, message, retryable, details: {} }, api_calls_made), unexpected: false };
  }
  const message = 'the executor broke down; the service has logged why';
  return {
    outcome: failure({ code: 'EXECUTOR_ERROR', message, retryable: false, details: {} }, api_calls_made),
    unexpected: true,
  };
}

export function timedOut(timeoutSeconds: number, api_calls_made: number): AttemptOutcome {
  const message = `not finished within ${timeoutSeconds} s`;
  return failure({ code: 'TIMEOUT', message, retryable: true, details: {} }, api_calls_made);
}

interface Reason {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly retry_after_ms?: number | null;
  readonly gone?: boolean;
  readonly details: JsonObject;
}

function failure(reason: Reason, api_calls_made: number, tokens_used = 0): AttemptOutcome {
  const details = jsonBytes(reason.details) > DETAILS_BYTES ? { details_omitted: true } : reason.details;
  return {
    kind: 'failed',
    code: reason.code,
    message: cut(reason.message, MESSAGE_CHARACTERS),
    details,
    retryable: reason.retryable,
    ...(reason.retry_after_ms == null ? {} : { retry_after_ms: reason.retry_after_ms }),
    ...(reason.gone ? { gone: true } : {}),
    tokens_used,
    api_calls_made,
  };
}

/** A result that is too large becomes text: a text its beginning, anything else the beginning of its JSON. */
function capped(result: Json, maxBytes: number): { readonly result: Json; readonly truncated: boolean } {
  const json = JSON.stringify(result);
  if (json === undefined) throw new TypeError('a result must be JSON');
  if (Buffer.byteLength(json) <= maxBytes) return { result, truncated: false };
  const whole = typeof result === 'string' ? result : json;
  let kept = cut(whole, maxBytes);
  // Written as JSON again it grows by escapes and multi-byte characters.
  for (let bytes = jsonBytes(kept); bytes > maxBytes; bytes = jsonBytes(kept)) {
    kept = cut(kept, Math.floor((kept.length * maxBytes) / bytes) - 1);
  }
  return { result: kept, truncated: true };
}

function jsonBytes(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** At most so many characters (UTF-16 units), never half of a surrogate pair. */
function cut(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text.toWellFormed();
  return text
    .slice(0, maxCharacters)
    .replace(/[\ud800-\udbff]$/, '')
    .toWellFormed();
}
