/** The log and the queue in memory, with accidents on demand: for what a worker does when they go wrong. */

import { systemClock } from '../../src/app/system-clock.ts';
import type {
  AskedOfTask,
  CommandResult,
  CommandTarget,
} from '../../src/application/commands/execute-command.ts';
import type { CommandContext } from '../../src/application/ports/clock.ts';
import { OutcomeUnknown } from '../../src/application/ports/failures.ts';
import type {
  DeliveredCommand,
  ExecutionCommand,
  ExecutionCommandQueue,
} from '../../src/application/ports/work/execution-commands.ts';
import { decideAsked } from '../../src/domain/shared/decider.ts';
import type { Position, RecordedTaskEvent } from '../../src/domain/shared/event.ts';
import type {
  EventId,
  ExecutionId,
  Hash,
  Revision,
  Sequence,
  TaskId,
  UserId,
} from '../../src/domain/shared/ids.ts';
import { NO_HASH } from '../../src/domain/shared/ids.ts';
import type { CreateTask } from '../../src/domain/task/commands.ts';
import { taskDecider } from '../../src/domain/task/decider.ts';
import type { TaskEvent } from '../../src/domain/task/events/events.ts';
import { advance, type TaskSnapshot } from '../../src/domain/task/evolve/snapshot.ts';
import type { Priority } from '../../src/domain/task/status.ts';
import { executionCommand } from '../support/histories/commands.ts';
import { newTask } from '../support/histories/history.ts';

/** What happens to a call of `execute`: an error before anything is stored, or after it is. */
export type Accident = Error | 'answer lost' | 'conflict';

export class FakeTasks {
  readonly #snapshots = new Map<TaskId, TaskSnapshot>();
  readonly events: RecordedTaskEvent[] = [];
  /** One for each of the next calls of `execute`; null: none. */
  accidents: (Accident | null)[] = [];
  /** Called with every event before it is stored. */
  onAppend: (event: TaskEvent) => void = () => {};

  async execute(target: CommandTarget, context: CommandContext, asked: AskedOfTask): Promise<CommandResult> {
    await Promise.resolve();
    const accident = this.accidents.shift() ?? null;
    if (accident instanceof Error) throw accident;
    if (accident === 'conflict') return { kind: 'conflict' };
    const snapshot = this.#snapshots.get(target.taskId) ?? null;
    const now = target.now ?? systemClock.now();
    const decision = decideAsked(taskDecider, snapshot?.state ?? null, asked, now);
    if (decision.kind === 'rejected') return { ...decision, snapshot };
    if (decision.kind === 'nothing') {
      if (snapshot === null) throw new Error('nothing to do without a task');
      return { kind: 'done', snapshot, event: null };
    }
    this.onAppend(decision.event);
    const event = this.#recorded(decision.event, target, context, snapshot);
    const next = advance(snapshot, event);
    this.#snapshots.set(target.taskId, next);
    this.events.push(event);
    if (accident === 'answer lost') throw new OutcomeUnknown('lost');
    return { kind: 'done', snapshot: next, event };
  }

  readonly readAheadOf: TaskId[] = [];

  async reaching(_userId: UserId, taskId: TaskId): Promise<TaskSnapshot | null> {
    const accident = this.accidents.shift() ?? null;
    if (accident instanceof Error) throw accident;
    return this.#snapshots.get(taskId) ?? null;
  }

  readAhead(_userId: UserId, taskId: TaskId): void {
    this.readAheadOf.push(taskId);
  }

  async lastOfTask(_userId: UserId, taskId: TaskId): Promise<Sequence> {
    return this.#snapshots.get(taskId)?.sequence ?? (0 as Sequence);
  }

  async readTask(_userId: UserId, taskId: TaskId, after: Sequence | Position): Promise<RecordedTaskEvent[]> {
    const from = typeof after === 'number' ? after : after.sequence;
    return this.events.filter(({ meta }) => meta.task_id === taskId && meta.sequence > from);
  }

  async execution(): Promise<null> {
    return null;
  }

  /** How often each type was stored. */
  count(type: TaskEvent['type']): number {
    return this.events.filter((event) => event.type === type).length;
  }

  /** A task with a requested execution; answers its command. */
  async requested(
    n: number,
    given: Partial<CreateTask> = {},
    timeoutSeconds = 30,
    user?: UserId,
  ): Promise<ExecutionCommand> {
    const command = executionCommand(n, {
      due_at: systemClock.now(),
      ...(user === undefined ? {} : { user_id: user }),
    });
    const { user_id: userId, task_id: taskId, execution_id } = command;
    const context = { actor: 'test', correlation_id: 'c', causation_id: null, traceparent: null };
    const now = systemClock.now();
    const before = this.accidents;
    this.accidents = [];
    await this.execute({ userId, taskId }, context, { type: 'create', data: newTask({ now, ...given }) });
    await this.execute({ userId, taskId }, context, {
      type: 'request_execution',
      data: {
        execution_id: execution_id as ExecutionId,
        trigger_type: 'manual',
        trigger_data: {},
        default_timeout_seconds: timeoutSeconds,
      },
    });
    this.accidents = before;
    return { ...command, task_type: given.task_type ?? 'todo', priority: given.priority ?? 'medium' };
  }

  #recorded(
    event: TaskEvent,
    { userId, taskId }: CommandTarget,
    context: CommandContext,
    after: TaskSnapshot | null,
  ): RecordedTaskEvent {
    const sequence = this.events.length + 1;
    return {
      ...event,
      meta: {
        id: `01JD${String(sequence).padStart(22, '0')}` as EventId,
        sequence: sequence as Sequence,
        revision: ((after?.revision ?? 0) + 1) as Revision,
        time: systemClock.now(),
        user_id: userId,
        task_id: taskId,
        ...context,
        hash: sequence.toString(16).padStart(64, '0') as Hash,
        prevhash: after?.hash ?? NO_HASH,
      },
    };
  }
}

/** One delivery, and what became of it. */
export class FakeDelivery implements DeliveredCommand {
  readonly command: ExecutionCommand;
  readonly messageId: string;
  readonly deliveries: number;
  readonly settled: Promise<'acked' | { handedBack: number }>;
  heartbeats = 0;
  #settle: (how: 'acked' | { handedBack: number }) => void = () => {};

  constructor(command: ExecutionCommand, deliveries = 1, messageId = `${command.execution_id}.1.0`) {
    this.command = command;
    this.deliveries = deliveries;
    this.messageId = messageId;
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  ack(): void {
    this.#settle('acked');
  }

  handBack(delayMs: number): void {
    this.#settle({ handedBack: delayMs });
  }

  working(): void {
    this.heartbeats++;
  }
}

export class FakeQueue implements ExecutionCommandQueue {
  readonly #takers = new Map<Priority, (delivered: DeliveredCommand) => void>();

  async consume(
    priority: Priority,
    _maxInHand: () => number,
    onCommand: (delivered: DeliveredCommand) => void,
    signal: AbortSignal,
  ): Promise<void> {
    this.#takers.set(priority, onCommand);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  }

  /** How many priorities are taken from. */
  get takers(): number {
    return this.#takers.size;
  }

  deliver(delivered: DeliveredCommand): void {
    this.#takers.get(delivered.command.priority)?.(delivered);
  }

  async depth(): Promise<Record<Priority, number>> {
    return { low: 0, medium: 0, high: 0, urgent: 0 };
  }
}
