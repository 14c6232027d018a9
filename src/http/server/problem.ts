/**
 * Everything that is refused or goes wrong, as RFC 9457 problems: the one place that knows which status code
 * a domain rejection, a failed port or a malformed request becomes.
 */
import { LogRefused, LogUnavailable, OutcomeUnknown } from '../../application/ports/failures.ts';
import { AsOfTooFar } from '../../application/queries/history/user-past.ts';
import { WriteRefused } from '../../application/use-cases/idempotent-writes.ts';
import { UnknownZone } from '../../domain/schedule/calendar/zone.ts';
import type { Said } from '../../domain/shared/says.ts';
import { type ErrorCode, PROBLEM_KINDS, RETRY_AFTER_SECONDS } from './problem-kinds.ts';
import type { RequestContext } from './request-context.ts';
import { pathReference } from './shown-path.ts';

/**
 * One fault of a request: where (`["body", "schedule", "expression"]`), a stable type, a sentence for people, and the
 * values in it for programs.
 */
export interface Fault extends Said {
  readonly loc: readonly (string | number)[];
  readonly type: string;
}

/** Thrown anywhere below a route; becomes the answer. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ErrorCode;
  readonly status: number;
  readonly members: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    options: {
      readonly detail?: string;
      /** Further members of the problem document. */
      readonly members?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
      /** For the service's own log. */
      readonly cause?: unknown;
    } = {},
  ) {
    super(options.detail ?? PROBLEM_KINDS[code].detail, { cause: options.cause });
    this.code = code;
    this.status = PROBLEM_KINDS[code].status;
    this.members = options.members ?? {};
    const retryAfter = RETRY_AFTER_SECONDS[code];
    this.headers = {
      ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
      ...options.headers,
    };
  }
}

/** The most rows that one answer lists; a body of 1 MiB can hold many more faults. */
export const MAX_ROWS = 1_000;

/** 422 with one row for each fault; `isCut`: there may be more than these. */
export function invalid(faults: readonly Fault[], isCut = false): Problem {
  const immutable = faults.some((fault) => fault.type === 'immutable_field');
  const errors = faults.slice(0, MAX_ROWS);
  const cut = isCut || faults.length > MAX_ROWS;
  return new Problem(immutable ? 'IMMUTABLE_FIELD' : 'VALIDATION_ERROR', {
    members: cut ? { errors, errors_truncated: true } : { errors },
  });
}

/**
 * A refusal of the domain: its code, and what it names as further members. The status of a problem is that of
 * its answer, so the status of what was refused goes by `current_status`.
 */
export function problemOf(rejection: WriteRefused['rejection']): Problem {
  if ('status' in rejection) {
    return new Problem(rejection.code, { members: { current_status: rejection.status } });
  }
  if ('limit_type' in rejection) {
    const { code, retry_after_seconds, ...members } = rejection;
    const headers = retry_after_seconds === null ? {} : { 'Retry-After': String(retry_after_seconds) };
    return new Problem(code, { members, headers });
  }
  const { code, ...members } = rejection;
  return new Problem(code, { members });
}

/** Any thrown value to a problem; what is unexpected tells the caller nothing of the inside. */
export function problemFrom(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof WriteRefused) return problemOf(error.rejection);
  if (error instanceof LogUnavailable) return new Problem('LOG_UNAVAILABLE');
  if (error instanceof LogRefused && error.code === 'LOG_FULL') return new Problem('STORAGE_FULL');
  if (error instanceof LogRefused && error.code === 'LOG_INCOMPLETE') return new Problem('LOG_INCOMPLETE');
  if (error instanceof LogRefused && error.code === 'NO_USER_KEY') return new Problem('NO_USER_KEY');
  if (error instanceof UnknownZone) {
    return new Problem('UNKNOWN_ZONE', { members: { timezone: error.zone }, cause: error });
  }
  if (error instanceof AsOfTooFar) return new Problem('AS_OF_TOO_FAR');
  if (error instanceof OutcomeUnknown) return new Problem('OUTCOME_UNKNOWN');
  return new Problem('INTERNAL_ERROR');
}

/** The problem document. Its `type` names the kind of problem as the error code does. */
export function problemDocument(problem: Problem, context: RequestContext): Record<string, unknown> {
  return {
    ...problem.members,
    type: `urn:task-service:problem:${problem.code.toLowerCase().replaceAll('_', '-')}`,
    title: PROBLEM_KINDS[problem.code].title,
    status: problem.status,
    detail: problem.message,
    instance: pathReference(context.path),
    error_code: problem.code,
    trace_id: context.traceId,
  };
}
