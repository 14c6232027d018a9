/**
 * The milestones of a task that its next events are folded into: what the views hold of them, and the events since the
 * last one. Where the views do not have the last one (an instance that lags answered, or a step that stored it is
 * still under way) the whole history is folded anew.
 */
import type { EventLog } from '../application/ports/log/log.ts';
import { eventsOf } from '../application/queries/task-events.ts';
import { NO_SEQUENCE } from '../domain/shared/ids.ts';
import { advance, type TaskSnapshot } from '../domain/task/evolve/snapshot.ts';
import { type KeyFinder, openedValue } from '../jetstream/views/sealed-values.ts';
import type { ViewBucket } from '../jetstream/views/view-bucket.ts';
import { valueKey } from '../jetstream/views/view-keys.ts';
import {
  advanceMilestones,
  foldAt,
  MILESTONES,
  type MilestoneFold,
  type MilestoneIndex,
  type MilestonePage,
  milestonesOf,
  NO_MILESTONES,
  type Spacing,
} from '../projections/milestones.ts';

export interface MilestoneFoldsOptions {
  readonly spacing: Spacing;
  readonly keys: KeyFinder;
  readonly log: Pick<EventLog, 'readTask'>;
  readonly bucket: Pick<ViewBucket, 'getTogether'>;
}

/** As of `task`. Throws LogUnavailable. */
export async function readMilestones(
  options: MilestoneFoldsOptions,
  task: TaskSnapshot,
): Promise<MilestoneFold> {
  const { events } = options.spacing;
  const stored = await storedMilestones(options, task);
  const last = stored.open.at(-1) ?? null;
  const isCurrent = (last?.revision ?? 0) === task.revision - (task.revision % events);
  return isCurrent ? foldOn(options, task, last, stored) : foldOn(options, task, null, NO_MILESTONES);
}

async function storedMilestones(
  { bucket, keys }: MilestoneFoldsOptions,
  { state }: TaskSnapshot,
): Promise<MilestoneFold> {
  const key = await keys.find(state.user_id);
  const read = async <State>(place: string): Promise<State | null> => {
    const at = valueKey(MILESTONES, state.user_id, state.task_id, place);
    const [message] = (await bucket.getTogether([at])) ?? [];
    return message === undefined ? null : (openedValue<State>(message.data, at, key)?.state ?? null);
  };
  const closed = (await read<MilestoneIndex>(MILESTONES.index))?.pages ?? [];
  const page = await read<MilestonePage>(MILESTONES.pageAt(closed.length));
  return foldAt(closed, page === null ? [] : milestonesOf(page));
}

async function foldOn(
  { log, spacing }: MilestoneFoldsOptions,
  task: TaskSnapshot,
  from: TaskSnapshot | null,
  milestones: MilestoneFold,
): Promise<MilestoneFold> {
  const { user_id, task_id } = task.state;
  let snapshot = from;
  let fold = milestones;
  for await (const event of eventsOf(log, user_id, task_id, from?.sequence ?? NO_SEQUENCE)) {
    if (event.meta.sequence > task.sequence) break;
    const next = advance(snapshot, event);
    fold = advanceMilestones(spacing, fold, snapshot?.state ?? null, event, next.state).fold;
    snapshot = next;
  }
  return fold;
}
