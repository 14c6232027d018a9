import { z } from 'zod';
import { epochMs, type Instant, plusMs } from '../../domain/shared/instant.ts';
import { instant, parseBySchema, text } from '../config-schema.ts';
import { selfContained } from '../executor.ts';

const schema = z.strictObject({
  event_title: text(255),
  event_time: instant,
  duration_minutes: z.int().min(1).max(525_600).optional(),
  location: text(255).optional(),
  channels: z.array(text(64)).max(20).default([]),
});

/**
 * A run tells of the event: what, when, where. Reminders before it are the task's own (`remind_before`), and the
 * calendar feed shows it without any run.
 */
export const calendarEvent = selfContained<z.output<typeof schema>>({
  parseConfig: (config) => parseBySchema(schema, config),
  secretsIn: () => [],
  conclude({ config, clock }) {
    const { event_title, event_time, duration_minutes = null, location = null, channels } = config;
    const ends_at = duration_minutes === null ? null : plusMs(event_time, duration_minutes * 60_000);
    const message = `${event_title}, ${shown(event_time)} UTC${location === null ? '' : `, ${location}`}`;
    return {
      result: {
        message,
        channels,
        event_title,
        event_time,
        ends_at,
        location,
        minutes_until: Math.round((epochMs(event_time) - epochMs(clock.now())) / 60_000),
      },
      summary: message,
    };
  },
});

function shown(instant: Instant): string {
  return instant.slice(0, 16).replace('T', ' ');
}
