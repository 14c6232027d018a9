import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { LogRefused } from '../../../src/application/ports/failures.ts';
import type { TriggerMessageQueue } from '../../../src/application/ports/work/trigger-messages.ts';
import { decideAsked } from '../../../src/domain/shared/decider.ts';
import { instantOf } from '../../../src/domain/shared/instant.ts';
import { taskDecider } from '../../../src/domain/task/decider.ts';
import { EVENT_RUNS_KEPT } from '../../../src/domain/task/state.ts';
import { JetStreamViews } from '../../../src/jetstream/views/views.ts';
import type { EventTriggers } from '../../../src/scheduler/triggers/event-triggers.ts';
import {
  type EventTriggersOptions,
  eventTriggers,
  publish,
  triggersSettled,
} from '../../support/parts/event-triggers.ts';
import { NO_KEYS } from '../../support/parts/no-keys.ts';
import { ALICE, BOB, type Stack, stack } from '../../support/parts/stack.ts';

const TASKS = '/api/v1/tasks';
let api: Stack;

beforeEach(async () => {
  api = await stack();
});

async function listener(subject: string, filter: object | null = null, user = ALICE): Promise<string> {
  const body = { name: 'Ship it', task_type: 'todo', trigger: { type: 'event', subject, filter } };
  const created = await api.call('POST', TASKS, { body, user });
  expect([created.status, created.body.trigger]).toEqual([201, body.trigger]);
  return created.body.task_id;
}

interface Run {
  readonly execution_id: string;
  readonly status: string;
  readonly trigger_type: string;
  readonly trigger_data: { readonly payload: unknown };
}

async function runsOf(taskId: string, user = ALICE): Promise<Run[]> {
  return (await api.call('GET', `${TASKS}/${taskId}/executions`, { user })).body;
}

/** Resolves when every message so far is acknowledged or dropped. */
async function settled(): Promise<void> {
  while (!(await triggersSettled(api.nc))) await delay(5);
}

/** Resolves when every message so far is settled, and so many of them wait for a task that runs. */
async function heldBack(triggers: EventTriggers, waiting: number): Promise<void> {
  while (triggers.status().held !== waiting || !(await triggersSettled(api.nc, waiting))) await delay(5);
}

/** Runs what has been requested to its end. */
async function work(taskId: string): Promise<void> {
  for (const run of await runsOf(taskId)) {
    if (run.status === 'pending') await api.work(ALICE, taskId as never, run.execution_id as never);
  }
}

describe('a message on events.<user>.<subject>', () => {
  test('runs every task of that user that listens there, at once after its creation', async () => {
    eventTriggers(api);
    const one = await listener('orders.paid');
    const two = await listener('orders.paid');
    const elsewhere = await listener('orders.sent');
    const theirs = await listener('orders.paid', null, BOB);
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const sequence = await publish(api.nc, 'events.usr_alice.orders.paid', '{"order":7}', { traceparent });
    await settled();
    for (const taskId of [one, two]) {
      expect(await runsOf(taskId)).toMatchObject([
        {
          trigger_type: 'event',
          trigger_data: { subject: 'orders.paid', sequence, payload: { order: 7 } },
        },
      ]);
    }
    expect(await runsOf(elsewhere)).toEqual([]);
    expect(await runsOf(theirs, BOB)).toEqual([]);

    await work(one);
    const { body } = await api.call('GET', `${TASKS}/${one}`);
    expect(body).toMatchObject({ status: 'pending', run_count: 1 });
    const { events } = (await api.call('GET', `${TASKS}/${one}/events`)).body;
    expect(events[1].event).toMatchObject({ actor: 'service:triggers', traceparent });
  });

  test('waits until a trigger that was acknowledged before it came is known', async () => {
    let release = () => {};
    const follows = new Promise<void>((resolve) => {
      release = resolve;
    });
    eventTriggers(api, { follows });
    onTestFinished(() => release());
    const taskId = await listener('s');
    await publish(api.nc, 'events.usr_alice.s', '{}');
    while (!(await triggersSettled(api.nc, 1))) await delay(5);
    // It has been taken up when what was asked after it is answered.
    for (let asked = 0; asked < 3; asked++) await api.lastSequence();
    release();
    await settled();
    expect(await runsOf(taskId)).toHaveLength(1);
  });

  test('runs those whose filter it fulfils, as they are when it is taken up', async () => {
    const triggers = eventTriggers(api);
    const big = await listener('orders', { 'order.total': { gte: 100 }, status: 'paid' });
    const open = await listener('orders');
    await publish(api.nc, 'events.usr_alice.orders', '{"status":"paid","order":{"total":99.5}}');
    await settled();
    expect([(await runsOf(big)).length, (await runsOf(open)).length]).toEqual([0, 1]);
    await publish(api.nc, 'events.usr_alice.orders', '{"status":"paid","order":{"total":100}}');
    await heldBack(triggers, 1);
    expect((await runsOf(big)).length).toBe(1);
    await work(open);
    await settled();
    expect((await runsOf(open)).length).toBe(2);

    const changed = await api.call('PATCH', `${TASKS}/${open}`, {
      body: { trigger: { type: 'event', subject: 'invoices' } },
    });
    expect(changed.body.trigger).toEqual({ type: 'event', subject: 'invoices', filter: null });
    const cleared = await api.call('PATCH', `${TASKS}/${big}`, { body: { trigger: null } });
    expect(cleared.body.trigger).toBe(null);
    await Promise.all([work(big), work(open)]);
    await publish(api.nc, 'events.usr_alice.orders', '{"status":"paid","order":{"total":500}}');
    await publish(api.nc, 'events.usr_alice.invoices', '');
    await settled();
    expect([(await runsOf(big)).length, (await runsOf(open)).length]).toEqual([1, 3]);
    expect((await runsOf(open))[0]?.trigger_data.payload).toBe(null);
  });

  test('starts no task that is paused, completed, cancelled or deleted, and one that is restored', async () => {
    eventTriggers(api);
    const [paused, completed, cancelled, deleted] = await Promise.all(
      ['p', 'c', 'x', 'd'].map(() => listener('s')),
    );
    await api.call('POST', `${TASKS}/${paused}/pause`);
    await api.call('PATCH', `${TASKS}/${completed}`, { body: { status: 'completed' } });
    await api.call('POST', `${TASKS}/${cancelled}/cancel`);
    await api.call('DELETE', `${TASKS}/${deleted}`);
    const end = await api.lastSequence();
    await publish(api.nc, 'events.usr_alice.s', '{}');
    await settled();
    expect(await api.lastSequence()).toBe(end);

    await api.call('POST', `${TASKS}/${deleted}/restore`);
    await publish(api.nc, 'events.usr_alice.s', '{}');
    await settled();
    expect(await runsOf(deleted ?? '')).toHaveLength(1);
  });

  test('waits while its task runs, and runs it then: none is lost, none comes twice', async () => {
    const triggers = eventTriggers(api);
    const taskId = await listener('s');
    for (let n = 0; n < 3; n++) await publish(api.nc, 'events.usr_alice.s', JSON.stringify({ n }));
    for (let left = 2; left >= 0; left--) {
      await heldBack(triggers, left);
      await work(taskId);
    }
    const runs = await runsOf(taskId);
    const payloads = runs.map(({ trigger_data }) => (trigger_data.payload as { n: number }).n);
    expect(payloads.sort()).toEqual([0, 1, 2]);
  });

  test('that no run can be given is dropped with a line in the log; text runs tasks without a filter', async () => {
    const lines: Record<string, unknown>[] = [];
    const logger = pino({ level: 'warn' }, { write: (line) => void lines.push(JSON.parse(line)) });
    eventTriggers(api, { logger });
    const open = await listener('s');
    const filtered = await listener('s', { a: { exists: false } });
    const unfit = [
      new Uint8Array([0xff, 0xfe]),
      'x'.repeat(65_537),
      `${'['.repeat(65)}${']'.repeat(65)}`,
      '{"n":1e999}',
    ];
    for (const payload of unfit) await publish(api.nc, 'events.usr_alice.s', payload);
    await publish(api.nc, 'events.=', '{}');
    await settled();
    expect(await runsOf(open)).toEqual([]);
    // What is on no user's subject is looked at first.
    const reasons = lines.map(({ sequence, reason }) => [sequence, reason]);
    expect(reasons).toHaveLength(5);
    expect(reasons).toContainEqual([1, 'not UTF-8']);
    expect(reasons).toContainEqual([2, 'larger than 64 KiB']);
    expect(reasons).toContainEqual([undefined, undefined]);

    await publish(api.nc, 'events.usr_alice.s', 'not JSON');
    await settled();
    expect((await runsOf(open)).map(({ trigger_data }) => trigger_data.payload)).toEqual(['not JSON']);
    expect(await runsOf(filtered)).toEqual([]);
  });

  test('is known when it comes again, whoever gets it and however much has run since', async () => {
    const taskId = await listener('s');
    const first = eventTriggers(api);
    // More than the task keeps the ids of.
    const messages = EVENT_RUNS_KEPT + 2;
    for (let n = 0; n < messages; n++) {
      await publish(api.nc, 'events.usr_alice.s', `{"n":${n}}`);
      await settled();
      const { current_execution_id: id } = (await api.call('GET', `${TASKS}/${taskId}`)).body;
      expect((await api.call('POST', `${TASKS}/${taskId}/executions/${id}/cancel`)).status).toBe(200);
    }
    await first.stop();
    // A consumer that has lost what it knew delivers everything again.
    await api.nc.request('$JS.API.CONSUMER.DELETE.TRIGGER_EVENTS.triggers');
    const end = await api.lastSequence();
    // The log itself would refuse a repeat, but for two minutes only: none may even be decided.
    const decided: string[] = [];
    const commands: EventTriggersOptions['commands'] = {
      execute: (target, context, asked) =>
        api.commands.execute(target, context, (state) => {
          const decision = decideAsked(taskDecider, state, asked, api.deps.clock.now());
          decided.push(decision.kind === 'rejected' ? decision.rejection.code : decision.kind);
          return typeof asked === 'function' ? asked(state) : asked;
        }),
    };
    eventTriggers(api, { commands });
    await publish(api.nc, 'events.usr_alice.elsewhere', '');
    await settled();
    expect(await api.lastSequence()).toBe(end);
    expect((await runsOf(taskId)).length).toBe(messages);
    expect(new Set(decided)).toEqual(new Set(['nothing', 'MESSAGE_MAY_BE_KNOWN']));
  });

  test('goes to one of several instances, which start from the views as well', async () => {
    const taskIds = await Promise.all(Array.from({ length: 20 }, (_, n) => listener(`s${n}`)));
    api.projector.start();
    const views = new JetStreamViews(api.nc, { executionsKept: 100, keys: NO_KEYS });
    while ((await views.checkpoint()) < (await api.lastSequence())) await delay(5);
    const instances = [eventTriggers(api), eventTriggers(api)];
    await Promise.all(taskIds.map((_, n) => publish(api.nc, `events.usr_alice.s${n}`, '{}')));
    await settled();
    for (const taskId of taskIds) expect(await runsOf(taskId)).toHaveLength(1);
    expect(instances.map((one) => one.status().tasks)).toEqual([20, 20]);
  });
});

describe('a trigger', () => {
  test('is refused with every fault named', async () => {
    const faults = async (trigger: unknown) => {
      const { status, body } = await api.call('POST', TASKS, {
        body: { name: 'x', task_type: 'todo', trigger },
      });
      expect(status).toBe(422);
      return body.errors.map(({ loc, type }: { loc: string[]; type: string }) => [
        loc.slice(2).join('/'),
        type,
      ]);
    };
    for (const subject of ['orders.*', '>', '', 'a..b', 'a b', 'ü', 'a'.repeat(201)]) {
      expect(await faults({ type: 'event', subject })).toEqual([['subject', 'invalid_subject']]);
    }
    expect(await faults({ type: 'webhook' })).toContainEqual(['type', 'invalid_value']);
    expect(await faults({ type: 'event', subject: 's', filters: {} })).toEqual([
      ['filters', 'unknown_field'],
    ]);
    const filter = { a: { gt: true, like: 1 }, 'b..c': 1, d: [], e: {}, f: { in: 1, exists: 1, eq: {} } };
    expect(await faults({ type: 'event', subject: 's', filter })).toEqual([
      ['filter/a/gt', 'invalid_type'],
      ['filter/a/like', 'unknown_operator'],
      ['filter/b..c', 'invalid_path'],
      ['filter/d', 'invalid_condition'],
      ['filter/e', 'invalid_condition'],
      ['filter/f/in', 'invalid_type'],
      ['filter/f/exists', 'invalid_type'],
      ['filter/f/eq', 'invalid_type'],
    ]);
    expect(await faults({ type: 'event', subject: 's', filter: {} })).toEqual([['filter', 'too_small']]);
  });
});

describe('a message that cannot be taken up', () => {
  /** Delivers one message again and again, each time as one that was delivered often before; what became of it. */
  async function fates(failure: () => Error, deliveries: number): Promise<string[]> {
    await listener('orders.paid');
    const became: string[] = [];
    const queue: TriggerMessageQueue = {
      consume: async (_, onMessage) => {
        for (let n = 0; n < deliveries && became.at(-1) !== 'dropped'; n++) {
          await new Promise<void>((resolve) => {
            const settle = (fate: string) => () => {
              became.push(fate);
              resolve();
            };
            onMessage({
              userId: ALICE,
              subject: 'orders.paid',
              id: 'one',
              sequence: 1,
              published_at: instantOf(0),
              payload: Buffer.from('{}'),
              traceparent: null,
              deliveries: 100 + n,
              ack: settle('acknowledged'),
              drop: settle('dropped'),
              handBack: settle('handed back'),
              working: () => {},
            });
          });
        }
      },
    };
    const commands = { execute: () => Promise.reject(failure()) };
    const triggers = eventTriggers(api, { queue, commands });
    await expect.poll(() => became.length === deliveries || became.at(-1) === 'dropped').toBe(true);
    await triggers.stop();
    return became;
  }

  test('for want of room waits for room, however often it was delivered', async () => {
    const became = await fates(() => new LogRefused('LOG_FULL', 'full'), 25);
    expect(new Set(became)).toEqual(new Set(['handed back']));
  });

  test('for no known reason is dropped when it has failed twenty times', async () => {
    const became = await fates(() => new Error('a fault'), 25);
    expect(became).toEqual([...new Array(19).fill('handed back'), 'dropped']);
  });
});
