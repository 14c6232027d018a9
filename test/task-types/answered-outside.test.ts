/** Asking outside about a config while its task is made: only what is answered in time counts. */
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { createExecutors } from '../../src/task-types/all.ts';
import { AnsweredOutside } from '../../src/task-types/answered-outside.ts';
import { providers } from '../support/parts/providers.ts';
import { outboundTo } from '../support/parts/run.ts';
import { httpReceiver, type ReceivedRequest } from '../support/world/http-receiver.ts';
import { answerWeather, weatherServer } from '../support/world/weather-server.ts';

const UNKNOWN = [{ path: ['location'], type: 'not_found', msg: expect.stringContaining('no place') }];
const ALERT = { alert_conditions: { temperature: { operator: 'gt', value: 30 } } };

function checksAt({ url, host }: { readonly url: string; readonly host: string }, patienceMs = 60_000) {
  const executors = createExecutors(providers({ geocodingUrl: url }));
  return new AnsweredOutside(executors, outboundTo(host), patienceMs);
}

test('a place that the weather service knows is taken, one that it does not know is named', async () => {
  const server = await weatherServer();
  const checks = checksAt(server);
  expect(await checks.faultsOf('daily_weather', { location: 'Berlin' })).toEqual([]);
  expect(await checks.faultsOf('daily_weather', { location: 'Berlim' })).toMatchObject(UNKNOWN);
  expect(await checks.faultsOf('weather_alert', { location: 'Berlim', ...ALERT })).toMatchObject(UNKNOWN);
});

test('an answer is kept, for a place that is known under both types', async () => {
  const server = await weatherServer();
  const checks = checksAt(server);
  for (const type of ['daily_weather', 'weather_alert', 'daily_weather'] as const) {
    const config = type === 'weather_alert' ? { location: 'Tokyo', ...ALERT } : { location: 'Tokyo' };
    expect(await checks.faultsOf(type, config)).toEqual([]);
  }
  expect(server.requests).toHaveLength(1);
});

test('nobody is asked about coordinates, faulty configs and types that need nobody', async () => {
  const server = await weatherServer();
  const checks = checksAt(server);
  expect(await checks.faultsOf('daily_weather', { location: '52.5, 13.4' })).toEqual([]);
  expect(await checks.faultsOf('daily_weather', {})).toEqual([]);
  expect(await checks.faultsOf('todo', {})).toEqual([]);
  expect(server.requests).toEqual([]);
});

test.each<[string, (request: ReceivedRequest, response: ServerResponse) => void]>([
  ['does not answer', () => undefined],
  ['answers 500', (_, response) => response.writeHead(500).end()],
  ['answers nonsense', (_, response) => response.end('{"results": 7}')],
  ['breaks off', (_, response) => response.destroy()],
  ['answers too much', (_, response) => response.end('x'.repeat(5_000_000))],
])('a service that %s keeps nobody from making a task, and is asked again', async (_what, answer) => {
  const server = await httpReceiver(answer);
  const checks = checksAt(server, 100);
  expect(await checks.faultsOf('daily_weather', { location: 'Berlim' })).toEqual([]);
  expect(await checks.faultsOf('daily_weather', { location: 'Berlim' })).toEqual([]);
  expect(server.requests.length).toBeGreaterThanOrEqual(2);
});

test('no more than sixteen questions are under way: what comes beyond is not asked', async () => {
  const answers: (() => void)[] = [];
  const server = await httpReceiver((request, response) => {
    answers.push(() => answerWeather(request, response));
  });
  const checks = checksAt(server);
  const asked = Array.from({ length: 16 }, (_, at) =>
    checks.faultsOf('daily_weather', { location: `Berlim ${at}x` }),
  );
  expect(await checks.faultsOf('daily_weather', { location: 'Berlim' })).toEqual([]);
  while (answers.length < 16) await new Promise((resolve) => setImmediate(resolve));
  let isOver = false;
  const over = Promise.all(asked).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    for (const answer of answers.splice(0)) answer();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await over).toMatchObject(Array.from({ length: 16 }, () => UNKNOWN));
});
