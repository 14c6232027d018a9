import { describe, expect, test } from 'vitest';
import type { TaskWorkers, WorkerAnswer } from '../../../src/application/ports/work/task-workers.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import { custom } from '../../../src/task-types/custom/custom.ts';
import { type OneRun, runOnce } from '../../support/parts/run.ts';

/** Workers that give one answer, and what they were asked. */
function workers(answer: WorkerAnswer | string | object): TaskWorkers & { asked: [string, JsonObject][] } {
  const asked: [string, JsonObject][] = [];
  const isAnswer = typeof answer === 'object' && 'kind' in answer;
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return {
    asked,
    ask: async (worker, request) => {
      asked.push([worker, JSON.parse(Buffer.from(request).toString('utf8'))]);
      return isAnswer ? (answer as WorkerAnswer) : { kind: 'answered', body: Buffer.from(text), error: null };
    },
  };
}

function ask(taskWorkers: TaskWorkers, config: JsonObject = {}, execution = {}): OneRun {
  const all = { script_type: 'nats', worker: 'count-words', ...config };
  return runOnce(custom(taskWorkers), all, undefined, { execution });
}

test('a worker gets the payload, and whose execution it is', async () => {
  const asked = workers({});
  await ask(
    asked,
    { payload: { text: 'a b' } },
    {
      attempt: 2,
      trigger_type: 'scheduled',
      scheduled_for: '2026-12-01T09:00:00.000Z' as Instant,
      deadline: '2026-12-01T09:00:30.000Z' as Instant,
      triggerData: async () => ({ why: 'because' }),
    },
  ).done;
  expect(asked.asked).toEqual([
    [
      'count-words',
      {
        execution_id: 'exe_01JD0000000000000000000000',
        attempt: 2,
        task_id: 'tsk_01JD0000000000000000000000',
        user_id: 'usr_1',
        task_name: 'Water the plants',
        trigger_type: 'scheduled',
        trigger_data: { why: 'because' },
        scheduled_for: '2026-12-01T09:00:00.000Z',
        deadline: '2026-12-01T09:00:30.000Z',
        payload: { text: 'a b' },
      },
    ],
  ]);
});

test('its answer is the result, with what it used', async () => {
  const answer = {
    result: { words: 2 },
    summary: '2 words',
    tokens_used: 7,
    api_calls_made: 3,
    credits: 1.5,
  };
  const run = ask(workers(answer));
  expect(await run.done).toEqual({
    result: { words: 2 },
    summary: '2 words',
    tokens_used: 7,
    credits_micros: 1_500_000,
  });
  expect(run.otherCalls(), 'the request itself and the three that it reports').toBe(4);
});

test('an empty answer is a success without a result', async () => {
  const run = ask(workers({}));
  expect(await run.done).toEqual({ result: null, summary: null, tokens_used: 0 });
  expect(run.otherCalls()).toBe(1);
});

describe('a failure', () => {
  test.each<[string, object, object, number]>([
    [
      'that the worker reports',
      {
        error: { code: 'NO_TEXT', message: 'no text', retryable: true, details: { at: 1 } },
        tokens_used: 5,
        api_calls_made: 2,
      },
      {
        code: 'WORKER_FAILED',
        message: 'no text',
        retryable: true,
        tokens_used: 5,
        details: { worker_error: { code: 'NO_TEXT', details: { at: 1 } } },
      },
      3,
    ],
    [
      'without more than a message',
      { error: { message: 'no' } },
      { code: 'WORKER_FAILED', message: 'no', retryable: false },
      1,
    ],
    [
      'as NATS services report it',
      { kind: 'answered', body: Buffer.from(''), error: { code: '503', message: 'busy' } },
      { code: 'WORKER_FAILED', message: 'busy', retryable: true },
      1,
    ],
    [
      'as NATS services report one of the request',
      { kind: 'answered', body: Buffer.from(''), error: { code: '400', message: '' } },
      { code: 'WORKER_FAILED', message: 'the worker failed', retryable: false },
      1,
    ],
    [
      'where nobody is there',
      { kind: 'nobody' },
      { code: 'NO_WORKER', message: 'no worker called count-words is there', retryable: true },
      0,
    ],
    [
      'where nobody can be asked',
      { kind: 'unreachable' },
      { code: 'WORKER_UNREACHABLE', retryable: true },
      0,
    ],
  ])('%s', async (_what, answer, expected, calls) => {
    const run = ask(workers(answer));
    await expect(run.done).rejects.toMatchObject(expected);
    expect(run.otherCalls()).toBe(calls);
  });
});

describe('a failure is understood in whatever form its author guessed', () => {
  test.each<[object, string, string | null, boolean]>([
    [{ error: 'no such city' }, 'no such city', null, false],
    [{ error: ['first', 'second'] }, 'first', null, false],
    [{ errors: [{ message: 'first', code: 'A' }] }, 'first', 'A', false],
    [{ error: { message: 'busy', code: 503, retryable: 'true', hint: 'x' } }, 'busy', '503', true],
    [{ error: { code: -32000, message: 'rpc', data: { a: 1 } } }, 'rpc', '-32000', false],
    [
      { error: { name: 'TypeError', message: 'x is not a function', stack: 'at …' } },
      'x is not a function',
      'TypeError',
      false,
    ],
    [{ error: { error: { message: 'deep' } } }, 'deep', null, false],
    [{ error: { code: 'X' } }, 'the worker failed: X', 'X', false],
    [{ error: {} }, 'the worker failed', null, false],
    [{ error: true, message: 'said beside it', retryable: true }, 'said beside it', null, true],
    [{ error: 'E_BUSY', code: 'BUSY', details: { a: 1 } }, 'E_BUSY', 'BUSY', false],
    [{ result: 1, error: { message: 'both' } }, 'both', null, false],
    [{ ok: false, message: 'not ok' }, 'not ok', null, false],
    [{ success: false, error: null, message: 'no success' }, 'no success', null, false],
    [{ status: 'error', message: 'status' }, 'status', null, false],
    [{ exception: 'ValueError: x' }, 'ValueError: x', null, false],
    [{ error: 'x', tokens_used: 'many', extra: 1 }, 'x', null, false],
  ])('%j', async (answer, message, code, retryable) => {
    await expect(ask(workers(answer)).done).rejects.toMatchObject({
      code: 'WORKER_FAILED',
      message,
      retryable,
      details: { worker_error: { code } },
    });
  });

  test.each([null, false, '', []])('and none where there is none: error %j', async (error) => {
    expect((await ask(workers({ result: 1, error })).done).result).toBe(1);
  });
});

test('an integer beyond 2^53 - 1 in a result is text of its digits', async () => {
  const run = ask(workers('{"result": {"id": 9007199254740993}}'));
  expect((await run.done).result).toEqual({ id: '9007199254740993' });
});

describe('an answer that does not fit: INVALID_ANSWER, not to be tried again', () => {
  test.each<[string, string | object]>([
    ['nothing', ''],
    ['no JSON', 'done'],
    ['half of it', '{"result":'],
    ['a list', []],
    ['a number', '7'],
    ['members that mean nothing', { result: 1, status: 'ok' }],
    ['tokens below 0', { tokens_used: -1 }],
    ['half a call', { api_calls_made: 0.5 }],
    ['credits below 0', { credits: -1 }],
    ['credits with 7 decimals', { credits: 0.0000001 }],
    ['a summary that is no text', { summary: 5 }],
    ['JSON that is nested without end', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ])('%s', async (_what, answer) => {
    const run = ask(workers(answer));
    await expect(run.done).rejects.toMatchObject({
      code: 'INVALID_ANSWER',
      retryable: false,
      details: { answer: (typeof answer === 'string' ? answer : JSON.stringify(answer)).slice(0, 500) },
    });
    expect(run.otherCalls()).toBe(1);
  });
});

test.each([
  [{}],
  [{ worker: '' }],
  [{ worker: 'a.b' }],
  [{ worker: '>' }],
  [{ worker: '*' }],
  [{ worker: 'a b' }],
  [{ worker: 'x'.repeat(65) }],
  [{ worker: 'ok', url: 'https://x.example/' }],
])('the config %j is refused', (config) => {
  expect(custom(workers({})).parseConfig({ script_type: 'nats', ...config } as JsonObject).ok).toBe(false);
});
