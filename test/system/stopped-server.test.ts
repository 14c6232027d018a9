import { expect, test } from 'vitest';
import { readWholeLog } from '../support/log/inspect-log.ts';
import { connected } from '../support/nats/nats-client.ts';
import { natsServer, type TestNatsServer } from '../support/nats/nats-server.ts';
import { type Answer, Caller, startService, tokenFor } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Problem {
  error_code: string;
}

async function serviceOn(server: TestNatsServer): Promise<Caller> {
  const service = await startService({
    NATS_URL: server.servers,
    NATS_USER: server.user,
    NATS_PASSWORD: server.pass,
    DATA_DIR: temporaryFolder(),
  });
  return new Caller(service.url, await tokenFor('ada'));
}

/** The first answer that is not a 503, and how often it took. */
async function untilItAnswers<Body>(call: () => Promise<Answer<Body>>): Promise<Answer<Body>> {
  for (;;) {
    const answer = await call();
    if (answer.status !== 503) return answer;
  }
}

for (const [how, stop, goOn] of [
  ['frozen', (server: TestNatsServer) => server.freeze(), (server: TestNatsServer) => server.thaw()],
  ['stopped', (server: TestNatsServer) => server.kill9(), (server: TestNatsServer) => server.restart()],
] as const) {
  test(`while nats-server is ${how}, writes and reads answer 503 within 5 s; after that the service goes on by itself`, async () => {
    const server = await natsServer();
    const caller = await serviceOn(server);
    const body = { name: 'Before', task_type: 'todo' };
    const { body: before } = await caller.call<{ task_id: string }>('POST', '/tasks', body);

    await stop(server);
    const key = { 'idempotency-key': 'once-only' };
    const during = { name: 'During', task_type: 'todo' };
    const began = performance.now();
    const [write, keyed, read] = await Promise.all([
      caller.call<Problem>('POST', '/tasks', { name: 'Unkeyed', task_type: 'todo' }),
      caller.call<Problem>('POST', '/tasks', during, key),
      caller.call<Problem>('GET', `/tasks/${before.task_id}`),
    ]);
    expect(performance.now() - began).toBeLessThan(5_300);
    // To a frozen server it was sent, to a stopped one it may have been.
    expect(write.status).toBe(503);
    expect(how === 'frozen' ? ['OUTCOME_UNKNOWN'] : ['OUTCOME_UNKNOWN', 'LOG_UNAVAILABLE']).toContain(
      write.body.error_code,
    );
    expect(keyed.status).toBe(503);
    expect(read).toMatchObject({ status: 503, body: { error_code: 'LOG_UNAVAILABLE' } });

    await goOn(server);
    const repeated = await untilItAnswers(() =>
      caller.call<{ task_id: string }>('POST', '/tasks', during, key),
    );
    expect(repeated.status).toBe(201);
    const again = await caller.call<{ task_id: string }>('POST', '/tasks', during, key);
    expect(again.body).toEqual(repeated.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await caller.call('GET', `/tasks/${before.task_id}`)).status).toBe(200);

    const created = (await readWholeLog(await connected(server))).filter((e) => e.type === 'task.created');
    const names = created.map((e) => e.data.personal.name);
    expect(names.filter((name) => name === 'During')).toHaveLength(1);
    expect(names.filter((name) => name === 'Unkeyed').length).toBeLessThanOrEqual(1);
  });
}

test('runs go on by themselves after the server was killed and started again', async () => {
  const server = await natsServer();
  const caller = await serviceOn(server);
  const task = { name: 'After', task_type: 'todo' };
  await server.kill9();
  await server.restart();
  const { body } = await untilItAnswers(() => caller.call<{ task_id: string }>('POST', '/tasks', task));
  const run = await untilItAnswers(() =>
    caller.call<{ status: string }>('POST', `/tasks/${body.task_id}/execute`, {}, { prefer: 'wait=10' }),
  );
  expect(run).toMatchObject({ status: 201, body: { status: 'completed' } });
});

test('a server that no longer takes the credentials ends the service, with a failure that says so', async () => {
  const server = await natsServer();
  const service = await startService({
    NATS_URL: server.servers,
    NATS_USER: server.user,
    NATS_PASSWORD: server.pass,
    DATA_DIR: temporaryFolder(),
  });
  await server.restart('another-password');
  const line = await service.logged(({ level }) => level === 'fatal');
  expect(line).toMatchObject({
    msg: 'the service cannot go on: stopping',
    err: { message: expect.stringMatching(/connection to NATS has ended for good.*check the credentials/) },
  });
  expect(JSON.stringify(service.log())).not.toContain(server.pass);
  expect(await service.ended).toBe(1);
  expect(service.log().at(-1)?.msg).toBe('stopped');
});
