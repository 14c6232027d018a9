import { ExecutionHistory } from '../../../src/application/queries/history/execution-history.ts';
import type { MilestoneViews } from '../../../src/application/queries/history/milestone-history.ts';
import { TaskHistory } from '../../../src/application/queries/history/task-history.ts';
import type { Position, RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import type { Sequence, TaskId, UserId } from '../../../src/domain/shared/ids.ts';
import { advanceAll, type TaskSnapshot } from '../../../src/domain/task/evolve/snapshot.ts';
import {
  MILESTONES,
  type MilestoneIndex,
  type MilestonePage,
  milestonesOf,
  type Spacing,
} from '../../../src/projections/milestones.ts';
import { type TaskFold, TaskViews } from '../../../src/projections/task-views.ts';

/** Milestones so close together that short histories have some. */
export const CLOSE: Spacing = { events: 3, perPage: 2, pageSize: 1024 * 1024 };

/** Views as JSON has them, after the first so many events. */
function projected(events: readonly RecordedTaskEvent[], spacing: Spacing): Map<string, object> {
  const views = new TaskViews(100, spacing);
  const values = new Map<string, object>();
  let fold: TaskFold | null = null;
  for (const event of events) {
    const next = views.project(fold, event);
    fold = next.fold;
    for (const { view, place, value } of next.changes) {
      if (view === MILESTONES.name && value !== null)
        values.set(place, JSON.parse(JSON.stringify(value.state)));
    }
  }
  return values;
}

/** A log and its views that count what is read of them. */
export class ReadHistory {
  events = 0;
  pages = 0;
  readonly log: {
    readTask: (
      user: UserId,
      task: TaskId,
      after: Sequence | Position,
      limit?: number,
    ) => Promise<RecordedTaskEvent[]>;
  };
  readonly views: MilestoneViews;
  readonly task: TaskSnapshot;

  constructor(events: readonly RecordedTaskEvent[], spacing = CLOSE, behind = 0) {
    const values = projected(events.slice(0, events.length - behind), spacing);
    this.task = advanceAll(null, events) as TaskSnapshot;
    this.log = {
      readTask: async (_user, _task, after, limit = Number.POSITIVE_INFINITY) => {
        const from = typeof after === 'number' ? after : after.sequence;
        const found = events.filter(({ meta }) => meta.sequence > from).slice(0, limit);
        this.events += found.length;
        return found;
      },
    };
    this.views = {
      milestoneIndex: async () => (values.get(MILESTONES.index) as MilestoneIndex | undefined)?.pages ?? [],
      milestonePage: async (_user, _task, number) => {
        this.pages++;
        const page = values.get(MILESTONES.pageAt(number)) as MilestonePage | undefined;
        return page === undefined ? [] : milestonesOf(page);
      },
    };
  }

  get history(): TaskHistory {
    return new TaskHistory(this.log, this.views);
  }

  get executions(): ExecutionHistory {
    // None of them is in a ring.
    const nothing = { executionsKept: 1, executions: async () => ({ upTo: this.task.sequence, values: [] }) };
    return new ExecutionHistory(this.log as never, { ...this.views, ...nothing });
  }
}
