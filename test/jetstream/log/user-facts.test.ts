import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { ulid } from 'ulid';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { KnownUsers } from '../../../src/application/commands/known-users.ts';
import type { UserAppend } from '../../../src/application/ports/log/log.ts';
import type { EventId, Sequence, UserId } from '../../../src/domain/shared/ids.ts';
import type { Tier } from '../../../src/domain/user/tier.ts';
import { hashOf } from '../../../src/jetstream/codec/codec.ts';
import { UserKeys } from '../../../src/jetstream/codec/user-keys.ts';
import { headersFrom } from '../../../src/jetstream/connection/atomic-batch.ts';
import { readAt, readLast } from '../../../src/jetstream/connection/leader-read.ts';
import {
  factsSubject,
  LOG_STREAM,
  parseFactsSubject,
  parseTaskSubject,
} from '../../../src/jetstream/connection/subjects.ts';
import { GroupCommit } from '../../../src/jetstream/log/commit/group-commit.ts';
import { JetStreamEventLog } from '../../../src/jetstream/log/event-log.ts';
import { JetStreamUserFactSignals } from '../../../src/jetstream/log/follow/user-fact-signals.ts';
import { encodeFact, FACT_VERSIONS, tierIn } from '../../../src/jetstream/log/user-facts.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { testClock } from '../../support/clock.ts';
import { SAMPLE_FACTS, SAMPLE_USER } from '../../support/histories/sample-events.ts';
import { appendOf, newTaskId, SECRETS, START } from '../../support/log/log-fixture.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { startNatsServer, type TestNatsServer } from '../../support/nats/nats-server.ts';

let server: TestNatsServer;
beforeAll(async () => {
  server = await startNatsServer();
  return () => server.stop();
});

async function instance() {
  const nc = await connected(server);
  await provision(nc, { replicas: 1 });
  return { nc, log: new JetStreamEventLog(nc, new UserKeys(nc, SECRETS), new GroupCommit(nc)) };
}

let users = 0;
const newUser = () => `usr.facts ${++users}` as UserId;

function factOf(userId: UserId, tier: Tier, given: Partial<UserAppend> = {}): UserAppend {
  const { time, context } = appendOf();
  const data = { previous_tier: null, tier, tier_source: 'subscription' } as const;
  const event = { type: 'user.tier_changed', data } as const;
  return { userId, eventId: ulid() as EventId, time, event, context, after: START, ...given };
}

describe('the facts of a user', () => {
  test('are chained, and the last one tells the tier', async () => {
    const { nc, log } = await instance();
    const user = newUser();
    expect(await log.lastFact(user)).toBeNull();
    const first = await log.appendFact(factOf(user, 'basic'));
    if (first.kind !== 'appended') throw new Error('conflict');
    const second = await log.appendFact(factOf(user, 'pro', { after: first.facts }));
    if (second.kind !== 'appended') throw new Error('conflict');
    expect(await log.lastFact(user)).toEqual(second.facts);
    expect(second.facts).toMatchObject({ revision: 2, state: { tier: 'pro', source: 'subscription' } });
    const stored = await readLast(nc, LOG_STREAM, factsSubject(user));
    const document = JSON.parse(Buffer.from(stored?.body ?? []).toString());
    expect(document).toMatchObject({ type: 'user.tier_changed', userid: user, revision: 2 });
    const before = await readAt(nc, LOG_STREAM, first.facts.sequence);
    expect(document.prevhash).toBe(hashOf(before?.body ?? Buffer.alloc(0)));
    expect(first.facts.hash).toBe(document.prevhash);
    expect((await log.appendFact(factOf(user, 'free', { after: first.facts }))).kind).toBe('conflict');
  });

  test('that tell no tier leave the one before them standing', async () => {
    const { nc, log } = await instance();
    const user = newUser();
    const told = await log.appendFact(factOf(user, 'basic'));
    if (told.kind !== 'appended') throw new Error('conflict');
    const fact = factOf(user, 'free', { after: told.facts });
    const text = Buffer.from(encodeFact(fact)).toString().replaceAll('user.tier_changed', 'user.invented');
    await nc.request(factsSubject(user), text, { headers: headersFor(fact), timeout: 2_000 });
    expect(await log.lastFact(user)).toMatchObject({ revision: 2, state: { tier: 'basic' } });
  });

  test('are stored with the tasks that they admit, or neither is', async () => {
    const { log } = await instance();
    const user = newUser();
    const appends = [newTaskId(), newTaskId()].map((taskId) => appendOf({ userId: user, taskId }));
    const stored = await log.appendAdmitted(appends, factOf(user, 'free'));
    if (stored.kind !== 'appended') throw new Error('conflict');
    const events = stored.appended.map(({ event }) => event);
    expect(events.map(({ meta }) => meta.task_id)).toEqual(appends.map(({ taskId }) => taskId));
    expect(stored.facts.sequence).toBe((events[1]?.meta.sequence ?? 0) + 1);
    expect(await log.readUser(user, 0 as Sequence)).toEqual(events);

    const more = appendOf({ userId: user });
    expect((await log.appendAdmitted([more], factOf(user, 'free'))).kind).toBe('conflict');
    const known = { ...factOf(user, 'free'), after: stored.facts };
    const staleTask = appendOf({ userId: user, taskId: appends[0]?.taskId ?? newTaskId() });
    expect((await log.appendAdmitted([more, staleTask], known)).kind).toBe('conflict');
    expect(await log.readUser(user, 0 as Sequence)).toHaveLength(2);
    expect((await log.appendAdmitted([more], known)).kind).toBe('appended');
  });

  test('are no events of a task, whatever the user is called', () => {
    for (const user of [SAMPLE_USER, newUser(), '_user' as UserId]) {
      expect(parseFactsSubject(factsSubject(user))).toBe(user);
      expect(parseTaskSubject(factsSubject(user))).toBeNull();
    }
  });
});

describe('every version of every fact that was ever written is still read', () => {
  test.each(SAMPLE_FACTS.map(({ type }) => [type, FACT_VERSIONS[type]] as const))(
    '%s in version %i',
    (type, version) => {
      const path = join(import.meta.dirname, '..', 'samples', `${type}.${version}.json`);
      const { tier, body, ...at } = JSON.parse(readFileSync(path, 'utf8'));
      expect(tierIn({ ...at, body: Buffer.from(body) })).toEqual(tier);
    },
  );
});

describe('what is known of users', () => {
  async function following() {
    const { nc, log } = await instance();
    const lastFact = vi.fn((userId: UserId) => log.lastFact(userId));
    const tiers = new KnownUsers({ lastFact }, testClock);
    const stop = new AbortController();
    const complete = new Promise<void>((resolve) => {
      const onComplete = tiers.onComplete.bind(tiers);
      tiers.onComplete = () => {
        onComplete();
        resolve();
      };
    });
    const ended = new JetStreamUserFactSignals(nc, pino({ level: 'silent' })).follow(tiers, stop.signal);
    onTestFinished(() => {
      stop.abort();
      return ended;
    });
    await complete;
    return { nc, log, tiers, lastFact };
  }

  test('is read once at the start, of all of them, and then known without asking', async () => {
    const { log } = await instance();
    const [known, unknown] = [newUser(), newUser()];
    await log.appendFact(factOf(known, 'basic'));
    const { tiers, lastFact } = await following();
    expect(tiers.known(known)).toEqual({ tier: 'basic', source: 'subscription' });
    expect(tiers.known(unknown)).toBeNull();
    expect(lastFact).not.toHaveBeenCalled();
  });

  test('is asked for anew where another process stores a fact', async () => {
    const [one, other] = await Promise.all([following(), following()]);
    const user = newUser();
    const fact = factOf(user, 'basic');
    other.tiers.sending(fact.eventId);
    const stored = await other.log.appendFact(fact);
    if (stored.kind !== 'appended') throw new Error('conflict');
    other.tiers.keep(user, stored.facts);
    // Both subscriptions have been served once the server has answered.
    await Promise.all([one.nc.flush(), other.nc.flush()]);
    expect(one.tiers.known(user)).toBeUndefined();
    expect((await one.tiers.facts(user))?.state?.tier).toBe('basic');
    expect(other.tiers.known(user)).toEqual({ tier: 'basic', source: 'subscription' });
    expect(other.lastFact).not.toHaveBeenCalled();
  });
});

function headersFor({ eventId, after }: UserAppend) {
  return headersFrom({
    'Nats-Msg-Id': eventId,
    'Nats-Expected-Last-Subject-Sequence': `${after.sequence}`,
  });
}
