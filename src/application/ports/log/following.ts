/** Following the log, and being woken by it. */

import type { RecordedTaskEvent, UnopenedTaskEvent } from '../../../domain/shared/event.ts';
import type { Sequence, TaskId, UserId } from '../../../domain/shared/ids.ts';
import type { RecordedTemplateEvent } from '../../../domain/template/events.ts';

/** Follows the whole log in order, from a sequence, for ever; survives server restarts. */
export interface LogFollower {
  /**
   * Calls `onEvents` with the next task events in log order, as many as have arrived (at most `maxBatch`), and
   * waits for it before the next call. `through` is the last sequence seen with them: the log also holds
   * entries that are no task's, so it may lie beyond the last event, and `events` may be empty; a checkpoint
   * moves to it. What came among them and is no task's is in `others`. Ends, without error, when `signal` aborts; throws what `onEvents` throws, and an error for a
   * stored event this build cannot read.
   */
  followOpened(
    after: Sequence,
    onEvents: (events: readonly RecordedTaskEvent[], through: Sequence, others: OtherEvents) => Promise<void>,
    options: FollowOptions,
  ): Promise<void>;
  followUnopened(
    after: Sequence,
    onEvents: (
      events: readonly UnopenedTaskEvent[],
      through: Sequence,
      others: Omit<OtherEvents, 'templates'>,
    ) => Promise<void>,
    options: FollowOptions,
  ): Promise<void>;
  /** Sequence of the last event in the log. Throws LogUnavailable. */
  lastSequence(): Promise<Sequence>;
}

/** Events of the log that are no task's, each kind in log order. */
export interface OtherEvents {
  readonly templates: readonly RecordedTemplateEvent[];
  /** Whose event destinations have changed. */
  readonly destinations: readonly UserId[];
  /** Whose calendars have changed; null: the installation's. */
  readonly calendars: readonly (UserId | null)[];
}

/** Wakes those who wait for something to happen to one task. */
export interface LogSignals {
  /**
   * Resolves as soon as the task has an event after that sequence, at once where it has one already. Rejects
   * with the reason of `signal` when that aborts. While the log does not answer, it goes on waiting.
   */
  waitForTask(userId: UserId, taskId: TaskId, after: Sequence, signal: AbortSignal): Promise<void>;
}

export interface FollowOptions {
  readonly maxBatch: number;
  /** Whose events are wanted, asked as they come; absent: everybody's. Others' are neither decoded nor opened. */
  readonly of?: (userId: UserId) => boolean;
  readonly signal: AbortSignal;
}
