import { createHistogram } from 'node:perf_hooks';
import type { UnopenedTaskEvent } from '../../domain/shared/event.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { startLatenessMs } from '../../domain/task/events/event-accessors.ts';

/** From slot (or `due_at`) until the first start of an execution was seen in the log, milliseconds. */
export interface LatenessFigures {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** How late executions started since this process did, as the log shows it, whoever fired them. */
export class Lateness {
  readonly #since: Instant;
  readonly #histogram = createHistogram();

  constructor(since: Instant) {
    this.#since = since;
  }

  observe(event: UnopenedTaskEvent, now: Instant): void {
    if (event.type !== 'task.execution_started' || event.data.attempt !== 1) return;
    if (event.meta.time < this.#since) return;
    // A histogram counts from 1 up.
    this.#histogram.record(Math.max(1, Math.round(startLatenessMs(event, now))));
  }

  /** Null before the first start. */
  figures(): LatenessFigures | null {
    const histogram = this.#histogram;
    if (histogram.count === 0) return null;
    return {
      count: histogram.count,
      p50: histogram.percentile(50),
      p90: histogram.percentile(90),
      p99: histogram.percentile(99),
      max: histogram.max,
    };
  }
}
