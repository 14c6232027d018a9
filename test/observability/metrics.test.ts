import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/application/ports/clock.ts';
import type { RecordedTaskEvent } from '../../src/domain/shared/event.ts';
import { instantOf } from '../../src/domain/shared/instant.ts';
import type { GaugeValues } from '../../src/observability/gauges.ts';
import { Metrics } from '../../src/observability/metrics.ts';

const QUIET: GaugeValues = {
  log_answers: true,
  ready: true,
  clock_leap_ms: 172_800_000,
  projector: { lag: 3, projecting: true },
  scheduler: { term: 7, lag: 2, armed_timers: 5, held_back: 1, overdue_ms: 1_500 },
  worker: { running: 4, aside: 0, nothing_started_seconds: null },
  audit: { size: 9, forked: false, cosigned: 5, witnesses: [] },
  queue: { low: 1, medium: 2, high: 3, urgent: 4 },
  streams: [{ name: 'TASK_LOG', messages: 10, bytes: 2_000 }],
  storage: { used: 80, limit: 100 },
};

function metricsOf(gauge: () => Promise<GaugeValues> = async () => QUIET) {
  const now = { ms: 0 };
  const clock: Clock = { now: () => instantOf(now.ms), monotonicMs: () => now.ms };
  return { now, metrics: new Metrics(gauge, clock) };
}

function eventOf(type: string, data: object): RecordedTaskEvent {
  return { type, data, meta: { time: instantOf(0) } } as unknown as RecordedTaskEvent;
}

/** The sample of that name and labels; undefined where it is not shown. */
async function sample(metrics: Metrics, name: string): Promise<number | undefined> {
  const line = (await metrics.exposition())
    .split('\n')
    .find((one) => one.startsWith(`task_service_${name} `));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

describe('metrics', () => {
  test('count requests by route and status, and any odd method as one', async () => {
    const { metrics } = metricsOf();
    metrics.recordRequest('GET', '/api/v1/tasks/{task_id}', 200, 3);
    metrics.recordRequest('BREW', 'none', 404, 1);
    metrics.recordRequest('STEEP', 'none', 404, 1);
    const count = 'http_request_seconds_count';
    expect(await sample(metrics, `${count}{method="GET",route="/api/v1/tasks/{task_id}",status="200"}`)).toBe(
      1,
    );
    expect(await sample(metrics, `${count}{method="other",route="none",status="404"}`)).toBe(2);
  });

  test('count appends by outcome and what shared a commit', async () => {
    const { metrics } = metricsOf();
    metrics.appended('stored', 2);
    metrics.appended('conflict', 40);
    metrics.committed(1);
    metrics.committed(30);
    expect(await sample(metrics, 'append_seconds_count{outcome="conflict"}')).toBe(1);
    expect(await sample(metrics, 'append_seconds_bucket{le="0.0025",outcome="stored"}')).toBe(1);
    expect(await sample(metrics, 'commit_entries_bucket{le="16"}')).toBe(1);
    expect(await sample(metrics, 'commit_entries_sum')).toBe(31);
  });

  test('count executions by type and outcome, retries apart, lateness of first attempts only', async () => {
    const { metrics, now } = metricsOf();
    // Decided 40 ms late, and stored 30 ms after that.
    now.ms = 30;
    const started = (attempt: number) => eventOf('task.execution_started', { attempt, late_by_ms: 40 });
    metrics.recordEvent(started(1), 'todo');
    metrics.recordEvent(started(2), 'todo');
    metrics.recordEvent(eventOf('task.execution_failed', { will_retry: true }), 'todo');
    metrics.recordEvent(eventOf('task.execution_failed', { will_retry: false }), 'todo');
    metrics.recordEvent(eventOf('task.execution_completed', {}), 'custom');
    metrics.recordEvent(eventOf('task.execution_cancelled', {}), 'custom');
    metrics.recordEvent(eventOf('task.updated', { ended_execution: null }), 'custom');
    metrics.recordEvent(eventOf('task.slots_skipped', { reason: 'missed', count: 7 }), 'custom');
    expect(await sample(metrics, 'execution_lateness_seconds_count')).toBe(1);
    expect(await sample(metrics, 'execution_lateness_seconds_sum')).toBeCloseTo(0.07);
    expect(await sample(metrics, 'attempts_retried_total{type="todo"}')).toBe(1);
    expect(await sample(metrics, 'executions_total{type="todo",outcome="failed"}')).toBe(1);
    expect(await sample(metrics, 'executions_total{type="custom",outcome="completed"}')).toBe(1);
    expect(await sample(metrics, 'slots_skipped_total{reason="missed"}')).toBe(7);
    expect(await sample(metrics, 'executions_total{type="custom",outcome="cancelled"}')).toBe(1);
  });

  test('count an execution that ends with its task as cancelled, whatever ended it', async () => {
    const { metrics } = metricsOf();
    const ended_execution = { execution_id: 'exe_1', number: 1, code: 'TASK_PAUSED' };
    for (const type of ['task.updated', 'task.status_changed', 'task.deleted']) {
      metrics.recordEvent(eventOf(type, { ended_execution }), 'todo');
      metrics.recordEvent(eventOf(type, { ended_execution: null }), 'todo');
    }
    expect(await sample(metrics, 'executions_total{type="todo",outcome="cancelled"}')).toBe(3);
  });

  test('tell what is: lag, term, depth by priority, storage', async () => {
    const { metrics } = metricsOf();
    expect(await sample(metrics, 'projector_lag_events')).toBe(3);
    expect(await sample(metrics, 'scheduler_lease_term')).toBe(7);
    expect(await sample(metrics, 'clock_leap_seconds')).toBe(172_800);
    expect(await sample(metrics, 'scheduler_overdue_seconds')).toBe(1.5);
    expect(await sample(metrics, 'queue_depth{priority="urgent"}')).toBe(4);
    expect(await sample(metrics, 'stream_bytes{stream="TASK_LOG"}')).toBe(2_000);
    expect(await sample(metrics, 'storage_limit_bytes')).toBe(100);
  });

  test('leave out what cannot be had, and what was shown before with it', async () => {
    let figures: GaugeValues = QUIET;
    const { metrics, now } = metricsOf(async () => figures);
    expect(await sample(metrics, 'scheduler_lease_term')).toBe(7);
    figures = { ...QUIET, log_answers: false, ready: false, queue: null, scheduler: null, storage: null };
    now.ms = 1_000;
    expect(await sample(metrics, 'scheduler_lease_term')).toBeUndefined();
    expect(await sample(metrics, 'queue_depth{priority="low"}')).toBeUndefined();
    expect(await sample(metrics, 'storage_used_bytes')).toBeUndefined();
    expect(await sample(metrics, 'log_answers')).toBe(0);
  });

  test('ask for figures once a second, however many scrape', async () => {
    let asked = 0;
    const { metrics, now } = metricsOf(async () => {
      asked++;
      return QUIET;
    });
    await Promise.all(Array.from({ length: 20 }, () => metrics.exposition()));
    expect(asked).toBe(1);
    now.ms = 1_000;
    await metrics.exposition();
    expect(asked).toBe(2);
  });
});
