import { beforeEach, describe, expect, it } from 'vitest';
import { LogUnavailable } from '../../../src/application/ports/failures.ts';
import type { LogSignals } from '../../../src/application/ports/log/following.ts';
import type { ExecutionId, TaskId } from '../../../src/domain/shared/ids.ts';
import { ExecutionSchema } from '../../../src/http/executions/schemas.ts';
import { failure } from '../../support/histories/history.ts';
import { ALICE, type Called, type Stack, type StackOptions, stack } from '../../support/parts/stack.ts';

const TASKS = '/api/v1/tasks';
const AT_ONCE = { headers: { Prefer: 'wait=0' } };

let api: Stack;
let taskId: TaskId;
let path: string;

async function use(options: StackOptions = {}): Promise<void> {
  api = await stack(options);
  const { body } = await api.call('POST', TASKS, { body: { name: 'Buy milk', task_type: 'todo' } });
  taskId = body.task_id;
  path = `${TASKS}/${taskId}`;
}

async function run(): Promise<ExecutionId> {
  const { status, body } = await api.call('POST', `${path}/execute`, AT_ONCE);
  expect(status).toBe(202);
  return body.execution_id;
}

async function runToEnd(outcome?: typeof failure): Promise<ExecutionId> {
  const id = await run();
  await api.work(ALICE, taskId, id, outcome);
  return id;
}

/** Asks for a run that is waited for, and answers once its request is in the log. */
async function waiting(how: object = {}): Promise<{ answer: Promise<Called>; id: ExecutionId }> {
  const before = await api.lastSequence();
  const answer = api.call('POST', `${path}/execute`, how);
  await api.deps.signals.waitForTask(ALICE, taskId, before, new AbortController().signal);
  const task = await api.queries.task(ALICE, taskId);
  return { answer, id: task?.state.execution?.execution_id as ExecutionId };
}

beforeEach(() => use());

describe('running a task by hand', () => {
  it('answers 201 with the ended execution where it ends within the wait', async () => {
    const { answer, id } = await waiting({ body: { trigger_data: { by: 'hand' } } });
    await api.work(ALICE, taskId, id);
    const { status, body, headers } = await answer;
    expect([status, headers.get('location')]).toEqual([201, `${path}/executions/${id}`]);
    expect(ExecutionSchema.parse(body)).toMatchObject({
      execution_id: id,
      status: 'completed',
      trigger_type: 'manual',
      trigger_data: { by: 'hand' },
      result: { done: true },
      summary: 'Done.',
      attempt: 1,
    });
    expect(headers.get('event-sequence')).toBe(String(body.id));
  });

  it('answers 201 also where it failed, or was cancelled meanwhile', async () => {
    const failing = await waiting();
    await api.work(ALICE, taskId, failing.id, failure);
    const failed = await failing.answer;
    expect([failed.status, failed.body.status, failed.body.error_details]).toEqual([
      201,
      'failed',
      { status: 500, code: 'PROVIDER_ERROR' },
    ]);
    const aborted = await waiting();
    await api.call('POST', `${path}/executions/${aborted.id}/cancel`, { body: { reason: 'Too late' } });
    const cancelled = await aborted.answer;
    expect([cancelled.status, cancelled.body.status, cancelled.body.error_message]).toEqual([
      201,
      'cancelled',
      'Too late',
    ]);
  });

  it('answers 202 with the execution as it stands and where to look, when the wait is over', async () => {
    const { status, body, headers } = await api.call('POST', `${path}/execute`, {
      headers: { Prefer: 'respond-async, wait=1; strict' },
    });
    expect([status, body.status, headers.get('preference-applied')]).toEqual([202, 'pending', 'wait=1']);
    const shown = await api.call('GET', headers.get('location') ?? '');
    expect(shown.body).toMatchObject(body);
  });

  it('is not waited for while the service stops', async () => {
    const stopping = new AbortController();
    await use({ replace: () => ({ stopping: stopping.signal }) });
    const { answer } = await waiting({ headers: { Prefer: 'wait=60' } });
    stopping.abort();
    expect((await answer).status).toBe(202);
    await api.call('POST', `${path}/executions/${(await answer).body.execution_id}/cancel`);
    expect((await api.call('POST', `${path}/execute`)).status).toBe(202);
  });

  it('is waited for by many at once, who all hear that the service stops', async () => {
    const stopping = new AbortController();
    await use({ replace: () => ({ stopping: stopping.signal }) });
    const paths: string[] = [];
    for (let made = 0; made < 12; made++) {
      const { body } = await api.call('POST', TASKS, { body: { name: `x ${made}`, task_type: 'todo' } });
      paths.push(`${TASKS}/${body.task_id}`);
    }
    const before = await api.lastSequence();
    const headers = { Prefer: 'wait=60' };
    const answers = paths.map((each) => api.call('POST', `${each}/execute`, { headers }));
    await expect.poll(() => api.lastSequence(), { interval: 10 }).toBe(before + 12);
    stopping.abort();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(12).fill(202));
  });

  it('is answered as far as it is known where the log falls silent after the request', async () => {
    const signals: LogSignals = { waitForTask: () => Promise.reject(new LogUnavailable()) };
    await use({ replace: () => ({ signals }) });
    const { status, body } = await api.call('POST', `${path}/execute`);
    expect([status, body.status]).toEqual([202, 'pending']);
  });

  it('is refused while it runs, and once the task is cancelled or deleted (BR-EXE-001, BR-EXE-002)', async () => {
    const id = await run();
    const busy = await api.call('POST', `${path}/execute`);
    expect(busy).toMatchObject({
      status: 409,
      body: { error_code: 'TASK_ALREADY_RUNNING', execution_id: id },
    });
    for (const [method, at] of [
      ['POST', `${path}/cancel`],
      ['DELETE', path],
    ] as const) {
      await api.call(method, at);
      const refused = await api.call('POST', `${path}/execute`);
      expect([refused.status, refused.body.error_code]).toEqual([409, 'TASK_NOT_EXECUTABLE']);
    }
  });
});

describe('cancelling an execution', () => {
  it('ends it for good; a repeat changes nothing; what it did after is refused', async () => {
    const id = await run();
    const at = `${path}/executions/${id}`;
    const cancelled = await api.call('POST', `${at}/cancel`, { body: { reason: 'Wrong list' } });
    expect(cancelled).toMatchObject({
      status: 200,
      body: {
        status: 'cancelled',
        error_message: 'Wrong list',
        error_details: { code: 'CANCELLED_BY_USER' },
      },
    });
    const again = await api.call('POST', `${at}/cancel`);
    expect([again.status, again.body]).toEqual([200, cancelled.body]);
    expect(again.headers.get('event-sequence')).toBe(cancelled.headers.get('event-sequence'));
    await api.work(ALICE, taskId, id);
    expect((await api.call('GET', at)).body).toMatchObject(cancelled.body);
  });

  it('that has ended otherwise is refused with how it ended', async () => {
    const completed = await runToEnd();
    await runToEnd(failure);
    const refused = await api.call('POST', `${path}/executions/${completed}/cancel`);
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      error_code: 'EXECUTION_ALREADY_FINISHED',
      status: 409,
      current_status: 'completed',
    });
  });
});

describe('the executions of a task', () => {
  it('are listed newest first, in pages that join and stay right while others are added', async () => {
    const ids: ExecutionId[] = [];
    for (let n = 0; n < 7; n++) ids.unshift(await runToEnd());
    const seen: ExecutionId[] = [];
    let next: string | null = `${path}/executions?limit=3`;
    while (next !== null) {
      const { status, body, headers }: Called = await api.call('GET', next);
      expect(status).toBe(200);
      for (const one of body) seen.push(ExecutionSchema.parse(one).execution_id as ExecutionId);
      next = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1] ?? null;
      if (next !== null) await runToEnd();
    }
    expect(seen).toEqual(ids);
    const { body } = await api.call('GET', `${path}/executions?offset=2&limit=2`);
    expect(body.map((one: { execution_id: string }) => one.execution_id)).toEqual([ids[0], ids[1]]);
    expect((await api.call('GET', `${path}/executions?offset=2&limit=2`)).headers.get('link')).toContain(
      'limit=2',
    );
  });

  it('are filtered by status, also from page to page', async () => {
    const failed: ExecutionId[] = [];
    for (let n = 0; n < 3; n++) {
      failed.unshift(await runToEnd(failure));
      await runToEnd();
    }
    const first = await api.call('GET', `${path}/executions?status=failed&limit=2`);
    const next = /^<([^>]+)>/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const rest = await api.call('GET', next);
    const listed = [...first.body, ...rest.body].map(({ execution_id }) => execution_id);
    expect(listed).toEqual(failed);
    expect(rest.headers.get('link')).toBeNull();
    expect((await api.call('GET', `${path}/executions?status=running`)).body).toEqual([]);
  });

  it('show each as it is alone, with the projector having written it or not', async () => {
    const id = await runToEnd();
    const alone = await api.call('GET', `${path}/executions/${id}`);
    expect([alone.body]).toMatchObject((await api.call('GET', `${path}/executions`)).body);
    await api.projector.runOnce();
    expect((await api.call('GET', `${path}/executions/${id}`)).body).toEqual(alone.body);
    expect([alone.body]).toMatchObject((await api.call('GET', `${path}/executions`)).body);
  });
});
