import type { z } from '@hono/zod-openapi';
import { createRoute } from '@hono/zod-openapi';
import type { AuditedLog, EntryFilter, StoreVerification } from '../../application/ports/log/audit.ts';
import type { LogPlaces } from '../../application/ports/log/log-places.ts';
import { NO_SEQUENCE, parseTaskId, type Sequence } from '../../domain/shared/ids.ts';
import { says } from '../../domain/shared/says.ts';
import { AUDITORS, hasPrivilege } from '../auth/auth.ts';
import { parseCallerId } from '../auth/caller-id.ts';
import { requirePlaces } from '../events/log-places.ts';
import { taskIdOf } from '../router/paths.ts';
import type { Call, Input, Route, Router, UserCall } from '../router/route.ts';
import type { StreamedAnswer } from '../server/answer.ts';
import { invalid, Problem } from '../server/problem.ts';
import {
  type AuditVerifyQuery,
  auditEventsRoute,
  auditKeyRoute,
  auditProofRoute,
  auditVerifyRoute,
  checkpointRoute,
  ENTRIES_PATTERN,
  entriesRoute,
  NDJSON,
  TILE_PATTERN,
  tileRoute,
} from './routes.ts';
import { Verifications } from './verifications.ts';

export interface AuditHandlersDeps {
  readonly auditedLog: AuditedLog;
  readonly logPlaces: Pick<LogPlaces, 'faultOfSequence'>;
  readonly verification: StoreVerification;
  /** The public key of checkpoints; null: nothing is signed. */
  readonly auditKey: string | null;
  /** Whether everybody may read checkpoints and hashes. */
  readonly isPublic: boolean;
}

export function mountAudit(router: Router, deps: AuditHandlersDeps): void {
  router.user(auditEventsRoute, {
    inspectQuery: ({ from, to, after, until }) => [
      ...(from !== undefined && to !== undefined && from > to ? [laterThan('from', 'to')] : []),
      ...(after !== undefined && until !== undefined && after > until ? [laterThan('after', 'until')] : []),
    ],
    handle: async (_call, { query }) => {
      await requirePlaces(deps.logPlaces, query.after);
      return auditedEvents(deps.auditedLog, query);
    },
  });
  router.user(auditProofRoute, { handle: (call) => provenEvents(deps.auditedLog, call) });
  const verifications = new Verifications(deps.verification);
  router.user(auditVerifyRoute, {
    handle: async (_call, { query }) => {
      const filter = filterOf(query);
      if (!(await deps.verification.isKnown(filter))) throw new Problem('TASK_NOT_FOUND');
      return { status: 200, headers: LINES_HEADERS, body: verifications.begin(filter) };
    },
  });
  mountLog(router, deps);
}

function mountLog(router: Router, { auditedLog, auditKey, isPublic }: AuditHandlersDeps): void {
  const hashes = (route: Route, answer: (call: Call) => Promise<StreamedAnswer>, pattern?: string) => {
    if (isPublic) router.strangers(route, answer, pattern);
    else
      router.user(createRoute({ ...route, 'x-only-for': AUDITORS }), {
        handle: answer,
        ...(pattern === undefined ? {} : { pattern }),
      });
  };
  hashes(auditKeyRoute, async () => {
    if (auditKey === null) throw new Problem('NOT_FOUND', { detail: 'Nothing is signed here.' });
    return textAnswer(auditKey);
  });
  const bytesOf = (found: Uint8Array | null, cache: string) => {
    if (found === null) throw new Problem('NOT_FOUND');
    return bytesAnswer(found, { 'Content-Type': 'application/octet-stream', 'Cache-Control': cache });
  };
  hashes(checkpointRoute, async () => {
    const note = await auditedLog.checkpoint();
    if (note === null) throw new Problem('NOT_FOUND', { detail: 'No checkpoint has been signed yet.' });
    return textAnswer(note);
  });
  // Before the tiles, whose level it would be.
  router.user(entriesRoute, {
    pattern: ENTRIES_PATTERN,
    handle: async ({ params }) =>
      bytesOf(await auditedLog.entries(params.tile ?? ''), `private, ${FOR_EVER}`),
  });
  hashes(
    tileRoute,
    async ({ params }) =>
      bytesOf(
        await auditedLog.tile(params.level ?? '', params.tile ?? ''),
        `${isPublic ? 'public' : 'private'}, ${FOR_EVER}`,
      ),
    TILE_PATTERN,
  );
}

/** A tile never changes: what it is of is in its path. */
const FOR_EVER = 'max-age=31536000, immutable';

function textAnswer(text: string): StreamedAnswer {
  return bytesAnswer(Buffer.from(text), {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-cache',
  });
}

function bytesAnswer(bytes: Uint8Array, headers: Readonly<Record<string, string>>): StreamedAnswer {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  return { status: 200, headers: { ...headers, 'Content-Length': `${bytes.length}` }, body };
}

async function provenEvents(auditedLog: AuditedLog, call: UserCall): Promise<StreamedAnswer> {
  const owner = hasPrivilege(call.caller, 'auditor') ? null : call.caller.userId;
  const found = await auditedLog.proof(owner, taskIdOf(call));
  if (found.kind === 'not_found') throw new Problem('TASK_NOT_FOUND');
  if (found.kind === 'not_signed') throw new Problem('NOT_YET_SIGNED');
  return { status: 200, headers: LINES_HEADERS, body: streamOf(found.chunks) };
}

const LINES_HEADERS = { 'Content-Type': NDJSON, 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' };

function laterThan(one: string, other: string) {
  return { loc: ['query', one], type: 'invalid_range', ...says`must not be later than ${{ other }}` };
}

function filterOf({ user_id, task_id }: z.output<typeof AuditVerifyQuery>): EntryFilter {
  const userId = user_id === undefined ? null : parseCallerId(user_id);
  if (user_id !== undefined && userId === null) {
    throw invalid([{ loc: ['query', 'user_id'], type: 'invalid_value', ...says`is not a user id` }]);
  }
  return { userId, taskId: task_id === undefined ? null : parseTaskId(task_id) };
}

async function auditedEvents(
  auditedLog: AuditedLog,
  query: Input<typeof auditEventsRoute, undefined>['query'],
): Promise<StreamedAnswer> {
  const found = await auditedLog.events({
    ...filterOf(query),
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
    headers: LINES_HEADERS,
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
