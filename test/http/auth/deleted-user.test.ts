import { expect, it, vi } from 'vitest';
import type { Admissions } from '../../../src/application/commands/admissions.ts';
import { DEFAULT_TIER_LIMITS } from '../../../src/domain/user/limits.ts';
import { ALICE, BOB, stack } from '../../support/parts/stack.ts';

const context = { actor: 'service:accounts', correlation_id: 'c', causation_id: null, traceparent: null };

it('a deleted user is refused with 403 in every call, by the internal door too; others are not', async () => {
  const { call, deps } = await stack();
  const admissions = deps.admissions as Admissions;
  const body = { name: 'n', task_type: 'todo' };
  const made = await call('POST', '/api/v1/tasks', { body });
  await admissions.deleteUser(ALICE, null, context);
  await admissions.deleteUser(ALICE, null, context);
  const path = `/api/v1/tasks/${made.body.task_id}`;
  for (const refused of [
    await call('GET', path),
    await call('DELETE', path),
    await call('POST', '/api/v1/tasks', { body }),
    await call('GET', '/api/v1/tasks', {
      user: null,
      headers: {
        'X-Internal-Service': 'true',
        'X-Internal-Service-Secret': 'a secret that opens the internal door',
        'X-User-ID': ALICE,
      },
    }),
  ]) {
    expect(refused).toMatchObject({ status: 403, body: { error_code: 'USER_DELETED' } });
  }
  expect((await call('GET', '/api/v1/tasks', { user: BOB })).status).toBe(200);
});

it('a user who is deleted while a calendar feed is being issued or revoked is refused the same way', async () => {
  const { call, deps, log } = await stack();
  const admissions = deps.admissions as Admissions;
  const feed = '/api/v1/calendar/feed';
  expect((await call('POST', feed)).status).toBe(201);
  await admissions.deleteUser(ALICE, null, context);
  const authenticated = vi.spyOn(admissions, 'readIsDeleted').mockResolvedValue(false);
  for (const method of ['POST', 'DELETE']) {
    const refused = await call(method, feed);
    expect(refused).toMatchObject({ status: 403, body: { error_code: 'USER_DELETED' } });
  }
  expect(authenticated).toHaveBeenCalledTimes(2);
  expect(await log.lastFact(ALICE)).toMatchObject({ deleted: true });
});

it('a webhook of a deleted user answers as one that never was, and runs nothing', async () => {
  const { call, deps, lastSequence } = await stack({ limits: DEFAULT_TIER_LIMITS });
  const made = await call('POST', '/api/v1/tasks', { body: { name: 'n', task_type: 'todo' } });
  const issued = await call('POST', `/api/v1/tasks/${made.body.task_id}/webhook`);
  const hook = new URL(issued.body.url).pathname;
  await (deps.admissions as Admissions).deleteUser(ALICE, null, context);
  const end = await lastSequence();
  const never = await call('POST', `${hook.slice(0, -8)}AAAAAAAA`, { user: null });
  const { status, body } = await call('POST', hook, { user: null });
  expect(status).toBe(404);
  expect({ ...body, trace_id: '' }).toEqual({ ...never.body, trace_id: '' });
  expect(await lastSequence()).toBe(end);
});
