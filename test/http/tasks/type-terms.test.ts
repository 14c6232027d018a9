import { describe, expect, it } from 'vitest';
import { publishShipped, readShipped } from '../../../src/app/start/shipped-templates.ts';
import { TASK_TYPES, type TaskType } from '../../../src/domain/task/status.ts';
import { DEFAULT_TASK_TYPE_TERMS } from '../../../src/domain/task/type-terms.ts';
import { createApp } from '../../../src/http/server/app.ts';
import { type CallOptions, call, type Stack, signed, stack } from '../../support/parts/stack.ts';

const TASKS = '/api/v1/tasks';
const CONFIGS: Partial<Record<TaskType, object>> = {
  daily_weather: { location: 'Bern' },
  news_monitor: { keywords: ['cheese'] },
  weather_alert: {
    location: 'Bern',
    alert_conditions: { temperature: { operator: '<', value: -15 } },
  },
  price_tracker: { product_url: 'https://shop.example/cheese', target_price: 9, currency: 'EUR' },
  reminder: { reminder_message: 'x' },
  calendar_event: { event_title: 'Fondue', event_time: '2030-01-01T19:00:00Z' },
  custom: { script_type: 'webhook', url: 'https://hook.example/x' },
};

/** A caller of this tier. */
async function as(api: Stack, tier: string) {
  const authorization = `Bearer ${await signed({ sub: `usr_${tier}`, subscription_level: tier })}`;
  return (method: string, path: string, how: CallOptions = {}) =>
    api.call(method, path, { user: null, ...how, headers: { authorization, ...how.headers } });
}

const bodyOf = (task_type: TaskType, more: object = {}) => ({
  name: 'x',
  task_type,
  config: CONFIGS[task_type] ?? {},
  ...more,
});

describe('what a task type costs, and who may have it, is the service’s to say', () => {
  it('for a task that is made without a template as for one that is', async () => {
    const api = await stack({ taskTypeTerms: DEFAULT_TASK_TYPE_TERMS });
    const free = await as(api, 'free');
    const all = await as(api, 'enterprise');
    for (const task_type of TASK_TYPES) {
      const { tier, credits_per_run_micros: micros } = DEFAULT_TASK_TYPE_TERMS[task_type];
      const tried = await free('POST', TASKS, { body: bodyOf(task_type) });
      if (tier === 'free') {
        expect([task_type, tried.status, tried.body.credits_per_run]).toEqual([task_type, 201, micros / 1e6]);
      } else {
        expect([task_type, tried.status, tried.body.error_code]).toEqual([
          task_type,
          403,
          'SUBSCRIPTION_REQUIRED',
        ]);
        expect(tried.body).toMatchObject({ required: tier, current: 'free' });
      }
      const made = await all('POST', TASKS, { body: bodyOf(task_type) });
      expect([task_type, made.status, made.body.credits_per_run]).toEqual([task_type, 201, micros / 1e6]);
    }
  });

  it('and a caller may only ask for more', async () => {
    const api = await stack({ taskTypeTerms: DEFAULT_TASK_TYPE_TERMS });
    const free = await as(api, 'free');
    const before = await api.lastSequence();
    for (const credits_per_run of [0, 0.099999]) {
      const { status, body } = await free('POST', TASKS, {
        body: bodyOf('daily_weather', { credits_per_run }),
      });
      expect([status, body.errors]).toEqual([
        422,
        [
          {
            loc: ['body', 'credits_per_run'],
            msg: 'Must be at least what a run of daily_weather costs: 0.1',
            params: { task_type: 'daily_weather', minimum: 0.1 },
            type: 'too_small',
          },
        ],
      ]);
    }
    expect(await api.lastSequence()).toBe(before);
    const { body: task } = await free('POST', TASKS, {
      body: bodyOf('daily_weather', { credits_per_run: 3 }),
    });
    const path = `${TASKS}/${task.task_id}`;
    expect(task.credits_per_run).toBe(3);
    expect((await free('PATCH', path, { body: { credits_per_run: 0.05 } })).body.errors[0].loc).toEqual([
      'body',
      'credits_per_run',
    ]);
    expect((await free('PUT', path, { body: { credits_per_run: 0.1 } })).body.credits_per_run).toBe(0.1);
  });

  it('a task of before keeps its price, also where it is sent back as it is shown', async () => {
    const api = await stack();
    const { body: task } = await api.call('POST', TASKS, { body: bodyOf('daily_weather') });
    expect(task.credits_per_run).toBe(0);
    const later = createApp({ ...api.deps, taskTypeTerms: DEFAULT_TASK_TYPE_TERMS });
    const path = `${TASKS}/${task.task_id}`;
    const kept = await call(later, 'PUT', path, { body: { name: 'y', credits_per_run: 0 } });
    expect([kept.status, kept.body.name, kept.body.credits_per_run]).toEqual([200, 'y', 0]);
    expect((await call(later, 'PATCH', path, { body: { credits_per_run: 0.01 } })).status).toBe(422);
  });

  it('a template that asks for less is offered at the terms of its type', async () => {
    const api = await stack({
      taskTypeTerms: {
        ...DEFAULT_TASK_TYPE_TERMS,
        todo: { tier: 'pro', credits_per_run_micros: 2_000_000 as never },
      },
    });
    await publishShipped(await readShipped(), api.deps.templateCommands, 'test');
    const free = await as(api, 'free');
    const use = { template_id: 'tpl_todo_basic', name: 'x' };
    for (const path of [TASKS, `${TASKS}/from-template`]) {
      expect((await free('POST', path, { body: use })).body).toMatchObject({ status: 403, required: 'pro' });
    }
    expect((await free('GET', '/api/v1/templates/tpl_todo_basic')).status).toBe(403);
    const listed = (await free('GET', '/api/v1/templates')).body as { template_id: string }[];
    expect(listed.map(({ template_id }) => template_id)).not.toContain('tpl_todo_basic');
    const pro = await as(api, 'pro');
    const { body } = await pro('GET', '/api/v1/templates/tpl_todo_basic');
    expect(body).toMatchObject({ required_subscription_level: 'pro', credits_per_run: 2 });
    expect((await pro('POST', TASKS, { body: use })).body.credits_per_run).toBe(2);
  });
});
