import { beforeEach, describe, expect, it } from 'vitest';
import type { TaskId } from '../../../src/domain/shared/ids.ts';
import { TaskSchema } from '../../../src/http/tasks/schemas.ts';
import { ALICE, BOB, type Stack, stack } from '../../support/parts/stack.ts';

let api: Stack;
beforeEach(async () => {
  api = await stack();
});

const TASKS = '/api/v1/tasks';
const DAILY = { type: 'daily', run_time: '07:30', timezone: 'Europe/Paris' };

interface Made {
  readonly path: string;
  readonly task_id: TaskId;
  readonly etag: string;
}

async function made(body: object = {}): Promise<Made> {
  const {
    status,
    body: task,
    headers,
  } = await api.call('POST', TASKS, {
    body: { name: 'Buy milk', task_type: 'todo', ...body },
  });
  expect(status).toBe(201);
  return { path: `${TASKS}/${task.task_id}`, task_id: task.task_id, etag: headers.get('etag') ?? '' };
}

async function untilAfter(instant: string): Promise<void> {
  while (Date.now() <= Date.parse(instant)) await new Promise(setImmediate);
}

/** Every call that names a task and is for its owner, as the OpenAPI document has them: method and what follows the id. */
async function callsOnOneTask(): Promise<string[]> {
  const { body } = await api.call('GET', '/openapi.json', { user: null });
  const at = `${TASKS}/{task_id}`;
  return Object.entries<object>(body.paths)
    .filter(([path]) => path.startsWith(at))
    .flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.slice(at.length)}`),
    );
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
      template_id: null,
    });
  });

  it('with a schedule answers it normalised, the status scheduled and the next run', async () => {
    const { body } = await api.call('POST', TASKS, {
      body: { name: 'Weather', task_type: 'daily_weather', config: { location: 'Paris' }, schedule: DAILY },
    });
    expect(body).toMatchObject({ status: 'scheduled', schedule: { ...DAILY, catch_up: 'latest' } });
    expect(Date.parse(body.next_run_time)).toBeGreaterThan(Date.now());
  });

  it('shows secrets of the config as ***, in the task and in its events', async () => {
    const config = {
      script_type: 'webhook',
      url: 'https://example.com/hook',
      secret: 'whsec_c2VjcmV0c2VjcmV0c2VjcmV0',
    };
    const { path } = await made({ task_type: 'custom', config });
    expect((await api.call('GET', path)).body.config.secret).toBe('***');
    const update = { config: { ...config, secret: '***', method: 'PUT' } };
    expect((await api.call('PATCH', path, { body: update })).body.config).toMatchObject({
      method: 'PUT',
      secret: '***',
    });
    const { text } = await api.call('GET', `${path}/events`);
    expect(text).not.toContain(config.secret);
    const [, updated] = await api.log.readTask(ALICE, path.slice(TASKS.length + 1) as TaskId, 0 as never);
    expect(updated).toMatchObject({ data: { personal: { config: { secret: config.secret } } } });
  });
});

describe('reading a task', () => {
  it('answers 304 to a caller who has the revision, also by a weak tag or in a list', async () => {
    const { path, etag } = await made();
    for (const tag of [etag, `W/${etag}`, `"7", ${etag}`, '*']) {
      const answer = await api.call('GET', path, { headers: { 'If-None-Match': tag } });
      expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([304, '', etag]);
    }
    for (const tag of ['"7"', 'nonsense']) {
      expect((await api.call('GET', path, { headers: { 'If-None-Match': tag } })).status).toBe(200);
    }
  });

  it('of another user answers the same as of one that does not exist', async () => {
    const { path, task_id } = await made();
    const other = `${TASKS}/tsk_01JDB2V5Q8WZ3N7K4M6P9R0T1X`;
    const execution = 'executions/exe_01JDB2V5Q8WZ3N7K4M6P9R0T1X';
    const calls: [string, string, object?][] = [
      ['GET', ''],
      ['GET', '?include_deleted=true'],
      ['PUT', '', { name: 'Mine' }],
      ['PATCH', '', { config: { any: 1 } }],
      ['PATCH', '', { schedule: { type: 'nonsense' } }],
      ['DELETE', ''],
      ['POST', '/pause'],
      ['POST', '/resume'],
      ['POST', '/cancel'],
      ['POST', '/execute'],
      ['GET', '/executions'],
      ['GET', `/${execution}`],
      ['POST', `/${execution}/cancel`],
      ['GET', '/events'],
      ['GET', '/diff?from=0'],
      ['GET', '/schedule/preview'],
      ['POST', '/schedule/backfill', { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' }],
      ['POST', '/restore'],
      ['POST', '/undo', { sequence: 1 }],
      ['POST', '/webhook'],
      ['DELETE', '/webhook'],
      ['GET', '/slots'],
      ['POST', '/slots/skip', { slot: '2026-11-01T00:00:00Z' }],
      ['POST', '/complete', {}],
      [
        'POST',
        '/what-if',
        { policies: { catch_up: 'all' }, from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' },
      ],
      ['GET', '/why?at=2026-11-01T00:00:00Z'],
    ];
    expect(
      new Set(
        calls.map(
          ([method, rest]) => `${method} ${rest.replace(/\?.*/, '').replace(/exe_\w+/, '{execution_id}')}`,
        ),
      ),
    ).toEqual(new Set(await callsOnOneTask()));
    const before = await api.lastSequence();
    for (const [method, rest, body] of calls) {
      const how = { user: BOB, headers: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }, body };
      const theirs = await api.call(method, path + rest, how);
      const nobodys = await api.call(method, other + rest, how);
      expect([rest, theirs.status]).toEqual([rest, 404]);
      expect(theirs.text.replaceAll(task_id, 'ID')).toBe(
        nobodys.text.replaceAll('tsk_01JDB2V5Q8WZ3N7K4M6P9R0T1X', 'ID'),
      );
    }
    expect((await api.call('GET', TASKS, { user: BOB })).body.tasks).toEqual([]);
    expect(await api.lastSequence()).toBe(before);
  });

  it('is never older than the last write, with no projector running', async () => {
    const { path } = await made();
    for (const name of ['One', 'Two', 'Three']) {
      await api.call('PATCH', path, { body: { name } });
      expect((await api.call('GET', path)).body.name).toBe(name);
      expect((await api.call('GET', TASKS)).body.tasks[0].name).toBe(name);
    }
  });
});

describe('updating a task', () => {
  it('changes only what is sent; null clears; an update that changes nothing appends nothing', async () => {
    const { path } = await made({ description: 'Two litres', tags: ['food'], schedule: DAILY });
    const { body, headers } = await api.call('PUT', path, { body: { description: null, priority: 'high' } });
    expect(body).toMatchObject({
      name: 'Buy milk',
      description: null,
      priority: 'high',
      tags: ['food'],
      revision: 2,
    });
    const again = await api.call('PUT', path, {
      body: { priority: 'high', schedule: body.schedule, tags: ['food'] },
    });
    expect(again.body.revision).toBe(2);
    expect(again.headers.get('event-sequence')).toBe(headers.get('event-sequence'));
    const cleared = await api.call('PATCH', path, { body: { schedule: null } });
    expect(cleared.body).toMatchObject({ schedule: null, next_run_time: null, status: 'pending' });
  });

  it('takes back a schedule as it was shown, even when its time has passed', async () => {
    const { path, task_id } = await made({ schedule: { type: 'once', run_time: new Date().toISOString() } });
    const shown = (await api.call('GET', path)).body.schedule;
    const stored = (await api.queries.task(ALICE, task_id))?.state.schedule;
    expect(shown).toEqual(stored);
    const past = { ...shown, run_time: '2020-01-01T00:00:00.000Z' };
    expect((await api.call('PATCH', path, { body: { name: 'Other', schedule: past } })).status).toBe(422);
    expect((await api.call('PATCH', path, { body: { name: 'Other', schedule: shown } })).body.name).toBe(
      'Other',
    );
  });

  it('takes back a schedule as it was sent, without its beginning, which stays', async () => {
    const interval = { type: 'interval', interval_minutes: 90 };
    const { path } = await made({ schedule: interval });
    const first = (await api.call('GET', path)).body;
    // Instants have milliseconds: the next update is read at another one.
    await untilAfter(first.schedule.anchor);
    const again = await api.call('PUT', path, { body: { schedule: interval } });
    expect(again.body).toMatchObject({ revision: 1, next_run_time: first.next_run_time });
    const patient = await api.call('PUT', path, { body: { schedule: { ...interval, timeout_seconds: 60 } } });
    expect(patient.body).toMatchObject({ revision: 2, next_run_time: first.next_run_time });
    expect(patient.body.schedule).toMatchObject({ timeout_seconds: 60, anchor: first.schedule.anchor });
    const faster = await api.call('PUT', path, { body: { schedule: { ...interval, interval_minutes: 60 } } });
    expect(faster.body.schedule.anchor > first.schedule.anchor).toBe(true);
  });

  it('with the same ETag by two clients: one 200, one 412 that names the revision', async () => {
    const { path, etag } = await made();
    const answers = await Promise.all(
      ['A', 'B'].map((name) => api.call('PUT', path, { body: { name }, headers: { 'If-Match': etag } })),
    );
    const [ok, refused] = answers.sort((a, b) => a.status - b.status);
    expect([ok?.status, refused?.status]).toEqual([200, 412]);
    expect(refused?.body).toMatchObject({ error_code: 'REVISION_MISMATCH', current: 2 });
    expect((await api.call('GET', path)).body).toMatchObject({ name: ok?.body.name, revision: 2 });
  });

  it('holds If-Match to the strong comparison of RFC 9110', async () => {
    const { path, etag } = await made();
    let edits = 0;
    const with_ = (tag: string) =>
      api.call('PUT', path, { body: { name: `New ${edits++}` }, headers: { 'If-Match': tag } });
    for (const tag of [`W/${etag}`, '"0"', '"abc"', '"99"', '"W/1"']) {
      expect([tag, (await with_(tag)).status]).toEqual([tag, 412]);
    }
    for (const tag of ['1', '"1', 'W/', '"1" "2"', '']) {
      const refused = await with_(tag);
      expect([tag, refused.status, refused.body.error_code]).toEqual([tag, 400, 'INVALID_HEADER']);
    }
    for (const tag of [`"99", ${etag}`, '*', '"2", "3"']) {
      expect([tag, (await with_(tag)).status]).toEqual([tag, 200]);
    }
  });

  it('is stale only after an edit: executions raise the revision without making it so', async () => {
    const { path, task_id, etag } = await made();
    const run = await api.call('POST', `${path}/execute`, { headers: { Prefer: 'wait=0' } });
    await api.work(ALICE, task_id, run.body.execution_id);
    const answer = await api.call('PATCH', path, { body: { name: 'New' }, headers: { 'If-Match': etag } });
    expect([answer.status, answer.body.revision]).toEqual([200, 5]);
    const stale = await api.call('POST', `${path}/execute`, { headers: { 'If-Match': etag } });
    expect([stale.status, stale.body.error_code]).toEqual([412, 'REVISION_MISMATCH']);
  });

  it('holds back every action on a task, also those on its slots and executions', async () => {
    const schedule = { type: 'cron', expression: '0 * * * *' };
    const { body } = await api.call('POST', TASKS, { body: { name: 'A', task_type: 'todo', schedule } });
    const path = `${TASKS}/${body.task_id}`;
    const run = await api.call('POST', `${path}/execute`, { headers: { Prefer: 'wait=0' } });
    const range = { from: '2026-01-01T00:00:00Z', to: '2026-01-01T05:00:00Z' };
    const cancel = `${path}/executions/${run.body.execution_id}/cancel`;
    for (const [action, asked] of [
      [`${path}/schedule/backfill`, { body: range }],
      [cancel, {}],
      [`${path}/restore`, {}],
    ] as const) {
      const answer = await api.call('POST', action, { ...asked, headers: { 'If-Match': '"999"' } });
      expect([action, answer.status, answer.body.error_code]).toEqual([action, 412, 'REVISION_MISMATCH']);
    }
    expect((await api.call('POST', cancel, { headers: { 'If-Match': '"1"' } })).status).toBe(200);
  });

  it('200 times at once without a condition: all land, revisions without gaps or repeats', async () => {
    const { path } = await made();
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => api.call('PUT', path, { body: { name: `Name ${n}` } })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const revisions = answers.map(({ body }) => body.revision).sort((a, b) => a - b);
    expect(revisions).toEqual(Array.from({ length: 200 }, (_, n) => n + 2));
    const sequences = answers.map(({ headers }) => headers.get('event-sequence'));
    expect(new Set(sequences).size).toBe(200);
  });

  it("refuses statuses that are nobody's to set, and moves that are none, with what is allowed", async () => {
    const { path } = await made({ schedule: DAILY });
    for (const status of ['running', 'failed']) {
      const { status: code, body } = await api.call('PUT', path, { body: { status } });
      expect([code, body.error_code, body.from, body.to]).toEqual([
        409,
        'INVALID_STATUS_TRANSITION',
        'scheduled',
        status,
      ]);
      expect(body.allowed).toEqual(['completed', 'paused', 'cancelled']);
    }
    expect(
      (await api.call('PUT', path, { body: { status: 'cancelled', reason: 'Moved away' } })).status,
    ).toBe(200);
    const { status, body } = await api.call('POST', `${path}/resume`);
    expect([status, body.from, body.to, body.allowed]).toEqual([409, 'cancelled', 'scheduled', []]);
  });
});

describe('pausing, resuming, cancelling, deleting', () => {
  it('moves the status for a reason; a repeat changes nothing', async () => {
    const { path } = await made({ schedule: DAILY });
    const paused = await api.call('POST', `${path}/pause`, { body: { reason: 'Holidays' } });
    expect(paused.body).toMatchObject({ status: 'paused', paused_reason: 'Holidays', next_run_time: null });
    const again = await api.call('POST', `${path}/pause`);
    expect(again.body).toEqual(paused.body);
    const resumed = await api.call('POST', `${path}/resume`);
    expect(resumed.body).toMatchObject({ status: 'scheduled', paused_reason: null });
    expect(resumed.body.next_run_time).not.toBeNull();
    expect((await api.call('POST', `${path}/cancel`)).body.status).toBe('cancelled');
  });

  it('a deleted task is not found but for its deletion, its events, its executions and those who ask', async () => {
    const { path, task_id } = await made();
    const deleted = await api.call('DELETE', path);
    expect(deleted.body).toEqual({ message: 'Task deleted successfully', task_id });
    const again = await api.call('DELETE', path);
    expect([again.status, again.body]).toEqual([200, deleted.body]);
    expect(again.headers.get('event-sequence')).toBe(deleted.headers.get('event-sequence'));
    const found = ['/events', '/executions', '?include_deleted=true'];
    for (const rest of found)
      expect([rest, (await api.call('GET', path + rest)).status]).toEqual([rest, 200]);
    const gone: [string, string][] = [
      ['GET', ''],
      ['GET', '?include_deleted=false'],
      ['PATCH', ''],
      ['POST', '/pause'],
      ['GET', '/schedule/preview'],
    ];
    for (const [method, rest] of gone) {
      const body = method === 'PATCH' ? { name: 'New' } : undefined;
      expect([rest, (await api.call(method, path + rest, { body })).status]).toEqual([rest, 404]);
    }
    expect((await api.call('POST', `${path}/execute`)).body.error_code).toBe('TASK_NOT_EXECUTABLE');
    expect((await api.call('GET', TASKS)).body.count).toBe(0);
    const [shown] = (await api.call('GET', `${TASKS}?include_deleted=true`)).body.tasks;
    expect(shown.deleted_at).not.toBeNull();
  });
});

describe('schedule previews', () => {
  it('show the slots of a schedule with what daylight saving does to them', async () => {
    const schedule = { type: 'daily', run_time: '02:30', timezone: 'Europe/Paris' };
    const body = { schedule, count: 2, from: '2026-03-28T12:00:00Z' };
    const answer = await api.call('POST', '/api/v1/schedules/preview', { body });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ timezone: 'Europe/Paris', schedule });
    expect(answer.body.slots).toMatchObject([
      { at: '2026-03-29T01:30:00.000Z', local: '2026-03-29T03:30:00+02:00' },
      { at: '2026-03-30T00:30:00.000Z', note: null },
    ]);
    expect(answer.body.slots[0].note).toContain('02:30');
    expect(await api.lastSequence()).toBe(0);
  });

  it('show a one-off for a moment that has just passed: it is due at once', async () => {
    const schedule = { type: 'once', run_time: '2026-03-28T11:59:30Z' };
    const body = { schedule, from: '2026-03-28T12:00:00Z' };
    const answer = await api.call('POST', '/api/v1/schedules/preview', { body });
    expect(answer.body.slots).toMatchObject([{ at: '2026-03-28T12:00:00.000Z' }]);
  });

  it('show the slots of a task, and none where it has no schedule', async () => {
    const scheduled = await made({ schedule: DAILY });
    const { body } = await api.call('GET', `${scheduled.path}/schedule/preview?count=3`);
    const { next_run_time } = (await api.call('GET', scheduled.path)).body;
    expect([body.slots.length, body.slots[0].at]).toEqual([3, next_run_time]);
    const plain = await made();
    expect((await api.call('GET', `${plain.path}/schedule/preview`)).body).toEqual({
      schedule: null,
      schedules: [],
      timezone: null,
      reason: 'no_schedule',
      slots: [],
    });
  });

  it('plan nothing of a task that is paused, and say so', async () => {
    const { path: paused } = await made({ schedule: DAILY });
    await api.call('POST', `${paused}/pause`);
    const { body } = await api.call('GET', `${paused}/schedule/preview`);
    expect(body).toMatchObject({ reason: 'paused', slots: [], schedule: { type: 'daily' } });
  });

  it('give a range whole: a month of every five minutes in one call', async () => {
    const schedule = { type: 'cron', expression: '*/5 * * * *', timezone: 'Europe/Zurich' };
    const asked = { schedule, from: '2026-03-01T00:00:00Z', to: '2026-03-31T00:00:00Z' };
    const { body } = await api.call('POST', '/api/v1/schedules/preview', { body: asked });
    expect(body.slots).toHaveLength(30 * 288);
    const noted = body.slots.filter(({ notes }: { notes: unknown[] }) => notes.length > 0);
    expect(noted[0].notes[0]).toMatchObject({ code: 'gap_dropped', params: { timezone: 'Europe/Zurich' } });
    const task = await made({ schedule: { ...schedule, jitter_seconds: 120 } });
    const { next_run_time } = (await api.call('GET', task.path)).body;
    const day = new Date(Date.parse(next_run_time) + 86_400_000).toISOString();
    const { body: ahead } = await api.call(
      'GET',
      `${task.path}/schedule/preview?from=${next_run_time}&to=${day}`,
    );
    expect(ahead.slots).toHaveLength(289);
    expect(ahead.slots.some((slot: { at: string; due_at: string }) => slot.due_at > slot.at)).toBe(true);
  });
});
