import { beforeEach, describe, expect, it } from 'vitest';
import { TaskSchema } from '../../src/http/tasks/schemas.ts';
import { BOB, type Stack, stack } from '../support/stack.ts';

let api: Stack;
beforeEach(async () => {
  api = await stack();
});

const TASKS = '/api/v1/tasks';

async function created(
  body: object = {},
): Promise<{ path: string; task: Record<string, unknown>; etag: string }> {
  const {
    status,
    body: task,
    headers,
  } = await api.call('POST', TASKS, {
    body: { name: 'Buy milk', task_type: 'todo', ...body },
  });
  expect(status).toBe(201);
  return { path: `${TASKS}/${task.task_id}`, task, etag: headers.get('etag') ?? '' };
}

describe('creating a task', () => {
  it('answers the whole task, where it is, its revision and its place in the log', async () => {
    const answer = await api.call('POST', TASKS, {
      body: {
        name: '  Buy milk ',
        task_type: 'todo',
        tags: [' food '],
        due_date: '2026-12-24T10:00:00+02:00',
        credits_per_run: 0.25,
      },
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`${TASKS}/${answer.body.task_id}`);
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(answer.headers.get('event-sequence')).toBe(String(answer.body.id));
    expect(TaskSchema.parse(answer.body)).toMatchObject({
      name: 'Buy milk',
      tags: ['food'],
      due_date: '2026-12-24T08:00:00.000Z',
      credits_per_run: 0.25,
      status: 'pending',
      priority: 'medium',
      revision: 1,
      schedule: null,
      description: null,
      deleted_at: null,
    });
  });
});
