/**
 * The scenarios of the domain, step by step: a user's app at the REST interface of the built service, the world as
 * local servers that answer as the providers do, what the log says of it, and what other services get of it: what is
 * published, as a subscriber reads it, and the calls to the notification, wallet and calendar services, which take
 * nothing unsigned and have bad days. All share one service and run side by side, each with users of its own.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JetStreamDeadLetters } from '../../src/jetstream/queues/dead-letters.ts';
import { eventually } from '../support/eventually.ts';
import { expectSoundHistory, expectViewsEqualLog, readWholeLog } from '../support/log/inspect-log.ts';
import { publishedOn } from '../support/log/published.ts';
import { expectPublishedOnce, publishedThrough } from '../support/log/published-once.ts';
import { Caller, tokenFor } from '../support/processes/service.ts';
import { DOOR_SECRET, startWholePlatform, type WholePlatform } from '../support/processes/whole-platform.ts';
import { json } from '../support/world/http-receiver.ts';
import type { Call } from '../support/world/platform-services.ts';
import { jsonLd, product, productPage } from '../support/world/product-page.ts';

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
  readonly summary: string | null;
  readonly status: string;
  readonly error_message: string | null;
  readonly error_details: object | null;
}
interface Analytics {
  readonly total_executions: number;
  readonly successful_executions: number;
  readonly total_credits_consumed: number;
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

let platform: WholePlatform;
beforeAll(async () => {
  platform = await startWholePlatform();
});
afterAll(() => platform?.stop());

const app = async (user: string, tier: string) =>
  new Caller(platform.service.url, await tokenFor(user, tier));

/** Calls of the notification service about a task. */
const about =
  (taskId: string, type?: string) =>
  ({ body }: Call) =>
    body.metadata.task_id === taskId && (type === undefined || body.notification_type === type);

/** Calls of the wallet for a user. */
const charging =
  (userId: string) =>
  ({ body }: Call) =>
    body.user_id === userId;

const byNotificationType = (a: Call['body'], b: Call['body']) =>
  a.notification_type < b.notification_type ? -1 : 1;

/** Every so often, with the next slot soon. */
function every(periodMs: number): { schedule: object; first: string; second: string } {
  const first = new Date(Date.now() + 2_500);
  const at = (periods: number) => new Date(first.getTime() + periods * periodMs).toISOString();
  const schedule = { type: 'interval', interval_seconds: periodMs / 1_000, anchor: at(-1) };
  return { schedule, first: at(0), second: at(1) };
}

const sells = (path: string, price: number) =>
  platform.answers.set(path, (_request, response) =>
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(productPage({ head: jsonLd(product(price)) })),
  );

async function priceTracker(caller: Caller, path: string, more: object = {}): Promise<Task> {
  const { status, body } = await caller.call<Task>('POST', '/tasks', {
    name: `Price of ${path}`,
    task_type: 'price_tracker',
    config: { product_url: `${platform.world.url}${path}`, target_price: 100, currency: 'EUR' },
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
  const notify = { created: true };

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
  platform.notification.badDay(({ body }) => body.recipient_id === 'wanda', 'fails', 'fails');
  const created = await mobileApp.call<Task>('POST', '/tasks', { ...ask, config, notify });
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({ status: 'scheduled', next_run_time: daily.first });
  const { task_id } = created.body;
  const [fact] = await platform.log.events(task_id, 'task.created');
  expect(fact?.data).toMatchObject({ task_type: 'daily_weather', next_run_time: daily.first });
  expect(fact?.meta).toMatchObject({ user_id: 'wanda', actor: 'user:wanda' });
  expect(created.headers.get('event-sequence')).toBe(String(fact?.meta.sequence));
  const [published] = await platform.subscriber.told(task_id, 'task.created');
  expect(published).toMatchObject({
    actor: 'user:wanda',
    data: { user_id: 'wanda', task_type: 'daily_weather', status: 'scheduled', created_at: fact?.meta.time },
  });

  // At its time the scheduler picks it up, the weather is asked for, and there is a text to notify with.
  const [ran] = await platform.log.events(task_id, 'task.execution_completed');
  expect(ran?.data.personal.summary).toMatch(/Berlin/);
  expect(platform.weather.requests.some(({ path }) => path.startsWith('/v1/forecast?'))).toBe(true);
  const executions = await mobileApp.call<Execution[]>('GET', `/tasks/${task_id}/executions`);
  expect(executions.body).toMatchObject([
    { status: 'completed', trigger_type: 'scheduled', scheduled_for: daily.first },
  ]);
  const { body: task } = await mobileApp.call<Task>('GET', `/tasks/${task_id}`);
  expect(task).toMatchObject({ status: 'scheduled', run_count: 1, next_run_time: daily.second });

  // The user is notified, and charged for it: each once, although the service that notifies had a bad day.
  const notices = await platform.notification.done(about(task_id), 2);
  expect(notices.map(({ body }) => body).sort(byNotificationType)).toEqual([
    {
      recipient_id: 'wanda',
      notification_type: 'task_created',
      subject: `Task created: ${created.body.name}`,
      content: `"${created.body.name}" was created.`,
      metadata: { task_id, message_id: published?.id },
    },
    {
      recipient_id: 'wanda',
      notification_type: 'task_executed',
      subject: created.body.name,
      content: ran?.data.personal.summary,
      metadata: { task_id, message_id: expect.any(String), execution_id: ran?.data.execution_id },
    },
  ]);
  expect(await platform.notification.calls(about(task_id), 4)).toHaveLength(4);
  expect(await platform.wallet.done(charging('wanda'))).toMatchObject([
    { key: ran?.data.execution_id, body: { amount: 0.1, reference_id: ran?.data.execution_id } },
  ]);

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
    config: { script_type: 'webhook', url: `${platform.world.url}/stock` },
    credits_per_run: 0.25,
  });
  const path = `/tasks/${made.task_id}`;
  platform.wallet.badDay(charging('rosa'), 'fails', 'answer lost');
  const called = new Promise<() => void>((resolve) =>
    platform.answers.set('/stock', (_, response) => resolve(() => json(response, 200, { pieces: 12 }))),
  );

  // Only the owner runs it; to anybody else it does not exist.
  const stranger = await (await app('eve', 'enterprise')).call('POST', `${path}/execute`, {});
  expect([stranger.status, stranger.body.error_code]).toEqual([404, 'TASK_NOT_FOUND']);

  // "Run now": the execution is on record as running while the work is done.
  const answering = webApp.call<Execution>('POST', `${path}/execute`, { trigger_type: 'manual' });
  const finishWork = await called;
  await platform.log.events(made.task_id, 'task.execution_started');
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
  const [fact] = await platform.log.events(made.task_id, 'task.execution_completed');
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

  // Other services are told, and the wallet deducts them: once, although it failed, and then left its answer out.
  const { execution_id } = answer.body;
  const [published] = await platform.subscriber.told(made.task_id, 'task.executed');
  expect(published?.data).toMatchObject({
    execution_id,
    user_id: 'rosa',
    status: 'completed',
    trigger_type: 'manual',
    credits_consumed: 0.25,
    api_calls_made: 1,
  });
  const deductions = await platform.wallet.calls(charging('rosa'), 3);
  expect(deductions.map(({ key }) => key)).toEqual([execution_id, execution_id, execution_id]);
  expect(await platform.wallet.done(charging('rosa'))).toMatchObject([
    {
      method: 'POST',
      path: '/api/v1/wallet/deduct',
      body: {
        user_id: 'rosa',
        amount: 0.25,
        description: 'Task: Count the stock',
        reference_type: 'task_execution',
        reference_id: execution_id,
      },
    },
  ]);
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
  const [reminder] = await platform.log.events(body.task_id, 'task.reminder_triggered');
  expect(reminder?.data).toMatchObject({ reminder_type: 'reminder_time', reminder_time: at(1) });
  expect(reminder?.meta.actor).toBe('scheduler');
  const [notice] = await platform.notification.done(about(body.task_id));
  expect(notice).toMatchObject({
    method: 'POST',
    path: '/api/v1/notifications',
    body: { recipient_id: 'tom', subject: 'Reminder: Buy groceries', content: 'Buy groceries' },
  });

  // The user marks it complete; a to-do that stays open has its later reminder, this one has none.
  const done = await mobileApp.call<Task>('PUT', `/tasks/${body.task_id}`, { status: 'completed' });
  expect(done.body.status).toBe('completed');
  const open = await todo('Feed the cat', { due_date: at(4.2), remind_before: ['PT1S'] });
  await platform.log.events(open.body.task_id, 'task.reminder_triggered');
  await platform.log.events(open.body.task_id, 'task.overdue');
  expect(platform.log.typesOf(body.task_id)).toEqual([
    'task.created',
    'task.reminder_triggered',
    'task.status_changed',
  ]);

  // So it is with what others were told, and with notices: of what the owner did himself there is none.
  await platform.notification.done(about(open.body.task_id, 'task_reminder_triggered'));
  const [overdue] = await platform.notification.done(about(open.body.task_id, 'task_overdue'));
  expect(overdue?.body.subject).toBe('Overdue: Feed the cat');
  await platform.subscriber.told(open.body.task_id, 'task.overdue');
  expect(platform.subscriber.subjectsOf(body.task_id)).toEqual([
    'task.created',
    'task.reminder_triggered',
    'task.status_changed',
  ]);
  expect(await platform.notification.calls(about(body.task_id))).toEqual([notice]);
});

test.concurrent('Scenario 4: a task fails, and runs again', async () => {
  const user = await app('petra', 'pro');
  const hourly = every(HOUR_MS);
  const made = await priceTracker(user, '/kettle', { schedule: hourly.schedule, credits_per_run: 0.3 });
  const path = `/tasks/${made.task_id}`;

  // The scheduler runs it while the shop is down: the failure is on record, counted, and in the log.
  const [failed] = await platform.log.events(made.task_id, 'task.execution_failed');
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

  // The user is notified, others are told.
  expect(await platform.notification.done(about(made.task_id))).toMatchObject([
    {
      body: {
        recipient_id: 'petra',
        notification_type: 'task_failed',
        subject: 'Failed: Price of /kettle',
        content: 'the shop answered 503',
      },
    },
  ]);
  const [published] = await platform.subscriber.told(made.task_id, 'task.failed');
  expect(published?.data).toMatchObject({
    execution_id: failed?.data.execution_id,
    error_message: 'the shop answered 503',
    failure_count: 1,
    credits_consumed: 0,
  });

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

  // Of both runs others are told; the user is notified of the price, and pays for the one that succeeded.
  const runs = await platform.subscriber.told(made.task_id, 'task.executed', 2);
  expect(runs.map(({ data }) => [data.status, data.trigger_type])).toEqual([
    ['failed', 'scheduled'],
    ['completed', 'manual'],
  ]);
  const [news] = await platform.notification.done(about(made.task_id, 'task_executed'));
  expect(news?.body.content).toBe(again.body.summary);
  expect(await platform.wallet.done(charging('petra'))).toMatchObject([
    { key: again.body.execution_id, body: { amount: 0.3 } },
  ]);
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
  const config = { product_url: `${platform.world.url}/desk`, target_price: 100, currency: 'EUR' };
  expect((await dashboard.call('PUT', `/tasks/${desk.task_id}`, { config })).status).toBe(200);
  expect((await run(desk)).body.status).toBe('completed');

  // The next look, just after, has it.
  const { body: after } = await analytics();
  expect(after).toMatchObject({
    completed_tasks: 2,
    failed_tasks: 0,
    total_executions: 3,
    success_rate: 66.67,
    total_credits_consumed: 1,
  });

  // Whoever counts by what is published, or by what was charged, comes to the same.
  const told = await Promise.all([
    platform.subscriber.told(lamp.task_id, 'task.executed'),
    platform.subscriber.told(desk.task_id, 'task.executed', 2),
  ]);
  const completed = told.flat().filter(({ data }) => data.status === 'completed');
  const charged = await platform.wallet.done(charging('ana'), 2);
  expect(told.flat()).toHaveLength(after.total_executions);
  expect(completed).toHaveLength(after.successful_executions);
  expect(charged.reduce((sum, { body }) => sum + body.amount, 0)).toBe(after.total_credits_consumed);
  expect(charged.map(({ key }) => key).sort()).toEqual(completed.map(({ data }) => data.execution_id).sort());
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
  const [fact] = await platform.log.events(body.task_id, 'task.created');
  expect(fact?.data.template_id).toBe('tpl_daily_news');
  const [ran] = await platform.log.events(body.task_id, 'task.execution_completed');
  expect(ran?.data.personal.summary).toBe('1 new item: NATS is out');
  const [digest] = await platform.notification.done(about(body.task_id));
  expect(digest?.body).toMatchObject({ subject: 'My digest', content: '1 new item: NATS is out' });
  expect(await platform.wallet.done(charging('nina'))).toMatchObject([{ body: { amount: 0.2 } }]);
});

test.concurrent('Scenario 6, for the calendar: an event from a template is in it, changes and goes', async () => {
  const mobileApp = await app('carla', 'basic');
  const entries = '/api/v1/calendar/events';
  const ofCarla = ({ path, body }: Call) => body?.user_id === 'carla' || path.includes('user_id=carla');
  platform.calendar.badDay(ofCarla, 'fails');
  const event = { event_title: 'Dentist', event_time: '2031-05-06T09:00:00Z', duration_minutes: 30 };

  // Made from the template, it is in the calendar once, although that failed at first.
  const { status, body: task } = await mobileApp.call<Task>('POST', '/tasks/from-template', {
    template_id: 'tpl_calendar_event',
    name: 'Dentist',
    config: event,
  });
  expect(status).toBe(201);
  const [entry] = await platform.calendar.done(ofCarla);
  expect(entry).toMatchObject({
    method: 'POST',
    path: entries,
    body: {
      user_id: 'carla',
      title: 'Dentist',
      start_time: '2031-05-06T09:00:00.000Z',
      end_time: '2031-05-06T09:30:00.000Z',
      external_id: task.task_id,
    },
  });

  // It is moved, and deleted.
  const path = `/tasks/${task.task_id}`;
  const config = { ...event, event_time: '2031-05-07T09:00:00Z' };
  expect((await mobileApp.call('PUT', path, { config })).status).toBe(200);
  await platform.calendar.done(ofCarla, 2);
  expect((await mobileApp.call('DELETE', path)).status).toBe(200);
  const [, moved, gone] = await platform.calendar.done(ofCarla, 3);
  const place = `${entries}/${encodeURIComponent(`evt ${task.task_id}`)}`;
  expect(moved).toMatchObject({
    method: 'PUT',
    path: place,
    body: { start_time: '2031-05-07T09:00:00.000Z' },
  });
  expect(gone).toMatchObject({ method: 'DELETE', path: `${place}?user_id=carla`, body: null });
  const [first, again] = await platform.calendar.calls(ofCarla, 4);
  expect(again?.key).toBe(first?.key);
  await platform.subscriber.told(task.task_id, 'task.deleted');
  expect(platform.subscriber.subjectsOf(task.task_id)).toEqual([
    'task.created',
    'task.updated',
    'task.deleted',
  ]);
});

test.concurrent('Scenario 7: the user is deleted', async () => {
  const vera = await app('vera', 'enterprise');
  const olga = await app('olga', 'enterprise');
  const make = async (caller: Caller, more: object) => {
    const { status, body } = await caller.call<Task>('POST', '/tasks', {
      name: 'Task',
      task_type: 'todo',
      ...more,
    });
    expect(status).toBe(201);
    return body.task_id;
  };
  const soon = (ms: number) => new Date(Date.now() + ms).toISOString();
  const once = (ms: number) => ({ schedule: { type: 'once', run_time: soon(ms) } });
  const event = { event_title: 'Lunch', event_time: '2031-05-06T12:00:00Z' };
  const pending = await make(vera, {});
  const scheduled = await make(vera, once(5_000));
  const reminding = await make(vera, { reminder_time: soon(5_000) });
  const paused = await make(vera, once(5_000));
  await vera.call('POST', `/tasks/${paused}/pause`, {});
  const linked = await make(vera, { task_type: 'calendar_event', config: event });
  const ofVera = ({ path, body }: Call) => body?.user_id === 'vera' || path.includes('user_id=vera');
  await platform.calendar.done(ofVera);
  const called = new Promise<() => void>((resolve) =>
    platform.answers.set('/vera', (_, response) => resolve(() => json(response, 200, {}))),
  );
  const config = { script_type: 'webhook', url: `${platform.world.url}/vera` };
  const daily = every(DAY_MS).schedule;
  const running = await make(vera, { task_type: 'custom', config, credits_per_run: 0.5, schedule: daily });
  await vera.call('POST', `/tasks/${running}/execute`, {}, { prefer: 'wait=0' });
  const finishWork = await called;
  const olgas = await make(olga, once(5_500));

  // The account service publishes `user.deleted`.
  const deletion = { user_id: 'vera', timestamp: new Date().toISOString(), reason: 'asked for it' };
  await platform.nc.request('account_service.user.deleted', JSON.stringify(deletion));

  // All pending and scheduled tasks are cancelled; others are told why, and the calendar gives its entry up.
  for (const taskId of [pending, scheduled, reminding, paused, linked]) {
    const moves = taskId === paused ? 2 : 1;
    const move = (await platform.subscriber.told(taskId, 'task.status_changed', moves)).at(-1);
    expect(move).toMatchObject({
      actor: 'service:task-service',
      data: { user_id: 'vera', new_status: 'cancelled', reason: 'user_deleted' },
    });
  }
  expect((await platform.calendar.done(ofVera, 2)).map(({ method }) => method)).toEqual(['POST', 'DELETE']);
  expect(platform.log.typesOf(running).at(-1)).toBe('task.execution_started');
  for (const call of [
    vera.call('POST', '/tasks', { name: 'One more', task_type: 'todo' }),
    vera.call('GET', '/tasks'),
  ]) {
    const { status, body } = await call;
    expect([status, body.error_code]).toEqual([403, 'USER_DELETED']);
  }

  // What runs is let complete, is paid for, and cancelled then.
  finishWork();
  const [ran] = await platform.log.events(running, 'task.execution_completed');
  await platform.log.events(running, 'task.status_changed');
  expect(await platform.wallet.done(charging('vera'))).toMatchObject([
    { key: ran?.data.execution_id, body: { amount: 0.5 } },
  ]);

  // Nothing of hers is run or reminded of any more, and all that was is kept; others go on.
  await platform.log.events(olgas, 'task.execution_completed');
  const histories = [pending, scheduled, reminding, paused].map((taskId) => platform.log.typesOf(taskId));
  expect(histories).toEqual([
    ['task.created', 'task.status_changed'],
    ['task.created', 'task.status_changed'],
    ['task.created', 'task.status_changed'],
    ['task.created', 'task.status_changed', 'task.status_changed'],
  ]);
  expect(platform.log.typesOf(running)).toEqual([
    'task.created',
    'task.execution_requested',
    'task.execution_started',
    'task.execution_completed',
    'task.status_changed',
  ]);
  expect(await platform.notification.calls(({ body }) => body.recipient_id === 'vera', 0)).toEqual([]);
});

test.concurrent('BR-TSK-002: the account service says for whom tasks are made', async () => {
  const task = { name: 'Mine', task_type: 'todo' };
  const fromTemplate = { template_id: 'tpl_todo_basic', name: 'Mine' };
  const profile = (userId: string) => `/api/v1/accounts/profile/${userId}`;

  // Of whom it says no, none is made, in whatever way.
  const ghost = await app('ghost', 'enterprise');
  platform.accountAnswers.set('ghost', (_, response) => json(response, 404, { detail: 'not found' }));
  for (const [path, body] of [
    ['/tasks', task],
    ['/tasks/from-template', fromTemplate],
  ] as const) {
    const refused = await ghost.call('POST', path, body);
    expect([refused.status, refused.body.error_code]).toEqual([403, 'ACCOUNT_NOT_FOUND']);
  }
  expect((await ghost.call('GET', '/tasks')).body.count).toBe(0);

  // While it fails, none is made either; once it is well, the repeat makes the one task.
  const iris = await app('iris', 'enterprise');
  const create = async () => {
    for (;;) {
      const key = { 'idempotency-key': 'mine' };
      const answer = await iris.call<Task & { error_code: string }>('POST', '/tasks', task, key);
      // So says another instance for ten seconds: to that one, the first request may be under way yet.
      if (answer.body.error_code !== 'IDEMPOTENCY_IN_FLIGHT') return answer;
    }
  };
  platform.accountAnswers.set('iris', (_, response) => json(response, 500, { detail: 'a bad day' }));
  const failed = await create();
  expect([failed.status, failed.body.error_code]).toEqual([503, 'ACCOUNT_UNAVAILABLE']);
  platform.accountAnswers.delete('iris');
  const made = await create();
  expect(made.status).toBe(201);
  expect((await create()).body.task_id).toBe(made.body.task_id);
  expect((await iris.call('GET', '/tasks')).body.count).toBe(1);

  // It is asked by one of its platform, and each instance remembers that it said yes.
  const asked = platform.accounts.requests.filter(({ path }) => path === profile('iris'));
  expect(asked.length).toBeGreaterThanOrEqual(2);
  expect(asked.length).toBeLessThanOrEqual(1 + platform.instances);
  expect(asked[0]?.headers).toMatchObject({
    'x-internal-service': 'true',
    'x-internal-service-secret': DOOR_SECRET,
  });
});

test.concurrent('without a collector the trace of a caller goes on to the receiver of a webhook, and none is made up', async () => {
  const caller = await app('tracy', 'enterprise');
  const traced = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };
  const received = new Map<string, Promise<string | undefined>>();
  for (const path of ['/traced', '/untraced', '/no-trace']) {
    const arrival = new Promise<string | undefined>((resolve) => {
      platform.answers.set(path, ({ headers }, response) => {
        resolve(headers.traceparent?.toString());
        json(response, 200, {});
      });
    });
    received.set(path, arrival);
  }
  const run = async (path: string, headers: Record<string, string>) => {
    const config = { script_type: 'webhook', url: `${platform.world.url}${path}` };
    const task = { name: 'Tell', task_type: 'custom', config };
    const { body } = await caller.call<Task>('POST', '/tasks', task);
    expect((await caller.call('POST', `/tasks/${body.task_id}/execute`, {}, headers)).status).toBe(201);
    return received.get(path);
  };
  expect(await run('/traced', traced)).toBe(traced.traceparent);
  expect(await run('/untraced', {})).toBeUndefined();
  expect(await run('/no-trace', { traceparent: 'no trace at all' })).toBeUndefined();
});

test('Scenarios: after all of them the history is sound, each message was published once, and none was given up', async () => {
  const { nc } = platform;
  const events = await readWholeLog(nc);
  expectSoundHistory(events);
  await publishedThrough(nc, events);
  expectPublishedOnce(events, await publishedOn(nc));
  await eventually(() =>
    expectViewsEqualLog(nc).then(
      () => true,
      () => false,
    ),
  );
  await expectViewsEqualLog(nc);
  for await (const letter of new JetStreamDeadLetters(nc).list()) expect(letter).toBeUndefined();
});
