import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { describe, expect, test, vi } from 'vitest';
import type { FeedTarget } from '../../../src/application/commands/calendar-feeds.ts';
import { CalendarFeeds } from '../../../src/application/commands/calendar-feeds.ts';
import type { CalendarFeedCommand } from '../../../src/domain/feed/calendar-feed.ts';
import type { EventId, Hash, UserId } from '../../../src/domain/shared/ids.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import { archiveMessagesOf } from '../../../src/jetstream/backups/write-archive.ts';
import { type CloudEvent, hashOf } from '../../../src/jetstream/codec/codec.ts';
import { readLast } from '../../../src/jetstream/connection/leader-read.ts';
import { FEED_VERSIONS, JetStreamFeedLog } from '../../../src/jetstream/log/calendar-feeds.ts';
import { GroupCommit } from '../../../src/jetstream/log/commit/group-commit.ts';
import { testClock } from '../../support/clock.ts';
import { logFixture } from '../../support/log/log-fixture.ts';

const ANN = 'ann' as UserId;
const SUBJECT = 'tasklog.ann._user';
const hash = (digit: string) => digit.repeat(64) as Hash;

function target(userId = ANN): FeedTarget {
  return {
    userId,
    now: '2026-11-23T08:54:00.000Z' as Instant,
    newEventId: () => ulid() as EventId,
    context: { actor: `user:${userId}`, correlation_id: 'req_1', causation_id: null, traceparent: null },
  };
}

async function facts() {
  const { nc, log } = await logFixture();
  const feeds = new CalendarFeeds(new JetStreamFeedLog(nc, new GroupCommit(nc)), testClock);
  /** What some other part of the service appends about the user. */
  const append = async (type: string) => {
    const last = await readLast(nc, 'TASK_LOG', SUBJECT);
    const before = last === null ? null : (JSON.parse(Buffer.from(last.body).toString()) as CloudEvent);
    const prevhash = last === null ? '0'.repeat(64) : hashOf(last.body);
    const dataschema = `urn:task-service:schema:${type}:1`;
    const revision = (before?.revision ?? 0) + 1;
    const body = { specversion: '1.0', type, dataschema, userid: ANN, revision, prevhash, data: {} };
    await nc.request(SUBJECT, JSON.stringify(body));
  };
  const stored = async () => {
    const last = await readLast(nc, 'TASK_LOG', SUBJECT);
    const documents: { document: CloudEvent; hash: Hash }[] = [];
    for await (const { body } of archiveMessagesOf(nc, SUBJECT, last?.sequence ?? (0 as never))) {
      documents.push({ document: JSON.parse(Buffer.from(body).toString()), hash: hashOf(body) });
    }
    return documents;
  };
  return { nc, log, feeds, append, stored };
}

const REVOKE: CalendarFeedCommand = { type: 'revoke', data: {} };

function issue(token_hash: Hash): CalendarFeedCommand {
  return { type: 'issue', data: { token_hash } };
}

describe('a calendar feed in the log', () => {
  test('is the last that was issued and not revoked, for every process', async () => {
    const { nc, feeds } = await facts();
    expect(await feeds.current(ANN)).toBeNull();
    await feeds.change(target(), issue(hash('1')));
    await feeds.change(target(), issue(hash('2')));
    expect(await feeds.current(ANN)).toBe(hash('2'));
    expect(
      await new CalendarFeeds(new JetStreamFeedLog(nc, new GroupCommit(nc)), testClock).current(ANN),
    ).toBe(hash('2'));
    expect(await feeds.current('bob' as UserId)).toBeNull();
    expect(await feeds.change(target(), REVOKE)).toMatchObject({ kind: 'done', sequence: 3 });
    expect(await feeds.change(target(), REVOKE)).toEqual({ kind: 'done', sequence: null });
    expect(await feeds.current(ANN)).toBeNull();
  });

  test('stands in one chain with the other facts of the user', async () => {
    const { feeds, append, stored } = await facts();
    await append('user.task_admitted');
    await feeds.change(target(), issue(hash('1')));
    await append('user.tier_changed');
    await Promise.all(['2', '3', '4'].map((digit) => feeds.change(target(), issue(hash(digit)))));
    const documents = await stored();
    expect(documents.map(({ document }) => document.revision)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const [index, { document }] of documents.entries()) {
      expect(document.prevhash).toBe(documents[index - 1]?.hash ?? '0'.repeat(64));
    }
    const last = documents.at(-1)?.document.data.token_hash;
    expect(await feeds.current(ANN)).toBe(last);
  });

  test.each(['user.deleted', 'user.erased'])('ends with %s', async (type) => {
    const { feeds, append } = await facts();
    await feeds.change(target(), issue(hash('1')));
    await append(type);
    expect(await feeds.current(ANN)).toBeNull();
  });

  test.each(['user.deleted', 'user.erased'])('is neither issued nor revoked after %s', async (type) => {
    const { log, feeds, append, stored } = await facts();
    await feeds.change(target(), issue(hash('1')));
    await append(type);
    const refused = { kind: 'rejected', rejection: { code: 'USER_DELETED' } };
    expect(await feeds.change(target(), issue(hash('2')))).toEqual(refused);
    expect(await feeds.change(target(), REVOKE)).toEqual(refused);
    expect((await stored()).map(({ document }) => document.type)).toEqual([
      'user.calendar_feed_issued',
      type,
    ]);
    expect(await log.lastFact(ANN)).toMatchObject({ deleted: true });
  });

  test('is refused where the user is deleted while it is being issued', async () => {
    const { nc, append, stored } = await facts();
    const commit = new GroupCommit(nc);
    // After the facts were read and before anything is appended: the lock is lost.
    const late = vi.spyOn(commit, 'append').mockImplementationOnce(async (entries) => {
      await append('user.deleted');
      return commit.append(entries);
    });
    const feeds = new CalendarFeeds(new JetStreamFeedLog(nc, commit), testClock);
    expect(await feeds.change(target(), issue(hash('1')))).toEqual({
      kind: 'rejected',
      rejection: { code: 'USER_DELETED' },
    });
    expect(late).toHaveBeenCalled();
    expect((await stored()).map(({ document }) => document.type)).toEqual(['user.deleted']);
  });
});

describe('a stored fact of every version is read', () => {
  const folder = join(import.meta.dirname, '..', 'samples');
  const versions = Object.entries(FEED_VERSIONS).flatMap(([type, last]) =>
    Array.from({ length: last }, (_, index) => [type, index + 1] as const),
  );
  test.each(versions)('%s in version %i', async (type, version) => {
    expect(readdirSync(folder)).toContain(`${type}.${version}.json`);
    const sample = JSON.parse(readFileSync(join(folder, `${type}.${version}.json`), 'utf8'));
    const { nc } = await logFixture();
    await nc.request(sample.subject, sample.body);
    expect(
      await new CalendarFeeds(new JetStreamFeedLog(nc, new GroupCommit(nc)), testClock).current(ANN),
    ).toBe(sample.feed);
    const { document } = { document: JSON.parse(sample.body) as CloudEvent };
    expect(document.dataschema).toBe(`urn:task-service:schema:${type}:${version}`);
  });
});
