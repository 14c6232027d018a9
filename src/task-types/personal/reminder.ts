import { z } from 'zod';
import { parseBySchema, text } from '../config-schema.ts';
import { selfContained } from '../executor.ts';

const schema = z.strictObject({
  reminder_message: text(2_000),
  channels: z.array(text(64)).max(20).default([]),
});

/** Its message is the summary, which is what people are notified with. */
export const reminder = selfContained<z.output<typeof schema>>({
  parseConfig: (config) => parseBySchema(schema, config),
  secretsIn: () => [],
  conclude({ config }) {
    return {
      result: { message: config.reminder_message, channels: config.channels },
      summary: config.reminder_message,
    };
  },
});
