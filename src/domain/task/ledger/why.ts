/** Why a task ran or did not run at some time, in a sentence. */

import type { TriggerType } from '../../execution/types.ts';
import type { ClosingCalendar } from '../../schedule/calendar/closed-days.ts';
import { namedSchedules, scheduleBy, usedBy } from '../../schedule/several.ts';
import { countSlots, END_OF_TIME, latestSlot, nextSlot, slotFrom } from '../../schedule/slots.ts';
import type { NamedSchedule, Schedule, TaskSchedule } from '../../schedule/types.ts';
import type { ExecutionId } from '../../shared/ids.ts';
import { earliest, epochMs, type Instant, instantOf } from '../../shared/instant.ts';
import { thinned } from '../skipped-slots.ts';
import { slotsSpokenFor } from '../slots-used.ts';
import { type NoNextRunReason, noNextRunReason, type SchedulingState } from '../state.ts';
import type { SkipReason, SlotRange, SlotRecord, SlotRun, VoidReason } from './slot-fates.ts';

export interface Why {
  readonly why: string;
  /** The slot that is meant: the one of that minute. */
  readonly slot: SlotRecord | null;
  /** What ran then, for the slot or for another reason. */
  readonly execution_id: ExecutionId | null;
  /** Why nothing will run at all, as things stand; of a time ahead. */
  readonly no_next_run_reason: NoNextRunReason | null;
}

/** A run that was going in the minute that is asked about. */
export interface RunThen {
  readonly execution_id: ExecutionId;
  readonly trigger_type: TriggerType;
  readonly started_at: Instant;
  readonly ended_at: Instant | null;
}

/** What there is to know of that minute. */
export interface WhyFacts {
  readonly at: Instant;
  readonly now: Instant;
  readonly created_at: Instant;
  /** The task as it is now, and as it was at the beginning of the minute: null where it was not there yet. */
  readonly task: SchedulingState;
  readonly was: SchedulingState | null;
  /** The first slot of the minute. */
  readonly slot: SlotRecord | null;
  /** The last run that was going in it. */
  readonly ran: RunThen | null;
  /** The slot at `slotBefore`, where that is asked for. */
  readonly before: SlotRecord | null;
}

const MINUTE_MS = 60_000;
const BEGINNING = instantOf(Date.UTC(1970, 0, 1));

/** The minute that begins there. */
export function minuteFrom(at: Instant): SlotRange {
  return { from: at, to: instantOf(Math.min(epochMs(at) + MINUTE_MS - 1, END_OF_TIME)) };
}

/** The slot before the minute, which is told where there is none in it; null where none is told. */
export function slotBefore({ at, now, was }: Pick<WhyFacts, 'at' | 'now' | 'was'>): Instant | null {
  if (at > now || was === null || was.schedule === null || was.deleted_at !== null) return null;
  const isOpen = was.resting_status === 'paused' || was.resting_status === 'scheduled';
  return isOpen ? latestSlot(withExcluded(was.schedule), at, BEGINNING) : null;
}

function withExcluded(schedule: TaskSchedule): TaskSchedule {
  if (schedule.type !== 'several') return onAnyDay(schedule);
  return { ...schedule, schedules: schedule.schedules.map(onAnyDay) };
}

function onAnyDay<One extends Schedule>({ exclude_calendars: _, only_calendars: __, ...plain }: One): One {
  return { ...plain, exclude_dates: null } as unknown as One;
}

export function explainWhy(facts: WhyFacts): Why {
  const { slot, ran, at, now, task } = facts;
  const no_next_run_reason = at > now ? noNextRunReason(task) : null;
  if (slot !== null) {
    const why = whyOfSlot(slot, facts.was, now);
    return { why, slot, execution_id: executionOf(slot), no_next_run_reason };
  }
  if (ran !== null) {
    return { why: ranSentence(ran), slot: null, execution_id: ran.execution_id, no_next_run_reason };
  }
  return { why: whyNone(facts), slot: null, execution_id: null, no_next_run_reason };
}

/** No slot fell on that time, and nothing ran. */
function whyNone({ at, now, created_at, task, was, before }: WhyFacts): string {
  const state = at > now ? task : was;
  if (state === null) return `The task did not exist at ${at}: it was created at ${created_at}.`;
  const { schedule } = state;
  if (state.deleted_at !== null) return `The task was deleted at ${at}, so it had no slots.`;
  if (schedule === null) {
    return `The task had no schedule at ${at}: it runs only when somebody or something asks for it.`;
  }
  switch (state.resting_status) {
    case 'completed':
    case 'failed':
    case 'cancelled':
    case 'pending':
      return `The task was ${state.resting_status} at ${at}, so it had no slots.`;
    case 'paused':
    case 'scheduled':
      return at > now
        ? whyAhead(state, schedule, at, minuteFrom(at).to)
        : whyBetween(state, schedule, at, before);
  }
}

function whyBetween(
  state: SchedulingState,
  schedule: TaskSchedule,
  at: Instant,
  before: SlotRecord | null,
): string {
  const next = firstOfEach(schedule, (one) => {
    const slot = nextSlot(one, at);
    return slot !== null && isWithinRuns(state, one, slot) ? slot : null;
  });
  const parts = [
    before === null ? '' : ` The slot before it was ${before.at} (${before.fate})`,
    next === null ? '' : `${before === null ? ' The' : ', the'} next one is ${next}`,
  ].join('');
  return `No slot of the schedule falls on ${at}.${parts}${parts === '' ? '' : '.'}`;
}

/** The first slot of the minute, where its owner took it out. */
function skippedIn(state: SchedulingState, at: Instant, to: Instant): Instant | undefined {
  return state.skipped_slots?.find((slot) => slot >= at && slot <= to);
}

/** A time ahead, as the task stands now. */
function whyAhead(state: SchedulingState, schedule: TaskSchedule, at: Instant, to: Instant): string {
  if (state.resting_status === 'paused') return `The task is paused, so nothing will run at ${at}.`;
  const skipped = skippedIn(state, at, to);
  if (skipped !== undefined) return `The slot of ${skipped} will be skipped: ${SKIPPED_BECAUSE.by_owner}.`;
  if (noNextRunReason(state) === 'no_open_day') {
    return `Nothing will run at ${at}: the calendars that the schedule follows leave no day open. Once they do, it goes on.`;
  }
  const { next_run_time } = state;
  const slot = firstOfEach(schedule, (one) => {
    const first = slotFrom(thinned(one, state), at);
    const comes = next_run_time !== null && first !== null && first >= next_run_time;
    return comes && isWithinRuns(state, one, first) ? first : null;
  });
  if (slot !== null && slot <= to) return `The task will be due at ${slot}, if nothing changes.`;
  return `No slot of the schedule will fall on ${at}${slot === null ? '' : `; the next one after it is ${slot}`}.`;
}

function firstOfEach(schedule: TaskSchedule, slotOf: (one: NamedSchedule) => Instant | null): Instant | null {
  return earliest(...namedSchedules(schedule).map(slotOf));
}

/** Whether `max_runs` leaves a run for the slot, if all slots before it run. */
function isWithinRuns(state: SchedulingState, schedule: NamedSchedule, slot: Instant): boolean {
  if (schedule.max_runs === null) return true;
  const left = schedule.max_runs - usedBy(slotsSpokenFor(state), schedule.id);
  const { next_run_time } = state;
  return (
    left > 0 &&
    next_run_time !== null &&
    countSlots(thinned(schedule, state), next_run_time, slot).count <= left
  );
}

function whyOfSlot(slot: SlotRecord, was: SchedulingState | null, now: Instant): string {
  const it = `The slot of ${slot.at}${slot.schedule_id === undefined ? '' : ` (schedule ${slot.schedule_id})`}`;
  switch (slot.fate) {
    case 'fired':
      return `${it} fired: execution ${slot.run.execution_id} ${startOf(slot.run)} ${endOf(slot.run)}.`;
    case 'skipped':
      return `${it} ${slot.at > now ? 'will be' : 'was'} skipped: ${SKIPPED_BECAUSE[slot.reason]}.`;
    case 'missed': {
      if (slot.run !== null) {
        return `${it} was missed: execution ${slot.run.execution_id} was requested, but no worker started it in time.`;
      }
      const schedule = was?.schedule ?? null;
      const policy = schedule === null ? '' : ` (${scheduleBy(schedule, slot.schedule_id).catch_up})`;
      return `${it} was missed: nothing fired it in time, and the schedule's catch_up${policy} did not bring it back.`;
    }
    case 'excluded':
      return `${it} was left out: its date is ${closedBy(slot.closing)}.`;
    case 'void':
      return `${it} is void: ${VOID_BECAUSE[slot.reason]} before it could run.`;
    case 'due':
      return `${it} has not run yet: it is the task's next one, or waits for a run to end.`;
  }
}

function closedBy(closing: ClosingCalendar | undefined): string {
  if (closing === undefined) return "one of the schedule's exclude_dates";
  return closing.by === 'exclude_calendars'
    ? `a day of the calendar ${closing.calendar_id}, which the schedule excludes`
    : "no day of the schedule's only_calendars";
}

const SKIPPED_BECAUSE: Readonly<Record<SkipReason, string>> = {
  overlap: 'the run before it was still going when it came due',
  paused: 'the task was paused',
  by_owner: 'its owner took it out',
  execution_limit: "the executions that its owner's tier allows in a day were used up",
  credit_limit: "it would have gone beyond the credits that its owner's tier allows in a month",
};

const VOID_BECAUSE: Readonly<Record<VoidReason, string>> = {
  TASK_PAUSED: 'the task was paused',
  TASK_CANCELLED: 'the task was cancelled',
  TASK_DELETED: 'the task was deleted',
  TASK_COMPLETED: 'the task was completed',
  SCHEDULE_CHANGED: 'the schedule was changed',
  CANCELLED_BY_USER: 'its execution was cancelled',
};

function startOf({ late_by_ms }: SlotRun): string {
  if (late_by_ms === null) return 'has been requested and';
  return late_by_ms < 1000 ? 'started on time and' : `started ${Math.round(late_by_ms / 1000)} s late and`;
}

function endOf({ status, code }: SlotRun): string {
  switch (status) {
    case 'requested':
      return 'waits for a worker';
    case 'running':
      return 'has not ended yet';
    case 'completed':
      return 'completed';
    case 'failed':
    case 'cancelled':
      return `${status === 'failed' ? 'failed' : 'was cancelled'}${code === null ? '' : ` (${code})`}`;
  }
}

function ranSentence({ execution_id, trigger_type, started_at, ended_at }: RunThen): string {
  const end = ended_at === null ? 'has not ended yet' : `ended at ${ended_at}`;
  return `Execution ${execution_id} (${trigger_type}) was running: it started at ${started_at} and ${end}.`;
}

function executionOf(slot: SlotRecord): ExecutionId | null {
  return slot.fate === 'fired' || slot.fate === 'missed' ? (slot.run?.execution_id ?? null) : null;
}
