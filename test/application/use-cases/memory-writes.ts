import { ulidIds } from '../../../src/app/ulid-ids.ts';
import type { AskedOfTask, CommandTarget } from '../../../src/application/commands/execute-command.ts';
import { Idempotency } from '../../../src/application/commands/idempotency.ts';
import type { IdempotencyStore, StoredIdempotency } from '../../../src/application/ports/idempotency.ts';
import { IdempotentWrites, type WriteRequest } from '../../../src/application/use-cases/idempotent-writes.ts';
import { decideAsked } from '../../../src/domain/shared/decider.ts';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import type { EventId } from '../../../src/domain/shared/ids.ts';
import { taskDecider } from '../../../src/domain/task/decider.ts';
import { advance, type TaskSnapshot } from '../../../src/domain/task/evolve/snapshot.ts';
import { START, USER } from '../../support/histories/history.ts';

/** Writes of one process on tasks that are kept in memory. */
export function memoryWrites() {
  const ids = ulidIds();
  const tasks = new Map<string, TaskSnapshot>();
  const events = new Map<EventId, RecordedTaskEvent>();
  const execute = async (target: CommandTarget, _: unknown, asked: AskedOfTask) => {
    const before = tasks.get(target.taskId) ?? null;
    const known = target.eventId === undefined ? undefined : events.get(target.eventId);
    if (target.mayExist && known !== undefined && before !== null) {
      return { kind: 'done' as const, snapshot: before, event: known };
    }
    const decision = decideAsked(taskDecider, before?.state ?? null, asked, target.now ?? START);
    if (decision.kind === 'rejected') {
      return { kind: 'rejected' as const, rejection: decision.rejection, snapshot: before };
    }
    if (decision.kind === 'nothing') {
      if (before === null) throw new Error('nothing was decided on no task');
      return { kind: 'done' as const, snapshot: before, event: null };
    }
    const id = target.eventId ?? ids.eventId(START);
    const meta = {
      id,
      user_id: target.userId,
      task_id: target.taskId,
      time: START,
      sequence: events.size + 1,
      revision: (before?.revision ?? 0) + 1,
      hash: id,
    };
    const event = { ...decision.event, meta } as unknown as RecordedTaskEvent;
    const snapshot = advance(before, event);
    tasks.set(target.taskId, snapshot);
    events.set(id, event);
    return { kind: 'done' as const, snapshot, event };
  };
  const clock = { now: () => START, monotonicMs: () => performance.now() };
  const idempotency = new Idempotency({ store: memoryStore(), clock, ids, onAnswerLost: () => {} });
  const templateCommands = {
    execute: () => Promise.reject(new Error('there are no templates here')),
  };
  const secretsKey = new Uint8Array(32);
  const writes = new IdempotentWrites({
    commands: { execute },
    templateCommands,
    idempotency,
    ids,
    secretsKey,
  });
  return { writes, tasks, events };
}

function memoryStore(): IdempotencyStore {
  const records = new Map<string, StoredIdempotency>();
  return {
    claim: async (userId, key, record) => {
      const stored = records.get(`${userId} ${key}`);
      if (stored !== undefined) return { kind: 'taken', ...stored };
      records.set(`${userId} ${key}`, { record, version: 1 });
      return { kind: 'claimed', version: 1 };
    },
    read: async (userId, key) => records.get(`${userId} ${key}`) ?? null,
    replace: async (userId, key, record, version) => {
      if (records.get(`${userId} ${key}`)?.version !== version) return null;
      records.set(`${userId} ${key}`, { record, version: version + 1 });
      return version + 1;
    },
  };
}

/** `key` null: without one. What the work throws is the answer, by its name. */
export function writeRequest(key: string | null, fingerprint = 'one'): WriteRequest {
  const answerTo = (error: unknown) => ({
    answer: { status: 400, headers: {}, body: String(error) },
    final: true,
  });
  return {
    userId: USER,
    now: START,
    context: { actor: `user:${USER}`, correlation_id: 'c', causation_id: null, traceparent: null },
    basis: { kind: 'token' },
    idempotency: key === null ? null : { key, fingerprint, answerTo },
    refused: null,
  };
}
