import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { publishShipped, readShipped } from '../../../src/app/start/shipped-templates.ts';
import type { Clock } from '../../../src/application/ports/clock.ts';
import { LogUnavailable, OutcomeUnknown } from '../../../src/application/ports/failures.ts';
import { instantOf } from '../../../src/domain/shared/instant.ts';
import type { AppDeps } from '../../../src/http/server/app.ts';
import { jetstreamApi } from '../../../src/jetstream/connection/api.ts';
import { machineMs } from '../../support/clock.ts';
import { natsServer, type TestNatsServer } from '../../support/nats/nats-server.ts';
import {
  ALICE,
  BOB,
  type Called,
  type Stack,
  type StackOptions,
  signed,
  stack,
} from '../../support/parts/stack.ts';

const TASKS = '/api/v1/tasks';
const MILK = { name: 'Buy milk', task_type: 'todo' };
const KEY = { 'Idempotency-Key': 'key-1' };
/** Of a process whose claims of now look eleven seconds old. */
const LATER: Clock = { now: () => instantOf(Date.now() + 11_000), monotonicMs: machineMs };

let server: TestNatsServer;
let secretsKey: Uint8Array;
beforeEach(async () => {
  server = await natsServer();
  secretsKey = randomBytes(32);
});

/** One more process of the same service. */
function instance(options: Partial<StackOptions> = {}): Promise<Stack> {
  return stack({ server, secretsKey, ...options });
}

function create(api: Stack, body: object = MILK, headers: Record<string, string> = KEY): Promise<Called> {
  return api.call('POST', TASKS, { body, headers });
}

function isReplay(answer: Called): boolean {
  return answer.headers.get('idempotency-replayed') === 'true';
}

describe('a write with an Idempotency-Key', () => {
  it('that is repeated gets the first answer again, byte for byte, and changes nothing', async () => {
    const api = await instance();
    const first = await create(api);
    expect([first.status, isReplay(first)]).toEqual([201, false]);
    await api.call('PATCH', `${TASKS}/${first.body.task_id}`, { body: { name: 'Buy bread' } });
    const before = await api.lastSequence();
    for (const other of [api, await instance()]) {
      const again = await create(other);
      expect([again.status, again.text, isReplay(again)]).toEqual([201, first.text, true]);
      for (const name of ['location', 'etag', 'event-sequence', 'content-type']) {
        expect([name, again.headers.get(name)]).toEqual([name, first.headers.get(name)]);
      }
    }
    expect(await api.lastSequence()).toBe(before);
  });

  it('gets it also when its time has passed, or its task is gone', async () => {
    const api = await instance();
    const schedule = { type: 'once', run_time: new Date(Date.now() + 5_000).toISOString() };
    const first = await create(api, { ...MILK, schedule });
    expect(first.status).toBe(201);
    const clock = { now: () => instantOf(Date.now() + 120_000), monotonicMs: machineMs };
    const later = await instance({ clock });
    const repeated = await create(later, { ...MILK, schedule });
    expect([repeated.status, repeated.text, isReplay(repeated)]).toEqual([201, first.text, true]);
    const headers = { 'Idempotency-Key': 'key-2' };
    expect((await create(later, { ...MILK, schedule }, headers)).status).toBe(422);

    const path = `${TASKS}/${first.body.task_id}`;
    const edit = () => api.call('PATCH', path, { body: { config: {} }, headers });
    const edited = await edit();
    expect(edited.status).toBe(200);
    expect((await api.call('DELETE', path)).status).toBe(200);
    const again = await edit();
    expect([again.status, again.text, isReplay(again)]).toEqual([200, edited.text, true]);
    const other = await api.call('PATCH', path, { body: { config: { a: 1 } }, headers });
    expect(other.status).toBeGreaterThanOrEqual(400);
  });

  it('that is answered with much is answered from its event again, and not stored twice', async () => {
    const api = await instance();
    const metadata = { notes: Array.from({ length: 20 }, () => 'x'.repeat(1_000)) };
    const stored = async () =>
      (await jetstreamApi<{ state: { bytes: number } }>(api.nc, 'STREAM.INFO.KV_IDEMPOTENCY')).state.bytes;
    const first = await create(api, { ...MILK, metadata });
    const path = `${TASKS}/${first.body.task_id}`;
    const edit = (by: Stack) =>
      by.call('PATCH', path, { body: { priority: 'high' }, headers: { 'Idempotency-Key': 'edit' } });
    const edited = await edit(api);
    expect([first.status, edited.status]).toEqual([201, 200]);
    expect(await stored()).toBeLessThan(5_000);
    await api.call('PATCH', path, { body: { name: 'Buy bread' } });
    await api.call('DELETE', path);
    for (const by of [api, await instance({ clock: LATER })]) {
      for (const [again, of] of [
        [await create(by, { ...MILK, metadata }), first],
        [await edit(by), edited],
      ] as const) {
        expect([again.status, again.text === of.text, isReplay(again)]).toEqual([of.status, true, true]);
        for (const name of ['location', 'etag', 'event-sequence', 'content-type']) {
          expect([name, again.headers.get(name)]).toEqual([name, of.headers.get(name)]);
        }
      }
    }
    expect((await create(api, { ...MILK, metadata: { note: 'other' } })).status).toBe(422);
  });

  it('of every kind is done once', async () => {
    const api = await instance();
    const daily = { type: 'daily', run_time: '07:30' };
    const { body: task } = await api.call('POST', TASKS, { body: { ...MILK, schedule: daily } });
    const path = `${TASKS}/${task.task_id}`;
    const wait = { Prefer: 'wait=0' };
    const execution = await api.call('POST', `${path}/execute`, { headers: wait });
    const writes: [string, string, object?][] = [
      ['POST', `${path}/executions/${execution.body.execution_id}/cancel`],
      ['PUT', path, { name: 'Buy bread' }],
      ['PATCH', path, { priority: 'high' }],
      ['POST', `${path}/pause`, { reason: 'Holidays' }],
      ['POST', `${path}/resume`],
      ['POST', `${path}/execute`, { trigger_data: { by: 'hand' } }],
      ['POST', `${path}/cancel`],
      ['DELETE', path],
    ];
    for (const [n, [method, at, body]] of writes.entries()) {
      const how = { body, headers: { ...wait, 'Idempotency-Key': `write-${n}` } };
      const before = await api.lastSequence();
      const first = await api.call(method, at, how);
      const again = await api.call(method, at, how);
      expect([at, first.status < 300, isReplay(first)]).toEqual([at, true, false]);
      expect([at, again.text, isReplay(again)]).toEqual([at, first.text, true]);
      expect([at, await api.lastSequence()]).toEqual([at, before + 1]);
    }
  });

  it('for another body, method or path is refused, for another user is another key', async () => {
    const api = await instance();
    const { body: task } = await create(api);
    const path = `${TASKS}/${task.task_id}`;
    const others: [string, string, object][] = [
      ['POST', TASKS, { ...MILK, name: 'Buy bread' }],
      ['PUT', path, MILK],
      ['POST', `${path}/pause`, {}],
    ];
    await create(api, { name: 'New' }, { 'Idempotency-Key': 'unused' });
    for (const [method, at, body] of others) {
      const refused = await api.call(method, at, {
        body: method === 'PUT' ? { name: 'x' } : body,
        headers: KEY,
      });
      expect([at, refused.status, refused.body.error_code]).toEqual([at, 422, 'IDEMPOTENCY_KEY_REUSED']);
    }
    const bobs = await api.call('POST', TASKS, { body: MILK, headers: KEY, user: BOB });
    expect([bobs.status, isReplay(bobs), bobs.body.user_id]).toEqual([201, false, BOB]);
  });

  it('that the domain refused is refused again, though it would be taken now', async () => {
    const api = await instance();
    const { body: task } = await api.call('POST', TASKS, { body: MILK });
    const path = `${TASKS}/${task.task_id}`;
    const run = { headers: { Prefer: 'wait=0' } };
    const { body: execution } = await api.call('POST', `${path}/execute`, run);
    const keyed = { headers: { ...KEY, Prefer: 'wait=0' } };
    const refused = await api.call('POST', `${path}/execute`, keyed);
    expect([refused.status, refused.body.error_code]).toEqual([409, 'TASK_ALREADY_RUNNING']);
    await api.work(ALICE, task.task_id, execution.execution_id);
    const again = await api.call('POST', `${path}/execute`, keyed);
    expect([again.status, again.text, isReplay(again)]).toEqual([409, refused.text, true]);
  });

  it('that was invalid leaves its key unused', async () => {
    const api = await instance();
    const schedule = { type: 'once', run_time: '2020-01-01T00:00:00Z' };
    for (const wrong of [
      { name: '' },
      { schedule },
      { config: { unknown: 1 }, task_type: 'daily_weather' },
    ]) {
      expect((await create(api, { ...MILK, ...wrong })).status).toBe(422);
    }
    expect((await create(api)).status).toBe(201);
  });

  it('takes 1 to 255 visible ASCII characters as key', async () => {
    const api = await instance();
    for (const key of ['', 'with space', 'x'.repeat(256), 'ümlaut']) {
      const { status, body } = await create(api, MILK, { 'Idempotency-Key': key });
      expect([key, status, body.errors?.[0].loc]).toEqual([key, 422, ['header', 'Idempotency-Key']]);
    }
    for (const key of ['!', '~'.repeat(255)]) {
      expect((await create(api, MILK, { 'Idempotency-Key': key })).status).toBe(201);
    }
  });

  it('has one key, quoted or not, and under another condition it is another request', async () => {
    const api = await instance();
    const first = await create(api, MILK, { 'Idempotency-Key': 'k-1' });
    const quoted = await create(api, MILK, { 'Idempotency-Key': '"k-1"' });
    expect([quoted.status, quoted.text, isReplay(quoted)]).toEqual([201, first.text, true]);
    const odd = await create(api, MILK, { 'Idempotency-Key': '"a\\"b\\\\"' });
    expect(isReplay(await create(api, MILK, { 'Idempotency-Key': 'a"b\\' }))).toBe(true);
    expect(odd.status).toBe(201);
    const path = `${TASKS}/${first.body.task_id}`;
    const pause = (etag: string) =>
      api.call('POST', `${path}/pause`, { headers: { 'Idempotency-Key': 'k-2', 'If-Match': etag } });
    expect((await pause('"1"')).status).toBe(200);
    expect(isReplay(await pause('"1"'))).toBe(true);
    expect((await pause('"2"')).body.error_code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('sent twenty times at once to two instances is done once; who comes too early hears so', async () => {
    const apis = [await instance(), await instance()];
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => create(apis[n % 2] as Stack)));
    const codes = answers.map((answer) =>
      isReplay(answer) ? 'replay' : (answer.body.error_code ?? 'first'),
    );
    expect(codes.filter((code) => code === 'first').length).toBeLessThanOrEqual(2);
    expect(new Set(codes.filter((code) => code !== 'replay' && code !== 'first'))).toEqual(
      new Set(['IDEMPOTENCY_IN_FLIGHT']),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(new Set(made.map(({ text }) => text)).size).toBe(1);
    expect(await apis[0]?.lastSequence()).toBe(1);
  });
});

/** An instance that dies once, at a point of its choice: what the log then holds is what it left. */
function dying(after: 'claim' | 'append'): Promise<Stack> {
  let died = false;
  return instance({
    replace: ({ commands }: AppDeps) => ({
      commands: {
        execute: async (...command) => {
          if (died) return commands.execute(...command);
          died = true;
          if (after === 'append') await commands.execute(...command);
          throw new Error('the process dies');
        },
      },
    }),
  });
}

describe('a repeat after a crash', () => {
  it('between claim and append is in flight for ten seconds, then done with the claimed ids, once', async () => {
    expect((await create(await dying('claim'))).status).toBe(500);
    const soon = await instance();
    const early = await create(soon);
    expect([early.status, early.body.error_code, early.headers.get('retry-after')]).toEqual([
      409,
      'IDEMPOTENCY_IN_FLIGHT',
      '1',
    ]);
    expect(await soon.lastSequence()).toBe(0);
    const late = [await instance({ clock: LATER }), await instance({ clock: LATER })];
    await Promise.all(Array.from({ length: 10 }, (_, n) => create(late[n % 2] as Stack)));
    const again = await create(soon);
    expect([again.status, isReplay(again)]).toEqual([201, true]);
    expect(await soon.lastSequence()).toBe(1);
  });

  it('between append and answer finds the event at once and answers as it was then', async () => {
    const crashed = await dying('append');
    expect((await create(crashed)).status).toBe(500);
    expect(await crashed.lastSequence()).toBe(1);
    const [{ task_id }] = (await crashed.call('GET', TASKS)).body.tasks;
    await crashed.call('PATCH', `${TASKS}/${task_id}`, { body: { name: 'Buy bread' } });
    const other = await instance();
    const again = await create(other);
    expect(again).toMatchObject({ status: 201, body: { task_id, name: 'Buy milk', revision: 1 } });
    expect(again.headers.get('event-sequence')).toBe('1');
    expect(await other.lastSequence()).toBe(2);
    const third = await create(crashed);
    expect([third.text, isReplay(third)]).toEqual([again.text, true]);
  });

  it('between append and answer is answered also when its time has passed, its task or template is gone', async () => {
    const later = await instance({
      clock: { now: () => instantOf(Date.now() + 120_000), monotonicMs: machineMs },
    });
    await publishShipped(await readShipped(), later.deps.templateCommands, 'test');
    const { body: milk } = await create(later, MILK, {});
    const path = `${TASKS}/${milk.task_id}`;
    const template_id = 'tpl_todo_basic';
    const admin = { Authorization: `Bearer ${await signed({ sub: 'usr_admin', roles: ['admin'] })}` };
    const schedule = { type: 'once', run_time: new Date(Date.now() + 60_000).toISOString() };
    const writes: [string, string, object, number, () => Promise<unknown>][] = [
      ['POST', TASKS, { ...MILK, schedule }, 201, async () => {}],
      ['PATCH', path, { config: {}, name: 'Buy bread' }, 200, () => later.call('DELETE', path)],
      [
        'POST',
        `${TASKS}/from-template`,
        { template_id, name: 'Buy milk' },
        201,
        () => later.call('DELETE', `/api/v1/templates/${template_id}`, { headers: admin }),
      ],
    ];
    for (const [n, [method, at, body, status, goOn]] of writes.entries()) {
      const how = { body, headers: { 'Idempotency-Key': `write-${n}` } };
      const before = await later.lastSequence();
      const crashed = await (await dying('append')).call(method, at, how);
      expect([at, crashed.status]).toEqual([at, 500]);
      expect([at, await later.lastSequence()]).toEqual([at, before + 1]);
      await goOn();
      const after = await later.lastSequence();
      const again = await later.call(method, at, how);
      expect([at, again.status, again.headers.get('event-sequence')]).toEqual([at, status, `${before + 1}`]);
      const other = await later.call(method, at, { body, headers: { 'Idempotency-Key': `other-${n}` } });
      expect([at, other.status]).toEqual([at, n === 0 ? 422 : 404]);
      expect([at, await later.lastSequence()]).toEqual([at, after]);
    }
  });

  it('in the process that claimed it goes on at once', async () => {
    for (const after of ['claim', 'append'] as const) {
      const key = { 'Idempotency-Key': after };
      const api = await dying(after);
      const before = await api.lastSequence();
      expect((await create(api, MILK, key)).status).toBe(500);
      const again = await create(api, MILK, key);
      expect([after, again.status, isReplay(again)]).toEqual([after, 201, false]);
      expect([after, await api.lastSequence()]).toEqual([after, before + 1]);
    }
  });

  it('of a run that was asked for gives the one execution, ended if it ended', async () => {
    const api = await instance();
    const { body: task } = await api.call('POST', TASKS, { body: MILK });
    const path = `${TASKS}/${task.task_id}/execute`;
    expect((await (await dying('append')).call('POST', path, { headers: KEY })).status).toBe(500);
    const { current_execution_id } = (await api.call('GET', `${TASKS}/${task.task_id}`)).body;
    await api.work(ALICE, task.task_id, current_execution_id);
    const again = await api.call('POST', path, { headers: KEY });
    expect(again).toMatchObject({
      status: 201,
      body: { execution_id: current_execution_id, status: 'completed' },
    });
  });

  it('whose answer could not be kept is told from the log', async () => {
    const lost = await instance({
      replace: ({ idempotencyStore: store }) => ({
        idempotencyStore: {
          claim: (...claim) => store.claim(...claim),
          read: (...read) => store.read(...read),
          replace: () => Promise.reject(new LogUnavailable()),
        },
      }),
    });
    const first = await create(lost);
    expect(first.status).toBe(201);
    const again = await create(await instance());
    expect([again.status, again.text, isReplay(again)]).toEqual([201, first.text, false]);
    expect(await lost.lastSequence()).toBe(1);
  });

  it('that found the log silent tries again: neither 503 is an answer to keep', async () => {
    const errors = [new LogUnavailable(), new OutcomeUnknown()];
    const ailing = await instance({
      replace: ({ commands }) => ({
        commands: {
          execute: (...command) => {
            const error = errors.shift();
            return error === undefined ? commands.execute(...command) : Promise.reject(error);
          },
        },
      }),
    });
    const codes = [await create(ailing), await create(ailing), await create(ailing)].map(
      ({ status, body }) => body.error_code ?? status,
    );
    expect(codes).toEqual(['LOG_UNAVAILABLE', 'OUTCOME_UNKNOWN', 201]);
  });
});
