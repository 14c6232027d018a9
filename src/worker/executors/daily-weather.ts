/** The weather of one place today, from the Open-Meteo APIs: geocoding for a place given by name, then the forecast. */
import { z } from 'zod';
import type { Json } from '../../domain/json.ts';
import { parseBySchema } from '../config-schema.ts';
import { ExecutionFailure, type Executor } from '../executor.ts';
import type { HttpAnswer, OutboundCalls } from '../outbound-http.ts';
import { type Coordinates, type WeatherConfig, weatherConfig } from './daily-weather-config.ts';
import { describeWeatherCode } from './weather-codes.ts';

export interface WeatherProviders {
  /** Base URL of a server that answers `/v1/forecast` as api.open-meteo.com does. */
  readonly forecastUrl: string;
  /** Base URL of a server that answers `/v1/search` as geocoding-api.open-meteo.com does. */
  readonly geocodingUrl: string;
}

/** Milliseconds for one call to a provider. */
const CALL_TIMEOUT_MS = 10_000;

export function dailyWeather(providers: WeatherProviders): Executor<WeatherConfig> {
  return {
    parseConfig: (config) => parseBySchema(weatherConfig, config),
    secretsIn: () => [],
    async execute({ config, http }) {
      const place =
        typeof config.location === 'string'
          ? await findPlace(http, providers.geocodingUrl, config.location)
          : { name: null, region: null, country: null, ...config.location };
      const forecast = await fetchForecast(http, providers.forecastUrl, place, config.units);
      const result = resultOf(place, forecast, config.units);
      return { result, summary: summaryOf(place, forecast) };
    },
  };
}

interface Place extends Coordinates {
  readonly name: string | null;
  readonly region: string | null;
  readonly country: string | null;
}

const geocodingAnswer = z.object({
  // Left out where nothing was found.
  results: z
    .array(
      z.object({
        name: z.string(),
        latitude: z.number().min(-90).max(90),
        longitude: z.number().min(-180).max(180),
        country: z.string().optional(),
        country_code: z.string().optional(),
        admin1: z.string().optional(),
        admin2: z.string().optional(),
      }),
    )
    .default([]),
});

/** The provider knows plain names only: of "Springfield, Illinois" it is asked the first part, the rest chooses. */
async function findPlace(http: OutboundCalls, baseUrl: string, wanted: string): Promise<Place> {
  const [name = wanted, ...rest] = wanted.split(',').map((part) => part.trim());
  const url = endpoint(baseUrl, 'v1/search', { name, count: '10', language: 'en', format: 'json' });
  const { results } = await ask(http, url, geocodingAnswer);
  const found = results.find((place) => {
    const known = [place.country, place.country_code, place.admin1, place.admin2];
    return rest.every((part) => known.some((it) => it?.toLowerCase() === part.toLowerCase()));
  });
  if (found === undefined) {
    throw new ExecutionFailure('LOCATION_NOT_FOUND', `no place called "${wanted}" was found`, {
      retryable: false,
      details: { location: wanted },
    });
  }
  const { latitude, longitude } = found;
  return {
    name: found.name,
    region: found.admin1 ?? null,
    country: found.country ?? null,
    latitude,
    longitude,
  };
}

const CURRENT = [
  'temperature_2m',
  'apparent_temperature',
  'relative_humidity_2m',
  'precipitation',
  'weather_code',
  'wind_speed_10m',
] as const;
const DAILY = [
  'weather_code',
  'temperature_2m_max',
  'temperature_2m_min',
  'precipitation_sum',
  'precipitation_probability_max',
  'wind_speed_10m_max',
  'sunrise',
  'sunset',
] as const;

const measured = z.number().nullable();
/** One value a day; asked for one day. */
const firstMeasured = z
  .array(measured)
  .min(1)
  .transform((days) => days[0] ?? null);
const firstText = z
  .array(z.string())
  .min(1)
  .transform((days) => days[0] ?? '');

const forecastAnswer = z.object({
  latitude: z.number(),
  longitude: z.number(),
  timezone: z.string(),
  current_units: z.object({
    temperature_2m: z.string(),
    wind_speed_10m: z.string(),
    precipitation: z.string(),
  }),
  current: z.object({
    time: z.string(),
    temperature_2m: z.number(),
    apparent_temperature: measured,
    relative_humidity_2m: measured,
    precipitation: measured,
    weather_code: measured,
    wind_speed_10m: measured,
  }),
  daily: z.object({
    time: firstText,
    weather_code: firstMeasured,
    temperature_2m_max: firstMeasured,
    temperature_2m_min: firstMeasured,
    precipitation_sum: firstMeasured,
    precipitation_probability_max: firstMeasured,
    wind_speed_10m_max: firstMeasured,
    sunrise: firstText,
    sunset: firstText,
  }),
});
type Forecast = z.output<typeof forecastAnswer>;

const IMPERIAL = { temperature_unit: 'fahrenheit', wind_speed_unit: 'mph', precipitation_unit: 'inch' };

function fetchForecast(
  http: OutboundCalls,
  baseUrl: string,
  at: Coordinates,
  units: WeatherConfig['units'],
): Promise<Forecast> {
  const url = endpoint(baseUrl, 'v1/forecast', {
    latitude: String(at.latitude),
    longitude: String(at.longitude),
    current: CURRENT.join(','),
    daily: DAILY.join(','),
    timezone: 'auto',
    forecast_days: '1',
    ...(units === 'imperial' ? IMPERIAL : {}),
  });
  return ask(http, url, forecastAnswer);
}

function resultOf(place: Place, forecast: Forecast, units: WeatherConfig['units']): Json {
  const { current, daily, current_units } = forecast;
  return {
    place: { ...place, timezone: forecast.timezone },
    units: {
      system: units,
      temperature: current_units.temperature_2m,
      wind_speed: current_units.wind_speed_10m,
      precipitation: current_units.precipitation,
    },
    current: {
      time: current.time,
      temperature: current.temperature_2m,
      apparent_temperature: current.apparent_temperature,
      relative_humidity: current.relative_humidity_2m,
      precipitation: current.precipitation,
      wind_speed: current.wind_speed_10m,
      weather_code: current.weather_code,
      description: describeWeatherCode(current.weather_code),
    },
    today: {
      date: daily.time,
      temperature_max: daily.temperature_2m_max,
      temperature_min: daily.temperature_2m_min,
      precipitation_sum: daily.precipitation_sum,
      precipitation_probability: daily.precipitation_probability_max,
      wind_speed_max: daily.wind_speed_10m_max,
      weather_code: daily.weather_code,
      description: describeWeatherCode(daily.weather_code),
      sunrise: daily.sunrise,
      sunset: daily.sunset,
    },
  };
}

function summaryOf(place: Place, { current, daily, current_units }: Forecast): string {
  const degrees = (value: number) => `${Math.round(value)} ${current_units.temperature_2m}`;
  const where = place.name ?? `${place.latitude}, ${place.longitude}`;
  const now = describeWeatherCode(current.weather_code);
  const later = describeWeatherCode(daily.weather_code);
  const range =
    daily.temperature_2m_min === null || daily.temperature_2m_max === null
      ? ''
      : `, ${degrees(daily.temperature_2m_min)} to ${degrees(daily.temperature_2m_max)}`;
  const rain = daily.precipitation_probability_max;
  return (
    `${where}: ${degrees(current.temperature_2m)}${now === null ? '' : `, ${now}`}. ` +
    `Today ${later ?? 'no description'}${range}${rain === null ? '' : `, ${rain} % chance of precipitation`}.`
  );
}

function endpoint(baseUrl: string, path: string, query: Record<string, string>): string {
  const url = new URL(path, baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`);
  url.search = new URLSearchParams(query).toString();
  return url.href;
}

/** Asks a provider; anything but the documented answer is PROVIDER_ERROR. */
async function ask<S extends z.ZodType>(http: OutboundCalls, url: string, schema: S): Promise<z.output<S>> {
  const answer = await http.request({ url, timeoutMs: CALL_TIMEOUT_MS });
  const body = jsonOf(answer);
  const parsed = schema.safeParse(body);
  if (answer.status === 200 && parsed.success) return parsed.data;
  const reason = refusal.safeParse(body);
  const details = { status: answer.status, ...(reason.success ? { reason: reason.data.reason } : {}) };
  if (answer.status === 400 && reason.success) {
    throw new ExecutionFailure('PROVIDER_ERROR', `the weather service refused: ${reason.data.reason}`, {
      retryable: false,
      details,
    });
  }
  const what = answer.status === 200 ? 'something that is not a forecast' : `HTTP ${answer.status}`;
  throw new ExecutionFailure('PROVIDER_ERROR', `the weather service answered ${what}`, {
    retryable: true,
    details,
  });
}

const refusal = z.object({ error: z.literal(true), reason: z.string().max(500) });

function jsonOf(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.body.toString('utf8'));
  } catch {
    return undefined;
  }
}
