/** Task types whose config is checked already, and whose runs say that this build cannot do them. */
import { z } from 'zod';
import { anyJson, instant, parseBySchema, text } from '../config-schema.ts';
import { ExecutionFailure, type Executor } from '../executor.ts';

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
