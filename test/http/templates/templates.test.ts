import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { publishShipped, readShipped } from '../../../src/app/start/shipped-templates.ts';
import { ListedTemplateSchema } from '../../../src/http/templates/schemas.ts';
import { startNatsServer, type TestNatsServer } from '../../support/nats/nats-server.ts';
import { type Called, type CallOptions, type Stack, signed, stack } from '../../support/parts/stack.ts';

const TEMPLATES = '/api/v1/templates';
const FROM_TEMPLATE = '/api/v1/tasks/from-template';
const OFFICE = {
  name: 'Weather at the office',
  category: 'productivity',
  task_type: 'daily_weather',
  default_config: { units: 'metric' },
  required_fields: ['location'],
  optional_fields: ['units'],
  config_schema: {
    type: 'object',
    properties: { location: { type: 'string', minLength: 3 }, units: { enum: ['metric', 'imperial'] } },
    required: ['location'],
    additionalProperties: false,
  },
  credits_per_run: 0.25,
  tags: ['office'],
};
const DAILY = { type: 'daily', run_time: '07:30', timezone: 'Europe/Paris' };
const SECRETS_KEY = Buffer.alloc(32, 3);

let server: TestNatsServer;
let api: Stack;
let made = 0;

beforeAll(async () => {
  server = await startNatsServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  api = await stack({ server, secretsKey: SECRETS_KEY });
  await publishShipped(await readShipped(), api.deps.templateCommands, 'test');
});

async function as(claims: object, method: string, path: string, how: CallOptions = {}): Promise<Called> {
  const token = await signed({ sub: 'usr_ann', ...claims });
  return api.call(method, path, { ...how, headers: { Authorization: `Bearer ${token}`, ...how.headers } });
}
const tier = (level: string) => ({ subscription_level: level });
const ADMIN = { sub: 'usr_admin', roles: ['admin'] };
const FREE = tier('free');

/** Publishes a template of the test's own. */
async function published(changes: object = {}): Promise<{ path: string; id: string; etag: string }> {
  made += 1;
  const id = `tpl_office_${made}`;
  const { status, headers } = await as(ADMIN, 'POST', TEMPLATES, {
    body: { template_id: id, ...OFFICE, ...changes },
  });
  expect(status).toBe(201);
  return { path: `${TEMPLATES}/${id}`, id, etag: headers.get('etag') ?? '' };
}

const faultsOf = ({ status, body }: Called) => {
  expect(status).toBe(422);
  return body.errors.map(({ loc }: { loc: string[] }) => loc.join('.')).sort();
};
const idsOf = ({ body }: Called) => body.map(({ template_id }: { template_id: string }) => template_id);

describe('the list of templates', () => {
  it('holds what is active at or below the tier of the caller, by category, then name (BR-TPL-002, BR-TPL-003)', async () => {
    const free = await as(FREE, 'GET', TEMPLATES);
    expect(free.status).toBe(200);
    const all = await as(tier('enterprise'), 'GET', TEMPLATES);
    expect(all.body.length).toBeGreaterThanOrEqual(20);
    expect(ListedTemplateSchema.array().parse(all.body)).toHaveLength(all.body.length);
    expect(idsOf(free)).toEqual(
      expect.arrayContaining(['tpl_todo_basic', 'tpl_reminder_simple', 'tpl_daily_weather']),
    );
    expect(idsOf(free)).not.toContain('tpl_daily_news');
    expect(idsOf(await as({}, 'GET', TEMPLATES))).toEqual(idsOf(free));
    const order = all.body.map(
      ({ category, name }: { category: string; name: string }) => `${category} ${name}`,
    );
    expect(order).toEqual([...order].sort());
  });

  it('is narrowed by category, type and a lower tier, never widened by a higher one', async () => {
    const basic = tier('basic');
    const everything = idsOf(await as(basic, 'GET', TEMPLATES));
    expect(idsOf(await as(basic, 'GET', `${TEMPLATES}?subscription_level=enterprise`))).toEqual(everything);
    expect(idsOf(await as(basic, 'GET', `${TEMPLATES}?subscription_level=free`))).not.toContain(
      'tpl_daily_news',
    );
    const withLocked = await as(basic, 'GET', `${TEMPLATES}?include_locked=true`);
    expect(idsOf(withLocked)).toEqual(idsOf(await as(tier('enterprise'), 'GET', TEMPLATES)));
    const open = withLocked.body.filter(({ locked }: { locked: boolean }) => !locked);
    expect(open.map(({ template_id }: { template_id: string }) => template_id)).toEqual(everything);
    const news = await as(basic, 'GET', `${TEMPLATES}?category=productivity&task_type=daily_news`);
    expect(idsOf(news)).toEqual(['tpl_business_news', 'tpl_daily_news', 'tpl_tech_news']);
    expect(faultsOf(await as(basic, 'GET', `${TEMPLATES}?category=x&subscription_level=gold&q=1`))).toEqual([
      'query.category',
      'query.q',
      'query.subscription_level',
    ]);
  });
});

describe('a template', () => {
  it('is read with its ETag; 404 where there is none, 403 above the tier', async () => {
    const { status, body, headers } = await as(FREE, 'GET', `${TEMPLATES}/tpl_daily_weather`);
    expect([status, body.credits_per_run, headers.get('etag')]).toEqual([200, 0.1, '"1"']);
    const again = { headers: { 'If-None-Match': '"1"' } };
    expect((await as(FREE, 'GET', `${TEMPLATES}/tpl_daily_weather`, again)).status).toBe(304);
    for (const id of ['tpl_none', 'tsk_1', 'tpl_A']) {
      expect((await as(FREE, 'GET', `${TEMPLATES}/${id}`)).body).toMatchObject({
        status: 404,
        error_code: 'TEMPLATE_NOT_FOUND',
      });
    }
    const above = await as(FREE, 'GET', `${TEMPLATES}/tpl_data_backup`);
    expect([above.status, above.body.required]).toEqual([403, 'enterprise']);
    expect((await as(ADMIN, 'GET', `${TEMPLATES}/tpl_data_backup`)).status).toBe(200);
    expect((await api.call('GET', TEMPLATES, { user: null })).status).toBe(401);
  });
});

describe('a task from a template', () => {
  it('has what the template says and what its user gives, and keeps the template_id (BR-TPL-004)', async () => {
    const { id } = await published({ description: 'Every morning.' });
    const { status, body, headers } = await as(FREE, 'POST', FROM_TEMPLATE, {
      body: { template_id: id, config: { location: 'Bern' }, schedule: DAILY, priority: 'high' },
    });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/v1/tasks/${body.task_id}`);
    expect(body).toMatchObject({
      name: OFFICE.name,
      description: 'Every morning.',
      task_type: 'daily_weather',
      status: 'scheduled',
      priority: 'high',
      config: { units: 'metric', location: 'Bern' },
      credits_per_run: 0.25,
      tags: ['office'],
      metadata: {},
      template_id: id,
    });
    const read = await as(FREE, 'GET', `/api/v1/tasks/${body.task_id}`);
    expect(read.body.template_id).toBe(id);
    await api.projector.runOnce();
    const { body: list } = await as(FREE, 'GET', '/api/v1/tasks');
    expect(list.tasks[0].template_id).toBe(id);
  });

  it('is made the same with the fields within customization, and by POST /tasks', async () => {
    const { id } = await published();
    const fields = {
      name: 'Mine',
      config: { location: 'Bern', units: 'imperial' },
      tags: ['x'],
      due_date: '2027-01-01T00:00:00Z',
    };
    const bodies: readonly [string, object][] = [
      [FROM_TEMPLATE, { template_id: id, ...fields }],
      [FROM_TEMPLATE, { template_id: id, customization: fields }],
      [FROM_TEMPLATE, { template_id: id, name: 'Mine', customization: { ...fields, name: undefined } }],
      ['/api/v1/tasks', { template_id: id, ...fields }],
      ['/api/v1/tasks', { template_id: id, task_type: 'daily_weather', customization: fields }],
    ];
    for (const [path, body] of bodies) {
      const answer = await as(FREE, 'POST', path, { body });
      expect([answer.status, answer.body]).toMatchObject([
        201,
        {
          name: 'Mine',
          config: { location: 'Bern', units: 'imperial' },
          tags: ['x'],
          due_date: '2027-01-01T00:00:00.000Z',
          template_id: id,
        },
      ]);
    }
  });

  it('of an event may remind before the event, which is its due date', async () => {
    const event_time = '2027-01-01T10:00:00Z';
    const body = {
      template_id: 'tpl_calendar_event',
      config: { event_title: 'Lunch', event_time },
      remind_before: ['PT1H'],
    };
    for (const path of [FROM_TEMPLATE, '/api/v1/tasks']) {
      const made = await as(tier('basic'), 'POST', path, { body });
      expect([made.status, made.body]).toMatchObject([
        201,
        { due_date: '2027-01-01T10:00:00.000Z', remind_before: ['PT1H'] },
      ]);
    }
  });

  it('makes one with several schedules, and names their faults where they are', async () => {
    const { id } = await published();
    const even = { id: 'even', type: 'interval', interval_minutes: 2 };
    const ask = (schedules: readonly object[]) =>
      as(FREE, 'POST', FROM_TEMPLATE, {
        body: { template_id: id, config: { location: 'Bern' }, customization: { schedules } },
      });
    const [fault] = (await ask([even, { ...DAILY, id: 'even' }])).body.errors;
    expect(fault.loc).toEqual(['body', 'customization', 'schedules', 1, 'id']);
    const { status, body } = await ask([even, DAILY]);
    expect(status).toBe(201);
    expect(body.schedules).toMatchObject([{ id: 'even' }, { id: 'daily' }]);
  });

  it('is refused with one row for each missing field and each fault (BR-TPL-005)', async () => {
    const { id } = await published({ required_fields: ['location', 'due_date', 'schedule'] });
    const post = (body: object) => as(FREE, 'POST', FROM_TEMPLATE, { body: { template_id: id, ...body } });
    expect(faultsOf(await post({}))).toEqual(['body.config.location', 'body.due_date', 'body.schedule']);
    expect(
      faultsOf(await post({ config: { location: null, units: 'kelvin', x: 1 }, name: ' ', q: 1 })),
    ).toEqual([
      'body.config.location',
      'body.config.units',
      'body.config.x',
      'body.due_date',
      'body.name',
      'body.q',
      'body.schedule',
    ]);
    const within = {
      config: { location: 'Be' },
      schedule: { type: 'daily', run_time: '25:00' },
      due_date: null,
    };
    expect(faultsOf(await post({ customization: within }))).toEqual([
      'body.customization.config.location',
      'body.customization.due_date',
      'body.customization.schedule.run_time',
    ]);
    const twice = { config: { location: 'Bern' }, schedule: DAILY, due_date: '2027-01-01T00:00:00Z' };
    expect(faultsOf(await post({ ...twice, customization: { name: 'b', due_date: null } }))).toEqual([
      'body.customization.due_date',
    ]);
    expect(faultsOf(await post({ ...twice, config: 'Bern' }))).toEqual(['body.config']);
    expect(faultsOf(await post({ ...twice, credits_per_run: 0, task_type: 'todo' }))).toContain(
      'body.credits_per_run',
    );
    const wrongType = { template_id: id, ...twice, task_type: 'todo' };
    expect(faultsOf(await as(FREE, 'POST', '/api/v1/tasks', { body: wrongType }))).toEqual([
      'body.task_type',
    ]);
    for (const body of [{}, { template_id: 7 }, { template_id: null }]) {
      const answer = await as(FREE, 'POST', FROM_TEMPLATE, { body });
      expect(faultsOf(answer)).toEqual(['body.template_id']);
    }
  });

  it('answers 404 for an unknown or inactive template and 403 above the tier (BR-TPL-002)', async () => {
    const { id, path } = await published();
    expect((await as(ADMIN, 'DELETE', path)).status).toBe(200);
    for (const template_id of [id, 'tpl_none', '../secret', '']) {
      const answer = await as(FREE, 'POST', FROM_TEMPLATE, { body: { template_id } });
      expect([template_id, answer.status, answer.body.error_code]).toEqual([
        template_id,
        404,
        'TEMPLATE_NOT_FOUND',
      ]);
    }
    const before = await api.lastSequence();
    const above = await as(FREE, 'POST', '/api/v1/tasks', {
      body: { template_id: 'tpl_news_monitor', config: { keywords: ['x'] } },
    });
    expect(above.body).toMatchObject({
      status: 403,
      error_code: 'SUBSCRIPTION_REQUIRED',
      required: 'pro',
      current: 'free',
    });
    expect(await api.lastSequence()).toBe(before);
    const body = { template_id: 'tpl_news_monitor', config: { keywords: ['x'] } };
    expect((await as(tier('pro'), 'POST', '/api/v1/tasks', { body })).status).toBe(201);
    const door = {
      'X-Internal-Service': 'true',
      'X-Internal-Service-Secret': 'a secret that opens the internal door',
    };
    expect((await api.call('POST', '/api/v1/tasks', { user: null, headers: door, body })).status).toBe(201);
  });

  it('keeps what it was made with when the template changes', async () => {
    const { id, path } = await published();
    const create = { body: { template_id: id, config: { location: 'Bern' } } };
    const { body: task } = await as(FREE, 'POST', FROM_TEMPLATE, create);
    const change = { default_config: { units: 'imperial' }, credits_per_run: 9, name: 'Other' };
    expect((await as(ADMIN, 'PUT', path, { body: change })).status).toBe(200);
    expect((await as(FREE, 'GET', `/api/v1/tasks/${task.task_id}`)).body).toEqual(task);
    const { body: newer } = await as(FREE, 'POST', FROM_TEMPLATE, create);
    expect(newer).toMatchObject({ name: 'Other', config: { units: 'imperial' }, credits_per_run: 9 });
  });

  it.each([
    ['gone', async (path: string) => as(ADMIN, 'DELETE', path)],
    [
      'come to ask for more',
      async (path: string) => as(ADMIN, 'PUT', path, { body: { required_fields: ['location', 'due_date'] } }),
    ],
  ])('is made once for one Idempotency-Key, also when the template has %s meanwhile', async (_, change) => {
    const { id, path } = await published();
    const how = {
      body: { template_id: id, config: { location: 'Bern' } },
      headers: { 'Idempotency-Key': id },
    };
    const first = await as(FREE, 'POST', FROM_TEMPLATE, how);
    expect([first.status, (await change(path)).status]).toEqual([201, 200]);
    const again = await as(FREE, 'POST', FROM_TEMPLATE, how);
    expect([again.status, again.body, again.headers.get('idempotency-replayed')]).toEqual([
      201,
      first.body,
      'true',
    ]);
    const another = await as(FREE, 'POST', FROM_TEMPLATE, {
      ...how,
      headers: { 'Idempotency-Key': `${id}-2` },
    });
    expect([404, 422]).toContain(another.status);
  });
});

describe('an administrator', () => {
  it('publishes, changes and retires templates, each at once to be seen', async () => {
    const created = await as(ADMIN, 'POST', TEMPLATES, { body: OFFICE });
    expect(created.status).toBe(201);
    const path = created.headers.get('location') ?? '';
    expect(path).toMatch(/^\/api\/v1\/templates\/tpl_[0-9a-z]{26}$/);
    expect(created.headers.get('event-sequence')).toBe(String(await api.lastSequence()));
    expect(created.body).toMatchObject({
      ...OFFICE,
      id: await api.lastSequence(),
      is_active: true,
      required_subscription_level: 'free',
    });
    expect((await as(FREE, 'GET', path)).body).toEqual(created.body);

    const changed = await as(ADMIN, 'PUT', path, { body: { name: 'Here' } });
    expect([changed.status, changed.body.name, changed.headers.get('etag')]).toEqual([200, 'Here', '"2"']);
    const same = await as(ADMIN, 'PUT', path, { body: { name: 'Here' } });
    expect([same.status, same.headers.get('etag')]).toEqual([200, '"2"']);

    const retired = await as(ADMIN, 'DELETE', path);
    expect([retired.status, retired.body.template_id]).toEqual([200, created.body.template_id]);
    expect((await as(ADMIN, 'DELETE', path)).headers.get('event-sequence')).toBe(
      retired.headers.get('event-sequence'),
    );
    expect((await as(FREE, 'GET', path)).status).toBe(404);
    expect(idsOf(await as(ADMIN, 'GET', TEMPLATES))).not.toContain(created.body.template_id);
    expect((await as(ADMIN, 'GET', path)).body.is_active).toBe(false);
    expect((await as(ADMIN, 'PUT', path, { body: { is_active: true } })).status).toBe(200);
    expect((await as(FREE, 'GET', path)).status).toBe(200);
  });

  it('is the only one who may', async () => {
    const { path } = await published();
    const before = await api.lastSequence();
    for (const [method, where] of [
      ['POST', TEMPLATES],
      ['PUT', path],
      ['DELETE', path],
    ] as const) {
      const body = method === 'DELETE' ? {} : { body: OFFICE };
      const answer = await as({ ...tier('enterprise'), roles: ['auditor'] }, method, where, body);
      expect([answer.status, answer.body.error_code]).toEqual([403, 'FORBIDDEN']);
    }
    expect(await api.lastSequence()).toBe(before);
  });

  it('finds an id that is taken 409 (BR-TPL-001), and a template that is not there 404', async () => {
    const { id } = await published();
    const again = await as(ADMIN, 'POST', TEMPLATES, { body: { template_id: id, ...OFFICE } });
    expect([again.status, again.body.error_code]).toEqual([409, 'TEMPLATE_EXISTS']);
    for (const method of ['PUT', 'DELETE']) {
      const answer = await as(
        ADMIN,
        method,
        `${TEMPLATES}/tpl_none`,
        method === 'PUT' ? { body: { name: 'x' } } : {},
      );
      expect([answer.status, answer.body.error_code]).toEqual([404, 'TEMPLATE_NOT_FOUND']);
    }
  });

  it('changes nothing on the grounds of an older revision', async () => {
    const { path, etag } = await published();
    const how = (name: string) => ({ body: { name }, headers: { 'If-Match': etag } });
    const answers = await Promise.all(['a', 'b', 'c'].map((name) => as(ADMIN, 'PUT', path, how(name))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
    expect((await as(ADMIN, 'DELETE', path, { headers: { 'If-Match': etag } })).status).toBe(412);
    expect((await as(ADMIN, 'DELETE', path, { headers: { 'If-Match': '"9", "2"' } })).status).toBe(200);
  });

  it('publishes once for one Idempotency-Key', async () => {
    const how = { body: OFFICE, headers: { 'Idempotency-Key': `publish-${made}` } };
    const first = await as(ADMIN, 'POST', TEMPLATES, how);
    const again = await as(ADMIN, 'POST', TEMPLATES, how);
    expect([again.status, again.text, again.headers.get('idempotency-replayed')]).toEqual([
      201,
      first.text,
      'true',
    ]);
  });

  const bad: readonly [string, object, readonly string[]][] = [
    [
      'without what every template has',
      { name: undefined, category: undefined, task_type: 'dance' },
      ['body.category', 'body.name', 'body.task_type'],
    ],
    ['with unknown members', { user_id: 'x' }, ['body.user_id']],
    ['with an id of another form', { template_id: 'tpl_Up.>' }, ['body.template_id']],
    [
      'with a schema that refers elsewhere',
      { config_schema: { ...OFFICE.config_schema, $ref: 'http://evil.example/s' } },
      ['body.config_schema.$ref'],
    ],
    [
      'with a schema of 64 KiB',
      { config_schema: { type: 'object', title: 'x'.repeat(65_536) } },
      ['body.config_schema'],
    ],
    [
      'with a default that its type does not take',
      { default_config: { units: 'kelvin', x: 1 } },
      ['body.default_config.units', 'body.default_config.x'],
    ],
    [
      'with a default for what is required',
      { default_config: { location: 'Bern' } },
      ['body.required_fields.0'],
    ],
    [
      'with fields that nobody knows, and one twice',
      { required_fields: ['location', 'dance'], optional_fields: ['location'] },
      ['body.optional_fields.0', 'body.required_fields.1'],
    ],
    ['that leaves out what its type needs', { required_fields: [] }, ['body.default_config.location']],
    [
      'with a secret',
      {
        task_type: 'custom',
        default_config: {
          script_type: 'webhook',
          url: 'https://a.example/',
          secret: 'a secret of sixteen',
          headers: { Authorization: 'x' },
        },
        config_schema: { type: 'object' },
        required_fields: [],
        optional_fields: [],
      },
      ['body.default_config.headers.Authorization', 'body.default_config.secret'],
    ],
  ];
  it.each(bad)('cannot publish one %s', async (_, changes, where) => {
    const before = await api.lastSequence();
    expect(faultsOf(await as(ADMIN, 'POST', TEMPLATES, { body: { ...OFFICE, ...changes } }))).toEqual(where);
    expect(await api.lastSequence()).toBe(before);
  });

  it('cannot change one into what could not be published', async () => {
    const { path } = await published();
    const put = (body: object) => as(ADMIN, 'PUT', path, { body });
    expect(faultsOf(await put({ task_type: 'todo' }))).toEqual(['body.default_config.units']);
    expect(faultsOf(await put({ config_schema: { type: 'object' } }))).toEqual([
      'body.optional_fields.0',
      'body.required_fields.0',
    ]);
    const renamed = await put({ template_id: 'tpl_other' });
    expect([renamed.status, renamed.body.error_code]).toEqual([422, 'IMMUTABLE_FIELD']);
  });
});
