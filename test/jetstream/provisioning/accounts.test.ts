import { connect, headers, type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../../src/app/config/config.ts';
import { openNats } from '../../../src/app/start/nats-access.ts';
import { jetstreamApi } from '../../../src/jetstream/connection/api.ts';
import { connectNats } from '../../../src/jetstream/connection/connection.ts';
import { JetStreamCode, jetstreamErrorCode } from '../../../src/jetstream/connection/errors.ts';
import { provisionMirrors, type Reader } from '../../../src/jetstream/provisioning/mirrors.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import {
  AUDITOR_PASSWORD,
  natsServerBinary,
  SUBSCRIBER_PASSWORD,
  startNatsServer,
  type TestNatsServer,
} from '../../support/nats/nats-server.ts';
import { silent } from '../../support/parts/run.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Six megabytes: a mirror whose flow control does not get through stalls before that. */
const HISTORY = 400;
const READERS: readonly Reader[] = ['subscriber', 'auditor'];
const PASSWORDS = { subscriber: SUBSCRIBER_PASSWORD, auditor: AUDITOR_PASSWORD };

let server: TestNatsServer;
let service: NatsConnection;
let readers: Record<Reader, NatsConnection>;
const open: NatsConnection[] = [];

beforeAll(async () => {
  server = await startNatsServer();
  const { servers, user, pass } = server;
  service = await connectNats({ servers, user, pass, name: 'service' });
  open.push(service);
  await provision(service, { replicas: 1 });
  const payload = 'x'.repeat(16 * 1024);
  for (let n = 1; n < HISTORY; n++) service.publish(`tasklog.u${n % 10}.t${n % 100}`, payload);
  await jetstreamApi(service, 'INFO');
  await provisionMirrors({ servers, pass, readers: READERS });
  readers = { subscriber: await readerOf('subscriber'), auditor: await readerOf('auditor') };
  await service.request('tasklog.u1.last', payload, { timeout: 5_000 });
});
afterAll(async () => {
  for (const nc of open) await nc.close();
  await server?.stop();
});

async function readerOf(reader: Reader): Promise<NatsConnection> {
  const nc = await connect({ servers: server.servers, user: reader, pass: PASSWORDS[reader] });
  open.push(nc);
  return nc;
}

interface Info {
  readonly state: { readonly messages: number; readonly consumer_count: number };
}

/** Events of the mirror once it has all of them. */
async function mirrored(nc: NatsConnection, wanted: number): Promise<number> {
  for (;;) {
    const { state } = await jetstreamApi<Info>(nc, 'STREAM.INFO.TASK_LOG');
    if (state.messages >= wanted) return state.messages;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** How asking for it ends: `ok`, `forbidden`, `nobody` there to answer, or JetStream's error code. */
async function outcome(nc: NatsConnection, subject: string, body?: object): Promise<string | number> {
  try {
    const payload = body === undefined ? '' : JSON.stringify(body);
    const answer = (await nc.request(subject, payload, { timeout: 2_000 })).json<{
      error?: { err_code: number };
    }>();
    return answer.error?.err_code ?? 'ok';
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    if (cause instanceof PermissionViolationError) return 'forbidden';
    if (error instanceof Error && /no responders/.test(error.message)) return 'nobody';
    throw error;
  }
}

const durable = (name: string, more: object = {}) => ({
  stream_name: 'TASK_LOG',
  config: { name, durable_name: name, ack_policy: 'explicit', ...more },
});

describe.each(READERS)('the %s', (reader) => {
  test('has a mirror of the log that holds every event and follows', async () => {
    const nc = readers[reader];
    await mirrored(nc, HISTORY);
    await service.request('tasklog.u1.more', 'more', { timeout: 5_000 });
    const { state } = await jetstreamApi<Info>(service, 'STREAM.INFO.TASK_LOG');
    expect(await mirrored(nc, state.messages)).toBe(state.messages);
    const last = await nc.request('$JS.API.DIRECT.GET.TASK_LOG.tasklog.u1.last', '', { timeout: 2_000 });
    expect(last.headers?.get('Nats-Sequence')).toBe(String(HISTORY));
  });

  test('reads one task, by a consumer of its own, from where it left off', async () => {
    const nc = readers[reader];
    const create = '$JS.API.CONSUMER.CREATE.TASK_LOG.mine.tasklog.u1.t1';
    expect(await outcome(nc, create, durable('mine', { filter_subject: 'tasklog.u1.t1' }))).toBe('ok');
    const next = () =>
      nc.request('$JS.API.CONSUMER.MSG.NEXT.TASK_LOG.mine', '1', { timeout: 2_000, noMux: true });
    const first = await next();
    expect(first.subject).toBe('tasklog.u1.t1');
    await nc.request(first.reply ?? '', '+ACK', { timeout: 2_000 });
    expect((await next()).reply).not.toBe(first.reply);
    expect(await outcome(nc, '$JS.API.CONSUMER.INFO.TASK_LOG.mine')).toBe('ok');
    expect(await outcome(nc, '$JS.API.CONSUMER.DELETE.TASK_LOG.mine')).toBe('ok');
    // The same with several filters, which are in the request alone, and by one without a name.
    const filter_subjects = ['tasklog.u1.t1', 'tasklog.u2.>'];
    const named = '$JS.API.CONSUMER.CREATE.TASK_LOG.two';
    expect(await outcome(nc, named, durable('two', { filter_subjects }))).toBe('ok');
    const passing = { stream_name: 'TASK_LOG', config: { ack_policy: 'none', filter_subjects } };
    expect(await outcome(nc, '$JS.API.CONSUMER.CREATE.TASK_LOG', passing)).toBe('ok');
    expect(await outcome(nc, '$JS.API.CONSUMER.DELETE.TASK_LOG.two')).toBe('ok');
  });

  test('writes nothing: no event, no stream, no change of the mirror', async () => {
    const nc = readers[reader];
    const forbidden: [string, object?][] = [
      ['tasklog.u1.t1', { forged: true }],
      ['task.created', { forged: true }],
      ['executions.low.todo', {}],
      ['$KV.USER_KEYS.u1', {}],
      ['$KV.LEASES.scheduler', {}],
      ['taskworkers.any', {}],
      ['mirror.subscriber.x', {}],
      ['mirror.auditor.x', {}],
      ['$JS.FC.TASK_LOG.x.y', {}],
      ['$JS.API.STREAM.DELETE.TASK_LOG'],
      ['$JS.API.STREAM.PURGE.TASK_LOG'],
      ['$JS.API.STREAM.MSG.DELETE.TASK_LOG', { seq: 1 }],
      ['$JS.API.STREAM.UPDATE.TASK_LOG', { name: 'TASK_LOG' }],
      ['$JS.API.STREAM.CREATE.OWN', { name: 'OWN', subjects: ['own'] }],
      ['$JS.API.STREAM.SNAPSHOT.TASK_LOG', { deliver_subject: '_INBOX.x' }],
      ['$JS.API.STREAM.RESTORE.OWN', {}],
      ['$JS.API.SERVER.REMOVE', {}],
      ['$SYS.REQ.SERVER.PING', {}],
    ];
    for (const [subject, body] of forbidden) {
      expect([subject, await outcome(nc, subject, body)]).toEqual([subject, 'forbidden']);
    }
    // No more with the conditions and marks of the service's own appends.
    const marks = headers();
    marks.set('Nats-Batch-Id', 'forged');
    marks.set('Nats-Batch-Sequence', '1');
    marks.set('Nats-Batch-Commit', '1');
    const append = nc.request('tasklog.u1.t1', '{}', { headers: marks, timeout: 2_000 });
    await expect(append).rejects.toThrow(/Permissions Violation/);
    const { state } = await jetstreamApi<Info>(service, 'STREAM.INFO.TASK_LOG');
    expect(state.messages).toBe(await mirrored(nc, state.messages));
  });

  test("touches none of the service's streams and consumers, by whatever name", async () => {
    const nc = readers[reader];
    const before = await jetstreamApi(service, 'CONSUMER.INFO.EXECUTION_COMMANDS.worker-low');
    for (const stream of [
      'EXECUTION_COMMANDS',
      'KV_USER_KEYS',
      'KV_VIEW_GENERATIONS',
      'KV_LEASES',
      'KV_IDEMPOTENCY',
      'KV_SERVICE_KEYS',
      'KV_SESSIONS',
    ]) {
      for (const call of [
        `STREAM.INFO.${stream}`,
        `STREAM.MSG.GET.${stream}`,
        `DIRECT.GET.${stream}`,
        `CONSUMER.CREATE.${stream}`,
        `CONSUMER.MSG.NEXT.${stream}.worker-low`,
        `CONSUMER.DELETE.${stream}.worker-low`,
        `CONSUMER.INFO.${stream}.worker-low`,
      ]) {
        expect([call, await outcome(nc, `$JS.API.${call}`, {})]).toEqual([call, 'forbidden']);
      }
    }
    // The way that the server itself takes to the origin is closed to users.
    const way = 'service.api.CONSUMER.CREATE.TASK_LOG';
    for (const subject of [way, `${way}.thief.>`]) {
      expect(await outcome(nc, subject, durable('thief'))).toBe('forbidden');
    }
    expect(await jetstreamApi(service, 'CONSUMER.INFO.EXECUTION_COMMANDS.worker-low')).toMatchObject({
      config: (before as { config: object }).config,
    });
    const consumers = await jetstreamApi<{ consumers: string[] | null }>(service, 'CONSUMER.NAMES.TASK_LOG');
    expect(consumers.consumers ?? []).not.toContain('thief');
  });

  test('hears nothing but answers to itself', async () => {
    const nc = readers[reader];
    for (const subject of ['>', 'tasklog.>', 'mirror.>', 'leases.changed.>', '$JS.EVENT.>', '$JS.API.>']) {
      const refused = new Promise((resolve) =>
        nc.subscribe(subject, { callback: (error) => resolve(error) }),
      );
      expect([subject, await refused]).toEqual([subject, expect.any(PermissionViolationError)]);
    }
  });

  test('has no consumer deliver for it what it may not send itself', async () => {
    const nc = readers[reader];
    const before = (await jetstreamApi<Info>(nc, 'STREAM.INFO.TASK_LOG')).state.messages;
    const targets = [
      '$JS.API.STREAM.DELETE.TASK_LOG',
      '$JS.API.STREAM.PURGE.TASK_LOG',
      'service.api.CONSUMER.CREATE.TASK_LOG',
      'tasklog.u1.forged',
      `mirror.${reader}.x`,
    ];
    for (const deliver_subject of targets) {
      const config = {
        ack_policy: 'none',
        headers_only: true,
        deliver_subject,
        filter_subject: 'tasklog.u1.t1',
      };
      await outcome(nc, '$JS.API.CONSUMER.CREATE.TASK_LOG.push.tasklog.u1.t1', durable('push', config));
      await outcome(nc, '$JS.API.CONSUMER.INFO.TASK_LOG.push');
      await outcome(nc, '$JS.API.CONSUMER.DELETE.TASK_LOG.push');
    }
    expect((await jetstreamApi<Info>(nc, 'STREAM.INFO.TASK_LOG')).state.messages).toBe(before);
    expect((await jetstreamApi<Info>(service, 'STREAM.INFO.TASK_LOG')).state.messages).toBe(before);
  });
});

test('what is published reaches the subscriber only', async () => {
  expect(await outcome(readers.auditor, '$JS.API.STREAM.INFO.TASK_EVENTS')).toBe('forbidden');
  expect(['ok', 10059]).toContain(await outcome(readers.subscriber, '$JS.API.STREAM.INFO.TASK_EVENTS'));
});

test('nobody is let in by another password, or by none', async () => {
  // Whom the server does not know it asks for: without an answer it would wait.
  const asked = service.subscribe('$SYS.REQ.USER.AUTH', { callback: (_, message) => void message.respond() });
  await service.flush();
  for (const user of ['subscriber', 'auditor', 'subscriber-setup', 'auditor-setup', 'task-service', 'sys']) {
    for (const pass of ['', 'wrong', user === 'auditor' ? SUBSCRIBER_PASSWORD : AUDITOR_PASSWORD]) {
      await expect(connect({ servers: server.servers, user, pass, reconnect: false })).rejects.toThrow(
        /Authorization Violation/,
      );
    }
  }
  await expect(connect({ servers: server.servers, reconnect: false })).rejects.toThrow(/Authorization/);
  asked.unsubscribe();
});

test('by where it has answers sent, a reader loses the copy of its own account and touches nothing else', async () => {
  const nc = readers.subscriber;
  const before = await jetstreamApi<Info>(service, 'STREAM.INFO.TASK_LOG');
  const empty = { name: 'thief', filter_subject: 'tasklog.none', deliver_subject: 'executions.low.todo' };
  const config = { ...empty, ack_policy: 'none' };
  const create = '$JS.API.CONSUMER.CREATE.TASK_LOG.thief.tasklog.none';
  expect(await outcome(nc, create, { stream_name: 'TASK_LOG', config })).toBe('ok');
  const targets = [
    '$JS.API.STREAM.PURGE.TASK_LOG',
    'service.api.CONSUMER.CREATE.TASK_LOG',
    'service.api.CONSUMER.CREATE.TASK_LOG.thief.tasklog.none',
    '$JS.API.STREAM.DELETE.TASK_LOG',
  ];
  for (const reply of targets) {
    nc.publish('$JS.API.CONSUMER.INFO.TASK_LOG.thief', '', { reply });
    // The second answer has no content, as a call has that asks for nothing but what its subject says.
    for (const subject of ['u1.t1', 'none']) {
      nc.publish(`$JS.API.DIRECT.GET.TASK_LOG.tasklog.${subject}`, '', { reply });
    }
  }
  // Where this does not end, the server has learned better: then docs/accounts.md is to say so.
  const lookedFor = () => jetstreamApi(nc, 'STREAM.INFO.TASK_LOG').catch(jetstreamErrorCode);
  while ((await lookedFor()) !== JetStreamCode.streamNotFound) await new Promise(setImmediate);
  const { state } = await jetstreamApi<Info>(service, 'STREAM.INFO.TASK_LOG');
  expect(state.messages).toBe(before.state.messages);
  const { consumers } = await jetstreamApi<{ consumers: string[] | null }>(
    service,
    'CONSUMER.NAMES.TASK_LOG',
  );
  expect(consumers ?? []).not.toContain('thief');
  const { servers, pass } = server;
  await provisionMirrors({ servers, pass, readers: READERS });
  expect(await mirrored(nc, state.messages)).toBe(state.messages);
});

test('mirrors are gone with their readers, and whole again when they come back', async () => {
  const { servers, pass } = server;
  await provisionMirrors({ servers, pass, readers: ['auditor'] });
  const gone = await jetstreamApi(readers.subscriber, 'STREAM.INFO.TASK_LOG').catch(jetstreamErrorCode);
  expect(gone).toBe(10059);
  const { streams } = await provisionMirrors({ servers, pass, readers: READERS });
  expect(streams.map(({ name, action }) => [name, action])).toContainEqual(['TASK_LOG', 'unchanged']);
  expect(streams.map(({ name, action }) => [name, action])).toContainEqual(['TASK_LOG', 'created']);
  const { state } = await jetstreamApi<Info>(service, 'STREAM.INFO.TASK_LOG');
  expect(await mirrored(readers.subscriber, state.messages)).toBe(state.messages);
});

test('the embedded server has the readers that have a password, and no others', async () => {
  const dataDir = temporaryFolder();
  const bin = { NATS_SERVER_BIN: await natsServerBinary(), DATA_DIR: dataDir };
  const embedded = async (env: Record<string, string>) => {
    const access = await openNats(parseConfig({ ...bin, ...env }), silent, 'test');
    const { streams } = await access.openToReaders();
    const as = (user: Reader, pass: string) =>
      connect({ servers: [access.options.servers].flat(), user, pass, reconnect: false });
    return { access, streams, as };
  };
  const pass = 'a "quoted" \\ password'.replaceAll(' ', '_');
  const first = await embedded({ NATS_READERS: `auditor:${pass}` });
  expect(first.streams).toMatchObject([{ name: 'TASK_LOG', action: 'created' }]);
  const auditor = await first.as('auditor', pass);
  expect(await outcome(auditor, '$JS.API.STREAM.INFO.TASK_LOG')).toBe('ok');
  await auditor.close();
  for (const guess of ['', 'undefined', 'null']) {
    await expect(first.as('subscriber', guess)).rejects.toThrow(/Authorization/);
  }
  await first.access.close();
  const second = await embedded({});
  await expect(second.as('auditor', pass)).rejects.toThrow(/Authorization/);
  await second.access.close();
});
