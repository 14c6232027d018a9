/** A task's `trigger` as callers send it. */
import { z } from '@hono/zod-openapi';
import type { JsonObject } from '../../domain/shared/json.ts';
import { filterFaults, subjectFault, type TriggerFilter } from '../../domain/task/trigger.ts';
import { jsonObject, orNull } from '../router/fields.ts';
import { fault } from '../router/validation.ts';

const MAX_FILTER_BYTES = 8 * 1024;

const subject = z
  .string()
  .superRefine((value, context) => {
    const wrong = subjectFault(value);
    if (wrong !== null) fault(context, 'invalid_subject', wrong);
  })
  .openapi({ description: 'Of messages on `events.<user>.<subject>`.', example: 'orders.paid' });

const filter = jsonObject(MAX_FILTER_BYTES)
  .transform((document: JsonObject, context): TriggerFilter => {
    for (const { path, type, ...said } of filterFaults(document)) fault(context, type, said, path);
    return document as TriggerFilter;
  })
  .openapi({
    type: 'object',
    description:
      'Conditions on members of the message, by path; all must hold. A plain value asks for equality, an object ' +
      'for any of eq, ne, gt, gte, lt, lte, in, exists.',
    example: { status: 'paid', 'order.total': { gte: 100 } },
  });

export const trigger = z.strictObject({
  type: z.literal('event'),
  subject,
  filter: orNull(filter, 'object').default(null),
});

/** The filter is sealed in the log, the rest is not: the domain keeps them apart. */
export function triggerParts(given: z.output<typeof trigger> | null) {
  if (given === null) return { trigger: null, trigger_filter: null };
  const { filter, ...open } = given;
  return { trigger: open, trigger_filter: filter };
}
