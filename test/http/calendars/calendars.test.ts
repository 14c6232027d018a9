import { describe, expect, test } from 'vitest';
import { MOST_DATES } from '../../../src/domain/calendar/calendars.ts';
import { DEFAULT_TIER_LIMITS } from '../../../src/domain/user/limits.ts';
import { type ALICE, BOB, sharedStack, signed } from '../../support/parts/stack.ts';

const PATH = '/api/v1/calendars';
/** Nothing is said of the callers' tier here. */
const ALLOWED = DEFAULT_TIER_LIMITS.free.calendars;
const shared = sharedStack();
let users = 0;
const newUser = () => `usr_calendars_${users++}` as typeof ALICE;

async function made(body: object = {}, user = newUser()) {
  const answer = await shared().call('POST', PATH, { body: { name: 'Holidays', ...body }, user });
  expect(answer.status).toBe(201);
  const { calendar_id } = answer.body;
  return { user, calendar_id: String(calendar_id), path: `${PATH}/${calendar_id}`, answer };
}

const daily = (calendars: object) => ({
  name: 'Report',
  task_type: 'todo',
  schedule: { type: 'daily', run_time: '09:00', ...calendars },
});

describe('a calendar over REST', () => {
  test('is made, listed, read, changed under its ETag, and deleted', async () => {
    const api = shared();
    const { user, path, answer } = await made({
      dates: ['2030-12-25', '2030-12-24', '2030-12-25'],
      weekdays: [7, 6],
    });
    expect(answer.body).toMatchObject({
      name: 'Holidays',
      shared: false,
      dates: ['2030-12-24', '2030-12-25'],
      weekdays: [6, 7],
      revision: 1,
    });
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(answer.headers.get('location')).toBe(path);
    expect((await api.call('GET', path, { user })).body).toEqual(answer.body);
    const list = await api.call('GET', PATH, { user });
    expect(list.body).toMatchObject({ calendars: [answer.body], count: 1, limit: ALLOWED });
    const body = { name: 'Days off', dates: ['2031-01-01'] };
    const changed = await api.call('PUT', path, { body, user, headers: { 'If-Match': '"1"' } });
    expect(changed.body).toMatchObject({ ...body, weekdays: [], revision: 2 });
    expect(changed.headers.get('event-sequence')).toMatch(/^\d+$/);
    const stale = await api.call('PUT', path, {
      body: { ...body, dates: [] },
      user,
      headers: { 'If-Match': '"1"' },
    });
    expect([stale.status, stale.body.error_code]).toEqual([412, 'REVISION_MISMATCH']);
    const same = await api.call('PUT', path, { body, user });
    expect(same.headers.get('event-sequence')).toBeNull();
    expect(same.body.revision).toBe(2);
    expect((await api.call('DELETE', path, { user })).status).toBe(204);
    expect((await api.call('DELETE', path, { user })).status).toBe(204);
    expect((await api.call('GET', path, { user })).body.error_code).toBe('CALENDAR_NOT_FOUND');
  });

  test('is made once for one Idempotency-Key', async () => {
    const api = shared();
    const user = newUser();
    const request = { body: { name: 'Once' }, user, headers: { 'Idempotency-Key': 'once' } };
    const first = await api.call('POST', PATH, request);
    const again = await api.call('POST', PATH, request);
    expect(again.body).toEqual(first.body);
    expect((await api.call('GET', PATH, { user })).body.count).toBe(1);
  });

  test('is stored without its name in clear', async () => {
    const api = shared();
    const { user } = await made({ name: 'Planted words' });
    const stream = await (await import('@nats-io/jetstream')).jetstreamManager(api.nc);
    const stored = await stream.streams.getMessage('TASK_LOG', {
      last_by_subj: `tasklog.${user}._calendars`,
    });
    expect(stored?.string()).toContain('calendar.created');
    expect(stored?.string()).not.toContain('Planted');
  });

  test('is nobody else’s: a stranger finds none, and cannot follow it', async () => {
    const api = shared();
    const { path, calendar_id } = await made();
    for (const [method, body] of [['GET'], ['PUT', { name: 'Mine' }]] as const) {
      const answer = await api.call(method, path, { user: BOB, body });
      expect(answer.body.error_code).toBe('CALENDAR_NOT_FOUND');
    }
    expect((await api.call('DELETE', path, { user: BOB })).status).toBe(204);
    const task = await api.call('POST', '/api/v1/tasks', {
      body: daily({ exclude_calendars: [calendar_id] }),
      user: BOB,
    });
    expect(task.body.errors).toMatchObject([
      { loc: ['body', 'schedule', 'exclude_calendars', 0], type: 'invalid_value' },
    ]);
  });

  test('refuses bad days by name, and appends nothing', async () => {
    const api = shared();
    const user = newUser();
    const many = Array.from({ length: MOST_DATES + 1 }, () => '2030-01-01');
    for (const [body, loc] of [
      [{ name: 'A', dates: ['2026-02-30'] }, ['body', 'dates', 0]],
      [{ name: 'A', dates: [20300101] }, ['body', 'dates', 0]],
      [{ name: 'A', dates: many }, ['body', 'dates']],
      [{ name: 'A', weekdays: [0] }, ['body', 'weekdays', 0]],
      [{ name: '' }, ['body', 'name']],
      [{}, ['body', 'name']],
      [{ name: 'A', colour: 'red' }, ['body', 'colour']],
    ] as const) {
      const answer = await api.call('POST', PATH, { body, user });
      expect([answer.status, answer.body.errors?.[0]?.loc]).toEqual([422, loc]);
    }
    expect((await api.call('GET', PATH, { user })).body.count).toBe(0);
  });

  test('has a name of its own, and there are so many of an owner and no more', async () => {
    const api = shared();
    const { user } = await made();
    const twice = await api.call('POST', PATH, { body: { name: 'Holidays' }, user });
    expect([twice.status, twice.body.error_code]).toEqual([409, 'CALENDAR_EXISTS']);
    for (let n = 1; n < ALLOWED; n++) await made({ name: `Number ${n}` }, user);
    const over = await api.call('POST', PATH, { body: { name: 'Over' }, user });
    expect(over.body).toMatchObject({ error_code: 'CALENDAR_LIMIT_EXCEEDED', limit: ALLOWED });
  });
});

describe('the installation’s calendars', () => {
  test('are made, changed and deleted by admins, and followed by everybody', async () => {
    const api = shared();
    const body = { name: 'Public holidays', weekdays: [6, 7], shared: true };
    const user = newUser();
    expect((await api.call('POST', PATH, { body, user })).body.error_code).toBe('FORBIDDEN');
    const token = await signed({ sub: 'usr_admin', roles: ['admin'] });
    const admin = { headers: { Authorization: `Bearer ${token}` } };
    const answer = await api.call('POST', PATH, { body, ...admin });
    expect(answer.body).toMatchObject({ shared: true, name: 'Public holidays' });
    const { calendar_id } = answer.body;
    const path = `${PATH}/${calendar_id}`;
    expect((await api.call('GET', path, { user })).body).toEqual(answer.body);
    expect((await api.call('PUT', path, { body: { name: 'Mine' }, user })).body.error_code).toBe('FORBIDDEN');
    expect((await api.call('DELETE', path, { user })).body.error_code).toBe('FORBIDDEN');
    const task = await api.call('POST', '/api/v1/tasks', {
      body: daily({ exclude_calendars: [calendar_id] }),
      user,
    });
    expect(task.status).toBe(201);
    expect((await api.call('DELETE', path, admin)).status).toBe(204);
    const kept = await api.call('GET', `/api/v1/tasks/${task.body.task_id}`, { user });
    expect(kept.body.schedule.exclude_calendars).toEqual([calendar_id]);
  });
});

describe('a schedule', () => {
  test('shows the ids of its calendars, is no change when it is sent back, and skips their days', async () => {
    const api = shared();
    const weekend = await made({ weekdays: [6, 7] });
    const { user, calendar_id } = weekend;
    const body = daily({ exclude_calendars: [calendar_id] });
    const task = await api.call('POST', '/api/v1/tasks', { body, user });
    expect(task.body.schedule).toMatchObject({ exclude_calendars: [calendar_id] });
    expect(task.body.schedule).not.toHaveProperty('only_calendars');
    const path = `/api/v1/tasks/${task.body.task_id}`;
    const back = await api.call('PATCH', path, { body: { schedule: task.body.schedule }, user });
    expect(back.body.revision).toBe(task.body.revision);
    const preview = await api.call('GET', `${path}/schedule/preview?count=20`, { user });
    const weekdays = preview.body.slots.map(({ at }: { at: string }) => new Date(at).getUTCDay());
    expect(weekdays).toHaveLength(20);
    expect(weekdays.some((day: number) => day === 0 || day === 6)).toBe(false);
    const dry = await api.call('POST', '/api/v1/schedules/preview', {
      body: { schedule: body.schedule },
      user,
    });
    expect(dry.body.schedule.exclude_calendars).toEqual([calendar_id]);
    const used = await api.call('DELETE', weekend.path, { user });
    expect(used.body).toMatchObject({ error_code: 'CALENDAR_IN_USE', tasks: 1 });
    await api.call('POST', `${path}/cancel`, { user });
    expect((await api.call('DELETE', weekend.path, { user })).status).toBe(204);
  });

  test('may be one of several: the days are left out of that one alone', async () => {
    const api = shared();
    const { user, calendar_id } = await made({ dates: ['2030-12-25'] });
    const common = { type: 'daily', start_at: '2030-12-24T00:00:00Z' };
    const schedules = [
      { ...common, id: 'am', run_time: '08:00', exclude_calendars: [calendar_id] },
      { ...common, id: 'pm', run_time: '17:00' },
    ];
    const body = { name: 'Twice', task_type: 'todo', schedules };
    const { body: task } = await api.call('POST', '/api/v1/tasks', { body, user });
    const { body: shown } = await api.call('GET', `/api/v1/tasks/${task.task_id}/schedule/preview?count=5`, {
      user,
    });
    expect(shown.slots.map(({ at }: { at: string }) => at.slice(5, 13))).toEqual([
      '12-24T08',
      '12-24T17',
      '12-25T17',
      '12-26T08',
      '12-26T17',
    ]);
  });

  test('is refused with what is wrong about its calendars', async () => {
    const api = shared();
    const { user, calendar_id } = await made({ weekdays: [1, 2, 3, 4, 5, 6, 7] });
    const unknown = 'cal_01J000000000000000000000A1';
    const eleven = Array.from({ length: 11 }, () => calendar_id);
    for (const [calendars, at, type] of [
      [{ exclude_calendars: [unknown] }, ['exclude_calendars', 0], 'invalid_value'],
      [{ exclude_calendars: ['holidays'] }, ['exclude_calendars', 0], 'invalid_value'],
      [{ exclude_calendars: [7] }, ['exclude_calendars', 0], 'wrong_type'],
      [{ only_calendars: 'all' }, ['only_calendars'], 'wrong_type'],
      [{ only_calendars: eleven }, ['only_calendars'], 'out_of_range'],
      [
        { exclude_calendars: [calendar_id], only_calendars: [calendar_id] },
        ['only_calendars', 0],
        'conflict',
      ],
      [{ exclude_calendars: [calendar_id] }, [], 'no_future_slot'],
    ] as const) {
      const answer = await api.call('POST', '/api/v1/tasks', { body: daily(calendars), user });
      expect([answer.status, answer.body.errors?.[0]]).toMatchObject([
        422,
        { loc: ['body', 'schedule', ...at], type },
      ]);
    }
  });
});

test('the tasks that follow a calendar are found and counted by it, by whichever of their schedules', async () => {
  const api = shared();
  const { user, calendar_id } = await made({ dates: ['2030-12-25'] });
  const other = await made({ name: 'Others', weekdays: [7] }, user);
  const create = async (body: object) =>
    (await api.call('POST', '/api/v1/tasks', { body, user })).body.task_id;
  const excluding = await create(daily({ exclude_calendars: [calendar_id] }));
  const schedules = [
    { id: 'a', type: 'daily', run_time: '07:00' },
    { id: 'b', type: 'daily', run_time: '08:00', exclude_calendars: [calendar_id, other.calendar_id] },
    { id: 'c', type: 'daily', run_time: '09:00', exclude_calendars: [calendar_id] },
  ];
  const several = await create({ name: 'Several', task_type: 'todo', schedules });
  await create(daily({}));
  const list = async (query: string) =>
    (await api.call('GET', `/api/v1/tasks?sort=created_at&${query}`, { user })).body;
  const found = await list(`calendar_id=${calendar_id}&total=true`);
  expect([found.total, found.tasks.map(({ task_id }: { task_id: string }) => task_id)]).toEqual([
    2,
    [excluding, several],
  ]);
  expect(found.filters.calendar_id).toEqual([calendar_id]);
  expect((await list('facets=calendar_id&limit=1')).facets.calendar_id).toEqual([
    { value: calendar_id, count: 2 },
    { value: other.calendar_id, count: 1 },
  ]);
  expect((await list('calendar_id=cal_nobody')).count).toBe(0);
  const bulk = { action: 'pause', filter: { calendar_id: other.calendar_id } };
  expect((await api.call('POST', '/api/v1/tasks/bulk', { body: bulk, user })).body).toMatchObject({
    matched: 1,
    changed: 1,
  });
  await api.call('DELETE', `/api/v1/tasks/${several}`, { user });
  expect((await list(`calendar_id=${calendar_id}`)).count).toBe(1);
});
