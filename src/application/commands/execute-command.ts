/**
 * Commands on tasks. Deciding starts from what this process last saw of the task, or from nothing where it saw nothing:
 * a task that is believed not to exist is guarded by the lock on revision 0.
 *
 * Commands of one task queue inside a process: two of them would only make each other lose the lock.
 */
import { type Ask, decideAsked } from '../../domain/shared/decider.ts';
import type { Rejection } from '../../domain/shared/decision.ts';
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import { type EventId, NO_SEQUENCE, type TaskId, type UserId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { type TaskCommand, taskDecider } from '../../domain/task/decider.ts';
import type { TaskEvent } from '../../domain/task/events/events.ts';
import { advance, type TaskSnapshot } from '../../domain/task/evolve/snapshot.ts';
import type { TaskState } from '../../domain/task/state.ts';
import { demandOf } from '../../domain/user/admission.ts';
import type { TierBasis } from '../../domain/user/tier.ts';
import { KeyedQueue } from '../../kernel/keyed-queue.ts';
import type { Clock, CommandContext, Ids } from '../ports/clock.ts';
import { LogUnavailable, OutcomeUnknown } from '../ports/failures.ts';
import type { Append, EventLog } from '../ports/log/log.ts';
import type { Measures } from '../ports/measures.ts';
import { eventsOf } from '../queries/task-events.ts';
import type { Admissions, Admitted } from './admissions.ts';
import type { TaskRepository } from './task-repository.ts';
import { type Attempted, lockedPosition, transact } from './transact.ts';

export interface CommandTarget {
  readonly userId: UserId;
  readonly taskId: TaskId;
  /** Id for the event; a new one where it is absent. */
  readonly eventId?: EventId | undefined;
  /** The task as the caller has seen it: deciding starts from it where this process has nothing newer. */
  readonly known?: TaskSnapshot | undefined;
  /** Less time than commands have by default, milliseconds: what the caller has left of its own. */
  readonly withinMs?: number | undefined;
  /** The command was tried before with this `eventId`: its event is looked for first, and is the answer. */
  readonly mayExist?: boolean | undefined;
  /** As what it is asked, for the limits of the user; absent: by the service itself. */
  readonly standing?: TierBasis | undefined;
  /** As of when it is asked; absent: whenever it is decided. */
  readonly now?: Instant | undefined;
}

/** Where it is a function, asked again on every newer state. */
export type AskedOfTask = Ask<TaskState | null, TaskCommand>;

export type CommandResult =
  | {
      readonly kind: 'done';
      /** The task with the event in it. */
      readonly snapshot: TaskSnapshot;
      /** Null: it was so already, nothing was appended. */
      readonly event: RecordedTaskEvent | null;
    }
  | { readonly kind: 'rejected'; readonly rejection: Rejection; readonly snapshot: TaskSnapshot | null }
  /** Others changed the task every time, for as long as the budget lasts. */
  | { readonly kind: 'conflict' };

export interface TaskCommandsOptions {
  readonly log: EventLog;
  readonly repository: TaskRepository;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly admissions: Pick<Admissions, 'mayAppendUnadmitted' | 'admit'>;
  /** From the call to its answer, queueing included, milliseconds; default 4,000. */
  readonly budgetMs?: number;
  readonly measures: Pick<Measures, 'recordEvent'>;
}

/** Less than callers over HTTP are told to wait: what was never sent must still be said not to have been. */
const BUDGET_MS = 4_000;
/** Part of the budget in which a lost race is run again; the rest is for the last answer to come. */
const RETRYING = 0.9;

interface StoredCommand {
  readonly snapshot: TaskSnapshot;
  readonly event: RecordedTaskEvent;
}

/** One call of `execute`. */
interface Command {
  readonly target: CommandTarget;
  readonly context: CommandContext;
  readonly asked: AskedOfTask;
  /** Monotonic milliseconds after which a lost race is not run again. */
  readonly retryUntil: number;
  /** An append has been sent, and is under way or its answer was lost. */
  sent: boolean;
  /** It has lost a race, and nothing has been sent since. */
  lost: boolean;
  /** The caller has its answer already. */
  over: boolean;
}

export class TaskCommands {
  readonly #log: EventLog;
  readonly #repository: TaskRepository;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #admissions: TaskCommandsOptions['admissions'];
  readonly #budgetMs: number;
  readonly #measures: Pick<Measures, 'recordEvent'>;
  readonly #queues = new KeyedQueue();

  constructor(options: TaskCommandsOptions) {
    this.#log = options.log;
    this.#repository = options.repository;
    this.#clock = options.clock;
    this.#ids = options.ids;
    this.#admissions = options.admissions;
    this.#budgetMs = options.budgetMs ?? BUDGET_MS;
    this.#measures = options.measures;
  }

  /**
   * Resolves within the budget. Throws OutcomeUnknown where an append was sent and its answer is not known by then,
   * LogUnavailable where the log did not answer before anything was sent.
   */
  execute(target: CommandTarget, context: CommandContext, asked: AskedOfTask): Promise<CommandResult> {
    const budgetMs = Math.min(this.#budgetMs, target.withinMs ?? Infinity);
    const retryUntil = this.#clock.monotonicMs() + budgetMs * RETRYING;
    const command: Command = { target, context, asked, retryUntil, sent: false, lost: false, over: false };
    const key = `${target.taskId} ${target.userId}`;
    return this.#withinBudget(
      command,
      budgetMs,
      this.#queues.run(key, () => this.#run(command)),
    );
  }

  /**
   * For a command that is on its way: loads the task, unless what this process last saw of it will do, so that the
   * command decides at once. Of no consequence where it fails.
   */
  readAhead(userId: UserId, taskId: TaskId, willDo: (state: TaskState) => boolean): void {
    const known = this.#repository.lastSeen(userId, taskId);
    if (known !== null && willDo(known.state)) return;
    void this.#queues.run(`${taskId} ${userId}`, () => this.#repository.load(userId, taskId)).catch(() => {});
  }

  async #withinBudget(
    command: Command,
    budgetMs: number,
    running: Promise<CommandResult>,
  ): Promise<CommandResult> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<CommandResult>((resolve, reject) => {
      timer = setTimeout(() => {
        command.over = true;
        if (command.sent) reject(new OutcomeUnknown('the append was not answered in time'));
        else if (command.lost) resolve({ kind: 'conflict' });
        else reject(new LogUnavailable('the log did not answer in time'));
      }, budgetMs);
    });
    try {
      return await Promise.race([running, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #run(command: Command): Promise<CommandResult> {
    const { userId, taskId, known = null } = command.target;
    const seen = this.#repository.lastSeen(userId, taskId) ?? known;
    const result = await transact<TaskSnapshot | null, TaskEvent, StoredCommand>({
      seen,
      load: () => this.#repository.load(userId, taskId),
      earlier: () => this.#earlierResult(command.target),
      decide: (snapshot) => {
        if (command.over) throw new LogUnavailable('given up before anything was sent');
        const state = snapshot?.state ?? taskDecider.initial;
        return decideAsked(taskDecider, state, command.asked, command.target.now ?? this.#clock.now());
      },
      append: (snapshot, event) => this.#append(command, snapshot, event),
      mayRetry: () => this.#clock.monotonicMs() <= command.retryUntil,
    });
    switch (result.kind) {
      case 'stored':
        return { kind: 'done', ...result.stored };
      case 'nothing':
        return result.known === null
          ? { kind: 'rejected', rejection: { code: 'TASK_NOT_FOUND' }, snapshot: null }
          : { kind: 'done', snapshot: result.known, event: null };
      case 'rejected':
        return { kind: 'rejected', rejection: result.rejection, snapshot: result.known };
      case 'conflict':
        return result;
    }
  }

  async #append(
    command: Command,
    snapshot: TaskSnapshot | null,
    event: TaskEvent,
  ): Promise<Attempted<StoredCommand>> {
    const { userId, taskId, eventId } = command.target;
    const time = this.#clock.now();
    const id = eventId ?? this.#ids.eventId(time);
    const after = lockedPosition(snapshot);
    const append: Append = { userId, taskId, eventId: id, time, event, context: command.context, after };
    const appended = await this.#admitted(command, snapshot, append);
    command.sent = false;
    command.lost = appended.kind === 'conflict';
    if (appended.kind !== 'appended') return appended;
    const next = advance(snapshot, appended.event);
    this.#repository.keep(next);
    this.#measures.recordEvent(appended.event, next.state.task_type);
    return { kind: 'stored', stored: { snapshot: next, event: appended.event } };
  }

  /** At once where its user has no limits. */
  async #admitted(command: Command, snapshot: TaskSnapshot | null, append: Append): Promise<Admitted> {
    const { userId, taskId, standing = null } = command.target;
    const maySend = () => {
      if (command.over) return false;
      command.sent = true;
      command.lost = false;
      return true;
    };
    const admissions = this.#admissions;
    const demand = demandOf(snapshot?.state ?? null, taskId, append.event);
    if (admissions.mayAppendUnadmitted(userId, standing, demand !== null)) {
      return this.#log.append(append, maySend);
    }
    const [admitted] = await admissions.admit(userId, standing, [{ append, demand }], maySend);
    return admitted ?? { kind: 'conflict' };
  }

  /** What an earlier try of the same command led to; null where its event is not in the log. */
  async #earlierResult(target: CommandTarget): Promise<StoredCommand | null> {
    if (target.mayExist !== true || target.eventId === undefined) return null;
    let snapshot: TaskSnapshot | null = null;
    for await (const event of eventsOf(this.#log, target.userId, target.taskId, NO_SEQUENCE)) {
      snapshot = advance(snapshot, event);
      if (event.meta.id === target.eventId) return { snapshot, event };
    }
    return null;
  }
}
