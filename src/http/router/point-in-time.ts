/** A place in the past as a query names it: a log sequence or a time. */
import { z } from '@hono/zod-openapi';
import type { AsOf } from '../../application/queries/history/task-history.ts';
import { parseSequence } from '../../domain/shared/ids.ts';
import { instantFromRfc3339 } from '../../domain/shared/instant.ts';
import { says } from '../../domain/shared/says.ts';
import { fault } from './validation.ts';

export const pointInTime = z
  .string()
  .transform((text, context): AsOf => {
    const sequence = /^\d{1,16}$/.test(text) ? parseSequence(Number(text)) : null;
    if (sequence !== null) return { sequence };
    const time = instantFromRfc3339(text);
    if (time !== null) return { time };
    fault(context, 'invalid_as_of', says`must be a log sequence or an RFC 3339 date and time with an offset`);
    return z.NEVER;
  })
  .openapi({
    type: 'string',
    description: 'As it was then: after the event of this log sequence, or at this time.',
    example: '2026-11-23T08:54:00Z',
  });
