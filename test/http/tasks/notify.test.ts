import { expect, it } from 'vitest';
import { DEFAULT_NOTIFY } from '../../../src/domain/task/notify.ts';
import { stack } from '../../support/parts/stack.ts';

it('a task shows its notify switches, those left out as by default; an update replaces them, null clears', async () => {
  const { call } = await stack();
  const body = { name: 'n', task_type: 'todo' };
  const plain = await call('POST', '/api/v1/tasks', { body });
  expect(plain.body.notify).toBeNull();
  const made = await call('POST', '/api/v1/tasks', { body: { ...body, notify: { success: false } } });
  expect(made.body.notify).toEqual({ ...DEFAULT_NOTIFY, success: false });
  const path = `/api/v1/tasks/${made.body.task_id}`;
  const changed = await call('PUT', path, { body: { notify: { created: true } } });
  expect(changed.body.notify).toEqual({ ...DEFAULT_NOTIFY, created: true });
  const same = await call('PATCH', path, { body: { notify: { created: true } } });
  expect(same.body.revision).toBe(changed.body.revision);
  const cleared = await call('PUT', path, { body: { notify: null } });
  expect(cleared.body).toMatchObject({ notify: null, revision: 3 });
});
