/**
 * Tells of weather as soon as it is there or expected: conditions are held against what is measured now and what is
 * forecast for the next 24 hours. A condition notifies when it becomes true, and not again before it has been false;
 * whether it was true stands in the result of the run before.
 */
import { z } from 'zod';
import { type Json, type JsonObject, sameJson } from '../../domain/shared/json.ts';
import { parseBySchema } from '../config-schema.ts';
import type { Executor } from '../executor.ts';
import {
  alertConditions,
  type Condition,
  conditionsOf,
  firstMeeting,
  type Reading,
  type WeatherMetric,
} from './conditions.ts';
import {
  currentUnits,
  fetchForecast,
  geoPlaceOf,
  measured,
  placeName,
  placeQuestion,
  shownUnits,
  type WeatherProviders,
} from './open-meteo.ts';
import { location, units } from './weather-config.ts';

const schema = z.strictObject({ location, alert_conditions: alertConditions, units });

export function weatherAlert(providers: WeatherProviders): Executor<z.output<typeof schema>> {
  return {
    parseConfig: (config) => parseBySchema(schema, config),
    questionOf: (config) => placeQuestion(providers, config.location),
    secretsIn: () => [],
    async execute({ config, http, previous }) {
      const asked: Json = typeof config.location === 'string' ? config.location : { ...config.location };
      const place = await geoPlaceOf(http, providers, config.location);
      const watched = conditionsOf(config.alert_conditions);
      const query = queryFor(watched);
      const forecast = await fetchForecast(http, providers, place, config.units, query, forecastAnswer);
      const wasMet = memoryOf(previous, asked, config.units);
      const conditions = watched.map((condition) => judged(condition, forecast, wasMet(condition)));
      const news = conditions.filter(({ became_met }) => became_met);
      return {
        result: {
          location: asked,
          place: { ...place, timezone: forecast.timezone },
          units: shownUnits(config.units, forecast.current_units),
          forecast_hours: FORECAST_HOURS,
          conditions: conditions.map((it): JsonObject => ({ ...it })),
        },
        summary: news.length === 0 ? null : `${placeName(place)}: ${news.map(sentenceOf).join('; ')}`,
      };
    },
  };
}

const FORECAST_HOURS = 24;
const VARIABLES = {
  temperature: 'temperature_2m',
  wind_speed: 'wind_speed_10m',
  precipitation: 'precipitation',
  chance_of_rain: 'precipitation_probability',
  wind_gusts: 'wind_gusts_10m',
  snowfall: 'snowfall',
} as const satisfies Record<WeatherMetric, string>;
const ALWAYS: readonly WeatherMetric[] = ['temperature', 'wind_speed', 'precipitation'];

/** Some providers do not know every variable: only what is watched is asked for beyond the usual ones. */
function queryFor(conditions: readonly Condition[]) {
  const metrics = new Set([...ALWAYS, ...conditions.map(({ metric }) => metric)]);
  const names = [...metrics].map((metric) => VARIABLES[metric]).join(',');
  return { current: names, hourly: names, forecast_hours: String(FORECAST_HOURS) };
}

/** Providers count hours by the clock or from now on; far more than were asked for are no answer to that. */
const MOST_HOURS = 1_000;

const hours = z.array(measured).max(MOST_HOURS);
/** Of what is there only where it was asked for. */
const rarer = <T extends z.ZodType>(value: T) => ({
  precipitation_probability: value.optional(),
  wind_gusts_10m: value.optional(),
  snowfall: value.optional(),
});
const forecastAnswer = z.object({
  timezone: z.string(),
  current_units: currentUnits.extend(rarer(z.string())),
  current: z.object({
    time: z.string(),
    temperature_2m: measured,
    wind_speed_10m: measured,
    precipitation: measured,
    ...rarer(measured),
  }),
  hourly: z.object({
    time: z.array(z.string()).max(MOST_HOURS),
    temperature_2m: hours,
    wind_speed_10m: hours,
    precipitation: hours,
    ...rarer(hours),
  }),
});
type Forecast = z.output<typeof forecastAnswer>;

interface Judged extends Condition {
  readonly unit: string;
  /** The first value that meets the condition, else the current one. */
  readonly value: number | null;
  /** Local time of `value`. */
  readonly at: string;
  readonly when: 'now' | 'forecast';
  readonly current: number | null;
  readonly forecast_min: number | null;
  readonly forecast_max: number | null;
  readonly met: boolean;
  readonly became_met: boolean;
}

function judged(condition: Condition, forecast: Forecast, wasMet: boolean): Judged {
  const name = VARIABLES[condition.metric];
  const now: Reading = { at: forecast.current.time, value: forecast.current[name] ?? null };
  const ahead = forecast.hourly.time
    .map((at, hour): Reading => ({ at, value: forecast.hourly[name]?.[hour] ?? null }))
    .filter(({ at }) => at > now.at);
  const found = firstMeeting(condition, [now, ...ahead]);
  // What nobody knows is no change: it neither warns nor forgets that it has warned.
  const met = found === 'unknown' ? wasMet : found !== null;
  const shown = found === null || found === 'unknown' ? now : found;
  const expected = ahead.flatMap(({ value }) => (value === null ? [] : [value]));
  return {
    ...condition,
    unit: forecast.current_units[name] ?? '',
    value: shown.value,
    at: shown.at,
    when: shown === now ? 'now' : 'forecast',
    current: now.value,
    forecast_min: expected.length === 0 ? null : Math.min(...expected),
    forecast_max: expected.length === 0 ? null : Math.max(...expected),
    met,
    became_met: met && !wasMet,
  };
}

const memory = z.object({
  location: z.json(),
  units: z.object({ system: z.string() }),
  conditions: z.array(
    z.object({ metric: z.string(), operator: z.string(), threshold: z.number(), met: z.boolean() }),
  ),
});

/** Whether the last run found the same condition, for the same place in the same units, to be met. */
function memoryOf(previous: Json, place: Json, system: string): (condition: Condition) => boolean {
  const parsed = memory.safeParse(previous);
  if (!parsed.success) return () => false;
  const { data } = parsed;
  if (!sameJson(data.location, place) || data.units.system !== system) return () => false;
  return ({ metric, operator, threshold }) =>
    data.conditions.some(
      (it) => it.metric === metric && it.operator === operator && it.threshold === threshold && it.met,
    );
}

function sentenceOf({ metric, operator, threshold, unit, value, at, when }: Judged): string {
  const time = when === 'now' ? 'now' : `expected ${at.replace('T', ' ')}`;
  return `${metric.replaceAll('_', ' ')} ${value} ${unit} ${time} (${operator} ${threshold} ${unit})`;
}
