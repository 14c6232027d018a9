import { expect, it } from 'vitest';
import type { StoredDeadLetter } from '../../../src/application/ports/platform.ts';
import type { UserId } from '../../../src/domain/shared/ids.ts';
import { instantOf } from '../../../src/domain/shared/instant.ts';
import { jetstreamApi } from '../../../src/jetstream/connection/api.ts';
import { JetStreamDeadLetters } from '../../../src/jetstream/queues/dead-letters.ts';
import { derivedTaskId } from '../../../src/relay/inbox/derived-id.ts';
import { eventually } from '../../support/eventually.ts';
import { platformParts } from '../../support/parts/platform-parts.ts';

const USER = 'usr ann.o' as UserId;
const CALENDAR = 'calendar_service.event.created';
const TOMORROW = instantOf(Date.now() + 86_400_000);
const event = (event_id: string, more: object = {}) => ({
  event_id,
  user_id: USER,
  title: 'Dentist',
  start_time: TOMORROW,
  remind_before_minutes: 30,
  ...more,
});

async function scene() {
  const parts = await platformParts();
  const { nc } = parts;
  const tell = (subject: string, body: unknown) =>
    nc.request(subject, typeof body === 'string' ? body : JSON.stringify(body));
  const letters = async () => {
    const found: StoredDeadLetter[] = [];
    for await (const letter of parts.deadLetters.list()) found.push(letter);
    return found;
  };
  /** Resolves when all that was told was acked. */
  const allTaken = async (count: number) =>
    eventually(async () => {
      const info = await jetstreamApi<{
        num_pending: number;
        num_ack_pending: number;
        delivered: { stream_seq: number };
      }>(nc, 'CONSUMER.INFO.PLATFORM_EVENTS.inbox');
      return info.delivered.stream_seq >= count && info.num_ack_pending === 0 && info.num_pending === 0;
    });
  return { ...parts, tell, letters, allTaken };
}

it('a calendar event that asks for it leads to one linked reminder, however often it is told', async () => {
  const { tell, allTaken, queries, role, letters } = await scene();
  role().start();
  await tell(CALENDAR, event('evt 1'));
  await tell(CALENDAR, event('evt 1'));
  await tell(CALENDAR, { specversion: '1.0', id: '1', source: 'calendar', type: 'x', data: event('evt 1') });
  await tell(CALENDAR, event('evt 2', { remind_before_minutes: undefined }));
  await tell(CALENDAR, event('evt 3', { create_task: false }));
  await tell(CALENDAR, event('evt 4', { create_task: true, remind_before_minutes: undefined }));
  await tell(CALENDAR, event('evt 5', { start_time: '2020-01-01T00:00:00Z' }));
  await allTaken(7);

  const tasks = await queries.tasksOf(USER);
  expect(tasks.map(({ state }) => state.metadata.calendar_event_id).sort()).toEqual(['evt 1', 'evt 4']);
  const task = await queries.task(USER, derivedTaskId('calendar', USER, 'evt 1'));
  expect(task?.revision).toBe(1);
  expect(task?.state).toMatchObject({
    task_type: 'reminder',
    name: 'Dentist',
    reminder_time: instantOf(Date.parse(TOMORROW) - 30 * 60_000),
    config: { reminder_message: 'Dentist' },
  });
  expect(await letters()).toEqual([]);
});

it('what makes no sense becomes a dead letter with the reason, and holds nothing up', async () => {
  const { tell, allTaken, role, letters, queries } = await scene();
  role().start();
  await tell(CALENDAR, 'no JSON');
  await tell(CALENDAR, '\u00ff\u0000[]');
  await tell(CALENDAR, []);
  await tell(CALENDAR, event('evt', { user_id: '', start_time: 'soon', title: ' ' }));
  await tell('subscription_service.subscription.changed', { user_id: USER, new_tier: 'platinum' });
  await tell('account_service.user.deleted', { timestamp: TOMORROW });
  await tell(CALENDAR, event('fine'));
  await allTaken(7);
  const found = await letters();
  expect(found.map(({ subject, reason }) => `${subject.split('.')[0]}: ${reason}`)).toEqual([
    'calendar_service: the body is no JSON',
    'calendar_service: the body is no JSON',
    expect.stringContaining('no event.created: data:'),
    expect.stringMatching(/title: .*; start_time: must be an RFC 3339 time/),
    expect.stringContaining('new_tier:'),
    expect.stringContaining('no user.deleted: user_id:'),
  ]);
  expect(found.map(({ body }) => Buffer.from(body).toString())[0]).toBe('no JSON');
  expect(await queries.tasksOf(USER)).toHaveLength(1);
});

it('a dead letter that is replayed is handled by its consumer, and told to nobody else', async () => {
  const { nc, tell, allTaken, role, letters, deadLetters, queries } = await scene();
  role().start();
  const body = JSON.stringify(event('late'));
  await deadLetters.bury({
    place: { stream: 'PLATFORM_EVENTS', consumer: 'inbox', sequence: 77 },
    subject: CALENDAR,
    messageId: '',
    body: Buffer.from(body),
    deliveries: 5,
    reason: 'the log was away\nfor long',
  });
  let others = 0;
  const count = () => {
    others += 1;
  };
  nc.subscribe(CALENDAR, { callback: count });
  const [letter] = await letters();
  expect(letter?.reason).toBe('the log was away for long');
  expect(await deadLetters.replay((letter as StoredDeadLetter).number)).toBe(true);
  expect(await deadLetters.replay(99)).toBe(false);
  await eventually(async () => (await queries.tasksOf(USER)).length === 1);
  expect(await letters()).toEqual([]);
  expect(others).toBe(0);
  await tell(CALENDAR, event('late'));
  await allTaken(1);
  expect((await queries.tasksOf(USER))[0]?.revision).toBe(1);
});

it('a message whose taker died on every delivery, or that was terminated, becomes a dead letter too', async () => {
  const { nc, tell, role, letters } = await scene();
  const { config } = await jetstreamApi<{ config: object }>(nc, 'CONSUMER.INFO.PLATFORM_EVENTS.inbox');
  const update = (changes: object) =>
    jetstreamApi(nc, 'CONSUMER.CREATE.PLATFORM_EVENTS.inbox', {
      stream_name: 'PLATFORM_EVENTS',
      config: { ...config, ...changes },
      action: 'update',
    });
  await update({ ack_wait: 50_000_000, max_deliver: 2 });
  await tell(CALENDAR, event('deadly'));
  const next = (expiresMs: number) =>
    nc.request(
      '$JS.API.CONSUMER.MSG.NEXT.PLATFORM_EVENTS.inbox',
      JSON.stringify({ batch: 1, expires: expiresMs * 1e6 }),
      { timeout: 5_000, noMux: true },
    );
  await next(3_000);
  await next(3_000);
  expect((await next(200)).headers?.code).toBe(408);
  await tell(CALENDAR, event('refused'));
  const message = await next(3_000);
  const told = new Promise((resolve) => {
    const callback = resolve;
    nc.subscribe('$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.PLATFORM_EVENTS.inbox', { callback });
  });
  nc.publish(message.reply ?? '', '+TERM told by hand');
  await told;
  role().start();
  const found = await eventually(async () => {
    const buried = await letters();
    return buried.length === 2 && buried;
  });
  // Buried side by side: either may be there first.
  expect(found.map(({ reason }) => reason).sort()).toEqual([
    'delivered 2 times and never acknowledged',
    'told by hand',
  ]);
});

it('a letter is there once, however often it is buried', async () => {
  const { nc, letters } = await scene();
  const letter = {
    place: { stream: 'TASK_EVENTS', consumer: 'wallet', sequence: 3 },
    subject: 'task.executed',
    messageId: '3.task.executed',
    body: Buffer.from('{}'),
    deliveries: 150,
    reason: 'r',
  };
  await Promise.all([1, 2, 3].map(() => new JetStreamDeadLetters(nc).bury(letter)));
  expect(await letters()).toHaveLength(1);
});
