/** The queue between scheduler and workers. */
import type { ExecutionId, TaskId, Term, UserId } from '../../../domain/shared/ids.ts';
import type { Instant } from '../../../domain/shared/instant.ts';
import type { Priority, TaskType } from '../../../domain/task/status.ts';

/** "Run this attempt now." Disposable: what the log says counts, a repeat is harmless. */
export interface ExecutionCommand {
  readonly user_id: UserId;
  readonly task_id: TaskId;
  readonly execution_id: ExecutionId;
  readonly attempt: number;
  readonly task_type: TaskType;
  readonly priority: Priority;
  readonly due_at: Instant;
  readonly term: Term;
  readonly traceparent: string | null;
  /** Of the attempt; null: the command is of a build that did not say. */
  readonly timeout_seconds: number | null;
}

export interface ExecutionCommandPublisher {
  /**
   * Emits commands; each has message id `<execution id>.<attempt>.<n>`, `n` = whole 10 s since it became due, so
   * that an emission repeated within those 10 s is stored once. Resolves when all are stored; throws LogUnavailable.
   */
  emit(commands: readonly ExecutionCommand[], now: Instant): Promise<void>;
}

export interface DeliveredCommand {
  readonly command: ExecutionCommand;
  /** `<execution id>.<attempt>.<n>`: what a worker takes an attempt with. */
  readonly messageId: string;
  /** 1 for the first delivery. */
  readonly deliveries: number;
  ack(): void;
  /** Hands the command back, to be delivered again after the delay. */
  handBack(delayMs: number): void;
  /** Tells the server that it is still being worked on: puts redelivery off by the ack wait (10 s). */
  working(): void;
}

export interface ExecutionCommandQueue {
  /**
   * Takes commands of one priority, at most `maxInHand()` delivered and not yet acked or handed back. Ends when
   * `signal` aborts. Survives server restarts.
   */
  consume(
    priority: Priority,
    maxInHand: () => number,
    onCommand: (delivered: DeliveredCommand) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Commands that wait, by priority: not yet delivered to any worker. */
  depth(): Promise<Record<Priority, number>>;
}
