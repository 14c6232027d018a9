/** The Open-Meteo APIs: geocoding for a place given by name, and the forecast. */
import { z } from 'zod';
import { says } from '../../domain/shared/says.ts';
import type { HttpAnswer, OutboundCalls } from '../../outbound/outbound-http.ts';
import { ExecutionFailure, type OutsideQuestion } from '../executor.ts';
import { liesWithin, type PlaceReading, readingsOf } from './place-names.ts';
import type { Coordinates, Units, WeatherPlace } from './weather-config.ts';

export interface WeatherProviders {
  /** Base URL of a server that answers `/v1/forecast` as api.open-meteo.com does. */
  readonly forecastUrl: string;
  /** Base URL of a server that answers `/v1/search` as geocoding-api.open-meteo.com does. */
  readonly geocodingUrl: string;
}

/** Milliseconds for one call to a provider. */
const CALL_TIMEOUT_MS = 10_000;

export interface GeoPlace extends Coordinates {
  readonly name: string | null;
  readonly region: string | null;
  readonly country: string | null;
}

/** Where a config means: coordinates as they are, a name by asking. Throws LOCATION_NOT_FOUND, PROVIDER_ERROR. */
export async function geoPlaceOf(
  http: OutboundCalls,
  { geocodingUrl }: WeatherProviders,
  location: WeatherPlace,
): Promise<GeoPlace> {
  if (typeof location === 'string') return findPlace(http, geocodingUrl, location);
  return { name: null, region: null, country: null, ...location };
}

/** Whether there is such a place. */
export function placeQuestion(providers: WeatherProviders, location: WeatherPlace): OutsideQuestion | null {
  if (typeof location !== 'string') return null;
  return {
    key: `place ${location}`,
    async ask(http) {
      const found = await firstFound(http, providers.geocodingUrl, readingsOf(location));
      if (found !== undefined) return [];
      const said = says`is no place that the weather service knows`;
      return [{ path: ['location'], type: 'not_found', ...said }];
    },
  };
}

/** How people call it. */
export function placeName(place: GeoPlace): string {
  return place.name ?? `${place.latitude}, ${place.longitude}`;
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
async function findPlace(http: OutboundCalls, baseUrl: string, wanted: string): Promise<GeoPlace> {
  const found = await firstFound(http, baseUrl, readingsOf(wanted));
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

type FoundPlace = z.output<typeof geocodingAnswer>['results'][number];

async function firstFound(
  http: OutboundCalls,
  baseUrl: string,
  readings: readonly PlaceReading[],
): Promise<FoundPlace | undefined> {
  for (const { name, within } of readings) {
    const url = endpoint(baseUrl, 'v1/search', { name, count: '20', language: 'en', format: 'json' });
    const { results } = await ask(http, url, geocodingAnswer);
    const found = results.find((place) => liesWithin(place, within));
    if (found !== undefined) return found;
  }
  return undefined;
}

const IMPERIAL = { temperature_unit: 'fahrenheit', wind_speed_unit: 'mph', precipitation_unit: 'inch' };

/** Asks for the variables that `query` names. Throws PROVIDER_ERROR where the answer does not fit. */
export function fetchForecast<S extends z.ZodType>(
  http: OutboundCalls,
  { forecastUrl }: WeatherProviders,
  at: Coordinates,
  units: Units,
  query: Readonly<Record<string, string>>,
  answer: S,
): Promise<z.output<S>> {
  const url = endpoint(forecastUrl, 'v1/forecast', {
    latitude: String(at.latitude),
    longitude: String(at.longitude),
    timezone: 'auto',
    ...query,
    ...(units === 'imperial' ? IMPERIAL : {}),
  });
  return ask(http, url, answer);
}

/** A value that the provider may not know. */
export const measured = z.number().nullable();

/** The units of the three values that both kinds of weather tasks show. */
export const currentUnits = z.object({
  temperature_2m: z.string(),
  wind_speed_10m: z.string(),
  precipitation: z.string(),
});

/** Units as results show them. */
export function shownUnits(
  system: Units,
  units: z.output<typeof currentUnits>,
): {
  readonly system: Units;
  readonly temperature: string;
  readonly wind_speed: string;
  readonly precipitation: string;
} {
  return {
    system,
    temperature: units.temperature_2m,
    wind_speed: units.wind_speed_10m,
    precipitation: units.precipitation,
  };
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
    retry_after_ms: answer.retryAfterMs,
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
