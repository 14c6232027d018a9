import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { CreateTaskBody } from '../../../src/http/tasks/schemas.ts';
import { ALICE, signed, stack } from '../../support/parts/stack.ts';

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: {
    readonly content: Record<string, { readonly schema: { readonly $ref?: string } }>;
  };
  readonly responses: Record<
    string,
    {
      readonly description?: string;
      readonly headers?: object;
      readonly content?: Record<string, unknown>;
    }
  >;
  readonly security?: readonly object[];
}

/** Of answers that are not JSON, by the ends of their paths. */
const OTHER_TYPES: readonly (readonly [string, string])[] = [
  ['/events/stream', 'text/event-stream'],
  ['/audit/events', 'application/x-ndjson'],
  ['/audit/proof/{task_id}', 'application/x-ndjson'],
  ['/audit/verify', 'application/x-ndjson'],
  ['/audit/log/checkpoint', 'text/plain'],
  ['/audit/log/key', 'text/plain'],
  ['/{tile}', 'application/octet-stream'],
];

async function description() {
  const api = await stack();
  const { status, body } = await api.call('GET', '/openapi.json', { user: null });
  expect(status).toBe(200);
  const operations = Object.entries(body.paths as Record<string, Record<string, Operation>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        at: `${method.toUpperCase()} ${path}`,
        path,
        operation,
      })),
  );
  return { api, body, operations };
}

describe('the OpenAPI description', () => {
  it('is of version 3.1 and has every route that is served, and no other', async () => {
    const { api, body, operations } = await description();
    expect(body.openapi).toBe('3.1.0');
    const served = api.app.routes
      // What people look at in a browser is no call.
      .filter(({ path }) => /^\/(api|health|metrics)/.test(path))
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)(\{[^}]*\})?/g, '{$1}')}`);
    expect(operations.map(({ at }) => at).sort()).toEqual([...new Set(served)].sort());
  });

  it('names each operation for who generates a client from it, each otherwise', async () => {
    const { operations } = await description();
    const names = operations.map(({ operation }) => operation.operationId ?? '');
    expect(names.filter((name) => !/^[a-z][A-Za-z]+$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('postTasksByTaskIdPause');
  });

  it('says what comes with a refusal, and of health and the calendar', async () => {
    const { body, operations } = await description();
    for (const { at, operation } of operations) {
      const headers = Object.entries(operation.responses).flatMap(([code, { headers = {} }]) =>
        code === '401' || code === '429' ? [[code, ...Object.keys(headers)]] : [],
      );
      for (const [code, ...names] of headers)
        expect([at, code, names]).toEqual([
          at,
          code,
          code === '401' ? ['WWW-Authenticate'] : ['Retry-After'],
        ]);
    }
    expect(Object.keys(body.components.schemas.Health.properties)).toContain('reasons');
    const calendar = operations.find(({ path }) => path === '/api/v1/calendar.ics')?.operation.responses;
    expect(Object.keys(calendar?.['200']?.headers ?? {})).toContain('ETag');
    expect(calendar?.['404']?.description).toContain('`NOT_FOUND`');
  });

  it('refers to nothing that it does not hold', async () => {
    const { body } = await description();
    const refs = [...JSON.stringify(body).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, ref]) => ref ?? '');
    expect(refs.length).toBeGreaterThan(10);
    for (const ref of new Set(refs)) {
      const found = ref
        .split('/')
        .reduce<unknown>((part, name) => (part as Record<string, unknown>)?.[name], body);
      expect([ref, typeof found]).toEqual([ref, 'object']);
    }
  });

  it('names for each operation what it takes, who may call it and the problems it answers', async () => {
    const { operations } = await description();
    for (const { at, path, operation } of operations) {
      expect([at, typeof operation.summary]).toEqual([at, 'string']);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? [])
        .filter((one) => one.in === 'path')
        .map(({ name }) => name);
      expect([at, declared]).toEqual([at, inPath]);
      if (path.includes('health') || path === '/metrics' || path.endsWith('.ics')) continue;
      // Who has the URL of a webhook needs nothing else; who signs in has nothing yet.
      const isHook = path.endsWith('/hooks/{token}');
      const ways = isHook || at === 'POST /api/v1/session' ? 0 : path === '/api/v1/service/stats' ? 4 : 3;
      expect([at, operation.security?.length]).toEqual([at, ways]);
      const codes = Object.keys(operation.responses);
      if ('x-only-for' in operation) expect([at, codes.includes('403')]).toEqual([at, true]);
      const expected = [isHook ? '429' : '401', '422', '500', '503', ...(inPath.length > 0 ? ['404'] : [])];
      const writes = !at.startsWith('GET');
      if (writes) expected.push('400', '413', '415');
      expect([at, expected.filter((code) => !codes.includes(code))]).toEqual([at, []]);
      for (const [code, { content = {} }] of Object.entries(operation.responses)) {
        const [, ok = 'application/json'] = OTHER_TYPES.find(([end]) => at.endsWith(end)) ?? [];
        const type = Number(code) >= 400 ? 'application/problem+json' : ok;
        if (code !== '304' && code !== '204')
          expect([at, code, Object.keys(content)[0]]).toEqual([at, code, type]);
      }
    }
  });

  it('shows the bounds that are held, and an example that is taken', async () => {
    const { api, body } = await description();
    const { CreateTask, Task } = body.components.schemas;
    expect(CreateTask.required).toEqual(['name', 'task_type']);
    expect(CreateTask.additionalProperties).toBe(false);
    expect(CreateTask.properties).toMatchObject({
      name: { type: 'string', minLength: 1, maxLength: 255 },
      tags: { type: 'array', maxItems: 50, items: { maxLength: 64 } },
      credits_per_run: { type: 'number', minimum: 0, maximum: 1_000_000, multipleOf: 0.000001 },
      due_date: { type: ['string', 'null'], anyOf: [{ format: 'date-time' }, { format: 'date' }, {}] },
      config: { $ref: '#/components/schemas/TaskConfig' },
    });
    const list = body.paths['/api/v1/tasks'].get.parameters;
    const limit = list.find(({ name }: { name: string }) => name === 'limit');
    expect(limit).toMatchObject({
      in: 'query',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 500 },
    });
    expect(CreateTaskBody.safeParse(CreateTask.example).success).toBe(true);
    const { status, body: task } = await api.call('POST', '/api/v1/tasks', { body: CreateTask.example });
    expect([status, Object.keys(task).sort()]).toEqual([201, [...Task.required].sort()]);
  });

  it('takes what is taken, and nothing that is refused for its form', async () => {
    const { api, body } = await description();
    const trigger = { type: 'event', subject: 'orders.paid', filter: { total: { gte: 100 } } };
    const made = { template_id: 'tpl_note', customization: { notify: { created: true }, trigger } };
    const todo = { name: 'Buy milk', task_type: 'todo' };
    const bulk = { action: 'pause', dry_run: true };
    const rows: readonly (readonly [path: string, status: number, body: object])[] = [
      ['/api/v1/tasks', 201, { ...todo, trigger, notify: { success: false } }],
      ['/api/v1/tasks', 201, { ...todo, trigger: null, notify: null }],
      ['/api/v1/tasks', 201, { ...made, task_type: 'todo' }],
      ['/api/v1/tasks', 201, { template_id: 'tpl_note', customization: null }],
      ['/api/v1/tasks', 422, { ...todo, trigger: { type: 'event' } }],
      ['/api/v1/tasks', 422, { ...todo, trigger: { ...trigger, filter: 7 } }],
      ['/api/v1/tasks', 422, { ...todo, notify: { success: 'yes' } }],
      ['/api/v1/tasks', 422, { ...made, colour: 'red' }],
      ['/api/v1/tasks/from-template', 201, made],
      ['/api/v1/tasks/from-template', 422, { ...made, task_type: 'todo' }],
      ['/api/v1/tasks/from-template', 422, { ...made, customization: { colour: 'red' } }],
      ['/api/v1/tasks/bulk', 200, { ...bulk, filter: { tag: 'morning', status: ['paused', 'failed'] } }],
      ['/api/v1/tasks/bulk', 200, { ...bulk, filter: { status: 'paused', priority: 'low' } }],
      ['/api/v1/tasks/bulk', 422, { ...bulk, filter: { status: 'asleep' } }],
      ['/api/v1/tasks/bulk', 422, { ...bulk, filter: { tag: [] } }],
    ];
    const template = {
      template_id: 'tpl_note',
      name: 'Note',
      category: 'productivity',
      task_type: 'todo',
      required_subscription_level: 'free',
    };
    const admin = { authorization: `Bearer ${await signed({ sub: ALICE, roles: ['admin'] })}` };
    const published = await api.call('POST', '/api/v1/templates', {
      user: null,
      body: template,
      headers: admin,
    });
    expect(published.status).toBe(201);

    const fits = schemasOf(body);
    for (const [path, status, sent] of rows) {
      const answer = await api.call('POST', path, { body: sent });
      const described = fits(sent, 'paths', path, 'post', 'requestBody');
      expect([path, sent, answer.status, described]).toEqual([path, sent, status, status < 300]);
    }
  });

  it('names the limits of each call that counts against them', async () => {
    const { operations } = await description();
    const tasks = ['TASK_LIMIT_EXCEEDED'];
    const edits = ['EDIT_LIMIT_EXCEEDED'];
    const runs = [...tasks, 'EXECUTION_LIMIT_EXCEEDED', 'CREDIT_LIMIT_EXCEEDED'];
    const counting: Readonly<Record<string, readonly string[]>> = {
      'POST /api/v1/tasks': tasks,
      'POST /api/v1/tasks/from-template': tasks,
      'PUT /api/v1/tasks/{task_id}': tasks,
      'PATCH /api/v1/tasks/{task_id}': tasks,
      'POST /api/v1/tasks/{task_id}/restore': tasks,
      'POST /api/v1/tasks/{task_id}/undo': tasks,
      'POST /api/v1/tasks/{task_id}/execute': runs,
      'POST /api/v1/scheduler/execute/{task_id}': runs,
      'POST /api/v1/hooks/{token}': runs,
      'POST /api/v1/calendars': ['CALENDAR_LIMIT_EXCEEDED', 'EDIT_LIMIT_EXCEEDED'],
      'PUT /api/v1/calendars/{calendar_id}': edits,
      'POST /api/v1/event-destinations': ['DESTINATION_LIMIT_EXCEEDED', 'EDIT_LIMIT_EXCEEDED'],
      'PUT /api/v1/event-destinations/{destination_id}': edits,
      'POST /api/v1/event-destinations/{destination_id}/deliveries/{event_id}/resend': edits,
      'POST /api/v1/event-destinations/{destination_id}/replay': edits,
    };
    for (const { at, operation } of operations) {
      const named = operation.responses[429]?.description?.match(/\w+_LIMIT_EXCEEDED/g) ?? [];
      expect([at, [...named].sort()]).toEqual([at, [...(counting[at] ?? [])].sort()]);
    }
  });

  it('promises of a deleted task no header that is not sent', async () => {
    const { api, body } = await description();
    const { body: task } = await api.call('POST', '/api/v1/tasks', {
      body: { name: 'Buy milk', task_type: 'todo' },
    });
    const { headers } = await api.call('DELETE', `/api/v1/tasks/${task.task_id}`);
    const promised = Object.keys(body.paths['/api/v1/tasks/{task_id}'].delete.responses[200].headers);
    expect(promised.filter((name) => !headers.has(name))).toEqual([]);
  });

  it('has an example of each body that is as it says itself', async () => {
    const { body } = await description();
    const fits = schemasOf(body);
    const named = Object.entries(body.components.schemas as Record<string, { example?: unknown }>);
    const wrong = named.filter(
      ([name, { example }]) => example !== undefined && !fits(example, 'components', 'schemas', name),
    );
    expect(wrong.map(([name]) => name)).toEqual([]);
  });
});

/** Whether a value fits the schema, or the JSON body, that is described at this place of the document. */
function schemasOf(document: object) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'openapi');
  return (value: unknown, ...place: readonly string[]): boolean => {
    const whole =
      place.at(-1) === 'requestBody' ? [...place, 'content', 'application/json', 'schema'] : place;
    const pointer = whole.map((name) => encodeURIComponent(name.replaceAll('/', '~1'))).join('/');
    return ajv.validate({ $ref: `openapi#/${pointer}` }, value);
  };
}
