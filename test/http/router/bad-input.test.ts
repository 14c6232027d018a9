import { describe, expect, it } from 'vitest';
import { faultRowErrors } from '../../support/fault-rows.ts';
import { ALICE, type CallOptions, type Stack, stack, tokenOf } from '../../support/parts/stack.ts';

const TASKS = '/api/v1/tasks';
const TODO = { name: 'Buy milk', task_type: 'todo' };
const WEATHER = { name: 'Weather', task_type: 'daily_weather', config: { location: 'Paris' } };

/** By the shortest names: 1 MiB holds 120,000. */
const manyMembers = (length: number) => Array.from({ length }, (_, n) => `"${n.toString(36)}":1`).join(',');

/** `[what is wrong, body, the places that the answer names]`. */
type Row = readonly [string, unknown, readonly string[]];

const CREATE: readonly Row[] = [
  ['no members', {}, ['body.name', 'body.task_type']],
  ['an array', [], ['body']],
  ['a string', '"text"', ['body']],
  ['null', 'null', ['body']],
  ['a name of spaces', { ...TODO, name: '   ' }, ['body.name']],
  ['a name that is no text', { ...TODO, name: 7 }, ['body.name']],
  ['a null name', { ...TODO, name: null }, ['body.name']],
  ['a long name', { ...TODO, name: 'é'.repeat(256) }, ['body.name']],
  ['a name with a line break', { ...TODO, name: 'a\nb' }, ['body.name']],
  ['a name with a NUL', { ...TODO, name: 'a\u0000b' }, ['body.name']],
  ['a name with half a surrogate pair', `{"name":"a\\ud800","task_type":"todo"}`, ['body.name']],
  ['an unknown type', { ...TODO, task_type: 'dance' }, ['body.task_type']],
  ['a type inherited from Object', { ...TODO, task_type: 'constructor' }, ['body.task_type']],
  ['an unknown priority', { ...TODO, priority: 'HIGH' }, ['body.priority']],
  ['a long description', { ...TODO, description: 'x'.repeat(10_001) }, ['body.description']],
  ['a config that is an array', { ...TODO, config: [] }, ['body.config']],
  ['a config that is null', { ...TODO, config: null }, ['body.config']],
  ['a large config', { ...TODO, config: { x: 'x'.repeat(256 * 1024) } }, ['body.config', 'body.config.x']],
  ['large metadata', { ...TODO, metadata: { x: 'x'.repeat(64 * 1024) } }, ['body.metadata']],
  [
    'metadata beyond the range',
    '{"name":"a","task_type":"todo","metadata":{"n":[1e999]}}',
    ['body.metadata.n.0'],
  ],
  [
    'metadata with half a surrogate pair in a name',
    '{"name":"a","task_type":"todo","metadata":{"\\udc00":1}}',
    ['body.metadata'],
  ],
  ['tags that are a text', { ...TODO, tags: 'food' }, ['body.tags']],
  ['too many tags', { ...TODO, tags: Array.from({ length: 51 }, (_, n) => `t${n}`) }, ['body.tags']],
  [
    'bad tags, each named',
    { ...TODO, tags: ['ok', ' ', 'x'.repeat(65), 5] },
    ['body.tags.1', 'body.tags.2', 'body.tags.3'],
  ],
  ['negative credits', { ...TODO, credits_per_run: -1 }, ['body.credits_per_run']],
  ['credits with 7 decimals', { ...TODO, credits_per_run: 0.0000001 }, ['body.credits_per_run']],
  ['credits as text', { ...TODO, credits_per_run: '1' }, ['body.credits_per_run']],
  [
    'credits beyond the range',
    '{"name":"a","task_type":"todo","credits_per_run":1e999}',
    ['body.credits_per_run'],
  ],
  ['a time without an offset', { ...TODO, due_date: '2026-12-24T10:00:00' }, ['body.due_date']],
  ['a day that does not exist', { ...TODO, due_date: '2026-02-30T10:00:00Z' }, ['body.due_date']],
  ['a time that is a number', { ...TODO, reminder_time: 1_700_000_000 }, ['body.reminder_time']],
  ["25 o'clock", { ...TODO, reminder_time: '2026-12-24T25:00:00Z' }, ['body.reminder_time']],
  [
    'switches that are none',
    { ...TODO, notify: { success: 'yes', failures: true } },
    ['body.notify.success', 'body.notify.failures'],
  ],
  [
    'what a caller cannot choose',
    { ...TODO, task_id: 'tsk_1', status: 'running', user_id: 'usr_bob' },
    ['body.task_id', 'body.status', 'body.user_id'],
  ],
  ['a customization of no template', { ...TODO, customization: {} }, ['body.customization']],
  ['a prototype', '{"name":"a","task_type":"todo","__proto__":{"user_id":"usr_bob"}}', ['body.__proto__']],
  [
    'a prototype within',
    '{"name":"a","task_type":"todo","metadata":{"__proto__":{"a":1}}}',
    ['body.metadata.__proto__'],
  ],
  ['a config without what its type needs', { ...WEATHER, config: {} }, ['body.config.location']],
  [
    'a config with what its type does not know',
    { ...WEATHER, config: { location: 'Paris', x: 1 } },
    ['body.config.x'],
  ],
  ['a schedule that is a text', { ...TODO, schedule: '@daily' }, ['body.schedule']],
  ['a schedule without a type', { ...TODO, schedule: {} }, ['body.schedule.type']],
  ['a schedule of an unknown type', { ...TODO, schedule: { type: 'sometimes' } }, ['body.schedule.type']],
  [
    'a cron expression of six fields',
    { ...TODO, schedule: { type: 'cron', expression: '* * * * * *' } },
    ['body.schedule.expression'],
  ],
  [
    'an empty cron expression',
    { ...TODO, schedule: { type: 'cron', expression: '' } },
    ['body.schedule.expression'],
  ],
  [
    '31 February',
    { ...TODO, schedule: { type: 'cron', expression: '0 0 31 2 *' } },
    ['body.schedule.expression'],
  ],
  [
    'a zone that does not exist',
    { ...TODO, schedule: { type: 'daily', timezone: 'Mars/Olympus' } },
    ['body.schedule.timezone'],
  ],
  [
    'an interval of a second',
    { ...TODO, schedule: { type: 'interval', interval_seconds: 1 } },
    ['body.schedule.interval_seconds'],
  ],
  [
    'a past one-off',
    { ...TODO, schedule: { type: 'once', run_time: '2020-01-01T00:00:00Z' } },
    ['body.schedule.run_time'],
  ],
  ['a reminder before no due date', { ...TODO, remind_before: ['PT1H'] }, ['body.remind_before']],
  [
    'everything at once, all of it named',
    {
      name: '',
      task_type: 'daily_weather',
      config: { units: 'furlongs' },
      schedule: { type: 'weekly', weekdays: [8], timezone: 'Mars/Olympus', colour: 'red' },
      credits_per_run: -1,
      tags: [''],
      remind_before: ['PT1H'],
      unknown: 1,
    },
    [
      'body.name',
      'body.credits_per_run',
      'body.tags.0',
      'body.remind_before',
      'body.unknown',
      'body.schedule.colour',
      'body.schedule.timezone',
      'body.schedule.weekdays.0',
      'body.config.location',
      'body.config.units',
    ],
  ],
];

const UPDATE: readonly Row[] = [
  ['a null name', { name: null }, ['body.name']],
  ['an unknown status', { status: 'sleeping' }, ['body.status']],
  ['an unknown field', { colour: 'red' }, ['body.colour']],
  [
    'a schedule of nonsense',
    { schedule: { type: 'cron', expression: 'whenever' } },
    ['body.schedule.expression'],
  ],
  ['a config that does not fit its type', { config: { location: 5 } }, ['body.config.location']],
  [
    '*** for a secret that is not there',
    { config: { location: 'Paris', secret: '***' } },
    ['body.config.secret'],
  ],
  [
    'faults of every kind',
    { name: 5, config: {}, schedule: {} },
    ['body.name', 'body.schedule.type', 'body.config.location'],
  ],
];

const IDS = [
  'x',
  'tsk_',
  'tsk_01jdb2v5q8wz3n7k4m6p9r0t1x',
  'tsk_81JDB2V5Q8WZ3N7K4M6P9R0T1X',
  '%00',
  '..%2f..',
  '%F0%28',
  "' OR 1=1",
  '*',
  '>',
];

async function expectProblems(
  api: Stack,
  method: string,
  path: string,
  rows: readonly Row[],
  code = 'VALIDATION_ERROR',
): Promise<void> {
  const before = await api.lastSequence();
  for (const [what, body, places] of rows) {
    const answer = await api.call(method, path, { body });
    const named = (answer.body?.errors ?? []).map(({ loc }: { loc: unknown[] }) => loc.join('.'));
    expect([what, answer.status, answer.body?.error_code]).toEqual([what, 422, code]);
    expect([what, [...new Set(named)].sort()]).toEqual([what, [...places].sort()]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect([what, answer.body.errors.flatMap(faultRowErrors)]).toEqual([what, []]);
  }
  expect(await api.lastSequence()).toBe(before);
}

describe('a request that is refused names what is wrong, and nothing is appended', () => {
  it('where a task to create has faults', async () => {
    await expectProblems(await stack(), 'POST', TASKS, CREATE);
  });

  it('where an update has faults', async () => {
    const api = await stack();
    const { body } = await api.call('POST', TASKS, { body: WEATHER });
    await expectProblems(api, 'PUT', `${TASKS}/${body.task_id}`, UPDATE);
    await expectProblems(api, 'PATCH', `${TASKS}/${body.task_id}`, UPDATE);
  });

  it('where an update would change what cannot be changed (BR-UPD-002, BR-UPD-003)', async () => {
    const api = await stack();
    const { body } = await api.call('POST', TASKS, { body: TODO });
    const rows: Row[] = ['task_type', 'task_id', 'user_id', 'created_at'].map((field) => [
      field,
      { name: 'New', [field]: body[field] },
      [`body.${field}`],
    ]);
    rows.push([
      'with other faults',
      { task_id: 'x', name: '', colour: 1 },
      ['body.task_id', 'body.name', 'body.colour'],
    ]);
    await expectProblems(api, 'PATCH', `${TASKS}/${body.task_id}`, rows, 'IMMUTABLE_FIELD');
  });

  it('where an action or an execution has faults', async () => {
    const api = await stack();
    const path = `${TASKS}/${(await api.call('POST', TASKS, { body: TODO })).body.task_id}`;
    for (const action of ['pause', 'resume', 'cancel']) {
      await expectProblems(api, 'POST', `${path}/${action}`, [
        ['a reason that is no text', { reason: 5 }, ['body.reason']],
        ['a long reason', { reason: 'x'.repeat(2_001) }, ['body.reason']],
        ['an unknown field', { why: 'not' }, ['body.why']],
      ]);
    }
    await expectProblems(api, 'POST', `${path}/execute`, [
      ['a trigger that is not by hand', { trigger_type: 'scheduled' }, ['body.trigger_type']],
      ['trigger data that are an array', { trigger_data: [1] }, ['body.trigger_data']],
      ['large trigger data', { trigger_data: { x: 'x'.repeat(64 * 1024) } }, ['body.trigger_data']],
    ]);
    await expectProblems(api, 'DELETE', path, [['a body', { force: true }, ['body.force']]]);
    for (const prefer of ['wait=61', 'wait=-1', 'wait=soon', 'wait', 'wait=1.5']) {
      const { status, body } = await api.call('POST', `${path}/execute`, { headers: { Prefer: prefer } });
      expect([prefer, status, body.errors[0].loc]).toEqual([prefer, 422, ['header', 'Prefer']]);
    }
    expect(await api.lastSequence()).toBe(1);
  });

  it('where a preview has faults', async () => {
    const daily = { type: 'daily' };
    await expectProblems(await stack(), 'POST', '/api/v1/schedules/preview', [
      ['nothing', {}, ['body.schedule']],
      ['a count of 0', { schedule: daily, count: 0 }, ['body.count']],
      ['a count beyond 10,000', { schedule: daily, count: 10_001 }, ['body.count']],
      ['a count as text', { schedule: daily, count: '5' }, ['body.count']],
      [
        'a bad schedule and a bad start',
        { schedule: { type: 'x' }, from: 'now' },
        ['body.schedule.type', 'body.from'],
      ],
    ]);
  });

  it('where a query has faults', async () => {
    const api = await stack();
    const { body: task } = await api.call('POST', TASKS, { body: TODO });
    const path = `${TASKS}/${task.task_id}`;
    const rows: [string, string, string[]][] = [
      [TASKS, 'limit=0', ['limit']],
      [TASKS, 'limit=501', ['limit']],
      [TASKS, 'limit=ten', ['limit']],
      [TASKS, 'limit=1e2', ['limit']],
      [TASKS, 'limit=', ['limit']],
      [TASKS, 'limit=%201', ['limit']],
      [TASKS, 'limit=5&limit=6', ['limit']],
      [TASKS, 'offset=-1', ['offset']],
      [TASKS, 'offset=99999999999999999999', ['offset']],
      [TASKS, 'status=sleeping', ['status.0']],
      [TASKS, 'status=', ['status.0']],
      [TASKS, 'status=pending,paused', ['status.0']],
      [TASKS, 'status=pending&status=x', ['status.1']],
      [TASKS, 'task_type=x&priority=y', ['priority.0', 'task_type.0']],
      [TASKS, 'sort=colour', ['sort']],
      [TASKS, 'sort=--name', ['sort']],
      [TASKS, 'q=', ['q']],
      [TASKS, `q=${'x'.repeat(256)}`, ['q']],
      [TASKS, 'due_before=2026-01-01', ['due_before']],
      [TASKS, 'include_deleted=yes', ['include_deleted']],
      [TASKS, 'cursor=nonsense', ['cursor']],
      [TASKS, `cursor=${Buffer.from('["name","a",1]').toString('base64url')}`, ['cursor']],
      [TASKS, 'cursor=x&offset=1&limit=0', ['cursor', 'limit', 'offset']],
      [TASKS, 'cursor=x&sort=colour', ['sort']],
      [TASKS, '__proto__=1', ['__proto__']],
      [TASKS, 'colour=red&shape=round', ['colour', 'shape']],
      [path, 'as_of=2026-01-01T00:00:00', ['as_of']],
      [`${path}/executions`, 'limit=201', ['limit']],
      [`${path}/executions`, 'status=pending&status=ended', ['status.1']],
      [`${path}/executions`, 'cursor=x', ['cursor']],
      [`${path}/executions`, 'cursor=x&offset=1&limit=0', ['cursor', 'limit', 'offset']],
      [`${path}/slots`, 'cursor=x&limit=0', ['cursor', 'limit']],
      [
        '/api/v1/executions',
        'from=2026-11-23T09:00:00Z&to=2026-11-23T08:00:00Z&cursor=x&limit=0',
        ['cursor', 'limit', 'to'],
      ],
      [`${path}/events`, 'after=-1', ['after']],
      [`${path}/events`, 'after=9007199254740993', ['after']],
      [`${path}/schedule/preview`, 'count=10001', ['count']],
    ];
    for (const [at, query, names] of rows) {
      const { status, body } = await api.call('GET', `${at}?${query}`);
      const named = body.errors?.map(({ loc }: { loc: unknown[] }) => loc.join('.')).sort();
      expect([query, status, named]).toEqual([query, 422, names.map((one) => `query.${one}`)]);
    }
    const onWrite = await api.call('DELETE', `${path}?force=true`);
    expect([onWrite.status, onWrite.body.errors[0].loc]).toEqual([422, ['query', 'force']]);
  });

  it('where the body is not JSON, not UTF-8, not there, not of the type, or nested beyond measure', async () => {
    const api = await stack();
    const text = JSON.stringify(TODO);
    const deep = (depth: number) =>
      `{"name":"a","task_type":"todo","metadata":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;
    const type = (value: string) => ({ headers: { 'Content-Type': value }, body: text });
    const rows: [string, CallOptions, number, string][] = [
      ['cut short', { body: '{"name":' }, 400, 'INVALID_JSON'],
      ['with a comment', { body: `${text} // new` }, 400, 'INVALID_JSON'],
      ['with NaN', { body: '{"name":NaN}' }, 400, 'INVALID_JSON'],
      ['a byte', { body: '{' }, 400, 'INVALID_JSON'],
      ['not there', {}, 422, 'VALIDATION_ERROR'],
      ['of no depth that is taken', { body: deep(64) }, 422, 'VALIDATION_ERROR'],
      ['as deep as it can be', { body: '['.repeat(500_000) }, 422, 'VALIDATION_ERROR'],
      ['as deep as is counted', { body: '['.repeat(40_000) }, 400, 'INVALID_JSON'],
      [
        'as deep as it can be and whole',
        { body: `${'['.repeat(500_000)}${']'.repeat(500_000)}` },
        422,
        'VALIDATION_ERROR',
      ],
      [
        'with more faults than a call takes arguments',
        { body: `[${'1e999,'.repeat(49_000)}1]` },
        422,
        'VALIDATION_ERROR',
      ],
      [
        'of more deep places than that',
        { body: `${'['.repeat(63)}${'[[]],'.repeat(16_000)}1${']'.repeat(63)}` },
        422,
        'VALIDATION_ERROR',
      ],
      ['of more members than that', { body: `{${manyMembers(49_000)}}` }, 422, 'VALIDATION_ERROR'],
      ['a form', type('application/x-www-form-urlencoded'), 415, 'UNSUPPORTED_MEDIA_TYPE'],
      ['text', type('text/plain'), 415, 'UNSUPPORTED_MEDIA_TYPE'],
      ['of another charset', type('application/json; charset=latin1'), 415, 'UNSUPPORTED_MEDIA_TYPE'],
      ['packed', { body: text, headers: { 'Content-Encoding': 'gzip' } }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
      [
        '2 MB long',
        { body: JSON.stringify({ ...TODO, metadata: { x: 'x'.repeat(2_000_000) } }) },
        413,
        'BODY_TOO_LARGE',
      ],
    ];
    for (const [what, how, status, code] of rows) {
      const answer = await api.call('POST', TASKS, how);
      expect([what, answer.status, answer.body.error_code]).toEqual([what, status, code]);
      expect([what, answer.body.errors.length > 0]).toEqual([what, true]);
    }
    const latin1 = Buffer.from('{"name":"caf\u00e9","task_type":"todo"}', 'latin1');
    const answer = await api.app.request(TASKS, {
      method: 'POST',
      body: latin1,
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await tokenOf(ALICE)}` },
    });
    expect([
      answer.status,
      ((await answer.json()) as { errors: { loc: string[] }[] }).errors[0]?.loc,
    ]).toEqual([400, ['body']]);
    expect(await api.lastSequence()).toBe(0);
    for (const taken of [
      'application/json; charset=UTF-8',
      'Application/JSON',
      'application/merge-patch+json',
    ]) {
      expect([taken, (await api.call('POST', TASKS, type(taken))).status]).toEqual([taken, 201]);
    }
    expect((await api.call('POST', TASKS, { body: deep(63) })).status).toBe(201);
  });

  it('where an id is not of the form, or of nothing', async () => {
    const api = await stack();
    const { body: task } = await api.call('POST', TASKS, { body: TODO });
    for (const id of [...IDS, 'tsk_01JDB2V5Q8WZ3N7K4M6P9R0T1X']) {
      const { status, body } = await api.call('GET', `${TASKS}/${encodeURI(id)}`);
      expect([id, status, body.error_code]).toEqual([id, 404, 'TASK_NOT_FOUND']);
      const deleted = await api.call('DELETE', `${TASKS}/${encodeURI(id)}`);
      expect([id, deleted.status]).toEqual([id, 404]);
    }
    for (const id of ['exe_', 'exe_01JDB2V5Q8WZ3N7K4M6P9R0T1X', task.task_id]) {
      const path = `${TASKS}/${task.task_id}/executions/${id}`;
      for (const [method, at] of [
        ['GET', path],
        ['POST', `${path}/cancel`],
      ] as const) {
        const { status, body } = await api.call(method, at);
        expect([id, status, body.error_code]).toEqual([id, 404, 'EXECUTION_NOT_FOUND']);
      }
    }
    expect(await api.lastSequence()).toBe(1);
  });

  it('where the path or the method is none', async () => {
    const api = await stack();
    const { task_id } = (await api.call('POST', TASKS, { body: TODO })).body;
    for (const path of ['/api', '/api/v1', `${TASKS}/${task_id}/dance`, '/api/v2/tasks']) {
      const { status, body } = await api.call('GET', path);
      expect([path, status, body.error_code]).toEqual([path, 404, 'NOT_FOUND']);
    }
    const rows = [
      ['DELETE', TASKS, 'GET, HEAD, POST'],
      ['POST', `${TASKS}/${task_id}`, 'GET, HEAD, PUT, PATCH, DELETE'],
      ['GET', `${TASKS}/${task_id}/pause`, 'POST'],
    ] as const;
    for (const [method, path, allow] of rows) {
      const { status, body, headers } = await api.call(method, path);
      expect([path, status, body.error_code, headers.get('allow')]).toEqual([
        path,
        405,
        'METHOD_NOT_ALLOWED',
        allow,
      ]);
    }
  });
});

describe('what looks bad and is not', () => {
  it('is taken as it is: the longest of everything, odd names of members, a byte order mark', async () => {
    const api = await stack();
    const longest = {
      ...TODO,
      name: '𝄞'.repeat(255),
      description: '𝄞'.repeat(10_000),
      tags: Array.from({ length: 50 }, (_, n) => `${n}`.padEnd(64, 'x')),
      metadata: { constructor: 1, '': 2, 'a.b': 3, toString: { hasOwnProperty: 4 } },
      credits_per_run: 0.000001,
    };
    const { status, body } = await api.call('POST', TASKS, { body: longest });
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...longest, name: longest.name });
    const bom = await api.call('POST', TASKS, { body: `\ufeff${JSON.stringify(TODO)}` });
    expect(bom.status).toBe(201);
  });
});

describe('a body of countless faults', () => {
  const numbers = (count: number) => `[${'1,'.repeat(count)}1]`;
  const withFaults = (count: number): [string, string][] => [
    ['in a list', `{"name":"a","task_type":"todo","tags":${numbers(count)}}`],
    ['in a config', `{"name":"a","task_type":"news_monitor","config":{"keywords":${numbers(count)}}}`],
    ['of members that are not known', `{"name":"a","task_type":"todo",${manyMembers(count)}}`],
  ];

  it.each(withFaults(49_000))('%s costs as little as its first thousand', async (_, body) => {
    const { answer, ms } = await costOf(body);
    expect(answer.status).toBe(422);
    const { errors, errors_truncated } = answer.body;
    expect(errors.length).toBeLessThanOrEqual(1_000);
    expect(errors_truncated).toBe(true);
    expect(ms).toBeLessThan(500);
  });

  it.each(withFaults(100_000))('%s is not looked at beyond 50,000 values', async (_, body) => {
    const { answer, ms } = await costOf(body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([
      {
        loc: ['body'],
        msg: 'Must have at most 50,000 values',
        type: 'too_many_values',
        params: { maximum: 50_000 },
      },
    ]);
    // Parsing it alone would be some 50.
    expect(ms).toBeLessThan(50);
  });

  /** The processor time of everything that it takes, milliseconds. */
  async function costOf(text: string) {
    const api = await stack();
    const cost = async (body: string) => {
      const before = process.cpuUsage();
      const answer = await api.call('POST', TASKS, { body });
      const { user, system } = process.cpuUsage(before);
      return { answer, ms: (user + system) / 1000 };
    };
    for (let count = 0; count < 3; count++) await cost(`{"name":"a","tags":[${'"P1D",'.repeat(100)}"P1D"]}`);
    return cost(text);
  }

  it('is not what a large body without faults is', async () => {
    const api = await stack();
    const metadata = { numbers: Array.from({ length: 10_000 }, (_, n) => n) };
    const answer = await api.call('POST', TASKS, { body: { ...TODO, metadata } });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ metadata });
  });
});
