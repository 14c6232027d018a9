import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { systemClock } from '../../../src/app/system-clock.ts';
import type { CreditMicros } from '../../../src/domain/shared/credits.ts';
import type { TaskId, UserId } from '../../../src/domain/shared/ids.ts';
import { jetstreamApi } from '../../../src/jetstream/connection/api.ts';
import { eventually } from '../../support/eventually.ts';
import { failure } from '../../support/histories/history.ts';
import { platformParts, type ServiceUrls, SIGNING_KEY } from '../../support/parts/platform-parts.ts';
import {
  type HttpReceiver,
  httpReceiver,
  json,
  type ReceivedRequest,
} from '../../support/world/http-receiver.ts';

const USER = 'usr_1' as UserId;
const COSTS = { credits_per_run_micros: 1_500_000 as CreditMicros };

async function scene(urls: ServiceUrls) {
  const parts = await platformParts(urls);
  const { nc, person, follower } = parts;
  /** Resolves when all was told that is in the log now, or became a dead letter. */
  const allTold = async (consumer: string) => {
    const records = async () => {
      const { state } = await jetstreamApi<{ state: { last_seq: number } }>(nc, 'STREAM.INFO.TASK_EVENTS');
      const info = await jetstreamApi<{ num_pending: number; num_ack_pending: number }>(
        nc,
        `CONSUMER.INFO.TASK_EVENTS.${consumer}`,
      );
      return state.last_seq > 0 && info.num_pending === 0 && info.num_ack_pending === 0;
    };
    const end = await follower.lastSequence();
    const last = async () => {
      const info = await jetstreamApi<{ state: { last_seq: number } }>(nc, 'STREAM.INFO.TASK_EVENTS');
      if (info.state.last_seq === 0) return false;
      const { message } = await jetstreamApi<{ message: { hdrs: string } }>(
        nc,
        'STREAM.MSG.GET.TASK_EVENTS',
        { seq: info.state.last_seq },
      );
      const at = /Log-Sequence: (\d+)/.exec(Buffer.from(message.hdrs, 'base64').toString())?.[1];
      return Number(at) >= end;
    };
    await eventually(last);
    await eventually(records);
  };
  const failFinally = async (taskId: TaskId) => {
    const execution_id = await person.request(USER, taskId);
    await person.start(USER, taskId, execution_id);
    const outcome = { ...failure, retryable: false };
    await person.ask(USER, taskId, {
      type: 'finish_execution',
      data: { execution_id, attempt: 1, duration_ms: 1, outcome },
    });
  };
  const letters = async () => {
    const reasons: string[] = [];
    for await (const { reason } of parts.deadLetters.list()) reasons.push(reason);
    return reasons;
  };
  return { ...parts, allTold, failFinally, letters };
}

function bodies(receiver: HttpReceiver) {
  return receiver.requests.map(({ body }) => JSON.parse(body));
}

function expectSigned({ headers, body }: ReceivedRequest): void {
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const signature = createHmac('sha256', SIGNING_KEY).update(content).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${signature}`);
  expect(headers['idempotency-key']).toBe(headers['webhook-id']);
}

it('a wallet that fails, hangs up and answers nonsense is charged once for every run that succeeded', async () => {
  const wallet = await httpReceiver();
  let calls = 0;
  const charged: string[] = [];
  wallet.answer((request, response) => {
    calls += 1;
    if (calls % 5 === 1) return json(response, 503, { error: 'later' });
    if (calls % 5 === 2) return void response.destroy();
    if (calls % 5 === 3) return void response.writeHead(200).end('<html>Please log in');
    const { reference_id } = JSON.parse(request.body);
    if (charged.includes(reference_id)) return json(response, 409, { error: 'was charged' });
    charged.push(reference_id);
    // Done, and the answer is lost.
    if (calls % 5 === 4) return void response.destroy();
    json(response, 200, { success: true });
  });
  const { person, role, allTold, failFinally, letters } = await scene({ wallet: wallet.url });
  role(5).start();
  const taskId = await person.create(USER, COSTS);
  const runs: string[] = [];
  for (let run = 0; run < 4; run++) runs.push(await person.run(USER, taskId));
  await failFinally(taskId);
  const free = await person.create(USER, { credits_per_run_micros: 0 as CreditMicros });
  await person.run(USER, free);
  await allTold('wallet');

  expect(charged.toSorted()).toEqual(runs.toSorted());
  expect(await letters()).toEqual([]);
  expect(bodies(wallet)[0]).toEqual({
    user_id: USER,
    amount: 1.5,
    description: 'Task: Water the plants',
    reference_type: 'task_execution',
    reference_id: expect.stringMatching(/^exe_/),
  });
  for (const request of wallet.requests) {
    expectSigned(request);
    expect(request.headers['webhook-id']).toBe(JSON.parse(request.body).reference_id);
  }
});

it('what a service refuses for good becomes a dead letter with what it said', async () => {
  const wallet = await httpReceiver((_, response) => json(response, 402, { error: 'no funds' }));
  const { person, role, allTold, letters } = await scene({ wallet: wallet.url });
  role().start();
  const taskId = await person.create(USER, COSTS);
  await person.run(USER, taskId);
  await allTold('wallet');
  expect(await letters()).toEqual(['the wallet service answered 402: {"error":"no funds"}']);
  wallet.answer((_, response) => json(response, 200, { success: false, message: 'closed' }));
  await person.run(USER, taskId);
  await allTold('wallet');
  expect((await letters())[1]).toContain('closed');
});

it('owners are notified of what their switches want, and of one failure a task and hour', async () => {
  const notification = await httpReceiver();
  const pages: ReceivedRequest[] = [];
  notification.answer((request, response) => {
    if (pages.push(request) > 1) return json(response, 202, {});
    response.writeHead(200).end('<html>Please log in');
  });
  const { person, role, allTold, failFinally, commands } = await scene({ notification: notification.url });
  role().start();
  const quiet = {
    created: false,
    success: false,
    failure: false,
    reminder: false,
    status: false,
    missed: false,
  };
  const silent = await person.create(USER, { notify: quiet });
  await person.run(USER, silent);
  await failFinally(silent);
  const taskId = await person.create(USER, {
    notify: { ...quiet, created: true, success: true, failure: true, status: true },
  });
  await person.run(USER, taskId);
  await failFinally(taskId);
  await failFinally(taskId);
  const edit = { now: systemClock.now(), if_match: null, reason: 'too many' };
  const context = { actor: 'service:admin', correlation_id: 'c', causation_id: null, traceparent: null };
  await person.ask(USER, taskId, { type: 'pause', data: edit }).catch(() => null);
  await commands.execute({ userId: USER, taskId }, context, { type: 'cancel', data: edit });
  await allTold('notification');

  expect(notification.requests.filter(({ body }) => body === pages[0]?.body)).toHaveLength(2);
  const told = bodies(notification).slice(1);
  expect(told.map(({ notification_type }) => notification_type).sort()).toEqual([
    'task_created',
    'task_executed',
    'task_failed',
    'task_status_changed',
  ]);
  expect(told.every(({ metadata }) => metadata.task_id === taskId)).toBe(true);
  const executed = notification.requests.find(({ body }) => body.includes('task_executed'));
  expect(JSON.parse(executed?.body ?? '')).toMatchObject({
    recipient_id: USER,
    subject: 'Water the plants',
    content: 'Done.',
  });
  for (const request of notification.requests) {
    expect(request).toMatchObject({ method: 'POST', path: '/api/v1/notifications' });
    expectSigned(request);
  }
});

it('a calendar follows its tasks, one event for each, and never gets back what came from it', async () => {
  const calendar = await httpReceiver();
  const nonsense = { POST: [['nonsense'], { ok: true }], PUT: ['<html>'], DELETE: [['nonsense']] };
  calendar.answer((request, response) => {
    const next = nonsense[request.method as keyof typeof nonsense].shift();
    if (next !== undefined) return json(response, 200, next);
    json(response, request.method === 'POST' ? 201 : 200, { event_id: 'evt/1' });
  });
  const { person, role, allTold } = await scene({ calendar: calendar.url });
  role().start();
  const config = { event_title: 'Dentist', event_time: '2030-01-01T10:00:00.000Z', duration_minutes: 30 };
  const given = { task_type: 'calendar_event' as const, config };
  const taskId = await person.create(USER, given);
  await allTold('calendar');
  await person.change(USER, taskId, { config: { ...config, event_title: 'Dentist!' } });
  await person.change(USER, taskId, { priority: 'high' });
  await allTold('calendar');
  const edit = { now: systemClock.now(), if_match: null, reason: null };
  await person.ask(USER, taskId, { type: 'cancel', data: edit });
  await person.create(USER, { ...given, metadata: { calendar_event_id: 'evt/0' } });
  await person.create(USER);
  await allTold('calendar');

  const calls = calendar.requests.map(({ method, path }) => `${method} ${path}`);
  const events = '/api/v1/calendar/events';
  expect(calls).toEqual([
    `POST ${events}`,
    `POST ${events}`,
    `POST ${events}`,
    `PUT ${events}/evt%2F1`,
    `PUT ${events}/evt%2F1`,
    `DELETE ${events}/evt%2F1?user_id=usr_1`,
    `DELETE ${events}/evt%2F1?user_id=usr_1`,
  ]);
  const [first, again, third] = calendar.requests;
  expect(new Set([first, again, third].map((request) => request?.headers['idempotency-key'])).size).toBe(1);
  expect(JSON.parse(first?.body ?? '')).toMatchObject({
    user_id: USER,
    title: 'Dentist',
    start_time: '2030-01-01T10:00:00.000Z',
    end_time: '2030-01-01T10:30:00.000Z',
    external_id: taskId,
  });
});

it('a service that was down is told everything when it is back, by another process too', async () => {
  const wallet = await httpReceiver();
  const { person, role, allTold, letters } = await scene({ wallet: wallet.url });
  let down = true;
  wallet.answer((_, response) => (down ? response.destroy() : json(response, 200, { success: true })));
  const first = role();
  first.start();
  const taskId = await person.create(USER, COSTS);
  const runs: string[] = [];
  for (let run = 0; run < 8; run++) runs.push(await person.run(USER, taskId));
  await wallet.received(5);
  await first.stop();
  const callsWhileDown = wallet.requests.length;
  // Five failures in a row, and it is left alone.
  expect(callsWhileDown).toBeLessThan(16);
  down = false;
  role().start();
  await allTold('wallet');
  const done = wallet.requests.slice(callsWhileDown).map(({ body }) => JSON.parse(body).reference_id);
  // A call that the stop broke off may reach the wallet once more: it charges by the execution's id.
  expect([...new Set(done)].toSorted()).toEqual(runs.toSorted());
  expect(await letters()).toEqual([]);
});
