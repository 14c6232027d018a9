import type { AuditedLog } from '../../application/ports/audit.ts';
import { NO_SEQUENCE, parseTaskId, type Sequence } from '../../domain/shared/ids.ts';
import { parseCallerId } from '../auth/caller-id.ts';
import type { Input, Router } from '../router/route.ts';
import type { StreamedAnswer } from '../server/answer.ts';
import { invalid, Problem } from '../server/problem.ts';
import { auditEventsRoute, NDJSON } from './routes.ts';

export interface AuditHandlersDeps {
  readonly auditedLog: AuditedLog;
}

export function mountAudit(router: Router, deps: AuditHandlersDeps): void {
  router.user(auditEventsRoute, {
    only: ['auditor'],
    inspectQuery: ({ from, to, after, until }) => [
      ...(from !== undefined && to !== undefined && from > to ? [laterThan('from', 'to')] : []),
      ...(after !== undefined && until !== undefined && after > until ? [laterThan('after', 'until')] : []),
    ],
    handle: (_call, { query }) => auditedEvents(deps.auditedLog, query),
  });
}

function laterThan(one: string, other: string) {
  return { loc: ['query', one], msg: `Is later than ${other}`, type: 'invalid_range' };
}

async function auditedEvents(
  auditedLog: AuditedLog,
  query: Input<typeof auditEventsRoute, undefined>['query'],
): Promise<StreamedAnswer> {
  const userId = query.user_id === undefined ? null : parseCallerId(query.user_id);
  if (query.user_id !== undefined && userId === null) {
    throw invalid([{ loc: ['query', 'user_id'], msg: 'Is not a user id', type: 'invalid_value' }]);
  }
  const found = await auditedLog.events({
    userId,
    taskId: query.task_id === undefined ? null : parseTaskId(query.task_id),
    types: query.types === undefined ? null : new Set(query.types),
    from: query.from ?? null,
    to: query.to ?? null,
    after: (query.after as Sequence | undefined) ?? NO_SEQUENCE,
    until: (query.until as Sequence | undefined) ?? null,
  });
  if (found.kind === 'cursor_ahead') {
    throw new Problem('CURSOR_AHEAD', { members: { last_sequence: found.last } });
  }
  return {
    status: 200,
    headers: { 'Content-Type': NDJSON, 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' },
    body: streamOf(found.chunks),
  };
}

/** Read as it is taken: a slow reader is read for slowly. */
function streamOf(chunks: AsyncGenerator<Uint8Array, void, void>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return();
      },
    },
    { highWaterMark: 1 },
  );
}
