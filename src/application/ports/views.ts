/** Values of the views as the projector left them: any read adds the tail of the log (see queries). */

import type { ExecutionState } from '../../domain/execution/state.ts';
import type { Snapshot } from '../../domain/shared/event.ts';
import type { Sequence, TaskId, UserId } from '../../domain/shared/ids.ts';
import type { SchedulingState, TaskState } from '../../domain/task/state.ts';
import type { TemplateSnapshot } from '../../domain/template/state.ts';
import type {
  AnalyticsPlace,
  Counted,
  Day,
  Month,
  ServiceDay,
  ServiceTotals,
  UserMonth,
} from '../../projections/analytics.ts';
import type { Milestone, PageSummary } from '../../projections/milestones.ts';
import type { ViewValue } from '../../projections/task-views.ts';
import type { Listener } from '../../projections/triggers.ts';
import type { ViewName } from '../../projections/view.ts';

/** Values of several keys, and up to where in the log they go. */
export interface ViewValues<Value> {
  /** Every event up to this sequence is in the values (a value may hold more). */
  readonly upTo: Sequence;
  readonly values: readonly Value[];
}

/** A value of any view, with what its key says. */
export interface ViewEntry {
  readonly view: ViewName;
  readonly userId: UserId;
  readonly taskId: TaskId;
  /** Which of the task's values in this view; empty where it has only one. */
  readonly place: string;
  readonly value: ViewValue;
}

/** Values of the views as the projector left them: any read adds the tail of the log (see queries). Throws LogUnavailable. */
export interface Views {
  /** Everything up to this sequence is in values that are read after it. 0 before the first step. */
  checkpoint(): Promise<Sequence>;
  /** May be behind the checkpoint: its own sequence says what it holds. */
  task(userId: UserId, taskId: TaskId): Promise<Snapshot<TaskState> | null>;
  /** All tasks of a user, deleted ones too; `upTo` is of the user's events. */
  tasksOf(userId: UserId): Promise<ViewValues<Snapshot<TaskState>>>;
  /**
   * Executions of a task by their numbers, in no order; missing or overwritten ones are left out. `upTo` is of the
   * task's events.
   */
  executions(
    userId: UserId,
    taskId: TaskId,
    numbers: readonly number[],
  ): Promise<ViewValues<Snapshot<ExecutionState>>>;
  /**
   * Every task with a timer or an unfinished execution, in no order. One that changes meanwhile may come twice: the
   * larger sequence counts.
   */
  scheduled(onEntries: (entries: readonly Snapshot<SchedulingState>[]) => void): Promise<void>;
  /** Every task with an event trigger, on the same terms. */
  triggers(onEntries: (entries: readonly Snapshot<Listener>[]) => void): Promise<void>;
  /** Of a task's milestones, the closed pages; empty where there is none yet. May be behind. */
  milestoneIndex(userId: UserId, taskId: TaskId): Promise<readonly PageSummary[]>;
  /** One page of them, counted from 0; the first that is not closed may have any number, also none. */
  milestonePage(userId: UserId, taskId: TaskId, number: number): Promise<readonly Milestone[]>;
  /** All templates, retired ones too. */
  templates(): Promise<ViewValues<TemplateSnapshot>>;
  /** How many of a task's newest executions have a value. */
  readonly executionsKept: number;
}

/** What is counted, as the projector left it. Throws LogUnavailable. */
export interface AnalyticsViews {
  /** Of a user in these months, those without anything left out. */
  userMonths(userId: UserId, months: readonly Month[]): Promise<UserMonths>;
  /** Of all users on these days, those without anything left out. */
  serviceDays(days: readonly Day[]): Promise<ServiceDays>;
}

export interface UserMonths {
  /** Every event up to this sequence is in the values (a value may hold more: its own sequence says so). */
  readonly upTo: Sequence;
  readonly months: ReadonlyMap<Month, Counted<UserMonth>>;
}

export interface ServiceDays {
  readonly upTo: Sequence;
  readonly days: ReadonlyMap<Day, ServiceDay>;
  /** Null before anything has happened. */
  readonly totals: ServiceTotals | null;
}

export interface AnalyticsEntry extends AnalyticsPlace {
  readonly value: Counted;
}

/** The views as they are verified. Throws LogUnavailable. */
export interface WholeViews extends Pick<Views, 'checkpoint' | 'executionsKept' | 'templates'> {
  /** Whether the user's values open; those of one whose key is gone are not there. */
  opens(userId: UserId): Promise<boolean>;
  /**
   * Every value of every view of tasks, of the users that `isOf` says, in no order; one that changes meanwhile comes
   * again, the newer one later. Those of others are neither kept nor opened.
   */
  everything(
    onEntries: (entries: readonly ViewEntry[]) => void,
    isOf?: (userId: UserId) => boolean,
  ): Promise<void>;
  /** Likewise all that is counted; `userId` null: what is counted of all. */
  analytics(
    onEntries: (entries: readonly AnalyticsEntry[]) => void,
    isOf?: (userId: UserId | null) => boolean,
  ): Promise<void>;
}
