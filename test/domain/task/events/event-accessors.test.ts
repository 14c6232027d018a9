import { describe, expect, test } from 'vitest';
import {
  executionEndOf,
  statusMoveOf,
  takenSlotsOf,
} from '../../../../src/domain/task/events/event-accessors.ts';
import type { TaskEvent, TaskEventType } from '../../../../src/domain/task/events/events.ts';
import { SAMPLE_EVENTS, SAMPLE_TYPES, sampleEvent } from '../../../support/histories/sample-events.ts';

const EXECUTION = { execution_id: 'exe_01KAWZ6Q8PZ3N5V7X9B1D2F4H8', number: 3 };

/** The sample of a type with some of its members changed. */
function changed(type: TaskEventType, data: object): TaskEvent {
  return { type, data: { ...SAMPLE_EVENTS[type], ...data } } as TaskEvent;
}

/** What each type answers, of those that answer anything. */
function answers<Answer>(accessor: (event: TaskEvent) => Answer | null): object {
  const all = SAMPLE_TYPES.map((type) => [type, accessor(sampleEvent(type))] as const);
  return Object.fromEntries(all.filter(([, answer]) => answer !== null));
}

describe('the end of an execution', () => {
  test('is told by its outcome, and by whatever ends it with its task', () => {
    const cancelled = (code: string) => ({ ...EXECUTION, outcome: 'cancelled', code });
    expect(answers(executionEndOf)).toEqual({
      'task.execution_completed': { ...EXECUTION, outcome: 'completed' },
      'task.execution_cancelled': cancelled('CANCELLED_BY_USER'),
      'task.updated': cancelled('SCHEDULE_CHANGED'),
      'task.status_changed': cancelled('TASK_PAUSED'),
      'task.deleted': cancelled('TASK_DELETED'),
    });
  });

  test('is no failure that another attempt follows', () => {
    const failed = (will_retry: boolean) => changed('task.execution_failed', { will_retry });
    expect(executionEndOf(failed(true))).toBeNull();
    expect(executionEndOf(failed(false))).toEqual({ ...EXECUTION, outcome: 'failed', code: 'TIMEOUT' });
  });

  test('is none of a decision about a task that nothing ran for', () => {
    for (const type of ['task.updated', 'task.status_changed', 'task.deleted'] as const) {
      expect(executionEndOf(changed(type, { ended_execution: null }))).toBeNull();
    }
  });
});

test('the move of a status is that of each event that has one', () => {
  expect(answers(statusMoveOf)).toEqual({
    'task.created': { from: 'pending', to: 'scheduled' },
    'task.updated': { from: 'paused', to: 'scheduled' },
    'task.status_changed': { from: 'paused', to: 'scheduled' },
    'task.restored': { from: 'scheduled', to: 'completed' },
    'task.execution_started': { from: 'scheduled', to: 'running' },
    'task.execution_completed': { from: 'running', to: 'scheduled' },
    'task.execution_cancelled': { from: 'running', to: 'scheduled' },
    'task.slots_skipped': { from: 'scheduled', to: 'completed' },
  });
});

test('slots are taken by the run, the wait and the skipping of them, and by no backfill or run by hand', () => {
  expect(answers(takenSlotsOf)).toEqual({
    'task.execution_requested': {
      by: 'run',
      slot: '2026-11-26T08:00:00.000Z',
      execution_id: EXECUTION.execution_id,
    },
    'task.slot_buffered': { by: 'wait', slot: '2026-11-26T08:00:00.000Z' },
    'task.slots_skipped': { by: 'skip', to: '2026-11-25T09:00:00.000Z', reason: 'missed' },
  });
  const requested = (data: object) => takenSlotsOf(changed('task.execution_requested', data));
  expect(requested({ trigger_type: 'backfill' })).toBeNull();
  expect(requested({ scheduled_for: null })).toBeNull();
});
