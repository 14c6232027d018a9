import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpServer, startServer } from '../../src/http/server/server.ts';
import { AUDIT_SIGNER, signCheckpoint } from '../support/audit-signer.ts';
import { ALICE, sharedStack, tokenOf } from '../support/parts/stack.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startExample } from './running-example.ts';

const api = sharedStack();
let server: HttpServer;

beforeAll(async () => {
  const { app } = api();
  server = await startServer({
    fetch: (request, env) => app.fetch(request, env),
    host: '127.0.0.1',
    port: 0,
    corsOrigins: [],
  });
});
afterAll(() => server.stop(0));

async function run(example: string, args: readonly string[], env: Record<string, string> = {}) {
  return startExample(example, args, {
    TASK_SERVICE_URL: server.url,
    TASK_SERVICE_TOKEN: await tokenOf(ALICE),
    ...env,
  });
}

async function task(): Promise<string> {
  const { body } = await api().call('POST', '/api/v1/tasks', {
    body: { name: 'Buy milk', task_type: 'todo' },
  });
  await api().call('PATCH', `/api/v1/tasks/${body.task_id}`, { body: { name: 'Buy bread' } });
  return body.task_id;
}

test('an auditor proves a task by the public formats alone, and no other log', async () => {
  const id = await task();
  await signCheckpoint(api());
  const vkey = { AUDIT_VKEY: AUDIT_SIGNER.vkey };
  const proven = await run('auditor.mjs', [id], vkey);
  expect(await proven.ended).toEqual([
    `proven: 2 events of ${id}, in the log of log.example at size ${(await api().lastSequence()) - 1}`,
  ]);
  const other = await run('auditor.mjs', [id], {
    AUDIT_VKEY: vkey.AUDIT_VKEY.replace('log.example', 'other'),
  });
  expect(await other.ended).toEqual(['NOT PROVEN: the checkpoint is not signed by the log']);
  const later = await run('auditor.mjs', [await task()], vkey);
  expect(await later.ended).toEqual(['NOT PROVEN: the service answers 409']);
});

test('a task is replayed from its events', async () => {
  const id = await task();
  await api().call('POST', `/api/v1/tasks/${id}/cancel`);
  const states = (await (await run('replay-task.mjs', [id])).ended).map((line) =>
    line.split(' ').slice(2).join(' '),
  );
  expect(states).toEqual([
    expect.stringMatching(/^task\.created .*"name":"Buy milk".*"status":"open"/),
    expect.stringMatching(/^task\.updated .*"name":"Buy bread"/),
    expect.stringMatching(/^task\.status_changed .*"status":"cancelled"/),
  ]);
});

test('events are followed from where it was the last time', async () => {
  const place = join(temporaryFolder(), 'place');
  const first = await run('follow-events.mjs', [place]);
  const known = await first.lines(2);
  const id = await task();
  const before = await first.until((line) => line.endsWith(`task.updated ${id}`));
  expect(before.slice(0, 2)).toEqual(known);
  await first.kill();
  const missed = await task();
  const second = await run('follow-events.mjs', [place]);
  const after = await second.until((line) => line.endsWith(`task.updated ${missed}`));
  const seen = [...before, ...after].map((line) => Number(line.split(' ')[0]));
  // What was done and not remembered when it was killed comes again; nothing is left out.
  expect([...new Set(seen)]).toEqual(
    seen.toSorted((a, b) => a - b).filter((one, at, all) => one !== all[at - 1]),
  );
  expect(after.filter((line) => line.endsWith(missed))).toHaveLength(2);
});
