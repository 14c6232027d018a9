/** Task types that ask others, through REST, against servers that answer as the real ones do. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { natsServer } from '../../support/nats/nats-server.ts';
import { Caller, startService, tokenFor } from '../../support/processes/service.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { feedServer, rss } from '../../support/world/feed-server.ts';
import { httpReceiver } from '../../support/world/http-receiver.ts';
import { jsonLd, product, productPage } from '../../support/world/product-page.ts';
import { weatherServer } from '../../support/world/weather-server.ts';

interface Execution {
  readonly status: string;
  readonly summary: string | null;
  readonly result: unknown;
  readonly api_calls_made: number;
  readonly tokens_used: number;
}

/** A task, and what runs it by hand. */
async function task(caller: Caller, task_type: string, config: object): Promise<() => Promise<Execution>> {
  const created = await caller.call<{ task_id: string }>('POST', '/tasks', {
    name: task_type,
    task_type,
    config,
  });
  expect(created.status).toBe(201);
  return async () => {
    const run = await caller.call<Execution>('POST', `/tasks/${created.body.task_id}/execute`, {});
    expect(run.status).toBe(201);
    return run.body;
  };
}

test('news, alerts and prices remember from run to run what they have told', async () => {
  const feeds = await feedServer({
    paper: rss([
      { title: 'NATS is out', guid: '1' },
      { title: 'Weather', guid: '2' },
    ]),
  });
  const weather = await weatherServer();
  let price = 120;
  const shop = await httpReceiver((_request, response) =>
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(productPage({ head: jsonLd(product(price)) })),
  );
  const service = await startService({
    DATA_DIR: temporaryFolder(),
    EGRESS_ALLOW: [feeds.host, weather.host, shop.host].join(','),
    NEWS_FEEDS: `paper[world]=${feeds.url}/paper`,
    WEATHER_API_URLS: `forecast=${weather.url},geocoding=${weather.url}`,
  });
  const caller = new Caller(service.url, await tokenFor('prue'));
  const runs = [
    await task(caller, 'daily_news', { sources: ['paper'], categories: ['World'] }),
    await task(caller, 'news_monitor', { keywords: ['nats'] }),
    await task(caller, 'weather_alert', {
      location: 'Berlin',
      alert_conditions: { temperature: { operator: 'gt', value: 30 } },
    }),
    await task(caller, 'price_tracker', {
      product_url: `${shop.url}/widget`,
      target_price: 100,
      currency: 'EUR',
    }),
  ];
  const summaries = async () => {
    const told: (string | null)[] = [];
    for (const run of runs) {
      const execution = await run();
      expect(execution).toMatchObject({ status: 'completed', tokens_used: 0 });
      told.push(execution.summary);
    }
    return told;
  };

  expect(await summaries()).toEqual([
    '2 new items: NATS is out; Weather',
    '1 new match: NATS is out (nats)',
    null,
    null,
  ]);
  weather.weather.current = { temperature_2m: 33 };
  price = 99.5;
  const warned = [
    'Berlin: temperature 33 °C now (> 30 °C)',
    'Widget: 99.5 EUR, at or below the target of 100 EUR',
  ];
  expect(await summaries()).toEqual([null, null, ...warned]);
  expect(await summaries()).toEqual([null, null, null, null]);
  expect(feeds.requests.filter(({ headers }) => headers['if-none-match'] !== undefined)).toHaveLength(4);
}, 60_000);

test('a worker of somebody else does the work of a custom task', async () => {
  const nats = await natsServer();
  const example = join(import.meta.dirname, '..', '..', '..', 'examples', 'nats-worker.mjs');
  const env = { NATS_USER: nats.user, NATS_PASSWORD: nats.pass };
  const worker = spawn(process.execPath, [example], {
    env: { PATH: process.env.PATH, NATS_URL: nats.servers, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void worker.kill('SIGKILL'));
  await new Promise((resolve) => worker.stdout.once('data', resolve));
  const service = await startService({
    DATA_DIR: temporaryFolder(),
    NATS_URL: nats.servers,
    ...env,
    SECRETS_KEY: randomBytes(32).toString('base64'),
  });
  const caller = new Caller(service.url, await tokenFor('prue'));
  const run = await task(caller, 'custom', {
    script_type: 'nats',
    worker: 'count-words',
    payload: { text: 'a b c' },
  });
  expect(await run()).toMatchObject({
    status: 'completed',
    result: { words: 3 },
    summary: '3 words',
    api_calls_made: 1,
  });
}, 60_000);
