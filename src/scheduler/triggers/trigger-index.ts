/**
 * Which tasks listen where: by user and subject, in memory, so that a message costs one look-up whatever tasks there
 * are. It starts from the view and follows the log, and holds nothing that is sealed.
 */
import type { Snapshot, UnopenedTaskEvent } from '../../domain/shared/event.ts';
import { NO_SEQUENCE, type Sequence, type TaskId, type UserId } from '../../domain/shared/ids.ts';
import { statusMoveOf } from '../../domain/task/events/event-accessors.ts';
import type { Trigger } from '../../domain/task/trigger.ts';
import { onAbort } from '../../kernel/on-abort.ts';
import type { Listener } from '../../projections/triggers.ts';

interface Entry extends Listener {
  /** Of the event that made it so. */
  readonly sequence: Sequence;
}

interface Waiter {
  readonly sequence: Sequence;
  readonly wake: () => void;
}

export class TriggerIndex {
  readonly #entries = new Map<TaskId, Entry>();
  /** Live ones only. */
  readonly #listening = new Map<string, Set<TaskId>>();
  readonly #waiters = new Set<Waiter>();
  #position: Sequence = NO_SEQUENCE;

  /** Tasks with an event trigger. */
  get size(): number {
    return this.#entries.size;
  }

  /** How far the log has been followed. */
  get position(): Sequence {
    return this.#position;
  }

  tasksAt(userId: UserId, subject: string): readonly TaskId[] {
    return [...(this.#listening.get(keyOf(userId, subject)) ?? [])];
  }

  /** A value of the view, which may be ahead of the events that follow. */
  put({ sequence, state }: Snapshot<Listener>): void {
    const held = this.#entries.get(state.task_id);
    if (held === undefined || held.sequence < sequence) this.#set(state.task_id, { ...state, sequence });
  }

  fold(event: UnopenedTaskEvent): void {
    const { task_id, sequence } = event.meta;
    if ((this.#entries.get(task_id)?.sequence ?? NO_SEQUENCE) >= sequence) return;
    if (event.type === 'task.created') this.#listen(event, event.data.trigger);
    if (event.type === 'task.updated' && event.data.changes.trigger !== undefined) {
      this.#listen(event, event.data.changes.trigger);
    }
    if (event.type === 'task.deleted') this.#setLive(event, false);
    if (event.type === 'task.restored') this.#setLive(event, true);
    // Nothing starts a cancelled task again.
    if (statusMoveOf(event)?.to === 'cancelled') this.#set(task_id, null);
  }

  /** The log has been followed through this sequence, all of it folded. */
  followedThrough(sequence: Sequence): void {
    this.#position = sequence;
    for (const waiter of this.#waiters) {
      if (waiter.sequence <= sequence) waiter.wake();
    }
  }

  /** Resolves once the log has been followed so far, or the signal has aborted. */
  reached(sequence: Sequence, signal: AbortSignal): Promise<void> {
    if (this.#position >= sequence || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiters.delete(waiter);
        off();
        resolve();
      };
      const waiter = { sequence, wake };
      this.#waiters.add(waiter);
      const off = onAbort(signal, wake);
    });
  }

  #listen({ meta: { task_id, user_id, sequence } }: UnopenedTaskEvent, trigger: Trigger | null): void {
    const { subject } = trigger ?? {};
    this.#set(task_id, subject === undefined ? null : { task_id, user_id, subject, live: true, sequence });
  }

  #setLive({ meta: { task_id, sequence } }: UnopenedTaskEvent, live: boolean): void {
    const held = this.#entries.get(task_id);
    if (held !== undefined) this.#set(task_id, { ...held, live, sequence });
  }

  #set(taskId: TaskId, entry: Entry | null): void {
    const held = this.#entries.get(taskId);
    if (held?.live) {
      const key = keyOf(held.user_id, held.subject);
      const tasks = this.#listening.get(key);
      tasks?.delete(taskId);
      if (tasks?.size === 0) this.#listening.delete(key);
    }
    if (entry === null) {
      this.#entries.delete(taskId);
      return;
    }
    this.#entries.set(taskId, entry);
    if (!entry.live) return;
    const key = keyOf(entry.user_id, entry.subject);
    const tasks = this.#listening.get(key);
    if (tasks === undefined) this.#listening.set(key, new Set([taskId]));
    else tasks.add(taskId);
  }
}

/** No subject holds a space. */
function keyOf(userId: UserId, subject: string): string {
  return `${subject} ${userId}`;
}
