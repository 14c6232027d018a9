import { describe, expect, it } from 'vitest';
import { faultRowErrors } from '../../support/fault-rows.ts';
import { ALICE, BOB, sharedStack, signed } from '../../support/parts/stack.ts';

const api = sharedStack();
const TASKS = '/api/v1/tasks';
const TODO = { name: 'Wrap presents', task_type: 'todo' };
const ZURICH = { due_date: '2036-12-24', due_timezone: 'Europe/Zurich' };
const DUE_AT = '2036-12-24T22:59:59.999Z';

const post = (body: object) => api().call('POST', TASKS, { body: { ...TODO, ...body } });
async function made(body: object): Promise<string> {
  const answer = await post(body);
  expect([answer.status, answer.text]).toEqual([201, answer.text]);
  return `${TASKS}/${answer.body.task_id}`;
}
const patch = (path: string, body: object, query = '') => api().call('PATCH', `${path}${query}`, { body });
const due = ({ body }: { readonly body: Record<string, unknown> }) => [
  body.due_date,
  body.due_timezone,
  body.due_at,
];
const timed = '2036-12-24T10:00:00.000Z';

describe('a due date without a time', () => {
  it('is shown as it was given, with its zone and its instant; the zone is UTC where none is said', async () => {
    const path = await made({ ...ZURICH, due_timezone: 'europe/zurich' });
    expect(due(await api().call('GET', path))).toEqual(['2036-12-24', 'Europe/Zurich', DUE_AT]);
    expect(due(await post({ due_date: '2036-12-24' }))).toEqual([
      '2036-12-24',
      'UTC',
      '2036-12-24T23:59:59.999Z',
    ]);
    expect(due(await post({ due_date: timed }))).toEqual([timed, null, timed]);
    expect(due(await post({}))).toEqual([null, null, null]);
  });

  it('is moved to another day or zone, to a time, and away, by what is sent alone', async () => {
    const path = await made(ZURICH);
    expect(due(await patch(path, { due_date: '2036-12-26' }))).toEqual([
      '2036-12-26',
      'Europe/Zurich',
      '2036-12-26T22:59:59.999Z',
    ]);
    expect(due(await patch(path, { due_timezone: 'America/New_York' }))).toEqual([
      '2036-12-26',
      'America/New_York',
      '2036-12-27T04:59:59.999Z',
    ]);
    expect(due(await patch(path, { due_timezone: null }))[1]).toBe('UTC');
    expect(due(await patch(path, { due_date: timed }))).toEqual([timed, null, timed]);
    expect(due(await patch(path, ZURICH))).toEqual(['2036-12-24', 'Europe/Zurich', DUE_AT]);
    const shown = { due_date: '2036-12-24', due_timezone: 'Europe/Zurich' };
    const before = await api().call('GET', path);
    expect((await patch(path, shown)).body.revision).toBe(before.body.revision);
    expect(due(await patch(path, { due_date: null }))).toEqual([null, null, null]);
    expect((await patch(path, { due_date: null, due_timezone: null })).status).toBe(200);
  });

  it('is found and ordered by its instant, so that a day of the caller has what is due in it', async () => {
    const tags = ['ranged'];
    await made({ ...ZURICH, name: 'day', tags });
    await made({ name: 'before', due_date: '2036-12-24T22:59:59.998Z', tags });
    await made({ name: 'after', due_date: '2036-12-24T23:00:00.000Z', tags });
    const found = async (query: string) => {
      const { body } = await api().call('GET', `${TASKS}?tag=ranged&sort=due_date&view=summary${query}`);
      return body.tasks.map(({ name }: { name: string }) => name);
    };
    expect(await found('')).toEqual(['before', 'day', 'after']);
    const day = 'due_from=2036-12-24T00:00:00%2B01:00&due_before=2036-12-25T00:00:00%2B01:00';
    expect(await found(`&${day}`)).toEqual(['before', 'day']);
    const filter = { tag: 'ranged', due_before: '2036-12-25T00:00:00+01:00' };
    const bulk = await api().call('POST', `${TASKS}/bulk`, { body: { action: 'complete', filter } });
    expect(bulk.body).toMatchObject({ matched: 2, changed: 2 });
  });

  it('is in a dry run, in the past of a task, in what changed, and in what an undo brings back', async () => {
    // Of somebody whose limits leave room for it.
    const dry = { user: BOB, body: { ...TODO, ...ZURICH } };
    const { body: would } = await api().call('POST', `${TASKS}?dry_run=true`, dry);
    expect(would.task).toMatchObject({ ...ZURICH, due_at: DUE_AT });
    const path = await made(ZURICH);
    const created = Number((await api().call('GET', `${path}/events`)).body.events[0].sequence);
    const foretold = await patch(path, { due_date: timed }, '?dry_run=true');
    expect(foretold.body.task).toMatchObject({ due_date: timed, due_timezone: null });
    const sequence = Number((await patch(path, { due_date: timed })).headers.get('event-sequence'));
    expect(due(await api().call('GET', `${path}?as_of=${created}`))).toEqual([
      '2036-12-24',
      'Europe/Zurich',
      DUE_AT,
    ]);
    const { body } = await api().call('GET', `${path}/diff?from=${created}&to=${sequence}`);
    expect(body.changes.filter(({ path: at }: { path: string }) => at.startsWith('/due'))).toEqual([
      { path: '/due_date', from: '2036-12-24', to: timed },
      { path: '/due_timezone', from: 'Europe/Zurich', to: null },
      { path: '/due_at', from: DUE_AT, to: timed },
    ]);
    const undone = await api().call('POST', `${path}/undo`, { body: { sequence } });
    expect([undone.status, ...due(undone)]).toEqual([200, '2036-12-24', 'Europe/Zurich', DUE_AT]);
  });

  it('will do for reminders before it', async () => {
    const { status, body } = await post({ ...ZURICH, remind_before: ['P1D'] });
    expect([status, body.remind_before]).toEqual([201, ['P1D']]);
  });

  it('comes with a task from a template, beside its customization or within', async () => {
    const token = await signed({ sub: ALICE, roles: ['admin'] });
    const headers = { authorization: `Bearer ${token}` };
    const template = {
      template_id: 'tpl_due_test',
      name: 'Due',
      description: 'Has to be done by a day.',
      category: 'productivity',
      task_type: 'todo',
      default_config: {},
      required_fields: ['due_date'],
      optional_fields: ['due_timezone'],
      config_schema: { type: 'object', properties: {} },
      required_subscription_level: 'free',
      credits_per_run: 0,
      tags: [],
      metadata: {},
    };
    const published = await api().call('POST', '/api/v1/templates', { user: null, headers, body: template });
    expect([published.status, published.text]).toEqual([201, published.text]);
    const use = (body: object) =>
      api().call('POST', `${TASKS}/from-template`, { body: { template_id: 'tpl_due_test', ...body } });
    expect(due(await use(ZURICH))).toEqual(['2036-12-24', 'Europe/Zurich', DUE_AT]);
    expect(due(await use({ customization: ZURICH }))).toEqual(['2036-12-24', 'Europe/Zurich', DUE_AT]);
    const refused = await use({ due_date: timed, customization: { due_timezone: 'Europe/Zurich' } });
    expect([refused.status, refused.body.errors[0].loc]).toEqual([
      422,
      ['body', 'customization', 'due_timezone'],
    ]);
  });

  it.each([
    [{ due_date: '2026-02-30' }, ['due_date']],
    [{ due_date: '2026-13-01' }, ['due_date']],
    [{ due_date: '0000-12-24' }, ['due_date']],
    [{ due_date: '0001-01-01' }, ['due_date']],
    [{ due_date: '9999-12-31' }, ['due_date']],
    [{ due_date: '10000-12-24' }, ['due_date']],
    [{ due_date: '2026-12-24T10:00:00' }, ['due_date']],
    [{ due_date: 'tomorrow', due_timezone: 'Europe/Zurich' }, ['due_date']],
    [{ due_date: 20261224 }, ['due_date']],
    [{ due_date: '' }, ['due_date']],
    [{ due_date: '2026-12-24', due_timezone: 'Europe/Nowhere' }, ['due_timezone']],
    [{ due_date: '2026-12-24', due_timezone: '+02:00' }, ['due_timezone']],
    [{ due_date: '2026-12-24', due_timezone: 'x'.repeat(10_000) }, ['due_timezone']],
    [{ due_date: '2026-12-24', due_timezone: 1 }, ['due_timezone']],
    [{ due_timezone: 'Europe/Zurich' }, ['due_timezone']],
    [{ due_date: null, due_timezone: 'Europe/Zurich' }, ['due_timezone']],
    [{ due_date: '2026-12-24T10:00:00Z', due_timezone: 'Europe/Zurich' }, ['due_timezone']],
    [{ due_at: '2026-12-24T10:00:00Z' }, ['due_at']],
  ])('is refused as %j, by its field and before anything is stored', async (body, fields) => {
    const path = await made({ due_date: timed });
    const before = await api().lastSequence();
    for (const answer of [await post(body), await patch(path, body)]) {
      expect([answer.status, answer.body.errors?.map(({ loc }: { loc: unknown }) => loc)]).toEqual([
        422,
        fields.map((field) => ['body', field]),
      ]);
      expect(answer.body.errors.flatMap(faultRowErrors)).toEqual([]);
    }
    expect(await api().lastSequence()).toBe(before);
  });
});
