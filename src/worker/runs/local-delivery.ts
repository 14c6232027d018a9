/** An attempt that came from the scheduler of this process, in the form of one that a queue has delivered. */
import type { DeliveredCommand, ExecutionCommand } from '../../application/ports/work/execution-commands.ts';
import type { OfferedAttempt, StoredStart } from '../../application/ports/work/local-worker.ts';

export class LocalDelivery implements DeliveredCommand {
  readonly command: ExecutionCommand;
  readonly messageId: string;
  readonly deliveries = 1;
  /** Where it is started already. */
  readonly start: StoredStart | null;
  readonly mayWait: () => boolean;
  readonly handBack: (delayMs: number) => void;

  private constructor(
    { command, claim }: Pick<OfferedAttempt, 'command' | 'claim'>,
    start: StoredStart | null,
    mayWait: () => boolean,
    handBack: (delayMs: number) => void,
  ) {
    this.command = command;
    this.messageId = claim;
    this.start = start;
    this.mayWait = mayWait;
    this.handBack = handBack;
  }

  static offered(attempt: OfferedAttempt): LocalDelivery {
    return new LocalDelivery(attempt, null, attempt.mayWait, attempt.onHandedBack);
  }

  static started(start: StoredStart): LocalDelivery {
    return new LocalDelivery(start, start, () => true, start.onLost);
  }

  /** No queue waits for it. */
  ack(): void {}

  working(): void {}
}
