import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/domain/shared/json.ts';
import type { TaskType } from '../../src/domain/task/status.ts';
import { createExecutors } from '../../src/task-types/all.ts';
import { ExecutorCatalog } from '../../src/task-types/catalog.ts';
import { providers } from '../support/parts/providers.ts';

const catalog = new ExecutorCatalog(createExecutors(providers()));
const webhook = { script_type: 'webhook', url: 'https://example.com/hook' };
const condition = { operator: '>', value: 30 };

describe('a config that fits has no faults', () => {
  test.each<[TaskType, JsonObject]>([
    ['todo', {}],
    ['reminder', { reminder_message: 'Stand up' }],
    ['reminder', { reminder_message: 'Stand up', channels: ['push', 'email'] }],
    ['daily_weather', { location: 'Berlin' }],
    ['daily_weather', { location: '52.52, 13.41', units: 'imperial' }],
    ['daily_weather', { location: { latitude: -90, longitude: 180 }, units: 'metric' }],
    ['daily_news', {}],
    ['daily_news', { categories: ['tech'], sources: ['https://example.com/feed'], limit: 5 }],
    ['news_monitor', { keywords: ['nats'] }],
    ['weather_alert', { location: 'Berlin', alert_conditions: { temperature: condition } }],
    ['price_tracker', { product_url: 'https://shop.example/p', target_price: 9.99, currency: 'EUR' }],
    ['data_backup', {}],
    ['data_backup', { scope: 'tasks', keep: 3 }],
    ['calendar_event', { event_title: 'Dentist', event_time: '2026-12-01T09:00:00+01:00' }],
    ['custom', webhook],
    ['custom', { script_type: 'webhook', webhook_url: 'https://example.com/hook', method: 'GET' }],
    ['custom', { ...webhook, headers: { 'X-A': 'b', Authorization: 'Bearer t' }, body: [1, null] }],
    ['custom', { ...webhook, body: 'plain', expect_status: 202, secret: 'sixteen raw byte' }],
    [
      'custom',
      { ...webhook, body: null, expect_status: [200, 404], secret: 'whsec_MTIzNDU2Nzg5MDEyMzQ1Ng==' },
    ],
    ['custom', { script_type: 'nats', worker: 'resize-images', payload: { a: 1 } }],
  ])('%s %j', (taskType, config) => expect(catalog.faultsOf(taskType, config)).toEqual([]));
});

test('thousands of secret headers are masked, and put back, as soon as a few', () => {
  const names = Array.from({ length: 20_000 }, (_, n) => `X-Token-${n}`);
  const stored = { ...webhook, headers: Object.fromEntries(names.map((name) => [name, 's'])) };
  const masked = catalog.masked('custom', stored);
  expect(new Set(Object.values(masked.headers ?? {}))).toEqual(new Set(['***']));
  expect(catalog.unmasked('custom', masked, stored)).toEqual(stored);
});

describe('every fault is named with its place', () => {
  test.each<[TaskType, JsonObject, readonly string[]]>([
    ['todo', { a: 1, b: 2 }, ['a: unknown_field', 'b: unknown_field']],
    ['reminder', {}, ['reminder_message: missing']],
    [
      'reminder',
      { reminder_message: '  ', channels: ['', 1] },
      ['reminder_message: too_small', 'channels.0: too_small', 'channels.1: invalid_type'],
    ],
    ['daily_weather', { units: 'kelvin' }, ['location: missing', 'units: invalid_value']],
    ['daily_weather', { location: 7 }, ['location: invalid_value']],
    ['daily_weather', { location: '91,0' }, ['location: invalid_value']],
    [
      'daily_weather',
      { location: { latitude: 91 } },
      ['location.latitude: invalid_value', 'location.longitude: missing'],
    ],
    ['daily_news', { limit: 0, sources: ['nowhere'] }, ['sources.0: invalid_value', 'limit: too_small']],
    ['news_monitor', { keywords: [] }, ['keywords: too_small']],
    ['weather_alert', { location: 'Berlin', alert_conditions: {} }, ['alert_conditions: invalid_value']],
    [
      'weather_alert',
      { location: 'Berlin', alert_conditions: { temperature: { operator: '?' } } },
      ['alert_conditions.temperature.operator: invalid_value', 'alert_conditions.temperature.value: missing'],
    ],
    [
      'price_tracker',
      { product_url: 'ftp://x', target_price: -1, currency: 'eur' },
      ['product_url: invalid_value', 'target_price: too_small', 'currency: invalid_format'],
    ],
    ['data_backup', { keep: 1.5 }, ['keep: invalid_type']],
    [
      'calendar_event',
      { event_time: '2026-12-01T09:00:00' },
      ['event_title: missing', 'event_time: invalid_value'],
    ],
    ['custom', {}, ['script_type: missing']],
    ['custom', { script_type: 'python', url: 'x' }, ['script_type: invalid_value']],
    ['custom', { script_type: 'constructor' }, ['script_type: invalid_value']],
    ['custom', { script_type: 'webhook' }, ['url: missing']],
    [
      'custom',
      { script_type: 'webhook', webhook_url: 'ftp://x', metod: 'GET' },
      ['webhook_url: invalid_value', 'metod: unknown_field'],
    ],
    ['custom', { ...webhook, webhook_url: 'https://example.com/' }, ['webhook_url: invalid_value']],
    ['custom', { script_type: 'webhook', url: 'https://user:pass@example.com/' }, ['url: invalid_value']],
    ['custom', { ...webhook, method: 'TRACE' }, ['method: invalid_value']],
    ['custom', { ...webhook, method: 'GET', body: {} }, ['body: invalid_value']],
    ['custom', { ...webhook, expect_status: 99 }, ['expect_status: too_small']],
    ['custom', { ...webhook, expect_status: [] }, ['expect_status: too_small']],
    ['custom', { ...webhook, secret: 'whsec_%%' }, ['secret: invalid_value']],
    ['price_tracker', { product_url: 'https://shop.example/p' }, ['target_price: missing']],
    ['custom', { ...webhook, secret: '' }, ['secret: invalid_value']],
    ['custom', { ...webhook, secret: 'x' }, ['secret: too_small']],
    ['custom', { ...webhook, secret: 'whsec_AA==' }, ['secret: too_small']],
    ['custom', { ...webhook, secret: 'whsec_MTIzNDU2Nzg5MDEyMzQ1' }, ['secret: too_small']],
    [
      'custom',
      { ...webhook, headers: { 'bad name': 'x', 'x-a': 'a\r\nb: c', Host: 'evil', 'x-n': 1 } },
      [
        'headers.bad name: invalid_value',
        'headers.x-a: invalid_value',
        'headers.Host: invalid_value',
        'headers.x-n: invalid_value',
      ],
    ],
    [
      'custom',
      { ...webhook, headers: { 'webhook-signature': 'v1,x', 'X-A': '1', 'x-a': '2' } },
      ['headers.webhook-signature: invalid_value', 'headers.x-a: invalid_value'],
    ],
    [
      'custom',
      { script_type: 'nats', worker: 'a.b', url: 'x' },
      ['worker: invalid_format', 'url: unknown_field'],
    ],
  ])('%s %j', (taskType, config, expected) => {
    const faults = catalog.faultsOf(taskType, config).map(({ path, type }) => `${path.join('.')}: ${type}`);
    expect(faults.sort()).toEqual([...expected].sort());
  });
});

describe('secrets', () => {
  const stored: JsonObject = {
    ...webhook,
    secret: 'whsec_MTIzNDU2Nzg=',
    headers: {
      Authorization: 'Bearer t',
      'X-API-Key': 'k',
      cookie: 'c',
      'X-Plain': 'p',
      'Idempotency-Key': 'i',
    },
  };
  const shown: JsonObject = {
    ...webhook,
    secret: '***',
    headers: {
      Authorization: '***',
      'X-API-Key': '***',
      cookie: '***',
      'X-Plain': 'p',
      'Idempotency-Key': 'i',
    },
  };

  test('are shown as ***, in their places', () => {
    expect(catalog.masked('custom', stored)).toEqual(shown);
    expect(Object.keys(catalog.masked('custom', stored))).toEqual(Object.keys(stored));
    expect(JSON.stringify(catalog.masked('custom', stored))).not.toMatch(/Bearer|MTIz/);
  });

  test('are kept where an update sends back what was shown', () => {
    expect(catalog.unmasked('custom', shown, stored)).toEqual(stored);
  });

  test('are kept for a header in another case, replaced by others, dropped when left out', () => {
    const updated = { ...webhook, secret: 'new', headers: { authorization: '***', 'X-Plain': '***' } };
    expect(catalog.unmasked('custom', updated, stored)).toEqual({
      ...webhook,
      secret: 'new',
      headers: { authorization: 'Bearer t', 'X-Plain': '***' },
    });
  });

  test('that stand for nothing stored are a fault', () => {
    const config = catalog.unmasked(
      'custom',
      { ...webhook, secret: '***', headers: { 'X-Token': '***' } },
      webhook,
    );
    expect(catalog.faultsOf('custom', config).map(({ path }) => path.join('.'))).toEqual([
      'secret',
      'headers.X-Token',
    ]);
  });

  test('stay masked whatever else is wrong with the config', () => {
    expect(catalog.masked('custom', { script_type: 'nats', secret: 's', headers: 'x' })).toEqual({
      script_type: 'nats',
      secret: '***',
      headers: 'x',
    });
    const odd = JSON.parse('{"headers":{"__proto__":"x","x-token":{"deep":1}}}') as JsonObject;
    expect(JSON.stringify(catalog.masked('custom', odd))).toBe(
      '{"headers":{"__proto__":"x","x-token":"***"}}',
    );
  });

  test('of other types there are none', () => {
    expect(catalog.masked('todo', { secret: 'not one' })).toEqual({ secret: 'not one' });
  });
});
