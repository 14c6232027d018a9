/**
 * Every timed task with its scheduling state and its position in the log, in memory. A task enters when it
 * becomes timed (`isTimed`) and leaves when it no longer is.
 *
 * State comes from three sides: values of the view, events that the log's follower brings in log order, and
 * events that the scheduler has just appended itself, ahead of the follower. A sequence decides between them:
 * only what is newer than the entry changes it, so the same event may come twice, and from either side first.
 *
 * A task that has left is remembered until the follower has passed the event with which it left: the follower
 * may still bring earlier ones, and those must not call it back.
 *
 * Entries are kept in rows, small integers that are used again, for the sake of the timers. Those with an
 * unfinished execution, which are about to change, are kept as objects; the others packed.
 *
 * Some 130 bytes a task that waits (book-memory.test.ts), where the objects of its state take a thousand.
 */
import type { Snapshot, UnopenedTaskEvent } from '../../domain/shared/event.ts';
import { NO_SEQUENCE, type Sequence, type TaskId } from '../../domain/shared/ids.ts';
import type { TaskEventType } from '../../domain/task/events/events.ts';
import { evolveScheduling } from '../../domain/task/evolve/evolve-scheduling.ts';
import { continues } from '../../domain/task/evolve/snapshot.ts';
import { isTimed, type SchedulingState } from '../../domain/task/state.ts';
import { ByteArena, type PieceAddress } from './byte-arena.ts';
import { SnapshotPacker } from './packed-snapshot.ts';
import { TaskRows } from './task-rows.ts';

const FIRST_CAPACITY = 1024;

export type SchedulingSnapshot = Snapshot<SchedulingState>;

/** What became of an event: the book had it already, it changed the book, or the task's state must be read. */
export type Folded = 'known' | 'folded' | 'unknown';

/**
 * Told of every change of an entry, and of the sequence that brought it; null when it has left. The row may be another
 * task's after that.
 */
export type OnEntryChanged = (row: number, state: SchedulingState | null, sequence: Sequence) => void;

export class ScheduleBook {
  #onChanged: OnEntryChanged = () => {};
  readonly #packer = new SnapshotPacker();
  readonly #rows = new TaskRows();
  readonly #packed = new ByteArena();
  /** By row: an address among the packed ones, or the snapshot itself. */
  readonly #entries: (PieceAddress | SchedulingSnapshot | null)[] = [];
  /** By row: up to where its entry goes. Most events that are followed are known, which costs no look at the entry. */
  #sequences = new Float64Array(FIRST_CAPACITY);
  readonly #freeRows: number[] = [];
  readonly #left = new Map<TaskId, Sequence>();
  #position: Sequence = NO_SEQUENCE;

  /** The one listener, told from then on. */
  listen(onChanged: OnEntryChanged): void {
    this.#onChanged = onChanged;
  }

  get size(): number {
    return this.#rows.size;
  }

  /** Rows are smaller than this. */
  get rows(): number {
    return this.#entries.length;
  }

  /** How far the log has been followed. */
  get position(): Sequence {
    return this.#position;
  }

  at(row: number): SchedulingSnapshot | null {
    const entry = this.#entries[row] ?? null;
    if (typeof entry !== 'number') return entry;
    const sequence = (this.#sequences[row] ?? NO_SEQUENCE) as Sequence;
    return this.#packer.unpack(this.#packed.get(entry), this.#rows.taskAt(row), sequence);
  }

  find(taskId: TaskId): SchedulingSnapshot | null {
    const row = this.#rows.find(taskId);
    return row === undefined ? null : this.at(row);
  }

  /** Takes over the state where it is newer than what the book has. */
  put(snapshot: SchedulingSnapshot): void {
    const taskId = snapshot.state.task_id;
    const row = this.#rows.find(taskId);
    const held = row === undefined ? this.#left.get(taskId) : this.#sequences[row];
    if (held !== undefined && held >= snapshot.sequence) return;
    this.#replace(row, snapshot);
  }

  /** Folds one event, whoever brings it. `unknown`: the book lacks what came before; `put` the state as it is now. */
  fold(event: UnopenedTaskEvent): Folded {
    const { task_id: taskId, sequence, revision, hash } = event.meta;
    const row = this.#rows.find(taskId);
    if (row === undefined) {
      if ((this.#left.get(taskId) ?? NO_SEQUENCE) >= sequence) return 'known';
      if (event.type !== 'task.created') return mayBecomeTimed(event) ? 'unknown' : 'known';
      this.#replace(row, { sequence, revision, hash, state: evolveScheduling(null, event) });
      return 'folded';
    }
    if ((this.#sequences[row] ?? NO_SEQUENCE) >= sequence) return 'known';
    const held = this.at(row);
    if (held === null || held.revision + 1 < revision) return 'unknown';
    // Whoever is wrong, the book or the log, is told by the whole of the task's events.
    if (!continues(held, event.meta)) return 'unknown';
    this.#replace(row, { sequence, revision, hash, state: evolveScheduling(held.state, event) });
    return 'folded';
  }

  /** Folds events of one task that were stored together, as one change where the book stands right before them. */
  foldUnit(events: readonly UnopenedTaskEvent[]): void {
    const [first, second] = events;
    if (first === undefined) return;
    const row = this.#rows.find(first.meta.task_id);
    const held = row === undefined ? null : this.at(row);
    if (second === undefined || held === null || held.revision + 1 !== first.meta.revision) {
      for (const event of events) this.fold(event);
      return;
    }
    let { state } = held;
    for (const event of events) state = evolveScheduling(state, event);
    const { sequence, revision, hash } = events.at(-1)?.meta ?? first.meta;
    this.#replace(row, { sequence, revision, hash, state });
  }

  /** The log has been followed through this sequence, all of it folded or on its way by `put`. */
  followedThrough(sequence: Sequence): void {
    this.#position = sequence;
    for (const [taskId, left] of this.#left) {
      if (left <= sequence) this.#left.delete(taskId);
    }
  }

  #replace(held: number | undefined, snapshot: SchedulingSnapshot): void {
    const taskId = snapshot.state.task_id;
    if (!isTimed(snapshot.state)) {
      if (snapshot.sequence > this.#position) this.#left.set(taskId, snapshot.sequence);
      if (held !== undefined) this.#leave(taskId, held, snapshot.sequence);
      return;
    }
    const row = held ?? this.#freeRows.pop() ?? this.#entries.length;
    this.#left.delete(taskId);
    if (held === undefined) this.#rows.add(taskId, row);
    this.#keep(row, snapshot);
    this.#onChanged(row, snapshot.state, snapshot.sequence);
  }

  #leave(taskId: TaskId, row: number, sequence: Sequence): void {
    this.#rows.remove(taskId);
    this.#keep(row, null);
    this.#freeRows.push(row);
    this.#onChanged(row, null, sequence);
  }

  #keep(row: number, snapshot: SchedulingSnapshot | null): void {
    const held = this.#entries[row] ?? null;
    if (typeof held === 'number') this.#packed.remove(held);
    const waits = snapshot !== null && snapshot.state.execution === null;
    this.#entries[row] = waits ? (this.#packed.add(this.#packer.pack(snapshot)) ?? snapshot) : snapshot;
    if (snapshot === null) return;
    this.#reserve(row + 1);
    this.#sequences[row] = snapshot.sequence;
  }

  #reserve(rows: number): void {
    if (rows <= this.#sequences.length) return;
    const grown = new Float64Array(Math.max(rows, this.#sequences.length * 2));
    grown.set(this.#sequences);
    this.#sequences = grown;
  }
}

const BEGINS_WAITING: ReadonlySet<TaskEventType> = new Set([
  'task.created',
  'task.status_changed',
  'task.restored',
  'task.execution_requested',
  'task.backfill_requested',
]);

/** Whether the event can make an untimed task timed. Without a timer or an execution the others change nothing. */
function mayBecomeTimed(event: UnopenedTaskEvent): boolean {
  if (event.type !== 'task.updated') return BEGINS_WAITING.has(event.type);
  const { armed, status, next_run_time } = event.data;
  if (status !== null || next_run_time !== null || armed === 'as_in_version_1') return true;
  return Object.values(armed).some((at) => at !== null);
}
