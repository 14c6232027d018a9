/** Places in the log as callers name them, and what is answered where the log of now does not have them. */
import { z } from '@hono/zod-openapi';
import type { LogCursor, LogPlaceFault, LogPlaces } from '../../application/ports/log/log-places.ts';
import type { AsOf } from '../../application/queries/history/task-history.ts';
import { NO_SEQUENCE, parseSequence, type Sequence } from '../../domain/shared/ids.ts';
import { says } from '../../domain/shared/says.ts';
import { fault } from '../router/validation.ts';
import { Problem } from '../server/problem.ts';

const CURSOR = /^(\d{1,16})(?:-([0-9a-f]{12}))?$/;

/** `<sequence>` or `<sequence>-<epoch>`; null where it is neither. */
export function parseLogCursor(text: string): LogCursor | null {
  const [, digits, epoch = null] = CURSOR.exec(text) ?? [];
  const sequence =
    digits === undefined ? null : Number(digits) === 0 ? NO_SEQUENCE : parseSequence(Number(digits));
  return sequence === null ? null : { sequence, epoch };
}

/** As a query parameter. */
export const logCursor = z.string().transform((text, context): LogCursor => {
  const cursor = parseLogCursor(text);
  if (cursor !== null) return cursor;
  fault(context, 'invalid_cursor', says`must be a log sequence, or the id of an event of the stream`);
  return z.NEVER;
});

export function placeProblem(found: LogPlaceFault): Problem {
  const { last: last_sequence } = found;
  if (found.kind === 'cursor_ahead') return new Problem('CURSOR_AHEAD', { members: { last_sequence } });
  const { lostFrom: lost_from, epoch } = found;
  return new Problem('LOG_FORKED', { members: { lost_from, epoch, last_sequence } });
}

/** Throws CURSOR_AHEAD, LOG_FORKED. */
export async function requirePlaces(
  places: Pick<LogPlaces, 'faultOfSequence'>,
  ...asked: readonly (AsOf | number | undefined)[]
): Promise<void> {
  for (const one of asked) {
    const sequence = typeof one === 'object' ? ('sequence' in one ? one.sequence : 0) : (one ?? 0);
    // Of nothing, and of times, nothing is lost.
    if (sequence === 0) continue;
    const found = await places.faultOfSequence(sequence as Sequence);
    if (found !== null) throw placeProblem(found);
  }
}
