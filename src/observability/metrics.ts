/**
 * The figures of one process for Prometheus. What happens is counted as it happens (`Measures`); what only is (lag,
 * depth, size) is asked for by a scrape, and by many scrapes at once only once. A figure that cannot be had is left
 * out: no answer is not zero.
 *
 * Events are counted by who appended them, so the sum over all instances counts each once.
 */
import { AggregatorRegistry, Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Clock } from '../application/ports/clock.ts';
import type { AppendOutcome, Measures } from '../application/ports/measures.ts';
import type { RecordedTaskEvent } from '../domain/shared/event.ts';
import { executionEndOf, startLatenessMs } from '../domain/task/events/event-accessors.ts';
import type { TaskType } from '../domain/task/status.ts';
import { Gauges, type GaugeValues, PREFIX } from './gauges.ts';

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** Slots are on time within a second; beyond an hour it is catch-up. */
const LATE_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3_600];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Threads of a process that count: what both count is added up, what each has of its own says whose it is. */
export type ThreadName = 'main' | 'api';

/** A figure as prom-client has it. */
interface CountedFigure {
  readonly name: string;
  readonly help: string;
  readonly type: unknown;
  readonly aggregator: string;
  readonly values: readonly { readonly labels: Readonly<Record<string, string | number>> }[];
}

export type CountedFigures = readonly CountedFigure[];

/** Of Node: each thread has an event loop and a heap of its own. */
const OF_A_THREAD = /^nodejs_(eventloop_lag|gc|heap)/;
/** Of Node, and the same whichever thread is asked. */
const OF_THE_PROCESS = /^(process|nodejs)_/;

export class Metrics implements Measures {
  readonly #registry = new Registry();
  readonly #requests = this.#histogram('http_request_seconds', 'Answers over REST', SECONDS, [
    'method',
    'route',
    'status',
  ]);
  readonly #appends = this.#histogram('append_seconds', 'Appends to the log, by outcome', SECONDS, [
    'outcome',
  ]);
  readonly #commits = this.#histogram(
    'commit_entries',
    'Entries that shared one acknowledged write to the log',
    [1, 2, 4, 8, 16, 32, 64, 128, 256],
  );
  readonly #lateness = this.#histogram(
    'execution_lateness_seconds',
    'From when an execution was due until the start of its first attempt was stored',
    LATE_SECONDS,
  );
  readonly #executions = this.#counter('executions_total', 'Executions that ended', ['type', 'outcome']);
  readonly #slotsSkipped = this.#counter('slots_skipped_total', 'Slots that nothing ran for', ['reason']);
  readonly #userIdsWithAt = this.#counter(
    'user_ids_with_at_total',
    'New users whose id holds an @: ids stay readable in the log for ever',
    [],
  );
  readonly #retries = this.#counter('attempts_retried_total', 'Failed attempts that another follows', [
    'type',
  ]);
  readonly #clock: Clock;
  readonly #thread: ThreadName;

  /** `gauge` null: another thread of the process shows what only is. */
  constructor(gauge: (() => Promise<GaugeValues>) | null, clock: Clock, thread: ThreadName = 'main') {
    this.#clock = clock;
    this.#thread = thread;
    collectDefaultMetrics({ register: this.#registry });
    if (gauge !== null) new Gauges(this.#registry, gauge, clock);
  }

  /** A user whose id may name a person was met for the first time. */
  recordUserIdWithAt(): void {
    this.#userIdsWithAt.inc();
  }

  recordRequest(method: string, route: string, status: number, milliseconds: number): void {
    const known = METHODS.includes(method) ? method : 'other';
    this.#requests.labels(known, route, `${status}`).observe(milliseconds / 1_000);
  }

  appended(outcome: AppendOutcome, milliseconds: number): void {
    this.#appends.labels(outcome).observe(milliseconds / 1_000);
  }

  committed(entries: number): void {
    this.#commits.observe(entries);
  }

  recordEvent(event: RecordedTaskEvent, taskType: TaskType): void {
    if (event.type === 'task.execution_started' && event.data.attempt === 1) {
      this.#lateness.observe(startLatenessMs(event, this.#clock.now()) / 1_000);
    }
    if (event.type === 'task.execution_failed' && event.data.will_retry) this.#retries.labels(taskType).inc();
    if (event.type === 'task.slots_skipped')
      this.#slotsSkipped.labels(event.data.reason).inc(event.data.count);
    const end = executionEndOf(event);
    if (end !== null) this.#executions.labels(taskType, end.outcome).inc();
  }

  /** What this thread has counted, as plain data. */
  async counted(): Promise<CountedFigures> {
    const figures = (await this.#registry.getMetricsAsJSON()) as unknown as CountedFigures;
    return figuresOf(figures, this.#thread);
  }

  /** Everything, with what other threads of the process have counted, in the text format of Prometheus 0.0.4. */
  async exposition(others: readonly CountedFigures[] = []): Promise<string> {
    const own = await this.counted();
    return AggregatorRegistry.aggregate([...others, own] as unknown as object[]).metrics();
  }

  #histogram<L extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: L[] = [],
  ): Histogram<L> {
    return new Histogram({ name: PREFIX + name, help, buckets, labelNames, registers: [this.#registry] });
  }

  #counter<L extends string>(name: string, help: string, labelNames: L[]): Counter<L> {
    return new Counter({ name: PREFIX + name, help, labelNames, registers: [this.#registry] });
  }
}

/** A process is described once, by its first thread. */
function figuresOf(figures: CountedFigures, thread: ThreadName): CountedFigures {
  return figures.flatMap((figure) => {
    if (OF_A_THREAD.test(figure.name)) return [ofThread(figure, thread)];
    if (OF_THE_PROCESS.test(figure.name) && thread !== 'main') return [];
    return [{ ...figure, aggregator: 'sum' }];
  });
}

function ofThread(figure: CountedFigure, thread: ThreadName): CountedFigure {
  const values = figure.values.map((value) => ({ ...value, labels: { ...value.labels, thread } }));
  return { ...figure, values, aggregator: 'sum' };
}
