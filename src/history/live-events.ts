/**
 * The log's end, followed once in this process, and handed out by user to the streams that listen. Only events of users
 * who have a stream are opened, each once however many streams want it.
 *
 *     log --> follower --> events of users who listen, as text --> inbox of each of their streams
 */
import type { Logger } from 'pino';
import { LogUnavailable } from '../application/ports/failures.ts';
import type { LogFollower } from '../application/ports/log/following.ts';
import type { RecordedTaskEvent } from '../domain/shared/event.ts';
import type { Sequence, TaskId, UserId } from '../domain/shared/ids.ts';
import type { TaskEvent } from '../domain/task/events/events.ts';

/** An event as its owner may see it. */
export interface ShownEvent {
  readonly sequence: Sequence;
  readonly type: TaskEvent['type'];
  readonly taskId: TaskId;
  readonly text: string;
}

export interface LiveListener {
  readonly userId: UserId;
  take(event: ShownEvent): void;
  /** The log has been followed up to there. */
  reached(through: Sequence): void;
  /** Nothing comes any more. */
  failed(): void;
}

export interface LiveEventsDeps {
  readonly follower: Pick<LogFollower, 'followOpened' | 'lastSequence'>;
  readonly show: (event: RecordedTaskEvent) => Promise<ShownEvent>;
  readonly logger: Logger;
}

const MAX_BATCH = 500;

export class LiveEvents {
  readonly #deps: LiveEventsDeps;
  readonly #byUser = new Map<UserId, Set<LiveListener>>();
  #stop: AbortController | null = null;
  #begun: Promise<void> | null = null;

  constructor(deps: LiveEventsDeps) {
    this.#deps = deps;
  }

  /**
   * From when it resolves, every event of the user that is appended reaches the listener; those before it may not.
   * Throws LogUnavailable.
   */
  async listen(listener: LiveListener): Promise<void> {
    const listeners = this.#byUser.get(listener.userId) ?? new Set();
    this.#byUser.set(listener.userId, listeners);
    listeners.add(listener);
    this.#begun ??= this.#begin();
    await this.#begun;
  }

  leave(listener: LiveListener): void {
    const listeners = this.#byUser.get(listener.userId);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#byUser.delete(listener.userId);
  }

  stop(): void {
    this.#stop?.abort();
    this.#fail();
  }

  async #begin(): Promise<void> {
    const stop = new AbortController();
    this.#stop = stop;
    try {
      const end = await this.#deps.follower.lastSequence();
      void this.#follow(end, stop.signal);
    } catch (error) {
      this.#begun = null;
      throw error;
    }
  }

  async #follow(after: Sequence, signal: AbortSignal): Promise<void> {
    try {
      await this.#deps.follower.followOpened(
        after,
        async (events, through) => {
          for (const event of events) await this.#handOut(event);
          for (const listeners of this.#byUser.values())
            for (const listener of listeners) listener.reached(through);
        },
        { maxBatch: MAX_BATCH, signal, of: (userId) => this.#byUser.has(userId) },
      );
    } catch (error) {
      if (!(error instanceof LogUnavailable))
        this.#deps.logger.error({ err: error }, 'events cannot be streamed');
    } finally {
      this.#begun = null;
      this.#fail();
    }
  }

  async #handOut(event: RecordedTaskEvent): Promise<void> {
    const listeners = this.#byUser.get(event.meta.user_id);
    if (listeners === undefined) return;
    const shown = await this.#deps.show(event);
    for (const listener of listeners) listener.take(shown);
  }

  #fail(): void {
    for (const listeners of this.#byUser.values()) for (const listener of [...listeners]) listener.failed();
  }
}
