/**
 * Calendar feeds on the users' own subjects, `tasklog.<user>._user`. Other facts stand there too: they are passed over,
 * save those that end everything of a user's, and their places in the chain of revisions and hashes are kept.
 *
 * What was read once is kept, so that a question costs one read of the subject's last message.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { LRUCache } from 'lru-cache';
import type {
  FeedAppend,
  FeedAppended,
  FeedLog,
  FeedSnapshot,
} from '../../application/commands/calendar-feeds.ts';
import { type CalendarFeedEvent, feedDecider } from '../../domain/feed/calendar-feed.ts';
import type { Upcasters } from '../../domain/shared/event.ts';
import {
  NO_HASH,
  NO_REVISION,
  NO_SEQUENCE,
  parseHash,
  parseRevision,
  type UserId,
} from '../../domain/shared/ids.ts';
import { mostEntries } from '../../kernel/most-entries.ts';
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
import type { GroupCommit } from './commit/group-commit.ts';
import { readThrough } from './log-pages.ts';
import { factDocument, isDeletion } from './user-facts.ts';

const KEPT_USERS = 20_000;

const UPCASTERS: Upcasters<CalendarFeedEvent['type']> = {
  'user.calendar_feed_issued': [],
  'user.calendar_feed_revoked': [],
};

/** As `EVENT_VERSIONS`. */
export const FEED_VERSIONS = versionsOf(UPCASTERS);

const NO_FACTS: FeedSnapshot = {
  sequence: NO_SEQUENCE,
  revision: NO_REVISION,
  hash: NO_HASH,
  feed: null,
  ended: false,
};

export class JetStreamFeedLog implements FeedLog {
  readonly #nc: NatsConnection;
  readonly #commit: GroupCommit;
  readonly #kept = new LRUCache<UserId, FeedSnapshot>(mostEntries(KEPT_USERS));

  constructor(nc: NatsConnection, commit: GroupCommit) {
    this.#nc = nc;
    this.#commit = commit;
  }

  async readFeed(userId: UserId): Promise<FeedSnapshot | null> {
    const subject = factsSubject(userId);
    const last = await readLast(this.#nc, LOG_STREAM, subject);
    const kept = this.#kept.get(userId) ?? null;
    if (last === null || last.sequence <= (kept?.sequence ?? NO_SEQUENCE)) return kept;
    let facts = kept ?? NO_FACTS;
    for (const message of await readThrough(this.#nc, subject, facts.sequence, last.sequence)) {
      facts = withFact(facts, message);
    }
    this.#kept.set(userId, facts);
    return facts;
  }

  async append({ event, ...fact }: FeedAppend): Promise<FeedAppended> {
    const outcome = await this.#commit.append([
      {
        subject: factsSubject(fact.userId),
        eventId: fact.eventId,
        eventType: event.type,
        expected: fact.after.sequence,
        body: factDocument(event, FEED_VERSIONS[event.type], fact),
      },
    ]);
    const [message] = outcome.kind === 'stored' ? outcome.messages : [];
    return message === undefined ? { kind: 'conflict' } : { kind: 'appended', sequence: message.sequence };
  }
}

function withFact(facts: FeedSnapshot, message: StoredMessage): FeedSnapshot {
  const document = parseDocument(message);
  const revision = parseRevision(document.revision);
  if (revision === null) throw malformed(message, 'revision');
  const event = feedEvent(message, document);
  const ended = facts.ended || isDeletion(document.type);
  const { feed } = event === null ? facts : feedDecider.evolve(facts, event);
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
