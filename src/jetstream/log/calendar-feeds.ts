/**
 * Calendar feeds on the users' own subjects, `tasklog.<user>._user`. Other facts stand there too: they are passed over,
 * save those that end everything of a user's, and their places in the chain of revisions and hashes are kept.
 *
 * What was read once is kept, so that a question costs one read of the subject's last message.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { LRUCache } from 'lru-cache';
import type { CalendarFeeds, FeedChanged, FeedCommand } from '../../application/commands/calendar-feeds.ts';
import { type CalendarFeed, type CalendarFeedEvent, evolveFeed } from '../../domain/feed/calendar-feed.ts';
import { type Decision, rejected } from '../../domain/shared/decision.ts';
import type { Position, Upcasters } from '../../domain/shared/event.ts';
import {
  NO_HASH,
  NO_REVISION,
  NO_SEQUENCE,
  parseHash,
  parseRevision,
  type UserId,
} from '../../domain/shared/ids.ts';
import {
  type CloudEvent,
  currentData,
  hashOf,
  malformed,
  parseDocument,
  type StoredMessage,
  versionsOf,
} from '../codec/codec.ts';
import { readLast } from '../connection/leader-read.ts';
import { factsSubject, LOG_STREAM } from '../connection/subjects.ts';
import { GroupCommit } from './group-commit.ts';
import { readThrough } from './log-pages.ts';
import { factDocument, isDeletion } from './user-facts.ts';

const KEPT_USERS = 20_000;
const GIVE_UP_MS = 4_000;
const RETRY_MS = 10;

const UPCASTERS: Upcasters<CalendarFeedEvent['type']> = {
  'user.calendar_feed_issued': [],
  'user.calendar_feed_revoked': [],
};

/** As `EVENT_VERSIONS`. */
export const FEED_VERSIONS = versionsOf(UPCASTERS);

/** Where the user's facts stand, and the feed by then. */
interface Facts extends Position {
  readonly feed: CalendarFeed;
  /** Nothing of the user's is given to anybody any more. */
  readonly ended: boolean;
}

const NO_FACTS: Facts = {
  sequence: NO_SEQUENCE,
  revision: NO_REVISION,
  hash: NO_HASH,
  feed: null,
  ended: false,
};

export class JetStreamCalendarFeeds implements CalendarFeeds {
  readonly #nc: NatsConnection;
  readonly #commit: GroupCommit;
  readonly #kept = new LRUCache<UserId, Facts>({ max: KEPT_USERS });

  constructor(nc: NatsConnection, commit = new GroupCommit(nc)) {
    this.#nc = nc;
    this.#commit = commit;
  }

  async current(userId: UserId): Promise<CalendarFeed> {
    return (await this.#facts(userId)).feed;
  }

  async change(
    command: FeedCommand,
    decide: (feed: CalendarFeed) => Decision<CalendarFeedEvent>,
  ): Promise<FeedChanged> {
    const giveUpAt = performance.now() + GIVE_UP_MS;
    do {
      const facts = await this.#facts(command.userId);
      // The last fact tells whether a user is deleted: it stays the last.
      const decision = facts.ended ? rejected({ code: 'USER_DELETED' }) : decide(facts.feed);
      if (decision.kind === 'rejected') return decision;
      if (decision.kind === 'nothing') return { kind: 'done', sequence: null };
      const eventId = command.newEventId();
      const outcome = await this.#commit.append([
        {
          subject: factsSubject(command.userId),
          eventId,
          eventType: decision.event.type,
          expected: facts.sequence,
          body: factDocument(decision.event, FEED_VERSIONS[decision.event.type], {
            userId: command.userId,
            eventId,
            time: command.now,
            context: command.context,
            after: facts,
          }),
        },
      ]);
      const [message] = outcome.kind === 'stored' ? outcome.messages : [];
      if (message !== undefined) return { kind: 'done', sequence: message.sequence };
      await delay(Math.random() * RETRY_MS);
    } while (performance.now() < giveUpAt);
    return { kind: 'conflict' };
  }

  async #facts(userId: UserId): Promise<Facts> {
    const subject = factsSubject(userId);
    const last = await readLast(this.#nc, LOG_STREAM, subject);
    let facts = this.#kept.get(userId) ?? NO_FACTS;
    if (last === null || last.sequence <= facts.sequence) return facts;
    for (const message of await readThrough(this.#nc, subject, facts.sequence, last.sequence)) {
      facts = withFact(facts, message);
    }
    this.#kept.set(userId, facts);
    return facts;
  }
}

function withFact(facts: Facts, message: StoredMessage): Facts {
  const document = parseDocument(message);
  const revision = parseRevision(document.revision);
  if (revision === null) throw malformed(message, 'revision');
  const event = feedEvent(message, document);
  const ended = facts.ended || isDeletion(document.type);
  const feed = event === null ? facts.feed : evolveFeed(facts.feed, event);
  return {
    sequence: message.sequence,
    revision,
    hash: hashOf(message.body),
    feed: ended ? null : feed,
    ended,
  };
}

/** Null for other facts. Throws UnreadableEvent for a feed's of a later build. */
function feedEvent(message: StoredMessage, document: CloudEvent): CalendarFeedEvent | null {
  const { type } = document;
  if (!isFeedType(type)) return null;
  const data = currentData(message, type, UPCASTERS[type], document);
  if (type === 'user.calendar_feed_revoked') return { type, data: {} };
  const token_hash = parseHash(String(data.token_hash));
  if (token_hash === null) throw malformed(message, 'token_hash');
  return { type, data: { token_hash } };
}

function isFeedType(type: string): type is CalendarFeedEvent['type'] {
  return Object.hasOwn(UPCASTERS, type);
}
