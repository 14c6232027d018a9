/**
 * A deleted task comes back as it was: its content, its counters, its history, its resting status. Only time has gone
 * on: slots that passed while it was deleted are void, and the next one is worked out anew. A schedule with no slot
 * left leaves the task where it would rest had they all passed; it comes back all the same.
 */

import { nextSlotWithin } from '../../schedule/slots.ts';
import { type Decision, decided, NOTHING, rejected } from '../../shared/decision.ts';
import type { Instant } from '../../shared/instant.ts';
import type { RestoreTask } from '../commands.ts';
import type { TaskEvent, TaskRestored } from '../events/events.ts';
import { freeBehind } from '../evolve/decided-through.ts';
import { thinned } from '../skipped-slots.ts';
import { slotsTaken } from '../slots-used.ts';
import type { TaskState } from '../state.ts';
import { armedByRestoration } from './armed.ts';
import { staleEdit } from './decide.ts';
import { restingWhenSlotsEnd } from './resting.ts';

/** Nothing for a task that is not deleted. */
export function restoreTask(state: TaskState | null, command: RestoreTask): Decision<TaskEvent> {
  if (state === null) return rejected({ code: 'TASK_NOT_FOUND' });
  const stale = staleEdit(state, command.if_match);
  if (stale !== null) return rejected(stale);
  if (state.deleted_at === null) return NOTHING;
  const slots = slotsFrom(state, command.now);
  const armed = armedByRestoration(state, slots.status?.to ?? state.resting_status, command.now);
  return decided({ type: 'task.restored', data: { ...slots, armed, personal: { reason: command.reason } } });
}

function slotsFrom(state: TaskState, now: Instant): Pick<TaskRestored, 'next_run_time' | 'status'> {
  const { schedule, resting_status: from } = state;
  const hasSlots = schedule !== null && (from === 'scheduled' || from === 'paused');
  const behind = freeBehind(state.taken_through, now);
  const next_run_time = hasSlots ? nextSlotWithin(thinned(schedule, state), behind, slotsTaken(state)) : null;
  const ended = from === 'scheduled' && next_run_time === null;
  return { next_run_time, status: ended ? { from, to: restingWhenSlotsEnd(state) } : null };
}
