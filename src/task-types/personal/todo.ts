import { z } from 'zod';
import { parseBySchema } from '../config-schema.ts';
import { selfContained } from '../executor.ts';

const schema = z.strictObject({});

/** A to-do has nothing to run but itself: a run acknowledges it. */
export const todo = selfContained<z.output<typeof schema>>({
  parseConfig: (config) => parseBySchema(schema, config),
  secretsIn: () => [],
  conclude({ task }) {
    const due = task.due_date === null ? '' : `, due ${task.due_date.slice(0, 16).replace('T', ' ')} UTC`;
    return {
      result: { acknowledged: true, name: task.name, due_date: task.due_date },
      summary: `${task.name}${due}`,
    };
  },
});
