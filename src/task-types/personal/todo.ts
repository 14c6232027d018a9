import { z } from 'zod';
import type { Instant } from '../../domain/shared/instant.ts';
import { parseBySchema } from '../config-schema.ts';
import { selfContained } from '../executor.ts';

const schema = z.strictObject({});

function textOf(due_date: Instant): string {
  return `${due_date.slice(0, 16).replace('T', ' ')} UTC`;
}

/** A to-do has nothing to run but itself: a run acknowledges it. */
export const todo = selfContained<z.output<typeof schema>>({
  parseConfig: (config) => parseBySchema(schema, config),
  secretsIn: () => [],
  conclude({ task }) {
    const { name, due_date, due_day } = task;
    return {
      result: { acknowledged: true, name, due_date: due_day?.date ?? due_date },
      summary: due_date === null ? name : `${name}, due ${due_day?.date ?? textOf(due_date)}`,
    };
  },
});
