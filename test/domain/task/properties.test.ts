import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evolveExecution } from '../../../src/domain/execution/evolve.ts';
import type { ExecutionState } from '../../../src/domain/execution/state.ts';
import { scheduleBy } from '../../../src/domain/schedule/several.ts';
import { nextSlot, slotsFrom } from '../../../src/domain/schedule/slots.ts';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import { msBetween, plusMs } from '../../../src/domain/shared/instant.ts';
import { nextDueAt } from '../../../src/domain/task/decide/due.ts';
import { executionNumberOf } from '../../../src/domain/task/events/event-accessors.ts';
import { evolve } from '../../../src/domain/task/evolve/evolve.ts';
import { evolveScheduling } from '../../../src/domain/task/evolve/evolve-scheduling.ts';
import { openSchedule } from '../../../src/domain/task/slots-used.ts';
import {
  hasSlotLeft,
  isTimed,
  type SchedulingState,
  statusOf,
  type TaskState,
} from '../../../src/domain/task/state.ts';
import type { TaskStatus } from '../../../src/domain/task/status.ts';
import { creations, type History, play, steps } from '../../support/histories/history.ts';

/** As the contract lists them: the deciders have a table of their own. */
const LISTED: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  pending: ['scheduled', 'running', 'completed', 'paused', 'cancelled'],
  scheduled: ['running', 'pending', 'completed', 'paused', 'cancelled'],
  running: ['completed', 'failed', 'pending', 'scheduled', 'paused', 'cancelled'],
  completed: ['pending', 'scheduled', 'running', 'cancelled'],
  failed: ['running', 'scheduled', 'pending', 'completed', 'cancelled'],
  paused: ['scheduled', 'pending', 'running', 'completed', 'cancelled'],
  cancelled: [],
};

function forAllHistories(check: (history: History) => void): void {
  fc.assert(
    fc.property(creations, steps, (creation, all) => check(play(creation, all))),
    { numRuns: 400 },
  );
}

/** The slots of the schedule that an event takes for good; none for the request of one that was buffered before. */
function slotsTakenBy(event: RecordedTaskEvent, buffered: string | null) {
  switch (event.type) {
    case 'task.execution_requested': {
      const { scheduled_for, trigger_type, schedule_version: version } = event.data;
      if (trigger_type !== 'scheduled' || scheduled_for === null || scheduled_for === buffered) return null;
      return { version, from: scheduled_for, to: scheduled_for };
    }
    case 'task.slot_buffered':
      return { version: event.data.schedule_version, from: event.data.slot, to: event.data.slot };
    case 'task.slots_skipped':
      return { version: event.data.schedule_version, from: event.data.from, to: event.data.to };
    default:
      return null;
  }
}

describe('over every history of a task', () => {
  test('the next slot of a scheduled task is the first after what has been decided', () => {
    forAllHistories(({ states }) => {
      for (const state of states) {
        const { schedule, resting_status, deleted_at, decided_through, next_run_time } = state;
        expect(decided_through === null).toBe(schedule === null);
        if (schedule === null || decided_through === null || next_run_time === null) continue;
        if (resting_status !== 'scheduled' || deleted_at !== null) continue;
        const open = openSchedule(state);
        expect(open && nextSlot(open, decided_through)).toBe(next_run_time);
      }
    });
  });

  test('the status moves only along the listed transitions', () => {
    forAllHistories(({ states }) => {
      for (let i = 1; i < states.length; i++) {
        const from = statusOf(states[i - 1] as TaskState);
        const to = statusOf(states[i] as TaskState);
        if (from !== to) expect(LISTED[from]).toContain(to);
      }
    });
  });

  test('the move that an event carries is the move that the fold makes', () => {
    forAllHistories(({ events, states }) => {
      events.forEach((event, i) => {
        const before = states[i - 1];
        const after = states[i] as TaskState;
        if (!('status' in event.data) || event.data.status === null || before === undefined) return;
        const { from, to } = event.data.status;
        const edit = event.type === 'task.updated' || event.type === 'task.status_changed';
        expect(edit ? before.resting_status : statusOf(before)).toBe(from);
        expect(to === 'running' ? statusOf(after) : after.resting_status).toBe(to);
      });
    });
  });

  test('run_count is success_count + failure_count, and credits are counted for successes only', () => {
    forAllHistories(({ states, events }) => {
      const last = states.at(-1) as TaskState;
      const ended = events.filter(
        (e) =>
          e.type === 'task.execution_completed' || (e.type === 'task.execution_failed' && !e.data.will_retry),
      );
      expect(last.run_count).toBe(last.success_count + last.failure_count);
      expect(last.run_count).toBe(ended.length);
      expect(last.total_credits_consumed_micros).toBe(last.success_count * 1_500_000);
    });
  });

  test('a snapshot and the tail after it fold to what the whole history folds to', () => {
    fc.assert(
      fc.property(creations, steps, fc.nat(), (creation, all, cut) => {
        const { events, states } = play(creation, all);
        const at = cut % events.length;
        const snapshot = JSON.parse(JSON.stringify(states[at])) as TaskState;
        const folded = events
          .slice(at + 1)
          .reduce<TaskState>((state, event) => evolve(state, event), snapshot);
        expect(folded).toEqual(states.at(-1));
      }),
      { numRuns: 200 },
    );
  });

  test('the scheduling fold, which sees nothing personal, keeps the same scheduling state', () => {
    forAllHistories(({ events, states }) => {
      let scheduling: SchedulingState | null = null;
      events.forEach((event, i) => {
        const { personal: _, ...open } = event.data as { personal?: unknown };
        scheduling = evolveScheduling(scheduling, { ...event, data: open } as typeof event);
        expect(states[i]).toMatchObject(scheduling);
      });
    });
  });

  test('slots strictly increase, and each is requested, buffered or skipped at most once in its schedule version', () => {
    forAllHistories(({ events, states }) => {
      let version = 0;
      let last = '';
      events.forEach((event, i) => {
        const buffered = states[i - 1]?.buffered_slot ?? null;
        const taken = slotsTakenBy(event, buffered);
        if (taken === null) return;
        if (taken.version !== version) last = '';
        version = taken.version;
        expect(taken.from > last).toBe(true);
        expect(taken.to >= taken.from).toBe(true);
        last = taken.to;
      });
    });
  });

  test('a slot is buffered one at a time, and is requested next or void', () => {
    forAllHistories(({ events, states }) => {
      events.forEach((event, i) => {
        const buffered = states[i - 1]?.buffered_slot ?? null;
        if (event.type === 'task.slot_buffered') expect(buffered).toBeNull();
        if (event.type !== 'task.execution_requested' || event.data.trigger_type !== 'scheduled') return;
        if (buffered !== null) expect(event.data.scheduled_for).toBe(buffered);
      });
    });
  });

  test('no schedule fires more slots than max_runs, and none on an excluded date', () => {
    forAllHistories(({ events, states }) => {
      const fired = new Map<string, number>();
      events.forEach((event, i) => {
        if (event.type === 'task.updated') {
          for (const [id, count] of Object.entries(event.data.slots_kept ?? {})) {
            fired.set(`${event.data.schedule_version} ${id}`, count);
          }
        }
        if (event.type !== 'task.execution_requested' || event.data.scheduled_for === null) return;
        const schedule = states[i]?.schedule ?? null;
        const { schedule_ids = ['main'], schedule_version } = event.data;
        const excluded = schedule === null ? null : scheduleBy(schedule, schedule_ids[0]).exclude_dates;
        // Apia is 13 hours ahead in November.
        const date = new Date(Date.parse(event.data.scheduled_for) + 13 * 3_600_000).toISOString();
        expect(excluded ?? []).not.toContain(date.slice(0, 10));
        if (event.data.trigger_type !== 'scheduled') return;
        for (const id of schedule_ids) {
          const runs = (fired.get(`${schedule_version} ${id}`) ?? 0) + 1;
          fired.set(`${schedule_version} ${id}`, runs);
          const most = schedule === null ? 0 : scheduleBy(schedule, id).max_runs;
          expect(runs).toBeLessThanOrEqual(most ?? Number.POSITIVE_INFINITY);
        }
      });
    });
  });

  test('a slot is requested between when it is due and the next slot, and never due before its time', () => {
    forAllHistories(({ events, states }) => {
      events.forEach((event, i) => {
        if (event.type !== 'task.execution_requested' || event.data.trigger_type !== 'scheduled') return;
        const { scheduled_for, due_at } = event.data;
        const schedule = states[i]?.schedule ?? null;
        if (scheduled_for === null || schedule === null) throw new Error('a slot of no schedule');
        const next = nextSlot(schedule, scheduled_for);
        expect(due_at >= scheduled_for && due_at <= event.meta.time).toBe(true);
        expect(msBetween(scheduled_for, due_at)).toBeLessThanOrEqual(
          scheduleBy(schedule, event.data.schedule_ids?.[0]).jitter_seconds * 1000,
        );
        if (next !== null) expect(due_at < next).toBe(true);
      });
    });
  });

  test('a failed run is attempted again only where its schedule says so, and after its backoff', () => {
    forAllHistories(({ events, states }) => {
      const failed = new Map<number, number>();
      events.forEach((event, i) => {
        if (event.type !== 'task.execution_failed' || event.data.code === 'WORKER_LOST') return;
        const { number, will_retry, next_attempt } = event.data;
        const tries = (failed.get(number) ?? 0) + 1;
        failed.set(number, tries);
        if (!will_retry) return;
        const { schedule = null, execution } = states[i - 1] ?? {};
        const retry = schedule && scheduleBy(schedule, execution?.schedule_id).retry;
        expect(tries).toBeLessThan(retry?.max_attempts ?? 1);
        const wait = msBetween(event.meta.time, next_attempt?.due_at ?? event.meta.time) / 1000;
        expect(wait).toBeGreaterThanOrEqual(retry?.initial_seconds ?? 0);
        expect(wait).toBeLessThanOrEqual(retry?.max_seconds ?? 0);
      });
    });
  });

  test('a backfill runs each slot of its range once, in order, and touches no slot of the schedule', () => {
    forAllHistories(({ events, states }) => {
      let left: string[] = [];
      events.forEach((event, i) => {
        if (event.type === 'task.backfill_requested') {
          const { from, to, first, count } = event.data;
          const schedule = states[i]?.schedule ?? null;
          if (schedule === null) throw new Error('a backfill without a schedule');
          left = [];
          for (const slot of slotsFrom(schedule, plusMs(from, -1))) {
            if (slot > to) break;
            left.push(slot);
          }
          expect(left).toHaveLength(count);
          expect(left[0]).toBe(first);
        }
        if (event.type !== 'task.execution_requested' || event.data.trigger_type !== 'backfill') return;
        expect(event.data.scheduled_for).toBe(left.shift());
        expect(states[i]?.next_run_time).toBe(states[i - 1]?.next_run_time);
        expect(states[i]?.backfill === null).toBe(left.length === 0);
      });
    });
  });

  test('an execution has one request and at most one end, and no attempt starts twice', () => {
    forAllHistories(({ events }) => {
      const requests = new Set<number>();
      const starts = new Set<string>();
      const ends = new Set<number>();
      for (const event of events) {
        const number = executionNumberOf(event);
        if (number === null) continue;
        const again = event.type === 'task.execution_failed' && event.data.will_retry;
        if (event.type === 'task.execution_requested') {
          expect(requests.has(number)).toBe(false);
          requests.add(number);
        } else if (event.type === 'task.execution_started') {
          const attempt = `${number}.${event.data.attempt}`;
          expect(starts.has(attempt)).toBe(false);
          expect(ends.has(number)).toBe(false);
          starts.add(attempt);
        } else if (!again) {
          expect(ends.has(number)).toBe(false);
          ends.add(number);
        }
      }
      expect([...requests]).toEqual([...requests].sort((a, b) => a - b));
    });
  });

  test('the folded executions say how each ended, and only the last may be unfinished', () => {
    forAllHistories(({ events, state }) => {
      const executions = new Map<number, ExecutionState>();
      for (const event of events) {
        const number = executionNumberOf(event);
        if (number !== null) executions.set(number, evolveExecution(executions.get(number) ?? null, event));
      }
      for (const [number, execution] of executions) {
        const unfinished = execution.status === 'pending' || execution.status === 'running';
        expect(unfinished).toBe(state?.execution?.number === number);
        expect(execution.completed_at === null).toBe(unfinished);
      }
      expect([...executions.values()].filter((e) => e.status === 'completed').length).toBe(
        state?.success_count,
      );
      expect([...executions.values()].filter((e) => e.status === 'failed').length).toBe(state?.failure_count);
    });
  });

  test('what is at rest as scheduled has a slot ahead or a run going; done and deleted tasks wait for nothing', () => {
    forAllHistories(({ states }) => {
      for (const state of states) {
        if (state.resting_status === 'scheduled' && state.deleted_at === null) {
          expect(hasSlotLeft(state) || state.execution !== null).toBe(true);
        }
        if (state.deleted_at !== null) expect(isTimed(state)).toBe(false);
        if (state.resting_status === 'cancelled') expect(isTimed(state)).toBe(false);
        if (isTimed(state)) expect(nextDueAt(state)).not.toBeNull();
      }
    });
  });

  test('once everything due is taken, nothing more is due', () => {
    forAllHistories((history) => {
      history.takeAllDue();
      if (history.state === null) return;
      const due = nextDueAt(history.state);
      if (due !== null) expect(due > history.now).toBe(true);
    });
  });

  test('a command repeated at once adds no event', () => {
    fc.assert(
      fc.property(creations, steps, (creation, all) => {
        const history = play(creation, []);
        for (const step of all) {
          history.step(step);
          const before = history.events.length;
          // Asking for another run is not a repeat: after a quick end it is a new one.
          if (step.do === 'request' || step.do === 'due' || step.do === 'lose') continue;
          history.step({ ...step, after: 0 });
          expect(history.events.length).toBe(before);
        }
      }),
      { numRuns: 200 },
    );
  });
});
