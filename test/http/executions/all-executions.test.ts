import { beforeAll, describe, expect, it } from 'vitest';
import type { ExecutionId, TaskId } from '../../../src/domain/shared/ids.ts';
import { ExecutionDetailsSchema } from '../../../src/http/executions/schemas.ts';
import { failure, success } from '../../support/histories/history.ts';
import { ALICE, BOB, type Stack, sharedStack } from '../../support/parts/stack.ts';

const PATH = '/api/v1/executions';

let api: Stack;
const shared = sharedStack();
const tasks: TaskId[] = [];
/** Oldest first: five runs of the first task, two of the second, which has failed and is running again. */
const ids: ExecutionId[] = [];

async function created(user = ALICE): Promise<TaskId> {
  const { body } = await api.call('POST', '/api/v1/tasks', { body: { name: 'x', task_type: 'todo' }, user });
  return body.task_id;
}

async function requested(taskId: TaskId, user = ALICE): Promise<ExecutionId> {
  const headers = { Prefer: 'wait=0' };
  const { status, body } = await api.call('POST', `/api/v1/tasks/${taskId}/execute`, { user, headers });
  expect(status).toBe(202);
  return body.execution_id;
}

const idsAt = async (query: string, user = ALICE): Promise<ExecutionId[]> => {
  const { status, body } = await api.call('GET', `${PATH}${query}`, { user });
  expect([query, status]).toEqual([query, 200]);
  expect(body.count).toBe(body.executions.length);
  return body.executions.map(({ execution_id }: { execution_id: ExecutionId }) => execution_id);
};

beforeAll(async () => {
  api = shared();
  tasks.push(await created(), await created(), await created());
  const [first, second] = tasks as [TaskId, TaskId];
  for (const task of [first, first, second, first, first]) {
    const id = await requested(task);
    await api.work(ALICE, task, id, task === second ? failure : undefined);
    ids.push(id);
  }
  ids.push(await requested(second));
  const other = await created(BOB);
  await api.work(BOB, other, await requested(other, BOB));
});

describe('GET /executions', () => {
  it('lists the executions of all tasks of the caller, newest first, and of nobody else', async () => {
    expect(await idsAt('')).toEqual(ids.toReversed());
    expect(await idsAt('', BOB)).toHaveLength(1);
    const { body } = await api.call('GET', `${PATH}?limit=1`);
    const [task] = [tasks[1]];
    const one = await api.call('GET', `/api/v1/tasks/${task}/executions/${ids[5]}`);
    const { attempts, ...row } = one.body;
    expect(body.executions[0]).toEqual(row);
    expect(row).toMatchObject({ task_name: 'x', task_type: 'todo' });
    expect(attempts).toEqual([]);
  });

  it('keeps to its filters', async () => {
    const [first, second] = tasks;
    expect(await idsAt('?status=failed')).toEqual([ids[2]]);
    expect(await idsAt('?status=pending')).toEqual([ids[5]]);
    expect(await idsAt('?status=cancelled')).toEqual([]);
    expect(await idsAt(`?task_id=${second}`)).toEqual([ids[5], ids[2]]);
    expect(await idsAt(`?task_id=${first}&status=completed&limit=2`)).toEqual([ids[4], ids[3]]);
    const { body } = await api.call('GET', `/api/v1/tasks/${first}/executions/${ids[3]}`);
    const at = encodeURIComponent(body.created_at);
    expect(await idsAt(`?from=${at}`)).toEqual(ids.slice(3).reverse());
    expect(await idsAt(`?to=${at}`)).toEqual(ids.slice(0, 4).reverse());
    expect(await idsAt(`?from=${at}&to=${at}`)).toEqual([ids[3]]);
  });

  it('takes several values of a filter, and text', async () => {
    expect(await idsAt('?status=failed&status=pending')).toEqual([ids[5], ids[2]]);
    expect(await idsAt('?trigger_type=scheduled&trigger_type=webhook')).toEqual([]);
    expect(await idsAt('?trigger_type=manual&task_type=todo&limit=2')).toEqual([ids[5], ids[4]]);
    expect(await idsAt('?task_type=reminder')).toEqual([]);
    const { body } = await api.call('GET', `${PATH}?status=failed`);
    const message: string = body.executions[0].error_message;
    expect(await idsAt(`?q=${encodeURIComponent(message.slice(2, 9).toUpperCase())}`)).toEqual([ids[2]]);
    expect(await idsAt('?q=nothing%20has%20this')).toEqual([]);
    const { body: page } = await api.call(
      'GET',
      `/api/v1/tasks/${tasks[0]}/executions?status=completed&status=failed`,
    );
    expect(page).toHaveLength(4);
  });

  it('shows one by its id alone, with each attempt, to its owner only', async () => {
    const task = await created();
    const id = await requested(task);
    await api.work(ALICE, task, id, failure);
    const { status, body } = await api.call('GET', `${PATH}/${id}`);
    expect(status).toBe(200);
    expect(ExecutionDetailsSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ execution_id: id, task_id: task, task_name: 'x', status: 'failed' });
    expect(body.attempts).toEqual([
      {
        attempt: 1,
        worker: 'test',
        started_at: body.started_at,
        ended_at: expect.any(String),
        outcome: 'failed',
        error: { code: body.error_details.code, message: body.error_message },
      },
    ]);
    for (const known of ids)
      expect((await api.call('GET', `${PATH}/${known}`)).body.execution_id).toBe(known);
    const other = await api.call('GET', `${PATH}/${id}`, { user: BOB });
    expect([other.status, other.body.error_code]).toEqual([404, 'EXECUTION_NOT_FOUND']);
    const none = await api.call('GET', `${PATH}/exe_01JDB2V5Q8WZ3N7K4M6P9R0T1X`);
    expect([none.status, none.body.error_code]).toEqual([404, 'EXECUTION_NOT_FOUND']);
    await api.call('DELETE', `/api/v1/tasks/${task}`);
    ids.push(id);
  });

  it('stops at a few MiB, and the cursor goes on to the end', async () => {
    const task = await created();
    const mine: ExecutionId[] = [];
    const result = 'x'.repeat(240_000);
    for (let n = 0; n < 20; n++) {
      const id = await requested(task);
      await api.work(ALICE, task, id, { ...success, result } as typeof success);
      mine.unshift(id);
    }
    const page = await api.call('GET', `${PATH}?task_id=${task}&limit=200`);
    expect(page.text.length).toBeLessThan(4.5 * 1024 * 1024);
    expect(page.body.count).toBeLessThan(20);
    const rest = await idsAt(`?task_id=${task}&limit=200&cursor=${page.body.next_cursor}`);
    const first = page.body.executions.map(({ execution_id }: { execution_id: ExecutionId }) => execution_id);
    expect([...first, ...rest]).toEqual(mine);
    const own = await api.call('GET', `/api/v1/tasks/${task}/executions?limit=200`);
    expect(own.body.length).toBeLessThan(20);
    expect(own.headers.get('link')).toContain('rel="next"');
    await api.call('DELETE', `/api/v1/tasks/${task}`);
    ids.push(...mine.toReversed());
  });

  it('finds nothing for the task of somebody else, as for one that is not there', async () => {
    expect(await idsAt(`?task_id=${tasks[0]}`, BOB)).toEqual([]);
    expect(await idsAt('?task_id=tsk_01JDB2V5Q8WZ3N7K4M6P9R0T1X')).toEqual([]);
  });

  it('is paged by a cursor that stays right while executions are added and tasks deleted', async () => {
    const task = await created();
    const mine: ExecutionId[] = [];
    const run = async () => {
      const id = await requested(task);
      await api.work(ALICE, task, id);
      mine.unshift(id);
    };
    for (let n = 0; n < 4; n++) await run();
    const before = [...mine, ...ids.toReversed()];
    const seen: ExecutionId[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await api.call('GET', `${PATH}?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(page.status).toBe(200);
      for (const { execution_id } of page.body.executions) seen.push(execution_id);
      cursor = page.body.next_cursor;
      if (seen.length === 3) await run();
      if (seen.length === 6) await api.call('DELETE', `/api/v1/tasks/${task}`);
    }
    expect(seen).toEqual(before);
  });

  it('names every fault of what is asked for', async () => {
    const query =
      '?status=done&task_id=tsk_1&from=2026-11-23T08:54:00&limit=201&cursor=%%%&who=me&status=failed&trigger_type=x';
    const { status, body } = await api.call('GET', `${PATH}${query}`);
    expect([status, body.error_code]).toEqual([422, 'VALIDATION_ERROR']);
    expect(body.errors.map(({ loc }: { loc: string[] }) => loc.join('.')).sort()).toEqual([
      'query.cursor',
      'query.from',
      'query.limit',
      'query.status.0',
      'query.task_id',
      'query.trigger_type.0',
      'query.who',
    ]);
    for (const bad of ['cursor=bm8', 'cursor=MA', 'from=2026-11-23T09:00:00Z&to=2026-11-23T08:00:00Z']) {
      const answer = await api.call('GET', `${PATH}?${bad}`);
      expect([bad, answer.status]).toEqual([bad, 422]);
    }
    expect((await api.call('GET', PATH, { user: null })).status).toBe(401);
  });
});
