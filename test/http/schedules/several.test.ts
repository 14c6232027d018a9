import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/application/ports/clock.ts';
import type { TaskId, Term } from '../../../src/domain/shared/ids.ts';
import { epochMs, instantOf } from '../../../src/domain/shared/instant.ts';
import { machineMs } from '../../support/clock.ts';
import { ALICE, BOB, type Called, type Stack, stack } from '../../support/parts/stack.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Noon, three days ago, and a little. */
const NOON = instantOf(Math.floor(Date.now() / DAY) * DAY - 2.5 * DAY);
let nowMs = 0;
const clock: Clock = { now: () => instantOf(nowMs), monotonicMs: machineMs };
const minute = (n: number) => instantOf(epochMs(NOON) + n * MINUTE);

let api: Stack;

beforeEach(async () => {
  nowMs = epochMs(NOON) + 10_500;
  api = await stack({ clock });
});

const even = { id: 'even', type: 'interval', interval_minutes: 2, catch_up: 'all' };
const third = { id: 'third', type: 'interval', interval_minutes: 3, max_runs: 2 };

function create(fields: object): Promise<Called> {
  return api.call('POST', '/api/v1/tasks', {
    body: { name: 'Water the plants', task_type: 'todo', ...fields },
  });
}

async function created(schedules: readonly object[] = [even, third]): Promise<string> {
  const { status, body } = await create({ schedules });
  expect(status).toBe(201);
  return body.task_id;
}

const patch = (id: string, body: object): Promise<Called> =>
  api.call('PATCH', `/api/v1/tasks/${id}`, { body });

/** The scheduler takes all that is due at a minute after noon; each run takes no time. */
async function taken(id: string, at: number): Promise<void> {
  nowMs = epochMs(minute(at));
  const context = { actor: 'scheduler', correlation_id: 'c', causation_id: null, traceparent: null };
  const taskId = id as TaskId;
  for (;;) {
    const execution_id = api.deps.ids.executionId(clock.now());
    const data = { default_timeout_seconds: 30, term: 1 as Term, execution_id };
    const result = await api.commands.execute({ userId: ALICE, taskId }, context, { type: 'take_due', data });
    if (result.kind !== 'done') throw new Error(result.kind);
    if (result.event === null) return;
    const running = result.snapshot.state.execution?.execution_id;
    if (running !== undefined) await api.work(ALICE, taskId, running);
  }
}

/** By minute after noon. */
async function slotsOf(id: string, query = ''): Promise<[number, string, string][]> {
  const { body } = await api.call('GET', `/api/v1/tasks/${id}/slots${query}`);
  return body.slots.map(({ at, schedule_id, fate }: { at: string; schedule_id: string; fate: string }) => [
    (Date.parse(at) - epochMs(NOON)) / MINUTE,
    schedule_id,
    fate,
  ]);
}

const locs = ({ body }: Called) => body.errors.map(({ loc }: { loc: unknown[] }) => loc.join('.'));

describe('a task with several schedules', () => {
  it('is shown with all of them, and its next slot is the first of any', async () => {
    const { status, body } = await create({ schedules: [even, third] });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      status: 'scheduled',
      schedule: null,
      schedules: [
        { id: 'even', type: 'interval', interval_seconds: 120, anchor: NOON, timezone: 'UTC' },
        { id: 'third', type: 'interval', interval_seconds: 180, anchor: NOON, max_runs: 2 },
      ],
      next_run_time: minute(2),
    });
    const { body: read } = await api.call('GET', `/api/v1/tasks/${body.task_id}`);
    expect(read).toEqual(body);
  });

  it('runs once where two of them meet, and each slot names its schedule', async () => {
    const id = await created();
    for (const at of [2, 3, 4, 6, 8]) await taken(id, at);
    expect(await slotsOf(id)).toEqual([
      [2, 'even', 'fired'],
      [3, 'third', 'fired'],
      [4, 'even', 'fired'],
      [6, 'even', 'fired'],
      [8, 'even', 'fired'],
      [10, 'even', 'due'],
    ]);
    const { body } = await api.call('GET', `/api/v1/tasks/${id}/executions`);
    expect(body.map((run: { schedule_id: string }) => run.schedule_id)).toEqual(
      ['even', 'third', 'even', 'even', 'even'].reverse(),
    );
    const why = await api.call('GET', `/api/v1/tasks/${id}/why?at=${minute(3)}`);
    expect(why.body.why).toContain(`The slot of ${minute(3)} (schedule third) fired`);
  });

  it('catches up the slots of each as that schedule says', async () => {
    const id = await created([
      { ...even, catch_up_window_seconds: 3600 },
      { id: 'third', type: 'interval', interval_minutes: 3, catch_up: 'skip' },
    ]);
    await taken(id, 10.5);
    expect(await slotsOf(id, `?to=${minute(10)}`)).toEqual([
      [2, 'even', 'fired'],
      [3, 'third', 'missed'],
      [4, 'even', 'fired'],
      [6, 'even', 'fired'],
      [8, 'even', 'fired'],
      [9, 'third', 'missed'],
      [10, 'even', 'fired'],
    ]);
  });

  it('is complete once all of them are used up', async () => {
    const id = await created([
      { id: 'a', type: 'interval', interval_minutes: 1, max_runs: 2 },
      { id: 'b', type: 'once', run_time: minute(4) },
    ]);
    for (const at of [1, 2, 3]) await taken(id, at);
    expect((await api.call('GET', `/api/v1/tasks/${id}`)).body).toMatchObject({
      status: 'scheduled',
      next_run_time: minute(4),
    });
    await taken(id, 4);
    expect((await api.call('GET', `/api/v1/tasks/${id}`)).body).toMatchObject({
      status: 'completed',
      next_run_time: null,
      run_count: 3,
    });
  });

  it('is planned by timeline, preview and forecast, each slot with its schedule', async () => {
    const id = await created();
    const planned = [
      [2, 'even'],
      [3, 'third'],
      [4, 'even'],
      [6, 'even'],
      [8, 'even'],
    ].map(([at, schedule_id]) => ({ at: minute(at as number), schedule_id }));
    const timeline = await api.call(
      'GET',
      `/api/v1/timeline?task_id=${id}&from=${minute(0)}&to=${minute(9)}`,
    );
    expect(timeline.body.tasks[0].slots).toMatchObject(planned);
    expect(timeline.body.tasks[0].slots).toHaveLength(5);
    const ahead = await api.call('GET', `/api/v1/tasks/${id}/schedule/preview?to=${minute(9)}`);
    expect(ahead.body).toMatchObject({ schedule: null, schedules: [{ id: 'even' }, { id: 'third' }] });
    expect(ahead.body.slots).toMatchObject(planned);
    expect(ahead.body.slots).toHaveLength(5);
    const forecast = await api.call('GET', '/api/v1/analytics/forecast?days=1');
    // Until midnight every second minute, and the one of `third` that is its own.
    expect(forecast.body.daily[0].runs).toBe(359 + 1);
  });

  it('loses one slot to a skip of its owner, whichever schedule has it', async () => {
    const id = await created();
    const skip = (n: number) =>
      api.call('POST', `/api/v1/tasks/${id}/slots/skip`, { body: { slot: minute(n) } });
    expect((await skip(2)).body.next_run_time).toBe(minute(3));
    expect((await skip(6)).status).toBe(200);
    expect((await skip(5)).body).toMatchObject({ error_code: 'SLOT_NOT_PLANNED', reason: 'no_slot' });
    for (const at of [3, 4, 6, 8, 9]) await taken(id, at);
    // A slot that is skipped uses up no run of `third`.
    expect(await slotsOf(id, `?to=${minute(9)}`)).toEqual([
      [2, 'even', 'skipped'],
      [3, 'third', 'fired'],
      [4, 'even', 'fired'],
      [6, 'even', 'skipped'],
      [8, 'even', 'fired'],
      [9, 'third', 'fired'],
    ]);
  });

  it('has the slots that passed while it was paused skipped together', async () => {
    const id = await created();
    await api.call('POST', `/api/v1/tasks/${id}/pause`);
    nowMs = epochMs(minute(6.5));
    const { body } = await api.call('POST', `/api/v1/tasks/${id}/resume`);
    expect(body.next_run_time).toBe(minute(8));
    expect((await slotsOf(id)).map(([at, , fate]) => [at, fate])).toEqual([
      [2, 'skipped'],
      [3, 'skipped'],
      [4, 'skipped'],
      [6, 'skipped'],
      [8, 'due'],
    ]);
  });
});

describe('a backfill', () => {
  it('runs the slots of all schedules, each once, or of one', async () => {
    const id = await created();
    const other = await created();
    nowMs = epochMs(minute(7));
    const backfill = (more: object) =>
      api.call('POST', `/api/v1/tasks/${id}/schedule/backfill`, {
        body: { from: minute(2), to: minute(6), ...more },
      });
    expect((await backfill({ schedule_id: 'fourth' })).body).toMatchObject({
      status: 404,
      error_code: 'SCHEDULE_NOT_FOUND',
      schedule_id: 'fourth',
    });
    const ofOne = await backfill({ schedule_id: 'third' });
    expect(ofOne.body.slots).toEqual([minute(3), minute(6)]);
    expect((await backfill({})).body.error_code).toBe('BACKFILL_IN_PROGRESS');
    const all = await api.call('POST', `/api/v1/tasks/${other}/schedule/backfill`, {
      body: { from: minute(2), to: minute(6) },
    });
    expect(all.body.slots).toEqual([2, 3, 4, 6].map(minute));
    await taken(id, 7);
    const { body } = await api.call('GET', `/api/v1/executions?task_id=${id}&trigger_type=backfill`);
    expect(body.executions.map((run: { schedule_id: string }) => run.schedule_id)).toEqual([
      'third',
      'third',
    ]);
  });

  it('takes `main` for the only schedule', async () => {
    const { body: task } = await create({ schedule: { type: 'interval', interval_minutes: 1 } });
    nowMs = epochMs(minute(3));
    const body = { from: minute(0), to: minute(3), schedule_id: 'main' };
    const answer = await api.call('POST', `/api/v1/tasks/${task.task_id}/schedule/backfill`, { body });
    expect(answer.body.count).toBe(3);
  });
});

describe('an update', () => {
  it('adds a schedule, and the one that stays keeps its phase and its count', async () => {
    const { body: task } = await create({
      schedule: { type: 'interval', interval_minutes: 1, max_runs: 3 },
    });
    await taken(task.task_id, 1.5);
    const [main] = task.schedules;
    const { body } = await patch(task.task_id, {
      schedules: [main, { type: 'daily', run_time: '07:30', timezone: 'Europe/Berlin' }],
    });
    expect(body.schedule).toBeNull();
    // On whole minutes from now on.
    expect(body.schedules).toMatchObject([
      { id: 'main', anchor: NOON, max_runs: 3 },
      { id: 'daily', run_time: '07:30' },
    ]);
    for (const at of [2, 3, 4]) await taken(task.task_id, at);
    const { body: now } = await api.call('GET', `/api/v1/tasks/${task.task_id}`);
    expect(now.run_count).toBe(3);
    expect(epochMs(now.next_run_time)).toBeGreaterThan(epochMs(minute(60)));
  });

  it('sent as shown changes nothing, also where one of them has no slot ahead any more', async () => {
    const id = await created([even, { id: 'gone', type: 'once', run_time: minute(1) }]);
    await taken(id, 1);
    const { body: shown } = await api.call('GET', `/api/v1/tasks/${id}`);
    const { status, body } = await patch(id, { schedules: shown.schedules });
    expect(status).toBe(200);
    expect(body.revision).toBe(shown.revision);
  });

  it('without ids goes by what the schedules are', async () => {
    const id = await created();
    const withoutIds = [even, third].map(({ id: _, ...schedule }) => schedule).reverse();
    const { body } = await patch(id, {
      schedules: [...withoutIds, { type: 'interval', interval_minutes: 5 }],
    });
    expect(body.schedules.map((one: { id: string }) => one.id)).toEqual(['third', 'even', 'interval']);
  });

  it('by `schedule` replaces all of them with one, null removes them, and undo brings them back', async () => {
    const id = await created();
    const one = await patch(id, { schedule: { type: 'daily', run_time: '09:00' } });
    expect(one.body).toMatchObject({
      schedule: { type: 'daily' },
      schedules: [{ id: 'main', type: 'daily' }],
    });
    const sequence = Number(one.headers.get('event-sequence'));
    const { body: events } = await api.call('GET', `/api/v1/tasks/${id}/events?order=desc&limit=1`);
    expect(events.events[0].event.data.updated_fields).toEqual(['schedule', 'schedules']);
    const back = await api.call('POST', `/api/v1/tasks/${id}/undo`, { body: { sequence } });
    expect(back.body.schedules).toMatchObject([{ id: 'even' }, { id: 'third' }]);
    const none = await patch(id, { schedules: null });
    expect(none.body).toMatchObject({ status: 'pending', schedule: null, schedules: [] });
  });

  it('of one schedule by an id of its own keeps that id', async () => {
    const id = await created([even]);
    const { body } = await api.call('GET', `/api/v1/tasks/${id}`);
    expect(body).toMatchObject({ schedule: null, schedules: [{ id: 'even' }] });
    await taken(id, 2.5);
    const { body: runs } = await api.call('GET', `/api/v1/tasks/${id}/executions`);
    expect(runs).toMatchObject([{ schedule_id: 'even' }]);
  });

  it('of somebody else is not found', async () => {
    const id = await created();
    const answer = await api.call('PATCH', `/api/v1/tasks/${id}`, {
      body: { schedules: [even] },
      user: BOB,
    });
    expect(answer.status).toBe(404);
  });
});

describe('bad input', () => {
  const daily = { type: 'daily' };
  const many = Array.from({ length: 11 }, (_, n) => ({ ...daily, run_time: `10:${10 + n}` }));
  it.each<[string, object, readonly string[]]>([
    ['eleven schedules', { schedules: many }, ['body.schedules']],
    ['an empty list', { schedules: [] }, ['body.schedules']],
    ['no list', { schedules: daily }, ['body.schedules']],
    ['what is no object', { schedules: [daily, 'daily'] }, ['body.schedules.1']],
    ['one schedule beside several', { schedule: daily, schedules: [even, third] }, ['body.schedules']],
    ['an id twice', { schedules: [even, { ...third, id: 'even' }] }, ['body.schedules.1.id']],
    ['an id of capitals', { schedules: [{ ...even, id: 'Even' }] }, ['body.schedules.0.id']],
    ['an id that is too long', { schedules: [{ ...even, id: 'e'.repeat(33) }] }, ['body.schedules.0.id']],
    ['an id that is no text', { schedules: [{ ...even, id: 1 }] }, ['body.schedules.0.id']],
    ['one schedule twice', { schedules: [daily, { ...daily, id: 'again' }] }, ['body.schedules.1']],
    [
      'an interval beside another that is not of whole minutes',
      { schedules: [daily, { type: 'interval', every: 'PT90S' }] },
      ['body.schedules.1.every'],
    ],
    [
      'faults of two schedules',
      {
        schedules: [
          { type: 'cron', expression: 'x' },
          { type: 'once', run_time: '2020-01-01T00:00:00Z' },
        ],
      },
      ['body.schedules.0.expression', 'body.schedules.1.run_time'],
    ],
    [
      'one without a slot ahead',
      { schedules: [daily, { ...daily, end_at: NOON }] },
      ['body.schedules.1.end_at'],
    ],
    ['an id in the one schedule', { schedule: { ...daily, id: 'main' } }, ['body.schedule.id']],
  ])('%s is refused by its place, and nothing is appended', async (_, fields, places) => {
    const before = await api.lastSequence();
    const answer = await create(fields);
    expect(answer.status).toBe(422);
    expect(locs(answer)).toEqual(places);
    expect(await api.lastSequence()).toBe(before);
  });

  it('names what goes beyond the tier in its schedule', async () => {
    const answer = await create({ schedules: [even, { ...third, timeout_seconds: 3600 }] });
    expect(locs(answer)).toEqual(['body.schedules.1.timeout_seconds']);
  });

  it('is told of a preview too, which wants a schedule', async () => {
    const preview = (body: object) => api.call('POST', '/api/v1/schedules/preview', { body });
    expect(locs(await preview({}))).toEqual(['body.schedule']);
    expect(locs(await preview({ schedules: [even, even] }))).toEqual([
      'body.schedules.1',
      'body.schedules.1.id',
    ]);
  });
});

describe('beside a task', () => {
  it('a preview of several says of each slot whose it is, in that zone, within its runs', async () => {
    const { body } = await api.call('POST', '/api/v1/schedules/preview', {
      body: {
        schedules: [
          { id: 'here', type: 'daily', run_time: '09:00', timezone: 'Asia/Tokyo', max_runs: 1 },
          { id: 'there', type: 'daily', run_time: '09:00', timezone: 'America/Lima', jitter_seconds: 60 },
        ],
        from: '2026-12-24T12:00:00Z',
        count: 3,
      },
    });
    expect(body).toMatchObject({ schedule: null, timezone: 'Asia/Tokyo', reason: null });
    expect(body.slots).toMatchObject([
      {
        at: '2026-12-24T14:00:00.000Z',
        schedule_id: 'there',
        local: '2026-12-24T09:00:00-05:00',
        due_at: null,
      },
      { at: '2026-12-25T00:00:00.000Z', schedule_id: 'here', local: '2026-12-25T09:00:00+09:00' },
      { at: '2026-12-25T14:00:00.000Z', schedule_id: 'there' },
    ]);
  });

  it('a dry run takes them', async () => {
    const dry = await api.call('POST', '/api/v1/tasks?dry_run=true', {
      body: { name: 'Water the plants', task_type: 'todo', schedules: [even, third] },
    });
    expect(dry.body.slots.slice(0, 3)).toMatchObject([
      { at: minute(2), schedule_id: 'even' },
      { at: minute(3), schedule_id: 'third' },
      { at: minute(4), schedule_id: 'even' },
    ]);
  });

  it('what-if tries other schedules, and policies on all of them', async () => {
    const id = await created();
    for (const at of [2, 3, 4]) await taken(id, at);
    nowMs = epochMs(minute(5));
    const ask = (body: object) =>
      api.call('POST', `/api/v1/tasks/${id}/what-if`, {
        body: { from: minute(0), to: minute(4.5), ...body },
      });
    expect((await ask({})).body).toMatchObject({
      differences: [],
      schedules: [{ id: 'even' }, { id: 'third' }],
    });
    const other = await ask({ schedules: [even, { ...third, interval_minutes: 4 }] });
    expect(other.body.differences).toMatchObject([{ at: minute(3), actual: { schedule_id: 'third' } }]);
    const policy = await ask({ policies: { max_runs: 1 } });
    expect(policy.body.proposed).toMatchObject([
      { at: minute(2), schedule_id: 'even', fate: 'fired' },
      { at: minute(3), schedule_id: 'third', fate: 'fired' },
    ]);
    expect(locs(await ask({ policies: { overlap: 'never' } }))).toContain('body.policies.overlap');
    expect(locs(await ask({ schedule: { type: 'daily' }, schedules: [even] }))).toEqual(['body.schedules']);
  });
});
