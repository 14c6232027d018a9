import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { ulidIds } from '../../../src/app/ulid-ids.ts';
import { LogUnavailable } from '../../../src/application/ports/failures.ts';
import type { IdempotencyRecord } from '../../../src/application/ports/idempotency.ts';
import type { UserId } from '../../../src/domain/shared/ids.ts';
import { UserKeys } from '../../../src/jetstream/codec/user-keys.ts';
import { readLast } from '../../../src/jetstream/connection/leader-read.ts';
import { JetStreamIdempotencyStore } from '../../../src/jetstream/views/idempotency-store.ts';
import { testClock } from '../../support/clock.ts';
import { type LogFixture, logFixture, USER } from '../../support/log/log-fixture.ts';
import { stopwatch } from '../../support/processes/waited-for-cores.ts';

const ids = ulidIds();
const ANSWER = { status: 201, headers: { ETag: '"1"' }, body: '{"name":"Buy milk"}' };

let fixture: LogFixture;
let store: JetStreamIdempotencyStore;
beforeEach(async () => {
  fixture = await logFixture();
  store = new JetStreamIdempotencyStore(fixture.nc, fixture.keys);
});

function record(fingerprint = 'f'): IdempotencyRecord {
  const now = testClock.now();
  return {
    fingerprint,
    instance: ids.eventId(now),
    claimed_at: now,
    ids: { event_id: ids.eventId(now), task_id: ids.taskId(now), execution_id: ids.executionId(now) },
    answer: null,
  };
}

async function claimed(key: string, made = record()): Promise<number> {
  const claim = await store.claim(USER, key, made);
  if (claim.kind !== 'claimed') throw new Error('the key is taken');
  return claim.version;
}

describe('a key', () => {
  it('is claimed by one of many at once; all others see the claim that won', async () => {
    const records = Array.from({ length: 50 }, (_, n) => record(`f${n}`));
    const claims = await Promise.all(records.map((one) => store.claim(USER, 'key', one)));
    const winners = records.filter((_, n) => claims[n]?.kind === 'claimed');
    expect(winners).toHaveLength(1);
    for (const claim of claims) if (claim.kind === 'taken') expect(claim.record).toEqual(winners[0]);
  });

  it("is one user's own, whatever the user and the key are called", async () => {
    const users = ['a', 'a.b', '*', '>', 'Zoë'] as UserId[];
    for (const user of users) {
      for (const key of ['k', 'K', '$KV.>', '~'.repeat(255)]) {
        expect((await store.claim(user, key, record())).kind).toBe('claimed');
      }
    }
  });

  it('keeps its answer, which any process with the same secrets reads', async () => {
    const secrets = randomBytes(32);
    const process = () => new JetStreamIdempotencyStore(fixture.nc, new UserKeys(fixture.nc, secrets));
    store = process();
    const made = record();
    const version = await claimed('key', made);
    await store.replace(USER, 'key', { ...made, answer: ANSWER }, version);
    const taken = await process().claim(USER, 'key', record());
    expect(taken).toMatchObject({ kind: 'taken', record: { ...made, answer: ANSWER } });
  });

  it('is replaced by one of many at once: under the version that it has', async () => {
    const made = record();
    const version = await claimed('key', made);
    const replaced = await Promise.all(
      Array.from({ length: 20 }, (_, n) => store.replace(USER, 'key', record(`f${n}`), version)),
    );
    const [won, ...others] = replaced.filter((one) => one !== null);
    expect([won !== undefined && won > version, others]).toEqual([true, []]);
    expect(await store.replace(USER, 'key', made, version)).toBeNull();
  });
});

describe('what is stored', () => {
  it('shows neither the key nor the answer', async () => {
    const made = record();
    const version = await claimed('order-of-milk', made);
    await store.replace(USER, 'order-of-milk', { ...made, answer: ANSWER }, version);
    const last = await readLast(fixture.nc, 'KV_IDEMPOTENCY', '$KV.IDEMPOTENCY.>');
    const text = `${last?.subject} ${Buffer.from(last?.body ?? []).toString()}`;
    expect(text).toContain(made.ids.event_id);
    for (const secret of ['milk', 'ETag']) expect(text).not.toContain(secret);
  });

  it('is on disk once it is acknowledged: kill -9 loses no claim', async () => {
    const keys = Array.from({ length: 50 }, (_, n) => `key-${n}`);
    const made = record();
    await Promise.all(keys.map((key) => claimed(key, made)));
    await fixture.server.kill9();
    await fixture.server.restart();
    for (const key of keys) {
      const claim = await claimUntilAnswered(key);
      expect([key, claim]).toMatchObject([key, { kind: 'taken', record: made }]);
    }
  });

  it('opens under no other secret', async () => {
    const made = record();
    const version = await claimed('key', made);
    await store.replace(USER, 'key', { ...made, answer: ANSWER }, version);
    const other = new JetStreamIdempotencyStore(fixture.nc, new UserKeys(fixture.nc, randomBytes(32)));
    await expect(other.claim(USER, 'key', record())).rejects.toMatchObject({ name: 'WrongSecretsKey' });
  });
});

it('while the server is frozen every question ends as unavailable within 3 s', async () => {
  const version = await claimed('key');
  fixture.server.freeze();
  const took = stopwatch();
  const asked = [store.claim(USER, 'other', record()), store.replace(USER, 'key', record(), version)];
  for (const question of asked) await expect(question).rejects.toBeInstanceOf(LogUnavailable);
  expect(took()).toBeLessThan(3_000);
  fixture.server.thaw();
});

/** Until the connection is back. */
async function claimUntilAnswered(key: string): ReturnType<JetStreamIdempotencyStore['claim']> {
  for (;;) {
    try {
      return await store.claim(USER, key, record());
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error;
    }
  }
}
