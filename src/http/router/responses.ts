/** The answers that routes have in common, for the OpenAPI document. */
import { z } from '@hono/zod-openapi';
import type { Json } from '../../domain/shared/json.ts';
import { type ErrorCode, statusCodeOf, titleOf } from '../server/problem-kinds.ts';

const plain = z.union([z.string(), z.number(), z.boolean()]);
const FaultSchema = z
  .object({
    loc: z
      .array(z.union([z.string(), z.int()]))
      .openapi({ description: 'Where: `body`, `query` or `header`, and the way from there.' }),
    type: z.string().openapi({ description: 'Stable.', example: 'out_of_range' }),
    msg: z.string().openapi({
      description: 'For people: a predicate of the field.',
      example: 'Must be a whole number from 1 to 20',
    }),
    params: z
      .record(z.string(), z.union([plain, z.array(plain)]))
      .openapi({ description: 'The values in the sentence, by name.', example: { minimum: 1, maximum: 20 } }),
  })
  .openapi('Fault', { description: 'One fault of a request.' });

export const ProblemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    error_code: z.string(),
    trace_id: z.string(),
    errors: z.array(FaultSchema).optional(),
  })
  .openapi('Problem');

/** Any JSON value, there in any case. (`z.unknown()` would be described as a member that may be missing.) */
export const AnyJson = z
  .custom<Json>((value) => value !== undefined)
  .openapi({
    type: ['object', 'array', 'string', 'number', 'boolean', 'null'],
    description: 'Any JSON value.',
  });

const PROBLEM_HEADERS: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { 'WWW-Authenticate': 'How to say who one is.' },
  429: { 'Retry-After': 'Seconds after which to try again, where waiting helps.' },
};

/** RFC 9457 answers by the codes that a route may give, those of one status together. */
export function problems(...codes: readonly ErrorCode[]) {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of [...codes, 'LOG_UNAVAILABLE', 'INTERNAL_ERROR'] as const) {
    const status = statusCodeOf(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, all]) => [
      status,
      {
        description: all.map((code) => `${titleOf(code)} (\`${code}\`)`).join(', '),
        content: { 'application/problem+json': { schema: ProblemSchema } },
        ...(PROBLEM_HEADERS[status] && { headers: headersOf(PROBLEM_HEADERS[status]) }),
      },
    ]),
  );
}

/** What any read by somebody may be refused with. */
export const READ_PROBLEMS = [
  'UNAUTHENTICATED',
  'AUTH_UNAVAILABLE',
  'USER_DELETED',
  'VALIDATION_ERROR',
  'RATE_LIMITED',
  'UNKNOWN_ZONE',
] as const;
/** What any write by somebody may be refused with. */
export const WRITE_PROBLEMS = [
  'UNAUTHENTICATED',
  'AUTH_UNAVAILABLE',
  'USER_DELETED',
  'RATE_LIMITED',
  'VALIDATION_ERROR',
  'INVALID_JSON',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'IDEMPOTENCY_KEY_REUSED',
  'IDEMPOTENCY_IN_FLIGHT',
  'CONCURRENT_UPDATE',
  'OUTCOME_UNKNOWN',
  'STORAGE_FULL',
  'NO_USER_KEY',
  'UNKNOWN_ZONE',
] as const;

/** What a write that counts against the caller's limits may be refused with. */
export const LIMIT_PROBLEMS = [
  'TASK_LIMIT_EXCEEDED',
  'EXECUTION_LIMIT_EXCEEDED',
  'CREDIT_LIMIT_EXCEEDED',
] as const;

export function jsonAnswer<S extends z.ZodType>(
  description: string,
  schema: S,
  headers: Readonly<Record<string, string>> = {},
) {
  return { description, content: { 'application/json': { schema } }, headers: headersOf(headers) };
}

/** Headers of an answer by their names, each with what it says. */
export function headersOf(headers: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, text]) => [
      name,
      { description: text, schema: { type: 'string' as const } },
    ]),
  );
}

export function jsonBody<S extends z.ZodType>(schema: S, required: boolean) {
  return { required, content: { 'application/json': { schema } } };
}

export const SEQUENCE_HEADER = {
  'Event-Sequence': 'Log sequence of the last event that the write appended.',
};
export const TASK_HEADERS = { ...SEQUENCE_HEADER, ETag: 'The revision of the task, quoted.' };

const idempotencyKeyHeader = z
  .string()
  .optional()
  .openapi({ description: '1 to 255 visible ASCII characters: a repeat gives the first answer again.' });
const ifMatchHeader = z
  .string()
  .optional()
  .openapi({ description: 'The ETag that the change is based on: 412 where the task was edited since.' });

export const WriteHeaders = z.object({ 'Idempotency-Key': idempotencyKeyHeader });
export const EditHeaders = z.object({ 'Idempotency-Key': idempotencyKeyHeader, 'If-Match': ifMatchHeader });

export const SECURITY = [{ bearer: [] }, { apiKey: [] }, { internal: [] }];
/** Where the service listens on loopback only, none. */
export const MONITORING_SECURITY = [{}, { bearer: [] }];
