import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import { dailyWeather } from '../../../src/task-types/weather/daily-weather.ts';
import { type OneRun, outboundTo, runOnce } from '../../support/parts/run.ts';
import { type HttpReceiver, json } from '../../support/world/http-receiver.ts';
import { answerWeather, weatherServer } from '../../support/world/weather-server.ts';

function weather(server: HttpReceiver, config: JsonObject): OneRun {
  const executor = dailyWeather({ forecastUrl: server.url, geocodingUrl: server.url });
  return runOnce(executor, config, outboundTo(server.host));
}

function queryOf(server: HttpReceiver, n: number): URLSearchParams {
  return new URL(server.requests[n]?.path ?? '', server.url).searchParams;
}

describe('the weather', () => {
  test('of a place by name', async () => {
    const server = await weatherServer();
    const run = weather(server, { location: 'Berlin' });
    expect(await run.done).toEqual({
      result: {
        place: {
          name: 'Berlin',
          region: 'State of Berlin',
          country: 'Germany',
          latitude: 52.52437,
          longitude: 13.41053,
          timezone: 'Europe/Berlin',
        },
        units: { system: 'metric', temperature: '°C', wind_speed: 'km/h', precipitation: 'mm' },
        current: {
          time: '2026-11-23T09:45',
          temperature: 17.3,
          apparent_temperature: 16.1,
          relative_humidity: 61,
          precipitation: 0,
          wind_speed: 9.4,
          weather_code: 2,
          description: 'partly cloudy',
        },
        today: {
          date: '2026-11-23',
          temperature_max: 21.8,
          temperature_min: 11.2,
          precipitation_sum: 2.5,
          precipitation_probability: 40,
          wind_speed_max: 18,
          weather_code: 2,
          description: 'partly cloudy',
          sunrise: '2026-11-23T07:41',
          sunset: '2026-11-23T16:02',
        },
      },
      summary:
        'Berlin: 17 °C, partly cloudy. Today partly cloudy, 11 °C to 22 °C, 40 % chance of precipitation.',
    });
    expect(run.http.callsMade).toBe(2);
    expect(queryOf(server, 0).get('name')).toBe('Berlin');
    expect(Object.fromEntries(queryOf(server, 1))).toMatchObject({
      latitude: '52.52437',
      longitude: '13.41053',
      timezone: 'auto',
      forecast_days: '1',
    });
  });

  test('in imperial units', async () => {
    const server = await weatherServer();
    const { result, summary } = await weather(server, { location: 'Tokyo', units: 'imperial' }).done;
    expect(result).toMatchObject({
      units: { system: 'imperial', temperature: '°F', wind_speed: 'mp/h', precipitation: 'inch' },
      current: { temperature: 63.1 },
    });
    expect(summary).toContain('Tokyo: 63 °F');
  });

  test.each<[JsonObject]>([
    [{ location: { latitude: 48.85, longitude: 2.35 } }],
    [{ location: '48.85, 2.35' }],
  ])('of coordinates, without asking for a place: %j', async (config) => {
    const server = await weatherServer();
    const run = weather(server, config);
    const { result, summary } = await run.done;
    expect(result).toMatchObject({ place: { name: null, latitude: 48.85, longitude: 2.35 } });
    expect(summary).toMatch(/^48\.85, 2\.35: 17 °C/);
    expect(run.http.callsMade).toBe(1);
  });

  test.each([
    ['Berlin, United States', 'New Hampshire'],
    ['Berlin, New Hampshire, us', 'New Hampshire'],
    ['Berlin, DE', 'State of Berlin'],
  ])('of the one place meant: %s', async (location, region) => {
    const server = await weatherServer();
    const { result } = await weather(server, { location }).done;
    expect(result).toMatchObject({ place: { region } });
    expect(queryOf(server, 0).get('name')).toBe('Berlin');
  });

  test('where the provider does not know every value', async () => {
    const server = await weatherServer();
    server.answer((request, response) => {
      const tampered = {
        end: (text: string) =>
          response.end(
            text
              .replace(/"weather_code":2/g, '"weather_code":null')
              .replace(/\[(21\.8|11\.2|40|2)\]/g, '[null]'),
          ),
      };
      answerWeather(request, { writeHead: () => tampered } as unknown as ServerResponse);
    });
    const { result, summary } = await weather(server, { location: '1,1' }).done;
    expect(result).toMatchObject({ current: { description: null }, today: { temperature_max: null } });
    expect(summary).toBe('1, 1: 17 °C. Today no description.');
  });
});

describe('a place that is not there', () => {
  test.each(['Atlantis', 'Berlin, France', ',,'])('%s: LOCATION_NOT_FOUND', async (location) => {
    const server = await weatherServer();
    const run = weather(server, { location });
    await expect(run.done).rejects.toMatchObject({
      code: 'LOCATION_NOT_FOUND',
      retryable: false,
      details: { location },
    });
    expect(run.http.callsMade).toBe(1);
  });
});

describe('a provider that fails: PROVIDER_ERROR', () => {
  const failing: [string, (response: ServerResponse) => void, boolean, JsonObject][] = [
    ['500', (response) => response.writeHead(500).end('oops'), true, { status: 500 }],
    [
      '429 with a reason',
      (response) => json(response, 429, { error: true, reason: 'Minutely API request limit exceeded.' }),
      true,
      { status: 429, reason: 'Minutely API request limit exceeded.' },
    ],
    [
      '400 with a reason',
      (response) => json(response, 400, { error: true, reason: 'Latitude must be in range.' }),
      false,
      { status: 400, reason: 'Latitude must be in range.' },
    ],
    ['200 without JSON', (response) => response.end('<html>maintenance</html>'), true, { status: 200 }],
    [
      '200 with other JSON',
      (response) => json(response, 200, { current: { temperature_2m: 'warm' } }),
      true,
      {},
    ],
    ['200 with a list', (response) => json(response, 200, []), true, {}],
    [
      '200 with an error',
      (response) => json(response, 200, { error: true, reason: 'x' }),
      true,
      { reason: 'x' },
    ],
    ['200 with half of an answer', (response) => response.end('{"latitude":1,"longi'), true, {}],
    ['404', (response) => json(response, 404, { error: true, reason: 'Not Found' }), true, { status: 404 }],
  ];

  test.each(failing)('forecast answers %s', async (_what, answer, retryable, details) => {
    const server = await weatherServer();
    server.answer((_request, response) => answer(response));
    await expect(weather(server, { location: '1,1' }).done).rejects.toMatchObject({
      code: 'PROVIDER_ERROR',
      retryable,
      details,
    });
  });

  test('geocoding answers 500: the forecast is not asked for', async () => {
    const server = await weatherServer();
    server.answer((_request, response) => response.writeHead(500).end());
    const run = weather(server, { location: 'Berlin' });
    await expect(run.done).rejects.toMatchObject({ code: 'PROVIDER_ERROR', retryable: true });
    expect(run.http.callsMade).toBe(1);
  });

  test('a truncated answer is a connection that failed, to be tried again', async () => {
    const server = await weatherServer();
    server.answer((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"latitude"');
      response.socket?.end();
    });
    await expect(weather(server, { location: '1,1' }).done).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      retryable: true,
    });
  });
});

test('the URLs of the providers may have a path of their own', async () => {
  const server = await weatherServer();
  const executor = dailyWeather({ forecastUrl: `${server.url}/om`, geocodingUrl: `${server.url}/geo/` });
  server.answer((request, response) =>
    answerWeather({ ...request, path: request.path.replace(/^\/(om|geo)/, '') }, response),
  );
  await runOnce(executor, { location: 'Berlin' }, outboundTo(server.host)).done;
  expect(server.requests.map((request) => request.path.split('?')[0])).toEqual([
    '/geo/v1/search',
    '/om/v1/forecast',
  ]);
});
