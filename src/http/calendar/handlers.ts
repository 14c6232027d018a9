import { createHash } from 'node:crypto';
import type { CalendarFeeds, FeedChanged } from '../../application/commands/calendar-feeds.ts';
import type { Ids } from '../../application/ports/clock.ts';
import type { TaskQueries } from '../../application/queries/queries.ts';
import type { CalendarFeedCommand } from '../../domain/feed/calendar-feed.ts';
import { epochMs, type Instant, msBetween } from '../../domain/shared/instant.ts';
import type { TaskSnapshot } from '../../domain/task/evolve/snapshot.ts';
import type { Call, Router, UserCall } from '../router/route.ts';
import { commandContext, type Writes } from '../router/writes.ts';
import { type Answer, json } from '../server/answer.ts';
import { Problem, problemOf } from '../server/problem.ts';
import { calendarOf } from './icalendar.ts';
import { CALENDAR_PATH, calendarRoute, issueFeedRoute, revokeFeedRoute } from './routes.ts';
import { hashOfFeedToken, isTokenOf, newFeedToken, userOfToken } from './token.ts';

export interface CalendarFeedDeps {
  readonly feeds: CalendarFeeds;
  readonly queries: Pick<TaskQueries, 'tasksOf'>;
  readonly writes: Writes;
  readonly ids: Pick<Ids, 'eventId'>;
  /** What the URL begins with; no trailing slash. */
  readonly publicUrl: () => string;
}

interface Rendered {
  readonly body: string;
  readonly etag: string;
  readonly lastModified: Instant | null;
}

/** Two changes within a second have one date: it says something only once the second is over. */
const DATE_MEANS_SOMETHING_AFTER_MS = 2_000;

export function mountCalendar(router: Router, deps: CalendarFeedDeps): void {
  const calendars = new Calendars(deps);
  router.user(issueFeedRoute, { handle: (call) => calendars.issue(call) });
  router.user(revokeFeedRoute, { handle: (call) => calendars.revoke(call) });
  router.strangers(calendarRoute, (call) => calendars.read(call));
}

class Calendars {
  readonly #deps: CalendarFeedDeps;
  /** As long as nothing of a user's changes, queries give out the same array. */
  readonly #rendered = new WeakMap<readonly TaskSnapshot[], Rendered>();

  constructor(deps: CalendarFeedDeps) {
    this.#deps = deps;
  }

  /** A repeat after a crash issues another token: what the first one was nobody can know. */
  issue(call: UserCall): Promise<Answer> {
    return this.#deps.writes.perform(call, async (write) => {
      if (write.looking) throw new Problem('IDEMPOTENCY_IN_FLIGHT');
      const token = newFeedToken(call.caller.userId);
      const changed = await this.#change(call, {
        type: 'issue',
        data: { token_hash: hashOfFeedToken(token) },
      });
      const url = `${this.#deps.publicUrl()}${CALENDAR_PATH}?token=${token}`;
      return json(201, { url }, { ...sequenceHeader(changed), 'Cache-Control': 'no-store' });
    });
  }

  revoke(call: UserCall): Promise<Answer> {
    return this.#deps.writes.perform(call, async (write) => {
      if (write.looking) throw new Problem('IDEMPOTENCY_IN_FLIGHT');
      const changed = await this.#change(call, { type: 'revoke', data: {} });
      return { status: 204, headers: sequenceHeader(changed), body: null };
    });
  }

  async read(call: Call): Promise<Answer> {
    const token = new URL(call.request.url).searchParams.get('token') ?? '';
    const userId = userOfToken(token);
    const feed = userId === null ? null : await this.#deps.feeds.current(userId);
    if (userId === null || feed === null || !isTokenOf(token, feed)) throw new Problem('NOT_FOUND');
    const { body, etag, lastModified } = this.#render(await this.#deps.queries.tasksOf(userId));
    const dated =
      lastModified !== null && msBetween(lastModified, call.now) > DATE_MEANS_SOMETHING_AFTER_MS
        ? lastModified
        : null;
    const headers = {
      ETag: etag,
      'Cache-Control': 'private, no-cache',
      'Referrer-Policy': 'no-referrer',
      ...(dated === null ? {} : { 'Last-Modified': new Date(epochMs(dated)).toUTCString() }),
    };
    if (isNotModified(call.request.headers, etag, dated)) return { status: 304, headers, body: null };
    return {
      status: 200,
      headers: {
        ...headers,
        'Content-Type': 'text/calendar; charset=utf-8',
        'Content-Disposition': 'inline; filename="tasks.ics"',
      },
      body,
    };
  }

  async #change(
    call: UserCall,
    command: CalendarFeedCommand,
  ): Promise<Extract<FeedChanged, { kind: 'done' }>> {
    const { feeds, ids } = this.#deps;
    const target = {
      userId: call.caller.userId,
      now: call.now,
      newEventId: () => ids.eventId(call.now),
      context: commandContext(call),
    };
    const changed = await feeds.change(target, command);
    if (changed.kind === 'conflict') throw new Problem('CONCURRENT_UPDATE');
    if (changed.kind === 'rejected') throw problemOf(changed.rejection);
    return changed;
  }

  #render(tasks: readonly TaskSnapshot[]): Rendered {
    const known = this.#rendered.get(tasks);
    if (known !== undefined) return known;
    const states = tasks.map(({ state }) => state);
    const body = calendarOf(states);
    const rendered: Rendered = {
      body,
      etag: `"${createHash('sha256').update(body).digest('base64url')}"`,
      // Of deleted tasks too: what they take away is a change.
      lastModified: states.reduce<Instant | null>(
        (latest, { updated_at }) => (latest === null || updated_at > latest ? updated_at : latest),
        null,
      ),
    };
    this.#rendered.set(tasks, rendered);
    return rendered;
  }
}

/** As RFC 9110 has it: a date counts only where no entity tag was sent. */
function isNotModified(headers: Headers, etag: string, lastModified: Instant | null): boolean {
  const tags = headers.get('if-none-match');
  if (tags !== null) {
    return tags.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
  }
  const since = Date.parse(headers.get('if-modified-since') ?? '');
  return lastModified !== null && Math.floor(epochMs(lastModified) / 1000) * 1000 <= since;
}

function sequenceHeader({ sequence }: Extract<FeedChanged, { kind: 'done' }>): Record<string, string> {
  return sequence === null ? {} : { 'Event-Sequence': String(sequence) };
}
