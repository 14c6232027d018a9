import { beforeAll, describe, expect, it } from 'vitest';
import type { ExecutionId, TaskId } from '../../../src/domain/shared/ids.ts';
import { epochMs, instantOf } from '../../../src/domain/shared/instant.ts';
import { machineMs } from '../../support/clock.ts';
import { ALICE, BOB, type Stack, sharedStack } from '../../support/parts/stack.ts';

const MINUTE = 60_000;
const START = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 2.5 * 86_400_000;
const TASKS = '/api/v1/tasks';

let nowMs = START;
let api: Stack;
const shared = sharedStack({ clock: { now: () => instantOf(nowMs), monotonicMs: machineMs } });

beforeAll(() => {
  api = shared();
});

async function created(more: object = {}): Promise<string> {
  const body = { name: 'Water the plants', task_type: 'todo', ...more };
  const answer = await api.call('POST', TASKS, { body });
  expect(answer.status).toBe(201);
  return `${TASKS}/${answer.body.task_id}`;
}
const hourly = { schedule: { type: 'interval', interval_minutes: 60 } };

describe('POST /tasks/{id}/restore', () => {
  it('brings a deleted task back with its schedule and its history', async () => {
    const path = await created(hourly);
    const requested = await api.call('POST', `${path}/execute`, { headers: { Prefer: 'wait=0' } });
    const executionId = requested.body.execution_id as ExecutionId;
    await api.work(ALICE, path.split('/').at(-1) as TaskId, executionId);
    const before = await api.call('GET', path);
    await api.call('DELETE', path);
    expect((await api.call('GET', path)).status).toBe(404);
    nowMs += 150 * MINUTE;

    const restored = await api.call('POST', `${path}/restore`, { body: { reason: 'by mistake' } });
    expect(restored.status).toBe(200);
    expect(restored.body).toEqual({
      ...before.body,
      next_run_time: instantOf(epochMs(before.body.next_run_time) + 120 * MINUTE),
      updated_at: instantOf(nowMs),
      revision: before.body.revision + 2,
    });
    expect(restored.headers.get('etag')).toBe(`"${restored.body.revision}"`);
    const { body } = await api.call('GET', `${path}/events`);
    expect(body.events.at(-1)).toMatchObject({
      sequence: Number(restored.headers.get('event-sequence')),
      event: { type: 'task.restored', data: { personal: { reason: 'by mistake' } } },
    });
    expect((await api.call('GET', `${path}/executions`)).body).toHaveLength(1);
    expect((await api.call('GET', TASKS)).body.tasks).toContainEqual(restored.body);
    const slots = await api.call('GET', `${path}/slots`);
    expect(slots.body.slots.map(({ fate }: { fate: string }) => fate)).toEqual(['void', 'void', 'due']);
  });

  it('appends nothing for a task that is not deleted, nor for the repeat of a request', async () => {
    const path = await created();
    const there = await api.call('POST', `${path}/restore`);
    expect([there.status, there.body.revision]).toEqual([200, 1]);
    await api.call('DELETE', path);
    const headers = { 'Idempotency-Key': `restore ${path}`.replaceAll(' ', '-') };
    const first = await api.call('POST', `${path}/restore`, { headers });
    await api.call('DELETE', path);
    const again = await api.call('POST', `${path}/restore`, { headers });
    expect([again.text, again.headers.get('idempotency-replayed')]).toEqual([first.text, 'true']);
    expect((await api.call('GET', path)).status).toBe(404);
  });

  it('knows no task of somebody else, and honours If-Match', async () => {
    const path = await created();
    await api.call('DELETE', path);
    expect((await api.call('POST', `${path}/restore`, { user: BOB })).status).toBe(404);
    const stale = await api.call('POST', `${path}/restore`, { headers: { 'If-Match': '"1"' } });
    expect([stale.status, stale.body.error_code]).toEqual([412, 'REVISION_MISMATCH']);
    const fitting = await api.call('POST', `${path}/restore`, { headers: { 'If-Match': '"2"' } });
    expect(fitting.status).toBe(200);
    expect((await api.call('POST', `${path}/restore`, { body: { when: 'now' } })).status).toBe(422);
  });
});

describe('GET /tasks/{id}?as_of=', () => {
  it('shows the task as it was after an event, or at a time', async () => {
    nowMs += MINUTE;
    const path = await created(hourly);
    const versions = [await api.call('GET', path)];
    const change = async (method: string, rest: string, body?: object) => {
      nowMs += MINUTE;
      await api.call(method, `${path}${rest}`, { body });
      versions.push(await api.call('GET', path));
    };
    await change('PATCH', '', { name: 'Feed the cat' });
    await change('POST', '/pause', { reason: 'away' });
    await change('POST', '/resume');
    const { body: history } = await api.call('GET', `${path}/events`);
    for (const [n, version] of versions.entries()) {
      const { sequence, event } = history.events[n];
      for (const asOf of [sequence, event.time, instantOf(epochMs(event.time) + 1)]) {
        const then = await api.call('GET', `${path}?as_of=${asOf}`);
        expect([asOf, then.body]).toEqual([asOf, version.body]);
        expect(then.headers.get('etag')).toBe(version.headers.get('etag'));
      }
    }
    const offset = history.events[0].event.time.replace('Z', '+00:00').replace('+', '%2B');
    expect((await api.call('GET', `${path}?as_of=${offset}`)).body).toEqual(versions[0]?.body);
    const etag = String(versions[1]?.headers.get('etag'));
    const headers = { 'If-None-Match': etag };
    const second = `${path}?as_of=${history.events[1].sequence}`;
    expect((await api.call('GET', second, { headers })).status).toBe(304);
  });

  it('is 404 where the task was not there yet, or was deleted then', async () => {
    nowMs += MINUTE;
    const path = await created();
    nowMs += MINUTE;
    await api.call('DELETE', path);
    const { body } = await api.call('GET', `${path}/events`);
    const [first, last] = [body.events[0].sequence, body.events[1].sequence];
    nowMs += MINUTE;
    expect((await api.call('GET', `${path}?as_of=${first}`)).status).toBe(404);
    const then = await api.call('GET', `${path}?as_of=${first}&include_deleted=true`);
    expect([then.status, then.body.deleted_at]).toEqual([200, null]);
    await api.call('POST', `${path}/restore`);
    expect((await api.call('GET', `${path}?as_of=${first}`)).status).toBe(200);
    expect((await api.call('GET', `${path}?as_of=${last}`)).status).toBe(404);
    expect((await api.call('GET', `${path}?as_of=${last}&include_deleted=true`)).status).toBe(200);
    expect((await api.call('GET', `${path}?as_of=${first - 1}`)).status).toBe(404);
    expect((await api.call('GET', `${path}?as_of=${instantOf(START)}`)).status).toBe(404);
    expect((await api.call('GET', `${path}?as_of=${first}`, { user: BOB })).status).toBe(404);
  });

  it('refuses what is neither a sequence nor a time', async () => {
    const path = await created();
    for (const bad of ['yesterday', '-1', '1.5', '2026-11-23T08:54:00', '99999999999999999', '']) {
      const { status, body } = await api.call('GET', `${path}?as_of=${bad}`);
      expect([bad, status, body.errors?.[0].loc]).toEqual([bad, 422, ['query', 'as_of']]);
    }
  });
});
