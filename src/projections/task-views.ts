/**
 * What one event of a task does to all views of tasks together. They are folded side by side: the schedule follows
 * from the task, and a task's newest execution is the only one that an event can still touch.
 */

import type { ExecutionState } from '../domain/execution/state.ts';
import type { Position, RecordedTaskEvent, Snapshot } from '../domain/shared/event.ts';
import type { Sequence } from '../domain/shared/ids.ts';
import { sameJson } from '../domain/shared/json.ts';
import { executionNumberOf } from '../domain/task/events/event-accessors.ts';
import { advance, type TaskSnapshot } from '../domain/task/evolve/snapshot.ts';
import { isTimed, type SchedulingState, type TaskState } from '../domain/task/state.ts';
import { type AnalyticsPlace, type Tally, tallyOf, tallyOfBoth } from './analytics.ts';
import { placesOf } from './analytics-sums.ts';
import { executionsView } from './executions.ts';
import {
  advanceMilestones,
  isMilestone,
  MILESTONES,
  type MilestoneFold,
  type MilestoneIndex,
  type MilestonePage,
  NO_MILESTONES,
  SPACING,
  type Spacing,
} from './milestones.ts';
import { SCHEDULE, scheduledPart } from './schedule.ts';
import { TASKS } from './tasks.ts';
import { type Listener, listenerOf, TRIGGERS } from './triggers.ts';
import type { View, ViewName } from './view.ts';

/** Of a view with one value for each task. */
const OF_TASK = '';

export type ViewValue =
  | Snapshot<TaskState>
  | Snapshot<ExecutionState>
  | Snapshot<SchedulingState>
  | Snapshot<Listener>
  | Snapshot<MilestonePage>
  | Snapshot<MilestoneIndex>;

/** A task as far as its views are folded. */
export interface TaskFold {
  readonly task: TaskSnapshot;
  /** The newest execution; null where there is none or it has not been looked up. */
  readonly execution: Snapshot<ExecutionState> | null;
  /** Null where they have not been looked up. */
  readonly milestones: MilestoneFold | null;
}

/** A value that an event changed; null: it is gone. */
export interface ViewChange {
  readonly view: ViewName;
  readonly place: string;
  readonly value: ViewValue | null;
  /** There was none before: a step that takes it away again need not write it. */
  readonly isNew?: boolean;
}

export interface Projected {
  readonly fold: TaskFold;
  readonly changes: readonly ViewChange[];
  /** What the event adds to the analytics; null for nothing. */
  readonly tally: Tally | null;
}

/** Whether folding the event needs the value of an execution that was requested before it. */
export function needsExecution(event: RecordedTaskEvent): number | null {
  return event.type === 'task.execution_requested' ? null : executionNumberOf(event);
}

export class TaskViews {
  readonly spacing: Spacing;
  readonly #executions: View<ExecutionState>;

  /** `executionsKept`: executions of a task that have a value. */
  constructor(executionsKept: number, spacing: Spacing = SPACING) {
    this.#executions = executionsView(executionsKept);
    this.spacing = spacing;
  }

  /** Whether folding the event needs the milestones before it. */
  needsMilestones(event: RecordedTaskEvent): boolean {
    return isMilestone(this.spacing, event.meta.revision);
  }

  /**
   * Folds the event that follows the fold. Throws where `needsExecution` or `needsMilestones` name what the fold does
   * not hold, and where the event cannot be the first.
   */
  project(before: TaskFold | null, event: RecordedTaskEvent): Projected {
    const folded = this.fold(before, event);
    const changes = [...folded.changes, ...this.changesOf(before, folded.fold)];
    return { ...folded, changes };
  }

  /** What one event makes of a task; the values that follow from the task alone are left to `changesOf`. */
  fold(before: TaskFold | null, event: RecordedTaskEvent): Projected {
    const task = advance(before?.task ?? null, event);
    const changes: ViewChange[] = [];
    let execution = before?.execution ?? null;
    const place = this.#executions.placeOf(event);
    if (place !== null) {
      const value = heldExecution(execution, event)?.state ?? null;
      execution = snapshotOf(this.#executions.evolve(value, event, task.state), event.meta);
      changes.push({ view: this.#executions.name, place, value: execution });
    }
    const milestones = this.#milestones(before, event, task, changes);
    const tally = tallyOf(before?.task.state ?? null, event, task.state);
    return { fold: { task, execution, milestones }, changes, tally };
  }

  /** The values that follow from the task, as it was before some events and as the last of them made it. */
  changesOf(before: TaskFold | null, { task }: TaskFold): ViewChange[] {
    const changes: ViewChange[] = [];
    const wasTimed = before !== null && isTimed(before.task.state);
    const timed = snapshotOf(scheduledPart(task.state), task);
    if (timed !== null || wasTimed) {
      changes.push({ view: SCHEDULE.name, place: OF_TASK, value: timed, isNew: !wasTimed });
    }
    const listener = listenerOf(task.state);
    const listened = before === null ? null : listenerOf(before.task.state);
    if (!sameJson(listener, listened)) {
      changes.push({ view: TRIGGERS.name, place: OF_TASK, value: snapshotOf(listener, task) });
    }
    changes.push({ view: TASKS.name, place: OF_TASK, value: task });
    return changes;
  }

  #milestones(
    before: TaskFold | null,
    event: RecordedTaskEvent,
    task: TaskSnapshot,
    changes: ViewChange[],
  ): MilestoneFold | null {
    const known = before === null ? NO_MILESTONES : before.milestones;
    if (known === null) {
      if (this.needsMilestones(event)) throw new Error('a milestone without those before it');
      return null;
    }
    const advanced = advanceMilestones(this.spacing, known, before?.task.state ?? null, event, task.state);
    const { sequence, revision, hash } = event.meta;
    for (const { place, value } of advanced.changes) {
      const stored = { sequence, revision, hash, state: value } as ViewValue;
      changes.push({ view: MILESTONES.name, place, value: stored });
    }
    return advanced.fold;
  }
}

/**
 * Events of one task that follow one another, as one change of its views: a run that is stored as one unit is folded event
 * by event, and each of its values made once.
 */
export class TaskStretch {
  readonly #views: TaskViews;
  readonly #before: TaskFold | null;
  /** By view and place. */
  readonly #changes = new Map<string, ViewChange>();
  #last: RecordedTaskEvent;
  #fold: TaskFold;
  #tally: Tally | null;
  /** By place: the last of them that adds anything there. */
  readonly #counted = new Map<string, Sequence>();

  constructor(views: TaskViews, before: TaskFold | null, first: RecordedTaskEvent) {
    this.#views = views;
    this.#before = before;
    const { fold, changes, tally } = views.fold(before, first);
    this.#last = first;
    this.#fold = fold;
    this.#tally = tally;
    this.#count(tally, first);
    this.#note(changes);
  }

  /** As of the last event. */
  get fold(): TaskFold {
    return this.#fold;
  }

  get last(): RecordedTaskEvent {
    return this.#last;
  }

  /** What its events add to the analytics together; null for nothing. */
  get tally(): Tally | null {
    return this.#tally;
  }

  /** Where the last of them stands that adds anything to the value at a place. */
  countedAt(place: AnalyticsPlace): Sequence {
    return this.#counted.get(placeKey(place)) ?? this.#last.meta.sequence;
  }

  /** Folds the next event of the task in; false, and nothing done, where it is to be counted apart. */
  add(event: RecordedTaskEvent): boolean {
    const { fold, changes, tally } = this.#views.fold(this.#fold, event);
    const sum =
      this.#tally === null || tally === null ? (this.#tally ?? tally) : tallyOfBoth(this.#tally, tally);
    if (sum === null && tally !== null) return false;
    this.#last = event;
    this.#fold = fold;
    this.#tally = sum;
    this.#count(tally, event);
    this.#note(changes);
    return true;
  }

  #count(tally: Tally | null, { meta }: RecordedTaskEvent): void {
    for (const place of tally === null ? [] : placesOf(tally))
      this.#counted.set(placeKey(place), meta.sequence);
  }

  #note(changes: readonly ViewChange[]): void {
    for (const change of changes) this.#changes.set(`${change.view} ${change.place}`, change);
  }

  /** Each value once, as it is after the last event. */
  changes(): ViewChange[] {
    return [...this.#changes.values(), ...this.#views.changesOf(this.#before, this.#fold)];
  }
}

function placeKey({ user_id, period }: AnalyticsPlace): string {
  return `${period} ${user_id}`;
}

function heldExecution(
  execution: Snapshot<ExecutionState> | null,
  event: RecordedTaskEvent,
): Snapshot<ExecutionState> | null {
  const number = needsExecution(event);
  return number !== null && execution?.state.number === number ? execution : null;
}

/** `at`: of the last event in it. */
function snapshotOf<S>(state: S | null, at: Position): Snapshot<S> | null {
  if (state === null) return null;
  const { sequence, revision, hash } = at;
  return { sequence, revision, hash, state };
}
