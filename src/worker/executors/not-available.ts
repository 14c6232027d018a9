/** Task types whose config is checked already, and whose runs say that this build cannot do them. */
import { z } from 'zod';
import { anyJson, instant, parseBySchema, targetUrl, text } from '../config-schema.ts';
import { ExecutionFailure, type Executor } from '../executor.ts';
import { location, units } from './daily-weather-config.ts';

function notAvailable<S extends z.ZodType>(what: string, schema: S): Executor<z.output<S>> {
  return {
    parseConfig: (config) => parseBySchema(schema, config),
    secretsIn: () => [],
    async execute() {
      throw new ExecutionFailure('NOT_AVAILABLE', `${what} cannot be run by this version`, {
        retryable: false,
      });
    },
  };
}

const names = z.array(text(255)).min(1).max(100);
const feeds = z.array(targetUrl).min(1).max(100);

const condition = z.strictObject({
  operator: z.enum(['<', '<=', '>', '>=', '==']),
  value: z.number(),
});

export const dailyNews = notAvailable(
  'daily_news',
  z.strictObject({
    categories: names.optional(),
    sources: feeds.optional(),
    limit: z.int().min(1).max(100).optional(),
  }),
);

export const newsMonitor = notAvailable(
  'news_monitor',
  z.strictObject({ keywords: names, sources: feeds.optional() }),
);

export const weatherAlert = notAvailable(
  'weather_alert',
  z.strictObject({
    location,
    alert_conditions: z
      .strictObject({
        temperature: condition.optional(),
        wind_speed: condition.optional(),
        precipitation: condition.optional(),
      })
      .refine((conditions) => Object.keys(conditions).length > 0, 'at least one condition'),
    units,
  }),
);

export const priceTracker = notAvailable(
  'price_tracker',
  z.strictObject({
    product_url: targetUrl,
    target_price: z.number().positive(),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'an ISO 4217 code, such as EUR')
      .optional(),
  }),
);

export const dataBackup = notAvailable(
  'data_backup',
  z.strictObject({ scope: anyJson.optional(), keep: z.int().min(1).max(1_000).default(7) }),
);

export const calendarEvent = notAvailable(
  'calendar_event',
  z.strictObject({
    event_title: text(255),
    event_time: instant,
    duration_minutes: z.int().min(1).max(525_600).optional(),
    location: text(255).optional(),
  }),
);

export const natsWorker = notAvailable(
  'custom with script_type nats',
  z.strictObject({
    script_type: z.literal('nats'),
    worker: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'letters, digits, - and _, at most 64'),
    payload: anyJson.optional(),
  }),
);
