/** What the log costs an auditor: reading it as lines, making its tree, and checking it by the public key alone. */
import type { NatsConnection } from '@nats-io/transport-node';
import type { Ids } from '../src/application/ports/clock.ts';
import { NO_HASH, NO_REVISION, NO_SEQUENCE, type Sequence, type UserId } from '../src/domain/shared/ids.ts';
import { instantOf } from '../src/domain/shared/instant.ts';
import { createTask } from '../src/domain/task/decide/decide.ts';
import { LogForAuditors } from '../src/history/audit/audited-log.ts';
import { LogTree } from '../src/history/audit/log-tree.ts';
import { parseSignerKey, signerKeyText } from '../src/history/audit/note.ts';
import { LinesVerifier } from '../src/history/audit/verify-lines.ts';
import { encodeEvent } from '../src/jetstream/codec/codec.ts';
import type { UserKeys } from '../src/jetstream/codec/user-keys.ts';
import { publishBatch } from '../src/jetstream/connection/atomic-batch.ts';
import { placeOfSubject, taskSubject } from '../src/jetstream/connection/subjects.ts';
import { JetStreamStoredLog } from '../src/jetstream/log/stored-log.ts';
import { JetStreamAuditTiles } from '../src/jetstream/views/audit-tiles.ts';
import { newTodo } from './load/seed.ts';

const USER = 'audited' as UserId;
const BATCH = 900;
const TIMEOUT_MS = 30_000;

export interface AuditFigures {
  readonly events: number;
  /** A second of processor time of this process. */
  readonly lines: number;
  readonly leaves: number;
  readonly verified: number;
  /** What this process took more at most while it read the lines, bytes. */
  readonly peak: number;
}

/** Of a log with so many events more; nothing else is to be in it that breaks a chain. */
export async function auditFigures(
  nc: NatsConnection,
  keys: UserKeys,
  ids: Ids,
  more: number,
): Promise<AuditFigures> {
  await seed(nc, keys, ids, more);
  const stored = new JetStreamStoredLog(nc);
  const tiles = new JetStreamAuditTiles(nc);
  const events = await stored.lastSequence();
  const log = new LogForAuditors(stored, tiles, { last: async () => null });
  const before = process.memoryUsage.rss();
  let peak = before;
  let began = cpuMs();
  for await (const _ of await chunksOf(log)) peak = Math.max(peak, process.memoryUsage.rss());
  const linesMs = cpuMs() - began;

  const signer = parseSignerKey(signerKeyText('bench', Buffer.alloc(32, 1)));
  if (signer === null) throw new Error('no key');
  const verifier = new LinesVerifier({ log: signer.verifier, placeOf: placeOfSubject, since: null });
  let verifiedMs = 0;
  for await (const chunk of await chunksOf(log)) {
    began = cpuMs();
    addLines(verifier, Buffer.from(chunk));
    verifiedMs += cpuMs() - began;
  }
  const verdict = verifier.finish();
  if (verdict.faults.length > 0) throw new Error(JSON.stringify(verdict.faults[0]));

  const tree = new LogTree(stored, tiles);
  began = cpuMs();
  await tree.keep(0, events, () => true);
  const root = await tree.root(events);
  const treeMs = cpuMs() - began;
  if (verdict.head?.root.equals(root) !== true) throw new Error('two roots of one log');
  const perSecond = (ms: number) => (events / ms) * 1_000;
  return {
    events,
    lines: perSecond(linesMs),
    leaves: perSecond(treeMs),
    verified: perSecond(verifiedMs),
    peak: peak - before,
  };
}

/** Processor time of this process, milliseconds: others on the machine do not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

async function chunksOf(log: LogForAuditors): Promise<AsyncGenerator<Uint8Array>> {
  const all = { userId: null, taskId: null, types: null, from: null, to: null };
  const found = await log.events({ ...all, after: NO_SEQUENCE, until: null });
  if (found.kind !== 'events') throw new Error('the log ended');
  return found.chunks;
}

function addLines(verifier: LinesVerifier, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0x0a, at);
    verifier.add(bytes.subarray(at, end));
    at = end + 1;
  }
}

async function seed(nc: NatsConnection, keys: UserKeys, ids: Ids, more: number): Promise<void> {
  const key = await keys.getOrCreate(USER);
  for (let made = 0; made < more; made += BATCH) {
    const messages = Array.from({ length: Math.min(BATCH, more - made) }, () => {
      const now = instantOf(Date.now());
      const decision = createTask(null, newTodo(now, null));
      if (decision.kind !== 'event') throw new Error('not seeded');
      const taskId = ids.taskId(now);
      const { body } = encodeEvent(
        {
          userId: USER,
          taskId,
          eventId: ids.eventId(now),
          time: now,
          event: decision.event,
          context: { actor: 'bench', correlation_id: 'bench', causation_id: null, traceparent: null },
          after: { sequence: NO_SEQUENCE as Sequence, revision: NO_REVISION, hash: NO_HASH },
        },
        key,
      );
      return { subject: taskSubject(USER, taskId), headers: {}, payload: body };
    });
    await publishBatch(nc, messages, TIMEOUT_MS);
  }
}
