/** The weather of one place today. */
import { z } from 'zod';
import type { Json } from '../../domain/shared/json.ts';
import { parseBySchema } from '../config-schema.ts';
import type { Executor } from '../executor.ts';
import {
  currentUnits,
  fetchForecast,
  type GeoPlace,
  geoPlaceOf,
  measured,
  placeName,
  placeQuestion,
  shownUnits,
  type WeatherProviders,
} from './open-meteo.ts';
import { describeWeatherCode } from './weather-codes.ts';
import { location, type Units, units } from './weather-config.ts';

const weatherConfig = z.strictObject({ location, units });

export function dailyWeather(providers: WeatherProviders): Executor<z.output<typeof weatherConfig>> {
  return {
    parseConfig: (config) => parseBySchema(weatherConfig, config),
    questionOf: (config) => placeQuestion(providers, config.location),
    secretsIn: () => [],
    async execute({ config, http }) {
      const place = await geoPlaceOf(http, providers, config.location);
      const forecast = await fetchForecast(http, providers, place, config.units, QUERY, forecastAnswer);
      const result = resultOf(place, forecast, config.units);
      return { result, summary: summaryOf(place, forecast) };
    },
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

const QUERY = { current: CURRENT.join(','), daily: DAILY.join(','), forecast_days: '1' };

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
  current_units: currentUnits,
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

function resultOf(place: GeoPlace, forecast: Forecast, units: Units): Json {
  const { current, daily, current_units } = forecast;
  return {
    place: { ...place, timezone: forecast.timezone },
    units: shownUnits(units, current_units),
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

function summaryOf(place: GeoPlace, { current, daily, current_units }: Forecast): string {
  const degrees = (value: number) => `${Math.round(value)} ${current_units.temperature_2m}`;
  const now = describeWeatherCode(current.weather_code);
  const later = describeWeatherCode(daily.weather_code);
  const range =
    daily.temperature_2m_min === null || daily.temperature_2m_max === null
      ? ''
      : `, ${degrees(daily.temperature_2m_min)} to ${degrees(daily.temperature_2m_max)}`;
  const rain = daily.precipitation_probability_max;
  return (
    `${placeName(place)}: ${degrees(current.temperature_2m)}${now === null ? '' : `, ${now}`}. ` +
    `Today ${later ?? 'no description'}${range}${rain === null ? '' : `, ${rain} % chance of precipitation`}.`
  );
}
