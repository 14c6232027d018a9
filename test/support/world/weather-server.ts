import type { ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { outsideCluster } from '../cluster/outside-cluster.ts';
import { type HttpReceiver, json, type ReceivedRequest, startHttpReceiver } from './http-receiver.ts';

interface Place {
  readonly id: number;
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly country_code: string;
  readonly country: string;
  readonly admin1: string;
  readonly timezone: string;
}

const PLACES: readonly Place[] = [
  place(2950159, 'Berlin', 52.52437, 13.41053, 'DE', 'Germany', 'State of Berlin', 'Europe/Berlin'),
  place(5083330, 'Berlin', 44.46867, -71.18508, 'US', 'United States', 'New Hampshire', 'America/New_York'),
  place(1850147, 'Tokyo', 35.6895, 139.69171, 'JP', 'Japan', 'Tokyo', 'Asia/Tokyo'),
];

/**
 * A local server that answers `/v1/search` as geocoding-api.open-meteo.com and `/v1/forecast` as
 * api.open-meteo.com are documented to: the requested variables only, a unit for each, null where a value is not
 * known, and `{"error": true, "reason"}` with 400 for what is not understood. `weather` is what a test wants to be
 * measured or forecast: a value for now, and a list for the hours from the current one on.
 */
export async function weatherServer(): Promise<WeatherServer> {
  const server = await startWeatherServer();
  onTestFinished(() => server.stop());
  return server;
}

/** For hooks: whoever starts it stops it. */
export async function startWeatherServer(): Promise<WeatherServer> {
  const weather: Weather = { current: {}, hourly: {} };
  const server = await startHttpReceiver(
    (request, response) => answerWeather(request, response, weather),
    outsideCluster?.weatherPort,
  );
  return { ...server, weather };
}

export interface WeatherServer extends HttpReceiver {
  readonly weather: Weather;
}

/** By the provider's variables; those left out are as they always are here. */
interface Weather {
  current: Readonly<Record<string, number | null>>;
  hourly: Readonly<Record<string, readonly (number | null)[]>>;
}

export function answerWeather(
  request: ReceivedRequest,
  response: ServerResponse,
  weather: Weather = { current: {}, hourly: {} },
): void {
  const url = new URL(request.path, 'http://weather');
  if (url.pathname === '/v1/search') search(url.searchParams, response);
  else if (url.pathname === '/v1/forecast') forecast(url.searchParams, response, weather);
  else json(response, 404, { error: true, reason: 'Not Found' });
}

function search(query: URLSearchParams, response: ServerResponse): void {
  const name = query.get('name');
  if (name === null) {
    refuse(response, 'Parameter name required.');
    return;
  }
  const count = Number(query.get('count') ?? 10);
  const found = PLACES.filter(
    (it) => name.length > 1 && it.name.toLowerCase().startsWith(name.toLowerCase()),
  );
  const results = found.slice(0, count);
  json(response, 200, { ...(results.length > 0 ? { results } : {}), generationtime_ms: 0.71 });
}

/** Value in metric units, and what turns it into another unit. */
const VALUES: Readonly<Record<string, { value: number | string | null; unit: string }>> = {
  temperature_2m: { value: 17.3, unit: 'temperature' },
  apparent_temperature: { value: 16.1, unit: 'temperature' },
  relative_humidity_2m: { value: 61, unit: '%' },
  precipitation: { value: 0, unit: 'precipitation' },
  weather_code: { value: 2, unit: 'wmo code' },
  wind_speed_10m: { value: 9.4, unit: 'speed' },
  precipitation_probability: { value: 10, unit: '%' },
  wind_gusts_10m: { value: 21.2, unit: 'speed' },
  snowfall: { value: 0, unit: 'cm' },
  temperature_2m_max: { value: 21.8, unit: 'temperature' },
  temperature_2m_min: { value: 11.2, unit: 'temperature' },
  precipitation_sum: { value: 2.5, unit: 'precipitation' },
  precipitation_probability_max: { value: 40, unit: '%' },
  wind_speed_10m_max: { value: 18, unit: 'speed' },
  sunrise: { value: '2026-11-23T07:41', unit: 'iso8601' },
  sunset: { value: '2026-11-23T16:02', unit: 'iso8601' },
};

function forecast(query: URLSearchParams, response: ServerResponse, weather: Weather): void {
  const latitude = Number(query.get('latitude') ?? Number.NaN);
  const longitude = Number(query.get('longitude') ?? Number.NaN);
  const current = namesIn(query.get('current'));
  const daily = namesIn(query.get('daily'));
  const hourly = namesIn(query.get('hourly'));
  const refusal = refusalOf(latitude, longitude, [...current, ...daily, ...hourly]);
  if (refusal !== null) {
    refuse(response, refusal);
    return;
  }
  const days = Number(query.get('forecast_days') ?? 7);
  const ofDaily = daily.map((name) => [name, Array(days).fill(measuredOf(name, query))] as const);
  json(response, 200, {
    latitude: Math.round(latitude * 10) / 10,
    longitude: Math.round(longitude * 10) / 10,
    generationtime_ms: 0.11,
    utc_offset_seconds: 3600,
    timezone: query.get('timezone') === 'auto' ? 'Europe/Berlin' : 'GMT',
    timezone_abbreviation: 'GMT+1',
    elevation: 38,
    current_units: { time: 'iso8601', interval: 'seconds', ...fromNames(current, (it) => unitOf(it, query)) },
    current: {
      time: '2026-11-23T09:45',
      interval: 900,
      ...fromNames(current, (it) => measuredOf(it, query, weather.current[it])),
    },
    ...(hourly.length === 0 ? {} : hoursOf(hourly, query, weather)),
    ...(daily.length === 0
      ? {}
      : {
          daily_units: { time: 'iso8601', ...fromNames(daily, (it) => unitOf(it, query)) },
          daily: { time: Array(days).fill('2026-11-23'), ...Object.fromEntries(ofDaily) },
        }),
  });
}

/** The hours asked for, from the one on that has begun. */
function hoursOf(names: readonly string[], query: URLSearchParams, weather: Weather) {
  const hours = Array.from({ length: Number(query.get('forecast_hours') ?? 168) }, (_, hour) => hour);
  const first = Date.UTC(2026, 10, 23, 9);
  return {
    hourly_units: { time: 'iso8601', ...fromNames(names, (it) => unitOf(it, query)) },
    hourly: {
      time: hours.map((hour) => new Date(first + hour * 3_600_000).toISOString().slice(0, 16)),
      ...fromNames(names, (it) => hours.map((hour) => measuredOf(it, query, weather.hourly[it]?.[hour]))),
    },
  };
}

function namesIn(list: string | null): readonly string[] {
  return list === null ? [] : list.split(',');
}

function refusalOf(latitude: number, longitude: number, variables: readonly string[]): string | null {
  if (!(Math.abs(latitude) <= 90)) return 'Latitude must be in range of -90 to 90°.';
  if (!(Math.abs(longitude) <= 180)) return 'Longitude must be in range of -180 to 180°.';
  const unknown = variables.find((name) => !Object.hasOwn(VALUES, name));
  if (unknown === undefined) return null;
  return `Data corrupted at path ''. Cannot initialize variable from invalid String value ${unknown}.`;
}

function measuredOf(name: string, query: URLSearchParams, given?: number | null): number | string | null {
  const { value: usual, unit } = VALUES[name] ?? { value: null, unit: '' };
  const value = given === undefined ? usual : given;
  if (typeof value !== 'number') return value;
  if (unit === 'temperature' && query.get('temperature_unit') === 'fahrenheit') {
    return Math.round((value * 1.8 + 32) * 10) / 10;
  }
  if (unit === 'speed' && query.get('wind_speed_unit') === 'mph') return Math.round(value * 6.21371) / 10;
  if (unit === 'precipitation' && query.get('precipitation_unit') === 'inch') {
    return Math.round((value / 25.4) * 1000) / 1000;
  }
  return value;
}

function unitOf(name: string, query: URLSearchParams): string {
  const unit = VALUES[name]?.unit ?? '';
  if (unit === 'temperature') return query.get('temperature_unit') === 'fahrenheit' ? '°F' : '°C';
  if (unit === 'speed') return query.get('wind_speed_unit') === 'mph' ? 'mp/h' : 'km/h';
  if (unit === 'precipitation') return query.get('precipitation_unit') === 'inch' ? 'inch' : 'mm';
  return unit;
}

function refuse(response: ServerResponse, reason: string): void {
  json(response, 400, { error: true, reason });
}

function fromNames<V>(names: readonly string[], of: (name: string) => V): Record<string, V> {
  return Object.fromEntries(names.map((name) => [name, of(name)]));
}

function place(
  id: number,
  name: string,
  latitude: number,
  longitude: number,
  country_code: string,
  country: string,
  admin1: string,
  timezone: string,
): Place {
  return { id, name, latitude, longitude, country_code, country, admin1, timezone };
}
