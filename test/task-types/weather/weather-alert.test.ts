import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/domain/shared/json.ts';
import type { ExecutionResult } from '../../../src/task-types/executor.ts';
import { weatherAlert } from '../../../src/task-types/weather/weather-alert.ts';
import { type OneRun, outboundTo, runOnce } from '../../support/parts/run.ts';
import { json } from '../../support/world/http-receiver.ts';
import { type WeatherServer, weatherServer } from '../../support/world/weather-server.ts';

const HOT = { temperature: { operator: '>', value: 30 } };

function alert(
  server: WeatherServer,
  alert_conditions: JsonObject = HOT,
  previous: Json = null,
  more: JsonObject = {},
): OneRun {
  const executor = weatherAlert({ forecastUrl: server.url, geocodingUrl: server.url });
  return runOnce(executor, { location: 'Berlin', alert_conditions, ...more }, outboundTo(server.host), {
    previous,
  });
}

// biome-ignore lint/suspicious/noExplicitAny: what came is for the test to look at
async function conditionsOf(run: OneRun): Promise<any> {
  return ((await run.done).result as { conditions: unknown }).conditions;
}

describe('an alert', () => {
  test('shows each condition with its values, and says nothing while none is met', async () => {
    const server = await weatherServer();
    server.weather.hourly = { wind_speed_10m: [90, 12, 40] };
    const run = alert(server, { ...HOT, wind_speed: { operator: 'gte', value: 50 } });
    const { result, summary } = await run.done;
    expect(summary).toBeNull();
    expect(result).toMatchObject({
      location: 'Berlin',
      place: { name: 'Berlin', timezone: 'Europe/Berlin' },
      units: { system: 'metric', temperature: '°C' },
      forecast_hours: 24,
      conditions: [
        {
          metric: 'temperature',
          operator: '>',
          threshold: 30,
          unit: '°C',
          value: 17.3,
          at: '2026-11-23T09:45',
          when: 'now',
          current: 17.3,
          met: false,
          became_met: false,
        },
        // The hour that has begun is not ahead.
        {
          metric: 'wind_speed',
          operator: '>=',
          current: 9.4,
          forecast_min: 9.4,
          forecast_max: 40,
          met: false,
        },
      ],
    });
    expect(run.http.callsMade).toBe(2);
    expect(
      Object.fromEntries(new URL(server.requests[1]?.path ?? '', server.url).searchParams),
    ).toMatchObject({
      current: 'temperature_2m,wind_speed_10m,precipitation',
      hourly: 'temperature_2m,wind_speed_10m,precipitation',
      forecast_hours: '24',
    });
  });

  test('is given of gusts, snow and the chance of rain, which are asked for where they are watched', async () => {
    const server = await weatherServer();
    server.weather.hourly = {
      precipitation_probability: [90, 20, 70],
      wind_gusts_10m: [21, 80],
      snowfall: [0, 0, 0, 1.4],
    };
    const run = alert(server, {
      chance_of_rain: { operator: '>=', value: 60 },
      wind_gusts: { operator: 'gt', value: 75 },
      snowfall: { operator: '>', value: 1 },
    });
    expect((await run.done).summary).toBe(
      'Berlin: chance of rain 70 % expected 2026-11-23 11:00 (>= 60 %); ' +
        'wind gusts 80 km/h expected 2026-11-23 10:00 (> 75 km/h); ' +
        'snowfall 1.4 cm expected 2026-11-23 12:00 (> 1 cm)',
    );
    expect(new URL(server.requests[1]?.path ?? '', server.url).searchParams.get('hourly')).toBe(
      'temperature_2m,wind_speed_10m,precipitation,precipitation_probability,wind_gusts_10m,snowfall',
    );
  });

  test('is given when a condition is met now', async () => {
    const server = await weatherServer();
    server.weather.current = { temperature_2m: 31.5 };
    expect(await alert(server).done).toMatchObject({
      summary: 'Berlin: temperature 31.5 °C now (> 30 °C)',
      result: { conditions: [{ value: 31.5, when: 'now', met: true, became_met: true }] },
    });
  });

  test('is given when a condition will be met within the next 24 hours, with the first time', async () => {
    const server = await weatherServer();
    server.weather.hourly = { precipitation: [0, 0, 0, 4.2, 9] };
    const { result, summary } = await alert(server, { precipitation: { operator: '>=', value: 4 } }).done;
    expect(summary).toBe('Berlin: precipitation 4.2 mm expected 2026-11-23 12:00 (>= 4 mm)');
    expect(result).toMatchObject({
      conditions: [
        { value: 4.2, at: '2026-11-23T12:00', when: 'forecast', current: 0, forecast_max: 9, met: true },
      ],
    });
  });

  test('is not repeated while the condition stays met, and given again after it was not', async () => {
    const server = await weatherServer();
    const summaries: (string | null)[] = [];
    let previous: Json = null;
    for (const degrees of [20, 31, 33, 31, 30, 31]) {
      server.weather.current = { temperature_2m: degrees };
      const { result, summary }: ExecutionResult = await alert(server, HOT, previous).done;
      summaries.push(summary?.replace(/^.*temperature (\S+).*$/, '$1') ?? null);
      previous = result;
    }
    expect(summaries).toEqual([null, '31', null, null, null, '31']);
  });

  test('is of each condition alone', async () => {
    const server = await weatherServer();
    const both = { ...HOT, wind_speed: { operator: '>', value: 50 } };
    server.weather.current = { temperature_2m: 31 };
    const first = await alert(server, both).done;
    server.weather.current = { temperature_2m: 31, wind_speed_10m: 60 };
    const second = await alert(server, both, first.result).done;
    expect(first.summary).toBe('Berlin: temperature 31 °C now (> 30 °C)');
    expect(second.summary).toBe('Berlin: wind speed 60 km/h now (> 50 km/h)');
  });

  test.each<[string, JsonObject, JsonObject]>([
    ['threshold', { temperature: { operator: '>', value: 29 } }, {}],
    ['operator', { temperature: { operator: '>=', value: 30 } }, {}],
    ['place', HOT, { location: 'Tokyo' }],
    ['system of units', { temperature: { operator: '>', value: 30 } }, { units: 'imperial' }],
  ])('of another %s is another alert', async (_what, conditions, more) => {
    const server = await weatherServer();
    server.weather.current = { temperature_2m: 31 };
    const first = await alert(server).done;
    const same = await alert(server, { temperature: { operator: 'gt', value: 30 } }, first.result).done;
    expect(same.summary).toBeNull();
    const other = await alert(server, conditions, first.result, more).done;
    expect(other.summary).not.toBeNull();
  });

  test('of a value that nobody knows neither warns nor forgets that it has warned', async () => {
    const server = await weatherServer();
    const unknown = { current: { temperature_2m: null }, hourly: { temperature_2m: Array(24).fill(null) } };
    server.weather.current = { temperature_2m: 31 };
    const met = await alert(server).done;
    Object.assign(server.weather, unknown);
    expect(await conditionsOf(alert(server))).toMatchObject([{ value: null, met: false, became_met: false }]);
    const still = await alert(server, HOT, met.result).done;
    expect(still.result).toMatchObject({ conditions: [{ value: null, met: true, became_met: false }] });
    Object.assign(server.weather, { current: { temperature_2m: 32 }, hourly: {} });
    expect((await alert(server, HOT, still.result).done).summary).toBeNull();
  });
});

test.each<[string, number, boolean]>([
  ['>', 17.3, false],
  ['>', 17.2, true],
  ['>=', 17.3, true],
  ['<', 17.3, false],
  ['<', 17.4, true],
  ['<=', 17.3, true],
  ['==', 17.3, true],
  ['==', 17, false],
  ['!=', 17.3, false],
  ['!=', 17, true],
  ['gt', 17.2, true],
  ['gte', 17.3, true],
  ['lt', 17.3, false],
  ['lte', 17.3, true],
  ['eq', 17.3, true],
  ['ne', 17.3, false],
])('17.3 °C %s %d is %s', async (operator, value, met) => {
  const server = await weatherServer();
  const conditions = await conditionsOf(alert(server, { temperature: { operator, value } }));
  expect(conditions).toMatchObject([{ met }]);
});

describe('a config', () => {
  const executor = weatherAlert({ forecastUrl: 'http://x.invalid', geocodingUrl: 'http://x.invalid' });
  test.each<[JsonObject, string, string]>([
    [{ alert_conditions: HOT }, 'location', 'missing'],
    [{ location: 'Berlin' }, 'alert_conditions', 'missing'],
    [{ location: 'Berlin', alert_conditions: {} }, 'alert_conditions', 'invalid_value'],
    [
      { location: 'Berlin', alert_conditions: { snow: { operator: '>', value: 1 } } },
      'alert_conditions.snow',
      'unknown_field',
    ],
    [
      { location: 'Berlin', alert_conditions: { temperature: { operator: '=>', value: 1 } } },
      'alert_conditions.temperature.operator',
      'invalid_value',
    ],
    [
      { location: 'Berlin', alert_conditions: { temperature: { operator: '>' } } },
      'alert_conditions.temperature.value',
      'missing',
    ],
    [
      { location: 'Berlin', alert_conditions: { temperature: { operator: '>', value: '30' } } },
      'alert_conditions.temperature.value',
      'invalid_type',
    ],
  ])('%j is refused for %s', (config, path, type) => {
    expect(executor.parseConfig(config)).toMatchObject({
      ok: false,
      faults: expect.arrayContaining([expect.objectContaining({ path: path.split('.'), type })]),
    });
  });
});

function forecastOf(hours: number): JsonObject {
  const metrics = { temperature_2m: '°C', wind_speed_10m: 'km/h', precipitation: 'mm' };
  const current = { time: '', temperature_2m: 20, wind_speed_10m: 1, precipitation: 0 };
  const hourly = {
    time: Array(hours).fill('1'),
    temperature_2m: Array(hours).fill(1),
    wind_speed_10m: [],
    precipitation: [],
  };
  return { timezone: 'GMT', current_units: metrics, current, hourly };
}

test.each([
  ['500', 500, 'oops', true],
  ['400 with a reason', 400, { error: true, reason: 'no' }, false],
  ['another shape', 200, { current: { temperature_2m: 'warm' } }, true],
  ['far too many hours', 200, forecastOf(150_000), true],
  ['hours that are none', 200, { timezone: 'GMT', current: {}, hourly: {} }, true],
])('a provider that answers %s: PROVIDER_ERROR', async (_what, status, body, retryable) => {
  const server = await weatherServer();
  server.answer((_request, response) => json(response, status, body));
  const run = alert(server, HOT, null, { location: '52.5, 13.4' });
  await expect(run.done).rejects.toMatchObject({ code: 'PROVIDER_ERROR', retryable });
  expect(run.http.callsMade).toBe(1);
});
