/** The caller's events as server-sent events (WHATWG HTML, "Server-sent events"). */

import type { EventStreamItem, EventStreams } from '../../application/ports/log/event-streams.ts';
import type { LogCursor } from '../../application/ports/log/log-places.ts';
import { parseTaskId, type Sequence } from '../../domain/shared/ids.ts';
import { says } from '../../domain/shared/says.ts';
import { credentialExpiry } from '../auth/credential-expiry.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { Input, Router, UserCall } from '../router/route.ts';
import type { StreamedAnswer } from '../server/answer.ts';
import { Problem } from '../server/problem.ts';
import { parseLogCursor, placeProblem } from './log-places.ts';
import { streamEventsRoute } from './routes.ts';

export interface EventHandlersDeps {
  readonly eventStreams: EventStreams;
  readonly sessions: Pick<Sessions, 'onEnded'>;
}

export function mountEvents(router: Router, deps: EventHandlersDeps): void {
  router.user(streamEventsRoute, { handle: (call, { query }) => streamed(deps, call, query) });
}

/** For how long what has been written may lie untaken. */
const NO_PROGRESS_MS = 30_000;
const RETRY_MS = 1_000;

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  // For proxies that gather answers.
  'X-Accel-Buffering': 'no',
};

async function streamed(
  { eventStreams, sessions }: EventHandlersDeps,
  call: UserCall,
  query: Input<typeof streamEventsRoute, undefined>['query'],
): Promise<StreamedAnswer> {
  const ended = new AbortController();
  call.request.signal.addEventListener('abort', () => ended.abort(), { once: true });
  const { session } = call.caller;
  if (session !== undefined) {
    const stop = sessions.onEnded(session.name, () => ended.abort());
    ended.signal.addEventListener('abort', stop, { once: true });
  }
  const opened = await eventStreams.open(
    {
      userId: call.caller.userId,
      after: lastEventId(call.request) ?? query.after ?? null,
      types: query.types === undefined ? null : new Set(query.types),
      taskIds:
        query.task_id === undefined ? null : new Set(query.task_id.flatMap((id) => parseTaskId(id) ?? [])),
      expiresAt: credentialExpiry(call.caller, call.request),
    },
    ended.signal,
  );
  switch (opened.kind) {
    case 'opened':
      return { status: 200, headers: HEADERS, body: bodyOf(opened.items, ended, opened.epoch) };
    case 'forked':
    case 'cursor_ahead':
      throw placeProblem(opened);
    case 'too_many':
      throw new Problem(opened.whose === 'user' ? 'TOO_MANY_STREAMS' : 'STREAMS_EXHAUSTED', {
        members: { limit: opened.most },
      });
  }
}

/** Null where there is none. Throws INVALID_HEADER for what no event of ours ever had. */
function lastEventId(request: Request): LogCursor | null {
  const text = request.headers.get('last-event-id');
  if (text === null) return null;
  // An EventSource that has seen no id yet sends none; some clients send an empty one.
  if (text === '') return null;
  const cursor = parseLogCursor(text);
  if (cursor === null) {
    throw new Problem('INVALID_HEADER', {
      detail: 'The header Last-Event-ID is not the id of an event of this stream.',
      members: {
        errors: [{ loc: ['header', 'Last-Event-ID'], type: 'invalid_id', ...says`is not a log sequence` }],
      },
    });
  }
  return cursor;
}

/**
 * Items are asked for as their bytes are taken: who reads slowly is read for slowly, and who has taken nothing for half
 * a minute is cut off.
 */
function bodyOf(
  items: AsyncGenerator<EventStreamItem, void, void>,
  ended: AbortController,
  epoch: string | null,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stuck: NodeJS.Timeout | undefined;
  let isFirst = true;
  const end = async () => {
    clearTimeout(stuck);
    ended.abort();
    await items.return();
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        clearTimeout(stuck);
        try {
          const { value, done } = await items.next();
          if (done === true) {
            await end();
            controller.close();
            return;
          }
          const frame = frameOf(value, epoch);
          const text = isFirst ? `retry: ${RETRY_MS}\n${frame}` : frame;
          isFirst = false;
          controller.enqueue(encoder.encode(text));
          stuck = setTimeout(() => {
            controller.error(new Error('nothing was taken for too long'));
            void end();
          }, NO_PROGRESS_MS);
        } catch (error) {
          await end();
          controller.error(error);
        }
      },
      cancel: end,
    },
    { highWaterMark: 1 },
  );
}

function frameOf(item: EventStreamItem, epoch: string | null): string {
  const idOf = (sequence: Sequence) => (epoch === null ? `${sequence}` : `${sequence}-${epoch}`);
  switch (item.kind) {
    case 'event':
      return `id: ${idOf(item.sequence)}\nevent: ${item.type}\ndata: ${item.text}\n\n`;
    case 'position':
      return `id: ${idOf(item.sequence)}\n\n`;
    case 'caught_up':
      return `id: ${idOf(item.sequence)}\nevent: caught-up\ndata: {"through":${item.sequence}}\n\n`;
    case 'goodbye':
      return `retry: ${item.retryMs}\nevent: goodbye\ndata: ${JSON.stringify({ reason: item.reason, retry: item.retryMs })}\n\n`;
  }
}
