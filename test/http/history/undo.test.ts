import { describe, expect, it } from 'vitest';
import { ALICE, BOB, sharedStack } from '../../support/parts/stack.ts';

const api = sharedStack();
const TASKS = '/api/v1/tasks';

async function made(body: object = {}) {
  const { status, body: task } = await api().call('POST', TASKS, {
    body: { name: 'Buy milk', task_type: 'todo', ...body },
  });
  expect(status).toBe(201);
  return `${TASKS}/${task.task_id}`;
}

/** Does it, and says which sequence that has. */
async function done(method: string, path: string, body?: object): Promise<number> {
  const answer = await api().call(method, path, body === undefined ? {} : { body });
  expect(answer.status).toBe(200);
  return Number(answer.headers.get('event-sequence'));
}

const undo = (path: string, sequence: number, headers: Record<string, string> = {}) =>
  api().call('POST', `${path}/undo`, { body: { sequence }, headers });

describe('POST /tasks/{id}/undo', () => {
  it('brings back what an event changed by another, whose cause it is, once for each key', async () => {
    const path = await made({ tags: ['food'] });
    const sequence = await done('PATCH', path, { name: 'Buy bread', tags: [] });
    await done('PATCH', path, { description: 'Rye.' });
    const headers = { 'Idempotency-Key': `undo-${path}`, 'If-Match': '"3"' };
    const first = await undo(path, sequence, headers);
    expect([first.status, first.headers.get('etag')]).toEqual([200, '"4"']);
    expect(first.body).toMatchObject({ name: 'Buy milk', tags: ['food'], description: 'Rye.', revision: 4 });
    const repeat = await undo(path, sequence, headers);
    expect([repeat.status, repeat.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect(repeat.body).toEqual(first.body);
    const again = await undo(path, sequence);
    expect([again.status, again.body.revision]).toEqual([200, 4]);

    const { events } = (await api().call('GET', `${path}/events`)).body;
    expect(events).toHaveLength(4);
    const undone = events.find((one: { sequence: number }) => one.sequence === sequence).event;
    expect(events[3]).toMatchObject({
      sequence: Number(first.headers.get('event-sequence')),
      event: { type: 'task.updated', actor: `user:${ALICE}`, causationid: undone.id },
    });
  });

  it('takes back nothing newer, and names it', async () => {
    const path = await made();
    const sequence = await done('PATCH', path, { name: 'Buy bread', credits_per_run: 3 });
    await done('PATCH', path, { credits_per_run: 4 });
    await done('PATCH', path, { credits_per_run: 3 });
    const { status, body } = await undo(path, sequence);
    expect([status, body.error_code, body.fields]).toEqual([409, 'CHANGED_SINCE', ['credits_per_run']]);
    expect((await api().call('GET', path)).body).toMatchObject({ name: 'Buy bread', revision: 4 });
  });

  it('undoes a deletion, and no run, creation or event of another task', async () => {
    const path = await made();
    const run = await api().call('POST', `${path}/execute`, { headers: { Prefer: 'wait=0' } });
    const ran = Number(run.headers.get('event-sequence'));
    const deleted = await done('DELETE', path);
    expect(await undo(path, deleted)).toMatchObject({ status: 200, body: { name: 'Buy milk' } });
    const { id } = (await api().call('GET', path)).body;
    for (const [sequence, event_type] of [
      [id, 'task.created'],
      [ran, 'task.execution_requested'],
    ]) {
      const { status, body } = await undo(path, sequence);
      expect([status, body.error_code, body.event_type, body.reason]).toEqual([
        409,
        'NOT_UNDOABLE',
        event_type,
        'no_compensation',
      ]);
    }
    const other = await made();
    for (const sequence of [deleted, Number.MAX_SAFE_INTEGER]) {
      const { status, body } = await undo(other, sequence);
      expect([status, body.error_code]).toEqual([404, 'EVENT_NOT_FOUND']);
    }
    const stranger = await api().call('POST', `${path}/undo`, { user: BOB, body: { sequence: deleted } });
    expect([stranger.status, stranger.body.error_code]).toEqual([404, 'TASK_NOT_FOUND']);
    const stale = await undo(path, deleted, { 'If-Match': '"1"' });
    expect([stale.status, stale.body.error_code]).toEqual([412, 'REVISION_MISMATCH']);
    for (const sequence of [0, -1, 1.5, '7', null]) {
      expect((await undo(path, sequence as number)).status).toBe(422);
    }
  });
});
