import type { NatsConnection } from '@nats-io/transport-node';
import { expect, onTestFinished, test } from 'vitest';
import type { ServiceProcess } from '../../harness/service-process.ts';
import type { RecordedTaskEvent } from '../../src/domain/shared/event.ts';
import type { UserId } from '../../src/domain/shared/ids.ts';
import type { TaskState } from '../../src/domain/task/state.ts';
import { readLast } from '../../src/jetstream/connection/leader-read.ts';
import { factsSubject } from '../../src/jetstream/connection/subjects.ts';
import { eventually } from '../support/eventually.ts';
import { expectSoundHistory, expectViewsEqualLog } from '../support/log/inspect-log.ts';
import { publishedOn } from '../support/log/published.ts';
import { expectPublishedOnce, publishedThrough } from '../support/log/published-once.ts';
import { followStates, type TaskStates } from '../support/log/task-states.ts';
import { connected } from '../support/nats/nats-client.ts';
import { natsServer } from '../support/nats/nats-server.ts';
import { Caller, startService, tokenFor } from '../support/processes/service.ts';
import { httpReceiver } from '../support/world/http-receiver.ts';

const GUS = 'gus' as UserId;
const OLGA = 'olga' as UserId;
const TASKS = 1_000;
/** Which of the kinds below are hers: one that waits, and some that run once within the test. */
const OLGAS = [0, 1, 2, 3, 4, 5];

/** Of each ten tasks: how they are asked for. Many are due while the test goes on, some when the service is down. */
const KINDS: readonly ((n: number) => object)[] = [
  () => ({}),
  (n) => ({ schedule: once(1_000 + 3 * n) }),
  (n) => ({ schedule: once(1_500 + 3 * n) }),
  (n) => ({ schedule: once(3_000 + 6 * n) }),
  (n) => ({ schedule: everyMinute(1_000 + 5 * n) }),
  (n) => ({ schedule: everyMinute(2_500 + 8 * n) }),
  () => ({ schedule: { type: 'cron', expression: '* * * * *' } }),
  (n) => ({ reminder_time: after(2_000 + 8 * n) }),
  () => ({ schedule: { type: 'daily', run_time: after(-3_600_000).slice(11, 16) } }),
  (n) => ({ due_date: after(4_000 + 6 * n), remind_before: ['PT1S'] }),
];

function after(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}
function once(ms: number): object {
  return { type: 'once', run_time: after(ms) };
}
function everyMinute(ms: number): object {
  return { type: 'interval', interval_seconds: 60, anchor: after(ms - 60_000) };
}

const isCancel = (event: RecordedTaskEvent) =>
  event.type === 'task.status_changed' && event.data.status.to === 'cancelled';

/** What begins something: of a deleted user there is none of these any more. */
const BEGINNINGS: readonly RecordedTaskEvent['type'][] = [
  'task.created',
  'task.execution_requested',
  'task.execution_started',
  'task.reminder_triggered',
  'task.overdue',
];

test('Scenario 7: of a deleted user 1,000 tasks end while they fire and more are made, killed twice in mid-sweep, once with its nats-server', async () => {
  const server = await natsServer();
  const hanging = await httpReceiver(() => {});
  const { servers, user, pass } = server;
  const start = async () => {
    const env = { NATS_URL: servers, NATS_USER: user, NATS_PASSWORD: pass };
    const more = { EGRESS_ALLOW: hanging.host, EXECUTION_TIMEOUT_SECONDS: '5' };
    const service = await startService({ ...env, ...more });
    return service;
  };
  let service = await start();
  const nc = await connected(server);
  const log = followStates(nc);
  onTestFinished(() => log.stop());
  const gus = new Caller(service.url, await tokenFor(GUS));
  const olga = new Caller(service.url, await tokenFor(OLGA));
  const cancelled = () => eventsOf(log, GUS).filter(isCancel).length;

  // Gus has 1,000 tasks, one of which runs for long; many fire while he goes on making more. Olga has some too.
  const olgas = await Promise.all(OLGAS.map((n) => create(olga, KINDS[n]?.(100 * n) ?? {})));
  const made = await inTurn(TASKS, 64, (n) => create(gus, KINDS[n % KINDS.length]?.(n) ?? {}));
  const config = { script_type: 'webhook', url: `${hanging.url}/` };
  const long = (await create(gus, { task_type: 'custom', config })) ?? '';
  const busy = keepCreating(gus);
  await log.until(
    () => eventsOf(log, GUS).filter(({ type }) => type === 'task.execution_completed').length > 50,
  );
  await gus.call('POST', `/tasks/${long}/execute`, {}, { prefer: 'wait=0' });
  await hanging.received(1);

  // He is deleted. The service is killed when the sweep has begun, and again, with its server, further on.
  await nc.request('account_service.user.deleted', JSON.stringify({ user_id: GUS }));
  await log.until(() => cancelled() > 0);
  await service.end('SIGKILL');
  const madeMeanwhile = await busy;
  await log.caughtUp();
  const cancelledFirst = cancelled();
  expect(activeOf(log, GUS).length).toBeGreaterThan(0);
  service = await start();
  await refused(gus, service);
  await log.until(() => cancelled() > cancelledFirst);
  await Promise.all([server.kill9(), service.end('SIGKILL')]);
  await server.restart();
  await log.caughtUp();
  expect(activeOf(log, GUS).length).toBeGreaterThan(0);
  service = await start();
  await refused(gus, service);
  await log.until(() => activeOf(log, GUS).length === 0);

  // Everything that was acknowledged is there, has ended, and ended as it should.
  const histories = historiesOf(eventsOf(log, GUS));
  expect(made.concat(madeMeanwhile).filter((taskId) => taskId === null || !histories.has(taskId))).toEqual(
    [],
  );
  expect(madeMeanwhile.length).toBeGreaterThan(0);
  for (const history of histories.values()) expectEnded(history);
  const known = eventsOf(log, GUS).filter(isCancel)[0]?.meta.time ?? '';
  const late = eventsOf(log, GUS).filter(({ type, meta }) => BEGINNINGS.includes(type) && meta.time > known);
  expect(late.map(({ type, meta }) => [type, meta.task_id, meta.time])).toEqual([]);
  expect(histories.get(long)?.map(({ type }) => type)).toContain('task.execution_failed');
  const fact = await readLast(nc, 'TASK_LOG', factsSubject(GUS));
  expect(JSON.parse(Buffer.from(fact?.body ?? '').toString()).type).toBe('user.deleted');

  // Nothing of Olga's was touched: hers went on.
  await log.until(() => olgas.every((taskId) => hasRun(log.states.get(taskId ?? ''))));
  const actors = eventsOf(log, OLGA).map(({ meta }) => meta.actor.replace(/^worker:.*/, 'worker'));
  expect(new Set(actors)).toEqual(new Set(['user:olga', 'scheduler', 'worker']));

  await expectWhole(nc, log);
  expect(await service.end('SIGTERM')).toBe(0);
}, 120_000);

/** Whatever it was due for. */
function hasRun(state: TaskState | undefined): boolean {
  return (
    state !== undefined && state.execution === null && (state.schedule === null || state.run_count === 1)
  );
}

/** Once it has settled: the history is sound, everything was told once, and every view equals the log. */
async function expectWhole(nc: NatsConnection, log: TaskStates): Promise<void> {
  await publishedThrough(nc, log.events);
  await eventually(() =>
    expectViewsEqualLog(nc).then(
      () => true,
      () => false,
    ),
  );
  expectSoundHistory(log.events);
  expectPublishedOnce(log.events, await publishedOn(nc));
}

/** Its last event is its end: cancelled for the deletion while nothing ran, or the outcome of its last run. */
function expectEnded(history: readonly RecordedTaskEvent[]): void {
  const last = history.at(-1);
  if (last === undefined) throw new Error('no history');
  const at = history.findIndex(isCancel);
  if (at === -1) {
    expect(['task.execution_completed', 'task.execution_failed']).toContain(last.type);
    return;
  }
  expect(history.slice(at + 1).map(({ type }) => type)).toEqual([]);
  expect(last).toMatchObject({
    meta: { actor: 'service:task-service' },
    data: { personal: { reason: 'user_deleted' } },
  });
  const runs = history.slice(0, at).filter(({ type }) => /started|completed|failed/.test(type));
  expect(runs.at(-1)?.type).not.toBe('task.execution_started');
}

const eventsOf = (log: TaskStates, userId: UserId) =>
  log.events.filter(({ meta }) => meta.user_id === userId);

function activeOf(log: TaskStates, userId: UserId): TaskState[] {
  const ended = ['cancelled', 'completed', 'failed'];
  return [...log.states.values()].filter(
    (state) =>
      state.user_id === userId && (state.execution !== null || !ended.includes(state.resting_status)),
  );
}

function historiesOf(events: readonly RecordedTaskEvent[]): Map<string, RecordedTaskEvent[]> {
  const histories = new Map<string, RecordedTaskEvent[]>();
  for (const event of events) {
    const history = histories.get(event.meta.task_id);
    if (history === undefined) histories.set(event.meta.task_id, [event]);
    else history.push(event);
  }
  return histories;
}

/** The id of the task; null where its user is deleted. While the log is too busy to answer it is asked again. */
async function create(caller: Caller, more: object): Promise<string | null> {
  const task = { name: 'Task', task_type: 'todo', ...more };
  for (;;) {
    const { status, body } = await caller.call<{ task_id: string; error_code: string }>(
      'POST',
      '/tasks',
      task,
    );
    if (status === 201) return body.task_id;
    if (status === 503) continue;
    expect([status, body.error_code]).toEqual([403, 'USER_DELETED']);
    return null;
  }
}

/** Until it is refused, or nobody is there; the ids of what was acknowledged. */
async function keepCreating(caller: Caller): Promise<string[]> {
  const made: string[] = [];
  for (let n = 0; ; n++) {
    const taskId = await create(caller, KINDS[n % KINDS.length]?.(n % 100) ?? {}).catch((error: unknown) => {
      if (error instanceof TypeError) return null;
      throw error;
    });
    if (taskId === null) return made;
    made.push(taskId);
  }
}

async function refused(caller: Caller, service: ServiceProcess): Promise<void> {
  caller.url = service.url;
  const { status, body } = await caller.call('POST', '/tasks', { name: 'One more', task_type: 'todo' });
  expect([status, body.error_code]).toEqual([403, 'USER_DELETED']);
}

/** `act` for 0 up to `count`, so many at once; the answers in order. */
async function inTurn<T>(count: number, atOnce: number, act: (n: number) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  let next = 0;
  const one = async () => {
    for (let n = next++; n < count; n = next++) answers[n] = await act(n);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return answers;
}
