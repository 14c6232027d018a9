/**
 * One pass over a user's events, in the order of the log, writes all parts of an archive: the events as they are
 * stored, each execution when it has ended, and at the end the tasks with what has not ended. So all parts are of one
 * moment, the last event that was read.
 *
 * Memory is bounded: folds of tasks are kept up to a budget; one that had to go is folded anew from the log in the
 * end.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { LRUCache } from 'lru-cache';
import type { BackupPart } from '../../application/ports/user-backups.ts';
import { executionBytes, taskBytes } from '../../application/queries/approximate-bytes.ts';
import { evolveExecution } from '../../domain/execution/evolve.ts';
import { type ExecutionState, isFinished } from '../../domain/execution/state.ts';
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import { NO_SEQUENCE, type Sequence, type TaskId, type UserId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { executionNumberOf } from '../../domain/task/events/event-accessors.ts';
import { advance, stepTo, type TaskSnapshot } from '../../domain/task/evolve/snapshot.ts';
import { decodeOpened, type StoredMessage } from '../codec/codec.ts';
import type { SealingKey } from '../codec/sealing.ts';
import { parseTaskSubject, taskSubject, userSubjects } from '../connection/subjects.ts';
import { readThrough } from '../log/log-pages.ts';
import type { ArchiveWriter } from './archive-writer.ts';
import { eventLine, executionLine, type Manifest, taskLine } from './format.ts';

const PAGE = 500;
const DEFAULT_FOLD_BYTES = 64 * 1024 * 1024;

export interface ArchiveOf {
  readonly userId: UserId;
  readonly key: SealingKey;
  /** The sequence of the user's last event, as the leader has it. */
  readonly through: Sequence;
  readonly scope: readonly BackupPart[];
  readonly now: Instant;
  /** Memory for folds, roughly; default 64 MiB. */
  readonly foldBytes?: number;
}

/** Writes a whole archive. Throws LogUnavailable, UnreadableEvent. */
export async function writeArchive(
  nc: NatsConnection,
  archive: ArchiveWriter,
  of: ArchiveOf,
): Promise<Manifest> {
  const { userId, through, scope } = of;
  const folds = scope.includes('tasks') || scope.includes('executions') ? new Folds(archive, of) : null;
  let first: Sequence | null = null;
  for await (const message of archiveMessagesOf(nc, userSubjects(userId), through)) {
    first ??= message.sequence;
    if (scope.includes('events')) await archive.add('events', eventLine(message));
    if (folds !== null && parseTaskSubject(message.subject) !== null) {
      await folds.add(decodeOpened(message, of.key));
    }
  }
  await folds?.end((taskId, last) => archiveMessagesOf(nc, taskSubject(userId, taskId), last));
  return archive.finish({
    user_id: userId,
    created_at: of.now,
    scope: [...scope],
    first_sequence: first ?? NO_SEQUENCE,
    last_sequence: through,
  });
}

/** Messages up to a sequence at which the leader has one, page by page. Throws LogUnavailable. */
export async function* archiveMessagesOf(
  nc: NatsConnection,
  subject: string,
  through: Sequence,
): AsyncGenerator<StoredMessage> {
  for (let after: Sequence = NO_SEQUENCE; after < through; ) {
    const page = await readThrough(nc, subject, after, through, PAGE);
    for (const message of page) if (message.sequence <= through) yield message;
    after = page.at(-1)?.sequence ?? through;
  }
}

interface Fold {
  readonly task: TaskSnapshot;
  /** The newest; null before the first. Once it has ended it is written. */
  readonly execution: ExecutionState | null;
}

/** A task whose fold had to go. */
interface Gone {
  /** Up to there, executions that ended are written. */
  readonly written: Sequence;
  last: Sequence;
}

class Folds {
  readonly #archive: ArchiveWriter;
  readonly #of: ArchiveOf;
  readonly #kept: LRUCache<TaskId, Fold>;
  readonly #gone = new Map<TaskId, Gone>();

  constructor(archive: ArchiveWriter, of: ArchiveOf) {
    this.#archive = archive;
    this.#of = of;
    const budget = of.foldBytes ?? DEFAULT_FOLD_BYTES;
    this.#kept = new LRUCache({
      maxSize: budget,
      // One that is larger than all is no entry at all for the cache: so it counts as all, and goes with the next.
      sizeCalculation: ({ task, execution }) =>
        Math.min(budget, taskBytes(task.state) + (execution === null ? 0 : executionBytes(execution))),
      dispose: ({ task }, taskId, reason) => {
        if (reason === 'evict') this.#gone.set(taskId, { written: task.sequence, last: task.sequence });
      },
    });
  }

  async add(event: RecordedTaskEvent): Promise<void> {
    const taskId = event.meta.task_id;
    const gone = this.#gone.get(taskId);
    if (gone !== undefined) {
      gone.last = event.meta.sequence;
      return;
    }
    this.#kept.set(taskId, await this.#step(this.#kept.get(taskId) ?? null, event, NO_SEQUENCE));
  }

  /** `messagesOf`: the messages of a task up to its last. */
  async end(messagesOf: (taskId: TaskId, last: Sequence) => AsyncIterable<StoredMessage>): Promise<void> {
    for (const fold of this.#kept.values()) await this.#write(fold);
    for (const [taskId, { written, last }] of this.#gone) {
      let fold: Fold | null = null;
      for await (const message of messagesOf(taskId, last)) {
        fold = await this.#step(fold, decodeOpened(message, this.#of.key), written);
      }
      if (fold !== null) await this.#write(fold);
    }
  }

  /** `written`: up to there, executions that ended are in the archive already. */
  async #step(fold: Fold | null, event: RecordedTaskEvent, written: Sequence): Promise<Fold> {
    const { sequence, task_id } = event.meta;
    if (stepTo(fold?.task ?? null, event) !== 'next') throw new Error(`the log of ${task_id} has a gap`);
    const task = advance(fold?.task ?? null, event);
    if (executionNumberOf(event) === null) return { task, execution: fold?.execution ?? null };
    const execution = evolveExecution(fold?.execution ?? null, event);
    if (isFinished(execution) && sequence > written) await this.#add('executions', execution);
    return { task, execution };
  }

  async #write({ task, execution }: Fold): Promise<void> {
    if (execution !== null && !isFinished(execution)) await this.#add('executions', execution);
    if (this.#of.scope.includes('tasks')) await this.#archive.add('tasks', taskLine(task, this.#of.key));
  }

  async #add(part: 'executions', execution: ExecutionState): Promise<void> {
    if (this.#of.scope.includes(part)) await this.#archive.add(part, executionLine(execution, this.#of.key));
  }
}
