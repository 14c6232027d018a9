import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { makeSamples } from '../../../src/app/start/samples.ts';
import { startServer } from '../../../src/http/server/server.ts';
import { ALICE, stack, tokenOf } from '../../support/parts/stack.ts';

test('a first start makes a few tasks to try, marked as such, and none again once they are removed', async () => {
  const { app, call } = await stack();
  const server = await startServer({ fetch: app.fetch, host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.stop(0));
  const make = async () => makeSamples(server.url, await tokenOf(ALICE), pino({ level: 'silent' }));
  const tags = async () =>
    (await call('GET', '/api/v1/tasks')).body.tasks.map((task: { tags: string[] }) => task.tags);
  await make();
  expect(await tags()).toEqual([['sample'], ['sample'], ['sample']]);
  await make();
  expect((await tags()).length).toBe(3);
  await call('POST', '/api/v1/tasks/bulk', { body: { action: 'delete', filter: { tag: 'sample' } } });
  await make();
  expect(await tags()).toEqual([]);
});
