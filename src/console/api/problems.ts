/** What the API refuses with (RFC 9457), and the want of any answer. */

export interface FieldFault {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
  /** The values in `msg`, by name. */
  readonly params: Readonly<Record<string, unknown>>;
}

export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  /** Stable: `REVISION_MISMATCH`. */
  readonly code: string;
  readonly traceId: string | null;
  readonly faults: readonly FieldFault[];
  /** All that was answered, also what only this kind of refusal has. */
  readonly members: Readonly<Record<string, unknown>>;
  /** Seconds, where waiting helps. */
  readonly retryAfter: number | null;

  constructor(response: Response, document: Partial<ProblemDocument>) {
    super(document.detail ?? document.title ?? `The service answered ${response.status}.`);
    this.status = response.status;
    this.code = document.error_code ?? 'UNKNOWN';
    this.traceId = document.trace_id ?? null;
    this.faults = document.errors ?? [];
    this.members = { ...document };
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    this.retryAfter = Number.isFinite(seconds) ? seconds : null;
  }
}

/** Nobody knows whether the request arrived. */
export class Unreached extends Error {
  override readonly name = 'Unreached';

  constructor(cause: unknown) {
    super('The service cannot be reached.', { cause });
  }
}

interface ProblemDocument {
  readonly title: string;
  readonly detail: string;
  readonly error_code: string;
  readonly trace_id: string;
  readonly errors: readonly FieldFault[];
}

export function apiProblemOf(response: Response, document: unknown): ApiProblem {
  const isDocument = typeof document === 'object' && document !== null;
  return new ApiProblem(response, isDocument ? document : {});
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof ApiProblem && codes.includes(error.code);
}

/** Those at a place and below it, by their paths from there. */
export function faultsBelow(
  faults: readonly FieldFault[],
  place: readonly (string | number)[],
): FieldFault[] {
  return faults
    .filter(({ loc }) => place.every((step, index) => loc[index] === step))
    .map((fault) => ({ ...fault, loc: fault.loc.slice(place.length) }));
}
