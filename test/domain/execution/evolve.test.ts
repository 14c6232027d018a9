import { describe, expect, it, test } from 'vitest';
import { evolveExecution } from '../../../src/domain/execution/evolve.ts';
import type { ExecutionState } from '../../../src/domain/execution/state.ts';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import { type Instant, plusMs } from '../../../src/domain/shared/instant.ts';
import { executionNumberOf } from '../../../src/domain/task/events/event-accessors.ts';
import type { TaskEventType } from '../../../src/domain/task/events/events.ts';
import { History, START, TASK, USER } from '../../support/histories/history.ts';
import { SAMPLE_EVENTS, SAMPLE_TYPES, sampleEvent } from '../../support/histories/sample-events.ts';

const [{ meta }] = new History().create().events as [RecordedTaskEvent];
const NUMBER = 3;

const OF_AN_EXECUTION: readonly TaskEventType[] = [
  'task.execution_requested',
  'task.execution_started',
  'task.execution_completed',
  'task.execution_failed',
  'task.execution_cancelled',
];
const MAY_END_ONE: readonly TaskEventType[] = ['task.updated', 'task.status_changed', 'task.deleted'];
const OTHERS = SAMPLE_TYPES.filter((type) => !OF_AN_EXECUTION.includes(type) && !MAY_END_ONE.includes(type));

/** The sample of a type at so many milliseconds, with other members in its data. */
function event<T extends TaskEventType>(type: T, ms = 0, changes: object = {}): RecordedTaskEvent {
  const data = { ...SAMPLE_EVENTS[type], ...changes };
  return { type, data, meta: { ...meta, time: plusMs(START, ms) } } as RecordedTaskEvent;
}

function folded(...events: readonly RecordedTaskEvent[]): ExecutionState {
  const state = events.reduce<ExecutionState | null>(evolveExecution, null);
  if (state === null) throw new Error('no event');
  return state;
}

const requested = event('task.execution_requested');
const started = event('task.execution_started', 1_000, { late_by_ms: 4 });

describe('the execution that an event is about', () => {
  it.each(OF_AN_EXECUTION)('is the one that %s names', (type) => {
    expect(executionNumberOf({ ...sampleEvent(type), meta } as RecordedTaskEvent)).toBe(NUMBER);
  });

  it.each(MAY_END_ONE)('is the one that %s ended, if any', (type) => {
    expect(executionNumberOf(event(type))).toBe(NUMBER);
    expect(executionNumberOf(event(type, 0, { ended_execution: null }))).toBeNull();
  });

  it.each(OTHERS)('is none for %s', (type) => {
    expect(executionNumberOf(event(type))).toBeNull();
  });
});

describe('an execution', () => {
  it('is pending when it is requested, with nothing of it done', () => {
    const { execution_id, trigger_type, scheduled_for, personal } = SAMPLE_EVENTS['task.execution_requested'];
    expect(folded(requested)).toEqual({
      id: meta.sequence,
      execution_id,
      number: NUMBER,
      task_id: TASK,
      user_id: USER,
      status: 'pending',
      trigger_type,
      trigger_data: personal.trigger_data,
      scheduled_for,
      late_by_ms: null,
      attempt: 1,
      summary: null,
      result: null,
      result_truncated: false,
      error_message: null,
      error_details: null,
      credits_consumed_micros: 0,
      tokens_used: 0,
      api_calls_made: 0,
      duration_ms: null,
      started_at: null,
      completed_at: null,
      created_at: START,
    });
  });

  it('begins anew by a request, whatever stood there', () => {
    expect(folded(requested, started, requested)).toEqual(folded(requested));
  });

  it('runs from when it was started', () => {
    expect(folded(requested, started)).toEqual({
      ...folded(requested),
      status: 'running',
      attempt: 1,
      late_by_ms: 4,
      started_at: plusMs(START, 1_000),
    });
  });

  it('stays as late as its first attempt was, and began when the current one did', () => {
    const retried = event('task.execution_started', 9_000, { attempt: 2, late_by_ms: 0 });
    expect(folded(requested, started, event('task.execution_failed', 2_000), retried)).toMatchObject({
      status: 'running',
      attempt: 2,
      late_by_ms: 4,
      started_at: plusMs(START, 9_000),
    });
    const onTime = event('task.execution_started', 1_000, { late_by_ms: 0 });
    const late = event('task.execution_started', 9_000, { attempt: 2, late_by_ms: 70 });
    expect(folded(requested, onTime, late).late_by_ms).toBe(0);
  });

  it('has its result when it is completed', () => {
    const completed = event('task.execution_completed', 2_000, { result_truncated: true });
    expect(folded(requested, started, completed)).toEqual({
      ...folded(requested, started),
      status: 'completed',
      result: { temperature: 4.5, conditions: ['rain'] },
      result_truncated: true,
      summary: 'Rain, 4.5 °C',
      credits_consumed_micros: 1_250_000,
      tokens_used: 12,
      api_calls_made: 2,
      duration_ms: 321,
      completed_at: plusMs(START, 2_000),
    });
  });

  const failed = event('task.execution_failed', 2_000, {
    will_retry: false,
    code: 'PROVIDER_ERROR',
    tokens_used: 5,
    personal: { error_message: 'no answer', error_details: { status: 500, code: 'of the provider' } },
  });

  it('has the error when it failed, with the code that we give it', () => {
    expect(folded(requested, started, failed)).toEqual({
      ...folded(requested, started),
      status: 'failed',
      error_message: 'no answer',
      error_details: { status: 500, code: 'PROVIDER_ERROR' },
      tokens_used: 5,
      api_calls_made: 1,
      duration_ms: 30_000,
      completed_at: plusMs(START, 2_000),
    });
  });

  it('waits again where an attempt failed that is to be repeated, and shows the error until it went well', () => {
    const willRetry = event('task.execution_failed', 2_000, { will_retry: true });
    const waiting = folded(requested, started, willRetry);
    expect(waiting).toMatchObject({
      status: 'pending',
      error_message: 'no answer',
      error_details: { code: 'TIMEOUT' },
      completed_at: null,
    });
    const retried = event('task.execution_started', 9_000, { attempt: 2 });
    expect(folded(requested, started, willRetry, retried).error_message).toBe('no answer');
    expect(
      folded(requested, started, willRetry, retried, event('task.execution_completed', 10_000)),
    ).toMatchObject({ status: 'completed', error_message: null, error_details: null });
  });

  it('has used what all of its attempts used', () => {
    const attempt = event('task.execution_failed', 2_000, { tokens_used: 5, api_calls_made: 2 });
    expect(folded(requested, started, attempt, attempt)).toMatchObject({
      tokens_used: 10,
      api_calls_made: 4,
    });
    const completed = event('task.execution_completed', 3_000);
    expect(folded(requested, started, attempt, attempt, completed)).toMatchObject({
      tokens_used: 22,
      api_calls_made: 6,
    });
  });

  it('that was cancelled names who or what, the reason, and how long it ran', () => {
    expect(folded(requested, started, event('task.execution_cancelled', 4_500))).toEqual({
      ...folded(requested, started),
      status: 'cancelled',
      error_message: 'not now',
      error_details: { code: 'CANCELLED_BY_USER' },
      duration_ms: 3_500,
      completed_at: plusMs(START, 4_500),
    });
  });

  it('that was cancelled before it was started has run for no time at all', () => {
    const cancelled = event('task.execution_cancelled', 4_500, {
      code: 'NOT_STARTED',
      personal: { reason: null },
    });
    expect(folded(requested, cancelled)).toMatchObject({
      status: 'cancelled',
      error_message: null,
      error_details: { code: 'NOT_STARTED' },
      duration_ms: null,
    });
  });

  it('never ran for less than nothing, although a clock went back', () => {
    expect(folded(requested, started, event('task.execution_cancelled', 999)).duration_ms).toBe(0);
  });

  it.each([
    ['task.updated', 'SCHEDULE_CHANGED', 'tidied up'],
    ['task.status_changed', 'TASK_PAUSED', 'back from holiday'],
    ['task.deleted', 'TASK_DELETED', 'no longer needed'],
  ] as const)('that %s ended is cancelled with its code and reason', (type, code, reason) => {
    const time: Instant = plusMs(START, 4_500);
    expect(folded(requested, started, event(type, 4_500))).toEqual({
      ...folded(requested, started),
      status: 'cancelled',
      error_message: reason,
      error_details: { code },
      duration_ms: 3_500,
      completed_at: time,
    });
  });

  it.each(MAY_END_ONE)('stays as it is by %s that ended none', (type) => {
    const running = folded(requested, started);
    expect(evolveExecution(running, event(type, 4_500, { ended_execution: null }))).toBe(running);
  });

  it.each(OTHERS)('stays as it is by %s', (type) => {
    const running = folded(requested, started);
    expect(evolveExecution(running, event(type, 4_500))).toBe(running);
  });
});

test('an event of an execution that was not requested is a mistake, and is named', () => {
  expect(() => evolveExecution(null, started)).toThrow(
    `task.execution_started before its request on ${TASK}`,
  );
});
