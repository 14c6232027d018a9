import type { DeliveredCommand, ExecutionCommand } from '../../application/ports/work/execution-commands.ts';
import type { StoredStart } from '../../application/ports/work/local-worker.ts';
import type { Prioritized } from '../../application/processes/fair-priority-queue.ts';
import type { UserId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Priority } from '../../domain/task/status.ts';
import type { LocalDelivery } from './local-delivery.ts';
import type { PlaceHolder } from './places.ts';

/**
 * A command in this worker's hands. One message may be delivered again while it is held (heartbeats lost, the
 * server restarted): all its deliveries are settled together, so that none stays open.
 */
export class CommandInHand implements Prioritized, PlaceHolder {
  readonly command: ExecutionCommand;
  readonly messageId: string;
  /** Delivered before, to somebody who fell silent or handed it back. */
  readonly redelivered: boolean;
  readonly heldSinceMs: number;
  /** What is done for it is part of this trace: the command's, and while an attempt goes that of its span. */
  traceparent: string | null;
  readonly #deliveries: DeliveredCommand[];

  readonly #local: LocalDelivery | null;

  /** `local`: it came from the scheduler of this process. */
  constructor(first: DeliveredCommand, heldSinceMs: number, local: LocalDelivery | null = null) {
    this.#local = local;
    this.command = first.command;
    this.messageId = first.messageId;
    this.redelivered = first.deliveries > 1;
    this.heldSinceMs = heldSinceMs;
    this.traceparent = first.command.traceparent;
    this.#deliveries = [first];
  }

  get priority(): Priority {
    return this.command.priority;
  }

  get due_at(): Instant {
    return this.command.due_at;
  }

  get userId(): UserId {
    return this.command.user_id;
  }

  get timeoutSeconds(): number | null {
    return this.command.timeout_seconds;
  }

  /** Its start, where the scheduler of this process has stored it. */
  get start(): StoredStart | null {
    return this.#local?.start ?? null;
  }

  /** Whether it may wait for a place for as long as it takes. */
  mayWait(): boolean {
    return this.#local?.mayWait() ?? false;
  }

  /** How often the message was delivered. */
  get deliveries(): number {
    return Math.max(...this.#deliveries.map((delivery) => delivery.deliveries));
  }

  joinedBy(again: DeliveredCommand): void {
    this.#deliveries.push(again);
  }

  ack(): void {
    for (const delivery of this.#deliveries) delivery.ack();
  }

  handBack(delayMs: number): void {
    for (const delivery of this.#deliveries) delivery.handBack(delayMs);
  }

  working(): void {
    this.#deliveries.at(-1)?.working();
  }
}
