/**
 * A request to a worker of the author's own, in whatever language, that listens on NATS under `taskworkers.<name>`.
 * It gets the execution's id in every attempt, so that it may answer a second time without doing the work again.
 * Nothing it answers is taken on trust: the shape is checked, and it can charge no more than the task's price.
 */

import { z } from 'zod';
import { refusing } from '../../application/faults/issue-said.ts';
import type { TaskWorkers } from '../../application/ports/work/task-workers.ts';
import { says } from '../../domain/shared/says.ts';
import { anyJson, parseBySchema } from '../config-schema.ts';
import { ExecutionFailure, type ExecutionResult, type Executor, type Run } from '../executor.ts';
import { toldOf } from '../told-of-run.ts';
import { readWorkerReply } from './worker-reply.ts';

const schema = z.strictObject({
  script_type: z.literal('nats'),
  worker: z
    .string()
    .refine(
      (name) => /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name),
      refusing(says`must be letters, digits, - and _, at most ${{ maximum: 64 }}`, 'invalid_format'),
    ),
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
      const answer = await run.outside(workers.ask(worker, request, run.signal, run.traceparent));
      switch (answer.kind) {
        case 'nobody':
          run.countCalls(-1);
          throw new ExecutionFailure('NO_WORKER', `no worker called ${worker} is there`, { retryable: true });
        case 'unreachable':
          run.countCalls(-1);
          throw new ExecutionFailure('WORKER_UNREACHABLE', `${worker} could not be asked`, {
            retryable: true,
          });
        case 'answered':
          if (answer.error !== null) throw serviceError(answer.error);
          return await resultOf(run, answer.body);
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

/** Above this a thread reads it. */
const READ_HERE_BYTES = 32 * 1024;

async function resultOf(run: Run<Config>, body: Uint8Array): Promise<ExecutionResult> {
  const reply =
    body.length <= READ_HERE_BYTES
      ? readWorkerReply(body)
      : await run.documents.read('workerReply', { body });
  run.countCalls(reply.api_calls_made);
  const { tokens_used } = reply;
  if (reply.kind === 'failed') {
    const { message, retryable, code, details } = reply;
    throw new ExecutionFailure('WORKER_FAILED', message, {
      retryable,
      details: { worker_error: { code, details } },
      tokens_used,
    });
  }
  const { result, summary, credits } = reply;
  return { result, summary, tokens_used, ...(credits === null ? {} : { credits_micros: credits }) };
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
