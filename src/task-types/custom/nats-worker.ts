/**
 * A request to a worker of the author's own, in whatever language, that listens on NATS under `taskworkers.<name>`.
 * It gets the execution's id in every attempt, so that it may answer a second time without doing the work again.
 * Nothing it answers is taken on trust: the shape is checked, and it can charge no more than the task's price.
 */
import { z } from 'zod';
import type { TaskWorkers } from '../../application/ports/ports.ts';
import { type CreditMicros, MAX_CREDITS, parseCredits } from '../../domain/shared/credits.ts';
import { anyJson, parseBySchema } from '../config-schema.ts';
import { ExecutionFailure, type ExecutionResult, type Executor, type Run } from '../executor.ts';
import { parseForeignJson } from '../foreign/foreign-json.ts';
import { toldOf } from '../told-of-run.ts';

const schema = z.strictObject({
  script_type: z.literal('nats'),
  worker: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'letters, digits, - and _, at most 64'),
  payload: anyJson.optional(),
});
type Config = z.output<typeof schema>;

export function natsWorker(workers: TaskWorkers): Executor<Config> {
  return {
    parseConfig: (config) => parseBySchema(schema, config),
    secretsIn: () => [],
    async execute(run) {
      const { worker } = run.config;
      const request = Buffer.from(JSON.stringify(await requestOf(run)));
      // Counted before it ends: who cancels a run that somebody worked on has made that call all the same.
      run.countCalls(1);
      const answer = await workers.ask(worker, request, run.signal, run.traceparent);
      switch (answer.kind) {
        case 'nobody':
          run.countCalls(-1);
          throw new ExecutionFailure('NO_WORKER', `no worker called ${worker} is there`, { retryable: true });
        case 'unreachable':
          run.countCalls(-1);
          throw new ExecutionFailure('WORKER_UNREACHABLE', `${worker} could not be asked`, {
            retryable: true,
          });
        case 'recordRequest':
          if (answer.error !== null) throw serviceError(answer.error);
          return resultOf(run, answer.body);
      }
    },
  };
}

async function requestOf(run: Run<Config>) {
  return {
    ...(await toldOf(run)),
    deadline: run.execution.deadline,
    payload: run.config.payload ?? null,
  };
}

const count = z.int().min(0);
const usage = { tokens_used: count.default(0), api_calls_made: count.default(0) };
const success = z.strictObject({
  result: z.json().default(null),
  summary: z.string().nullable().default(null),
  credits: z
    .number()
    .transform((credits, context): CreditMicros => {
      const micros = parseCredits(credits);
      if (micros !== null) return micros;
      context.addIssue({ code: 'custom', message: `0 to ${MAX_CREDITS}, at most 6 decimals` });
      return z.NEVER;
    })
    .optional(),
  ...usage,
});
const failure = z.strictObject({
  error: z.strictObject({
    code: z.string().max(100).optional(),
    message: z.string().min(1),
    retryable: z.boolean().default(false),
    details: z.record(z.string(), z.json()).optional(),
  }),
  ...usage,
});

function resultOf(run: Run<Config>, body: Uint8Array): ExecutionResult {
  const json = parseForeignJson(Buffer.from(body).toString('utf8'));
  if (json === undefined) throw invalidAnswer('it is not JSON');
  const failed = failure.safeParse(json);
  if (failed.success) {
    const { error, tokens_used, api_calls_made } = failed.data;
    run.countCalls(api_calls_made);
    throw new ExecutionFailure('WORKER_FAILED', error.message, {
      retryable: error.retryable,
      details: { worker_error: { code: error.code ?? null, details: error.details ?? null } },
      tokens_used,
    });
  }
  const done = success.safeParse(json);
  if (!done.success) {
    const [issue] = done.error.issues;
    throw invalidAnswer(`${issue?.path.join('.') || 'it'}: ${issue?.message}`);
  }
  const { result, summary, credits, tokens_used, api_calls_made } = done.data;
  run.countCalls(api_calls_made);
  return { result, summary, tokens_used, ...(credits === undefined ? {} : { credits_micros: credits }) };
}

function invalidAnswer(why: string): ExecutionFailure {
  return new ExecutionFailure('INVALID_ANSWER', `the answer of the worker does not fit: ${why}`, {
    retryable: false,
  });
}

/** As a NATS service says that it failed: its code is a status, and from 500 on it may do better later. */
function serviceError({
  code,
  message,
}: {
  readonly code: string;
  readonly message: string;
}): ExecutionFailure {
  const retryable = /^\d+$/.test(code) && Number(code) >= 500;
  const details = { worker_error: { code: code.slice(0, 100), details: null } };
  return new ExecutionFailure('WORKER_FAILED', message === '' ? 'the worker failed' : message, {
    retryable,
    details,
  });
}
