/**
 * The scenarios of the domain, step by step: a user's app at the REST interface of the built service, the world as
 * local servers that answer as the providers do, and what the log says of it, read on NATS. All share one service
 * and run side by side, each with users of its own.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FeedServer, rss, startFeedServer } from '../support/feed-server.ts';
import { type HttpReceiver, json, startHttpReceiver } from '../support/http-receiver.ts';
import { type LogWatch, watchLog } from '../support/log-watch.ts';
import { connected } from '../support/nats-client.ts';
import { startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { jsonLd, product, productPage } from '../support/product-page.ts';
import { Caller, type ServiceProcess, startService, tokenFor } from '../support/service.ts';
import { startWeatherServer, type WeatherServer } from '../support/weather-server.ts';

interface Task {
  readonly task_id: string;
  readonly name: string;
  readonly status: string;
  readonly next_run_time: string | null;
  readonly success_count: number;
  readonly failure_count: number;
}
interface Execution {
  readonly execution_id: string;
  readonly status: string;
  readonly error_message: string | null;
  readonly error_details: object | null;
}
interface Analytics {
  readonly daily: readonly object[];
  readonly by_type: Readonly<Record<string, object>>;
  readonly busiest_hours: readonly number[];
}
interface Template {
  readonly template_id: string;
  readonly name: string;
  readonly task_type: string;
  readonly required_fields: readonly string[];
  readonly optional_fields: readonly string[];
  readonly required_subscription_level: string;
  readonly default_config: object;
  readonly config_schema: object;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let nats: TestNatsServer;
let nc: NatsConnection;
const ends: (() => Promise<void>)[] = [];
let log: LogWatch;
let service: ServiceProcess;
let weather: WeatherServer;
let feeds: FeedServer;
/** A shop and a webhook receiver: `answers` says what a path answers; 503 where it says nothing. */
let world: HttpReceiver;
const answers = new Map<string, Parameters<HttpReceiver['answer']>[0]>();

beforeAll(async () => {
  nats = await startNatsServer();
  weather = await startWeatherServer();
  feeds = await startFeedServer({ paper: rss([{ title: 'NATS is out', guid: '1' }]) });
  world = await startHttpReceiver((request, response) => {
    const answer = answers.get(request.path);
    if (answer === undefined) json(response, 503, { error: 'down for maintenance' });
    else answer(request, response);
  });
  service = await startService({
    NATS_URL: nats.servers,
    NATS_USER: nats.user,
    NATS_PASSWORD: nats.pass,
    EGRESS_ALLOW: [weather.host, feeds.host, world.host].join(','),
    WEATHER_API_URL: weather.url,
    GEOCODING_API_URL: weather.url,
    NEWS_FEEDS: `paper[world]=${feeds.url}/paper`,
  });
  nc = await connected(nats, 'scenarios', (close) => void ends.push(close));
  log = watchLog(nc);
});
afterAll(async () => {
  await log?.stop();
  for (const end of ends) await end();
  await service?.end('SIGTERM');
  await Promise.all([weather?.stop(), feeds?.stop(), world?.stop()]);
  await nats?.stop();
});

const app = async (user: string, tier: string) => new Caller(service.url, await tokenFor(user, tier));

/** Every so often, with the next slot soon. */
function every(periodMs: number): { schedule: object; first: string; second: string } {
  const first = new Date(Date.now() + 1_500);
  const at = (periods: number) => new Date(first.getTime() + periods * periodMs).toISOString();
  const schedule = { type: 'interval', interval_seconds: periodMs / 1_000, anchor: at(-1) };
  return { schedule, first: at(0), second: at(1) };
}

const sells = (path: string, price: number) =>
  answers.set(path, (_request, response) =>
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(productPage({ head: jsonLd(product(price)) })),
  );

async function priceTracker(caller: Caller, path: string, more: object = {}): Promise<Task> {
  const { status, body } = await caller.call<Task>('POST', '/tasks', {
    name: `Price of ${path}`,
    task_type: 'price_tracker',
    config: { product_url: `${world.url}${path}`, target_price: 100, currency: 'EUR' },
    ...more,
  });
  expect(status).toBe(201);
  return body;
}

test.concurrent('Scenario 1: create a daily weather task', async () => {
  const mobileApp = await app('wanda', 'free');

  // The user selects the template; the app creates the task.
  const { body: template } = await mobileApp.call<Template>('GET', '/templates/tpl_daily_weather');
  const daily = every(DAY_MS);
  const ask = { template_id: template.template_id, task_type: 'daily_weather', schedule: daily.schedule };

  // Subscription level, location and time are validated: each refusal says what is wrong, and nothing is made.
  const aboveTier = await mobileApp.call('POST', '/tasks', { ...ask, template_id: 'tpl_weather_alert' });
  expect([aboveTier.status, aboveTier.body.error_code]).toEqual([403, 'SUBSCRIPTION_REQUIRED']);
  const nowhere = await mobileApp.call<{ errors: { loc: string[] }[] }>('POST', '/tasks', ask);
  expect(nowhere.status).toBe(422);
  expect(nowhere.body.errors.map(({ loc }) => loc)).toContainEqual(['body', 'config', 'location']);
  const never = { type: 'daily', run_time: '25:00' };
  const config = { location: 'Berlin' };
  expect((await mobileApp.call('POST', '/tasks', { ...ask, config, schedule: never })).status).toBe(422);
  expect((await mobileApp.call('GET', '/tasks')).body.count).toBe(0);

  // The task is recorded with its schedule and next run, published to NATS, and returned.
  const created = await mobileApp.call<Task>('POST', '/tasks', { ...ask, config });
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({ status: 'scheduled', next_run_time: daily.first });
  const { task_id } = created.body;
  const [fact] = await log.events(task_id, 'task.created');
  expect(fact?.data).toMatchObject({ task_type: 'daily_weather', next_run_time: daily.first });
  expect(fact?.meta).toMatchObject({ user_id: 'wanda', actor: 'user:wanda' });
  expect(created.headers.get('event-sequence')).toBe(String(fact?.meta.sequence));

  // At its time the scheduler picks it up, the weather is asked for, and there is a text to notify with.
  const [ran] = await log.events(task_id, 'task.execution_completed');
  expect(ran?.data.personal.summary).toMatch(/Berlin/);
  expect(weather.requests.some(({ path }) => path.startsWith('/v1/forecast?'))).toBe(true);
  const executions = await mobileApp.call<Execution[]>('GET', `/tasks/${task_id}/executions`);
  expect(executions.body).toMatchObject([
    { status: 'completed', trigger_type: 'scheduled', scheduled_for: daily.first },
  ]);
  const { body: task } = await mobileApp.call<Task>('GET', `/tasks/${task_id}`);
  expect(task).toMatchObject({ status: 'scheduled', run_count: 1, next_run_time: daily.second });

  // The subscription allows five tasks.
  const more = () => mobileApp.call('POST', '/tasks', { ...ask, config });
  for (let made = 1; made < 5; made++) expect((await more()).status).toBe(201);
  const sixth = await more();
  expect([sixth.status, sixth.body.error_code]).toEqual([429, 'TASK_LIMIT_EXCEEDED']);
  expect(sixth.body).toMatchObject({ limit_type: 'tasks', limit: 5, used: 5 });
});

test.concurrent('Scenario 2: run a task by hand', async () => {
  const webApp = await app('rosa', 'basic');
  const { body: made } = await webApp.call<Task>('POST', '/tasks', {
    name: 'Count the stock',
    task_type: 'custom',
    config: { script_type: 'webhook', url: `${world.url}/stock` },
    credits_per_run: 0.25,
  });
  const path = `/tasks/${made.task_id}`;
  const called = new Promise<() => void>((resolve) =>
    answers.set('/stock', (_, response) => resolve(() => json(response, 200, { pieces: 12 }))),
  );

  // Only the owner runs it; to anybody else it does not exist.
  const stranger = await (await app('eve', 'enterprise')).call('POST', `${path}/execute`, {});
  expect([stranger.status, stranger.body.error_code]).toEqual([404, 'TASK_NOT_FOUND']);

  // "Run now": the execution is on record as running while the work is done.
  const answering = webApp.call<Execution>('POST', `${path}/execute`, { trigger_type: 'manual' });
  const finishWork = await called;
  await log.events(made.task_id, 'task.execution_started');
  const { body: running } = await webApp.call<Execution[]>('GET', `${path}/executions`);
  expect(running).toMatchObject([{ status: 'running', trigger_type: 'manual' }]);
  expect((await webApp.call<Task>('GET', path)).body.status).toBe('running');
  finishWork();

  // The result is returned, kept with the execution, and counted.
  const answer = await answering;
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({
    execution_id: running[0]?.execution_id,
    status: 'completed',
    result: { status: 200, body: { pieces: 12 } },
    credits_consumed: 0.25,
    error_message: null,
  });
  const [fact] = await log.events(made.task_id, 'task.execution_completed');
  expect(fact?.data).toMatchObject({
    execution_id: answer.body.execution_id,
    credits_consumed_micros: 250_000,
  });
  expect((await webApp.call<Task>('GET', path)).body).toMatchObject({
    status: 'completed',
    run_count: 1,
    success_count: 1,
    total_credits_consumed: 0.25,
  });

  // Its credits count against what the tier allows in a month.
  expect((await webApp.call('GET', '/usage')).body).toMatchObject({
    tier: 'basic',
    limits: {
      executions_per_day: { limit: 100, used: 1 },
      credits_per_month: { limit: 1_000, used: 0.25 },
    },
  });
});

test.concurrent('Scenario 3: create a to-do with a reminder', async () => {
  const mobileApp = await app('tom', 'free');
  const began = Date.now();
  const at = (seconds: number) => new Date(began + seconds * 1_000).toISOString();
  const todo = (name: string, more: object) =>
    mobileApp.call<Task>('POST', '/tasks', { name, task_type: 'todo', ...more });

  // Validated, made and returned with its due date and reminders.
  const unclear = await todo('Buy groceries', { due_date: 'tomorrow', reminder_time: '2026-12-01T09:00' });
  expect(unclear.status).toBe(422);
  const times = { due_date: at(4), reminder_time: at(1), remind_before: ['PT1S'] };
  const { status, body } = await todo('Buy groceries', times);
  expect(status).toBe(201);
  expect(body).toMatchObject({ ...times, status: 'pending' });

  // At its time the reminder is triggered.
  const [reminder] = await log.events(body.task_id, 'task.reminder_triggered');
  expect(reminder?.data).toMatchObject({ reminder_type: 'reminder_time', reminder_time: at(1) });
  expect(reminder?.meta.actor).toBe('scheduler');

  // The user marks it complete; a to-do that stays open has its later reminder, this one has none.
  const done = await mobileApp.call<Task>('PUT', `/tasks/${body.task_id}`, { status: 'completed' });
  expect(done.body.status).toBe('completed');
  const open = await todo('Feed the cat', { due_date: at(4.2), remind_before: ['PT1S'] });
  await log.events(open.body.task_id, 'task.reminder_triggered');
  await log.events(open.body.task_id, 'task.overdue');
  expect(log.typesOf(body.task_id)).toEqual([
    'task.created',
    'task.reminder_triggered',
    'task.status_changed',
  ]);
});

test.concurrent('Scenario 4: a task fails, and runs again', async () => {
  const user = await app('petra', 'pro');
  const hourly = every(HOUR_MS);
  const made = await priceTracker(user, '/kettle', { schedule: hourly.schedule });
  const path = `/tasks/${made.task_id}`;

  // The scheduler runs it while the shop is down: the failure is on record, counted, and in the log.
  const [failed] = await log.events(made.task_id, 'task.execution_failed');
  expect(failed?.data).toMatchObject({ code: 'UNEXPECTED_STATUS', will_retry: false });
  const { body: history } = await user.call<Execution[]>('GET', `${path}/executions`);
  expect(history).toMatchObject([
    {
      status: 'failed',
      trigger_type: 'scheduled',
      scheduled_for: hourly.first,
      error_message: 'the shop answered 503',
      error_details: { code: 'UNEXPECTED_STATUS', status: 503 },
      credits_consumed: 0,
    },
  ]);

  // It stays scheduled for its next run.
  const { body: after } = await user.call<Task>('GET', path);
  expect(after).toMatchObject({
    status: 'scheduled',
    failure_count: 1,
    success_count: 0,
    last_error: 'the shop answered 503',
    next_run_time: hourly.second,
  });

  // The shop is back; the user runs it by hand, which uses no slot.
  sells('/kettle', 89);
  const again = await user.call<Execution>('POST', `${path}/execute`, { trigger_type: 'manual' });
  expect(again.status).toBe(201);
  expect(again.body).toMatchObject({ status: 'completed', result: { price: 89, target_reached: true } });
  expect((await user.call<Task>('GET', path)).body).toMatchObject({
    status: 'scheduled',
    failure_count: 1,
    success_count: 1,
    next_run_time: hourly.second,
  });
});

test.concurrent('Scenario 5: review how tasks do, and improve one', async () => {
  const dashboard = await app('ana', 'pro');
  const run = (task: Task) =>
    dashboard.call<Execution>('POST', `/tasks/${task.task_id}/execute`, { trigger_type: 'manual' });
  sells('/lamp', 120);
  const lamp = await priceTracker(dashboard, '/lamp', { credits_per_run: 0.5 });
  const desk = await priceTracker(dashboard, '/desk-that-is-gone', { credits_per_run: 0.5 });
  const rest = await dashboard.call<Task>('POST', '/tasks', { name: 'Rest', task_type: 'todo' });
  await dashboard.call('POST', `/tasks/${rest.body.task_id}/pause`, {});
  expect((await run(lamp)).body.status).toBe('completed');
  expect((await run(desk)).body.status).toBe('failed');

  // Thirty days: tasks by status, executions, success rate and times of the day.
  const analytics = () => dashboard.call<Analytics>('GET', '/tasks/analytics?days=30');
  const first = await analytics();
  expect(first.status).toBe(200);
  expect(first.body).toMatchObject({
    user_id: 'ana',
    time_period: 'Last 30 days',
    total_tasks: 3,
    completed_tasks: 1,
    failed_tasks: 1,
    paused_tasks: 1,
    total_executions: 2,
    successful_executions: 1,
    failed_executions: 1,
    success_rate: 50,
    total_credits_consumed: 0.5,
    total_api_calls: 2,
    task_types_distribution: { price_tracker: 2, todo: 1 },
  });
  expect(first.body.daily).toHaveLength(30);
  expect(first.body.by_type.price_tracker).toMatchObject({ executions: 2, credits: 0.5 });
  expect(first.body.busiest_hours.length).toBeGreaterThan(0);

  // The task that does badly is found, its history says why, and it is put right.
  const { body: list } = await dashboard.call<{ tasks: Task[] }>('GET', '/tasks');
  const poor = list.tasks.filter((task) => task.failure_count > task.success_count);
  expect(poor.map(({ task_id }) => task_id)).toEqual([desk.task_id]);
  const { body: history } = await dashboard.call<Execution[]>('GET', `/tasks/${desk.task_id}/executions`);
  expect(history[0]?.error_message).toBe('the shop answered 503');
  sells('/desk', 95);
  const config = { product_url: `${world.url}/desk`, target_price: 100, currency: 'EUR' };
  expect((await dashboard.call('PUT', `/tasks/${desk.task_id}`, { config })).status).toBe(200);
  expect((await run(desk)).body.status).toBe('completed');

  // The next look, just after, has it.
  expect((await analytics()).body).toMatchObject({
    completed_tasks: 2,
    failed_tasks: 0,
    total_executions: 3,
    success_rate: 66.67,
    total_credits_consumed: 1,
  });
});

test.concurrent('Scenario 6: browse the templates and use one', async () => {
  const mobileApp = await app('nina', 'pro');

  // The templates of the user's tier: no more for asking for more, less for others.
  const listed = async (caller: Caller, level: string) =>
    (await caller.call<Template[]>('GET', `/templates?subscription_level=${level}`)).body;
  const templates = await listed(mobileApp, 'pro');
  expect(new Set(templates.map((template) => template.required_subscription_level))).toEqual(
    new Set(['free', 'basic', 'pro']),
  );
  expect(await listed(mobileApp, 'enterprise')).toEqual(templates);
  const ofFree = await listed(await app('fred', 'free'), 'pro');
  expect(ofFree.map(({ template_id }) => template_id)).not.toContain('tpl_daily_news');

  // The form has what the template asks for; a field that is wrong is named.
  const chosen = templates.find(({ name }) => name === 'Daily news digest');
  expect(chosen).toMatchObject({ task_type: 'daily_news', default_config: { limit: 20 } });
  expect(chosen?.optional_fields).toContain('sources');
  const daily = every(DAY_MS);
  const use = (config: object) =>
    mobileApp.call<Task & { errors: { loc: string[] }[] }>('POST', '/tasks', {
      template_id: chosen?.template_id,
      customization: { name: 'My digest', config, schedule: daily.schedule },
    });
  const wrong = await use({ sources: 'paper' });
  expect(wrong.status).toBe(422);
  expect(wrong.body.errors.map(({ loc }) => loc.at(-1))).toContain('sources');

  // The task is made of both, scheduled, and runs.
  const { status, body } = await use({ sources: ['paper'] });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    name: 'My digest',
    status: 'scheduled',
    template_id: 'tpl_daily_news',
    config: { limit: 20, sources: ['paper'] },
    credits_per_run: 0.2,
    next_run_time: daily.first,
  });
  const [fact] = await log.events(body.task_id, 'task.created');
  expect(fact?.data.template_id).toBe('tpl_daily_news');
  const [ran] = await log.events(body.task_id, 'task.execution_completed');
  expect(ran?.data.personal.summary).toBe('1 new item: NATS is out');
});
