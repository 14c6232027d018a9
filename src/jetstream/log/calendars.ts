/**
 * Calendars of days on their owners' subjects, `tasklog.<user>._calendars` and the installation's. What was read once is
 * kept, so that a question costs one read of the subject's last message.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { LRUCache } from 'lru-cache';
import type {
  CalendarAppend,
  CalendarAppended,
  CalendarLog,
  CalendarOwner,
  CalendarsSnapshot,
} from '../../application/commands/calendars.ts';
import { calendarDecider } from '../../domain/calendar/calendars.ts';
import { NO_HASH, NO_REVISION, NO_SEQUENCE } from '../../domain/shared/ids.ts';
import { mostEntries } from '../../kernel/most-entries.ts';
import { decodeCalendarEvent, encodeCalendarEvent } from '../codec/calendar-codec.ts';
import { hashOf, type StoredMessage } from '../codec/codec.ts';
import type { SealingKey } from '../codec/sealing.ts';
import type { UserKeys } from '../codec/user-keys.ts';
import { readLast } from '../connection/leader-read.ts';
import { calendarsSubject, LOG_STREAM } from '../connection/subjects.ts';
import type { GroupCommit } from './commit/group-commit.ts';
import { readThrough } from './log-pages.ts';

const KEPT_OWNERS = 5_000;

const NOTHING_YET: CalendarsSnapshot = {
  sequence: NO_SEQUENCE,
  revision: NO_REVISION,
  hash: NO_HASH,
  own: calendarDecider.initial,
};

export class JetStreamCalendarLog implements CalendarLog {
  readonly #nc: NatsConnection;
  readonly #commit: GroupCommit;
  readonly #keys: UserKeys;
  /** By subject. */
  readonly #kept = new LRUCache<string, CalendarsSnapshot>(mostEntries(KEPT_OWNERS));

  constructor(nc: NatsConnection, commit: GroupCommit, keys: UserKeys) {
    this.#nc = nc;
    this.#commit = commit;
    this.#keys = keys;
  }

  async readCalendars(owner: CalendarOwner): Promise<CalendarsSnapshot | null> {
    const subject = calendarsSubject(owner);
    const last = await readLast(this.#nc, LOG_STREAM, subject);
    if (last === null) return null;
    const key = owner === null ? null : await this.#keys.find(owner);
    // Without its key nothing that was opened before is told any more.
    const isGone = owner !== null && key === null;
    const kept = isGone ? null : (this.#kept.get(subject) ?? null);
    if (kept !== null && last.sequence <= kept.sequence) return kept;
    let known = kept ?? NOTHING_YET;
    for (const message of await readThrough(this.#nc, subject, known.sequence, last.sequence)) {
      known = withEvent(known, message, key);
    }
    if (isGone) this.#kept.delete(subject);
    else this.#kept.set(subject, known);
    return known;
  }

  async append(append: CalendarAppend): Promise<CalendarAppended> {
    const { owner, eventId, event, after } = append;
    const key = owner === null ? null : (this.#keys.kept(owner) ?? (await this.#keys.getOrCreate(owner)));
    const { body } = encodeCalendarEvent(append, key);
    const subject = calendarsSubject(owner);
    const outcome = await this.#commit.append([
      { subject, eventId, eventType: event.type, expected: after.sequence, body },
    ]);
    const [message] = outcome.kind === 'stored' ? outcome.messages : [];
    if (message === undefined) return { kind: 'conflict' };
    const snapshot = await this.readCalendars(owner);
    if (snapshot === null) throw new Error('an event of a calendar was stored and is not there');
    return { kind: 'appended', snapshot };
  }
}

function withEvent(
  before: CalendarsSnapshot,
  message: StoredMessage,
  key: SealingKey | null,
): CalendarsSnapshot {
  const { event, revision, time } = decodeCalendarEvent(message, key);
  const own = calendarDecider.evolve(before.own, { ...event, time });
  return { sequence: message.sequence, revision, hash: hashOf(message.body), own };
}
