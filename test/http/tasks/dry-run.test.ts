import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_TIER_LIMITS } from '../../../src/domain/user/limits.ts';
import { ForetoldSchema } from '../../../src/http/tasks/foretold.ts';
import { type Stack, sharedStack } from '../../support/parts/stack.ts';

const TASKS = '/api/v1/tasks';
const DAILY = { type: 'daily', run_time: '07:30', timezone: 'Europe/Paris' };
const shared = sharedStack({ limits: DEFAULT_TIER_LIMITS });
let api: Stack;
beforeEach(() => {
  api = shared();
});

async function nothingAppendedBy<T>(act: () => Promise<T>): Promise<T> {
  const before = await api.lastSequence();
  const answer = await act();
  expect(await api.lastSequence()).toBe(before);
  return answer;
}

describe('a dry run', () => {
  it('of a new task shows what would be stored and its next slots, and stores nothing', async () => {
    const body = { name: ' Rain ', task_type: 'todo', schedule: DAILY, tags: ['a'] };
    const { status, body: foretold } = await nothingAppendedBy(() =>
      api.call('POST', `${TASKS}?dry_run=true`, { body }),
    );
    expect(status).toBe(200);
    expect(ForetoldSchema.parse(foretold)).toEqual(foretold);
    expect(foretold).toMatchObject({ dry_run: true, changes: true, task: { id: null, task_id: null } });
    expect(foretold.slots).toHaveLength(10);
    const { body: made } = await api.call('POST', TASKS, { body });
    const { id, task_id, created_at, updated_at, ...rest } = made;
    expect(foretold.task).toMatchObject(rest);
    expect(foretold.slots[0].at).toBe(made.next_run_time);
  });

  it('is refused as the write would be: for faults, beyond limits, for a stale revision', async () => {
    const faulty = await api.call('POST', `${TASKS}?dry_run=true`, { body: { name: '', task_type: 'todo' } });
    expect([faulty.status, faulty.body.error_code]).toEqual([422, 'VALIDATION_ERROR']);
    const { body: made } = await api.call('POST', TASKS, { body: { name: 'Milk', task_type: 'todo' } });
    const path = `${TASKS}/${made.task_id}`;
    const stale = await api.call('PATCH', `${path}?dry_run=true`, {
      body: { name: 'Bread' },
      headers: { 'If-Match': '"99"' },
    });
    expect([stale.status, stale.body.error_code]).toEqual([412, 'REVISION_MISMATCH']);
    const wrong = await api.call('PATCH', `${path}?dry_run=true`, { body: { status: 'scheduled' } });
    expect([wrong.status, wrong.body.error_code]).toEqual([409, 'INVALID_STATUS_TRANSITION']);
    for (let n = 0; n < 3; n++) await api.call('POST', TASKS, { body: { name: `${n}`, task_type: 'todo' } });
    const beyond = await nothingAppendedBy(() =>
      api.call('POST', `${TASKS}?dry_run=true`, { body: { name: 'One more', task_type: 'todo' } }),
    );
    expect([beyond.status, beyond.body.error_code]).toEqual([429, 'TASK_LIMIT_EXCEEDED']);
  });

  it('of an update shows the task as it would be, and whether anything changes', async () => {
    const user = 'usr_dry' as never;
    const { body: made } = await api.call('POST', TASKS, { user, body: { name: 'Milk', task_type: 'todo' } });
    const path = `${TASKS}/${made.task_id}`;
    const { body } = await nothingAppendedBy(() =>
      api.call('PATCH', `${path}?dry_run=true`, { user, body: { name: 'Bread', schedule: DAILY } }),
    );
    expect(body).toMatchObject({ changes: true, task: { id: made.id, name: 'Bread', status: 'scheduled' } });
    expect(body.slots).toHaveLength(10);
    expect((await api.call('GET', path, { user })).body.name).toBe('Milk');
    const same = await api.call('PUT', `${path}?dry_run=true`, { user, body: { name: 'Milk' } });
    expect(same.body).toMatchObject({ changes: false, slots: [] });
    const template = await api.call('POST', `${TASKS}/from-template?dry_run=true`, {
      user,
      body: { template_id: 'tpl_nothing' },
    });
    expect(template.status).toBe(404);
  });
});
