import { randomBytes } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import pino from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { ulidIds } from '../../../src/app/ulid-ids.ts';
import type { SeenCheckpoint, StoredLog } from '../../../src/application/ports/log/audit.ts';
import type { Sequence } from '../../../src/domain/shared/ids.ts';
import { openCheckpoint } from '../../../src/history/audit/checkpoint.ts';
import { entryLeaf } from '../../../src/history/audit/entry.ts';
import { LogTree } from '../../../src/history/audit/log-tree.ts';
import { GrowingTree, provesInclusion } from '../../../src/history/audit/merkle.ts';
import { parseSignerKey, type SignerKey, signerKeyText } from '../../../src/history/audit/note.ts';
import { AuditSigner, type AuditSignerDeps, LogForked } from '../../../src/history/audit/signer.ts';
import { JetStreamCheckpointLog } from '../../../src/jetstream/log/checkpoint-log.ts';
import { GroupCommit } from '../../../src/jetstream/log/commit/group-commit.ts';
import { JetStreamStoredLog } from '../../../src/jetstream/log/stored-log.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { JetStreamAuditTiles } from '../../../src/jetstream/views/audit-tiles.ts';
import { testClock } from '../../support/clock.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer } from '../../support/nats/nats-server.ts';

const signer = parseSignerKey(signerKeyText('log.example', Buffer.alloc(32, 3))) as SignerKey;
const LEADS = { holds: () => true };
const EVERYBODY = { userId: null, taskId: null };

let nc: NatsConnection;
beforeEach(async () => {
  nc = await connected(await natsServer(), 'test');
  await provision(nc, { replicas: 1 });
});

async function append(count: number): Promise<void> {
  const body = () => `{"n":"${randomBytes(4).toString('hex')}"}`;
  for (let left = count; left > 0; left -= 100) {
    const some = Array.from({ length: Math.min(left, 100) }, (_, n) => `tasklog.u${n % 3}.t${n % 7}`);
    await Promise.all(some.map((subject) => nc.request(subject, body())));
  }
}

function memory(): SeenCheckpoint & { note: string | null } {
  return {
    note: null,
    async read() {
      return this.note;
    },
    async write(note) {
      this.note = note;
    },
  };
}

/** A signer of this server; `log` may say something else of the log than the server does. */
function signing(seen = memory(), deps: Partial<AuditSignerDeps> & { readonly stored?: StoredLog } = {}) {
  const log = deps.stored ?? new JetStreamStoredLog(nc);
  const tiles = new JetStreamAuditTiles(nc);
  const tree = new LogTree(log, tiles);
  const checkpoints = new JetStreamCheckpointLog(nc, new GroupCommit(nc));
  const made = new AuditSigner({
    log,
    tree,
    checkpoints,
    seen,
    signer,
    lease: { run: async () => {}, holder: () => null },
    clock: testClock,
    ids: ulidIds(),
    logger: pino({ level: 'silent' }),
    due: { events: 1, ms: 60_000 },
    ...deps,
  });
  return { signer: made, log, tree, tiles, checkpoints, seen };
}

async function leavesOf(log: StoredLog): Promise<Buffer[]> {
  const leaves: Buffer[] = [];
  for await (const page of log.pages(EVERYBODY, 0 as Sequence, await log.lastSequence())) {
    leaves.push(...page.map(entryLeaf));
  }
  return leaves;
}

async function lastHead(checkpoints: JetStreamCheckpointLog) {
  const note = (await checkpoints.last())?.note ?? '';
  const opened = openCheckpoint(note, signer.verifier);
  if (opened.kind !== 'checkpoint') throw new Error(opened.fault);
  return opened.checkpoint;
}

/** The log as it would be with some of its events being others. */
function rewritten(log: StoredLog, from: number): StoredLog {
  return {
    lastSequence: () => log.lastSequence(),
    async *pages(...asked) {
      for await (const page of log.pages(...asked)) {
        yield page.map((entry) => (entry.sequence < from ? entry : { ...entry, body: Buffer.from('{}') }));
      }
    },
  };
}

describe('checkpoints', () => {
  it('are of the tree over all that is in the log, also of those before them, and none follows another alone', async () => {
    const { signer: one, log, tree, checkpoints } = signing();
    for (const more of [3, 300, 700]) {
      await append(more);
      const size = await log.lastSequence();
      await one.runOnce(LEADS);
      const leaves = await leavesOf(log);
      const expected = new GrowingTree();
      for (const leaf of leaves.slice(0, size)) expected.add(leaf);
      expect(await lastHead(checkpoints)).toEqual({ origin: 'log.example', size, root: expected.root() });
      for (const index of [0, size >> 1, size - 1]) {
        const proof = await tree.inclusion(index, size);
        const head = { index, size, root: expected.root() };
        expect(provesInclusion(leaves[index] as Buffer, head, proof)).toBe(true);
      }
      await one.runOnce(LEADS);
      expect(await log.lastSequence()).toBe(size + 1);
    }
    expect((await checkpoints.last())?.revision).toBe(3);
  });

  it('wait until enough has come, or long enough', async () => {
    await append(2);
    const { signer: one, log } = signing(memory(), { due: { events: 3, ms: 60_000 } });
    await one.runOnce(LEADS);
    expect(await log.lastSequence()).toBe(2);
    await append(1);
    await one.runOnce(LEADS);
    await append(1);
    await one.runOnce(LEADS);
    expect(await log.lastSequence()).toBe(5);
    await signing(memory(), { due: { events: 3, ms: 0 } }).signer.runOnce(LEADS);
    expect(await log.lastSequence()).toBe(6);
  });

  it('of two signers are one line of heads, and whose lease is lost signs nothing', async () => {
    await append(10);
    const [a, b] = [signing(), signing()];
    await Promise.all([a.signer.runOnce(LEADS), b.signer.runOnce(LEADS)]);
    expect((await a.checkpoints.last())?.revision).toBe(1);
    await append(5);
    await b.signer.runOnce(LEADS);
    await append(5);
    await a.signer.runOnce({ holds: () => false });
    expect((await a.checkpoints.last())?.revision).toBe(2);
    await a.signer.runOnce(LEADS);
    expect((await lastHead(a.checkpoints)).size).toBe(22);
  });

  it('signed and not appended are what the next head begins with', async () => {
    await append(5);
    const seen = memory();
    const killed = signing(seen, {
      checkpoints: {
        last: async () => null,
        append: async () => {
          throw new Error('killed');
        },
      },
    });
    await expect(killed.signer.runOnce(LEADS)).rejects.toThrow('killed');
    expect(seen.note).not.toBeNull();
    await append(5);
    const next = signing(seen);
    await next.signer.runOnce(LEADS);
    expect((await lastHead(next.checkpoints)).size).toBe(10);
  });

  it('are not signed of a log that was rolled back behind the last one, also when it is longer again', async () => {
    await append(300);
    const seen = memory();
    const first = signing(seen);
    await first.signer.runOnce(LEADS);
    const head = await lastHead(first.checkpoints);
    await append(20);
    // The store as it was before: this one has other events, and no checkpoint.
    const none = { last: async () => null, append: first.checkpoints.append.bind(first.checkpoints) };
    const shorter = { ...rewritten(first.log, 1_000), lastSequence: async () => (head.size - 1) as Sequence };
    for (const stored of [shorter, rewritten(first.log, 290), rewritten(first.log, 2)]) {
      const after = signing(seen, { stored, checkpoints: none });
      await expect(after.signer.runOnce(LEADS)).rejects.toThrow(LogForked);
    }
    expect((await first.checkpoints.last())?.revision).toBe(1);
    // With its note in the log still, and its events changed.
    await expect(
      signing(memory(), { stored: rewritten(first.log, 290) }).signer.runOnce(LEADS),
    ).rejects.toThrow(LogForked);
    const other = parseSignerKey(signerKeyText('log.example', Buffer.alloc(32, 4))) as SignerKey;
    await expect(signing(memory(), { signer: other }).signer.runOnce(LEADS)).rejects.toThrow(
      /not by this key/,
    );
  });

  it('go on with tiles that were lost or are of another log', async () => {
    await append(600);
    const one = signing();
    await one.signer.runOnce(LEADS);
    await one.tiles.put(0, 0, randomBytes(8_192));
    await one.tiles.put(0, 1, randomBytes(8_192));
    await one.tiles.put(1, 0, randomBytes(64));
    await append(10);
    const two = signing();
    await two.signer.runOnce(LEADS);
    const leaves = await leavesOf(two.log);
    const { size, root } = await lastHead(two.checkpoints);
    const expected = new GrowingTree();
    for (const leaf of leaves.slice(0, size)) expected.add(leaf);
    expect(root).toEqual(expected.root());
    expect(await two.tree.tile({ level: 0, index: 1, width: 256 })).toEqual(
      Buffer.concat(leaves.slice(256, 512)),
    );
  });
});

describe('the key that signs', () => {
  const next = parseSignerKey(signerKeyText('log.example', Buffer.alloc(32, 5))) as SignerKey;
  const both = { signer: next, outgoing: signer };

  it('is changed by one checkpoint that both keys sign, at once and once, and only the new one goes on', async () => {
    await append(5);
    await signing().signer.runOnce(LEADS);
    let inForce = 0;
    const seen = memory();
    // Not due by any time or number: a change is not waited for.
    const changing = signing(seen, {
      ...both,
      due: { events: 1_000, ms: 60_000 },
      onKeyInForce: async () => void inForce++,
    });
    await changing.signer.runOnce(LEADS);
    expect(await changing.checkpoints.last()).toMatchObject({
      revision: 2,
      keyChangedTo: next.vkey,
      note: seen.note,
    });
    for (const key of [signer, next]) {
      expect(openCheckpoint(seen.note ?? '', key.verifier)).toMatchObject({
        kind: 'checkpoint',
        checkpoint: { size: 6 },
      });
    }
    expect(inForce).toBe(0);
    for (let n = 0; n < 3; n++) await changing.signer.runOnce(LEADS);
    expect([inForce, await changing.log.lastSequence()]).toEqual([1, 7]);
    await expect(signing().signer.runOnce(LEADS)).rejects.toThrow(/key was changed to log\.example\+/);
    await append(3);
    await signing(seen, { signer: next }).signer.runOnce(LEADS);
    expect((await changing.checkpoints.last())?.keyChangedTo).toBeNull();
    await expect(signing().signer.runOnce(LEADS)).rejects.toThrow(/not by this key/);
    await signing(seen, both).signer.runOnce(LEADS);
    expect((await changing.checkpoints.last())?.revision).toBe(3);
  });

  it('is changed to the end wherever the change was broken off', async () => {
    await append(5);
    await signing().signer.runOnce(LEADS);
    const real = new JetStreamCheckpointLog(nc, new GroupCommit(nc));
    const killed = () => Promise.reject(new Error('killed'));
    const seen = memory();
    const ends: Partial<AuditSignerDeps>[] = [
      // Before the note is on disk, after it, and after it was stored but before anybody knew.
      { seen: { read: () => seen.read(), write: killed } },
      { checkpoints: { last: () => real.last(), append: killed } },
      {
        checkpoints: {
          last: () => real.last(),
          append: (one) => real.append(one).then(killed),
        },
      },
    ];
    for (const [at, end] of ends.entries()) {
      await expect(signing(seen, { ...both, ...end }).signer.runOnce(LEADS)).rejects.toThrow('killed');
      expect((await real.last())?.revision).toBe(at < 2 ? 1 : 2);
      await append(2);
    }
    // The old file, or one that was put back, has both still.
    await signing(seen, { ...both, onKeyInForce: killed })
      .signer.runOnce(LEADS)
      .catch(() => {});
    await signing(seen, both).signer.runOnce(LEADS);
    const log = new JetStreamStoredLog(nc);
    const events = [];
    for await (const page of log.pages(EVERYBODY, 0 as Sequence, await log.lastSequence()))
      events.push(...page);
    const changes = events.filter(({ body }) => Buffer.from(body).includes('audit.key_changed'));
    expect(changes).toHaveLength(1);
    expect(await real.last()).toMatchObject({ revision: 3, keyChangedTo: null });
  });

  it('is not changed where the old one has signed another log', async () => {
    await append(5);
    const one = signing();
    await one.signer.runOnce(LEADS);
    const stored = rewritten(one.log, 3);
    await expect(signing(memory(), { ...both, stored }).signer.runOnce(LEADS)).rejects.toThrow(LogForked);
    expect((await one.checkpoints.last())?.revision).toBe(1);
  });
});
