/** What a scrape of the metrics asks for: what only is (lag, depth, size), not what happens. */
import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../application/ports/clock.ts';
import { PRIORITIES, type Priority } from '../domain/task/status.ts';

/** What a scrape asks for. Null: it cannot be had, or this process has no such part. */
export interface GaugeValues {
  readonly log_answers: boolean;
  readonly ready: boolean;
  /** How far wall time is ahead of the time that is gone by. */
  readonly clock_leap_ms: number;
  readonly projector: { readonly lag: number; readonly projecting: boolean } | null;
  readonly scheduler: {
    /** Null unless this instance leads. */
    readonly term: number | null;
    readonly lag: number | null;
    readonly armed_timers: number;
    readonly held_back: number;
    readonly overdue_ms: number;
  } | null;
  readonly worker: {
    readonly running: number;
    readonly aside: number;
    readonly nothing_started_seconds: number | null;
  } | null;
  readonly audit: {
    readonly size: number;
    readonly forked: boolean;
    /** Null: this instance asks nobody to cosign. */
    readonly cosigned: number | null;
    readonly witnesses: readonly {
      readonly name: string;
      readonly size: number;
      readonly fault: string | null;
    }[];
  } | null;
  readonly queue: Readonly<Record<Priority, number>> | null;
  readonly streams: readonly {
    readonly name: string;
    readonly messages: number;
    readonly bytes: number;
  }[];
  readonly storage: { readonly used: number; readonly limit: number | null } | null;
}

/** Figures as they were asked for are given again for this long: a scrape of everybody's costs the log no more. */
const FRESH_MS = 1_000;
export const PREFIX = 'task_service_';

export class Gauges {
  readonly #registry: Registry;
  readonly #gauge: () => Promise<GaugeValues>;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  #gauged: { readonly at: number; readonly figures: Promise<GaugeValues> } | null = null;

  constructor(registry: Registry, gauge: () => Promise<GaugeValues>, clock: Pick<Clock, 'monotonicMs'>) {
    this.#registry = registry;
    this.#gauge = gauge;
    this.#clock = clock;
    this.#define();
  }

  #define(): void {
    this.#single('log_answers', '1: the log says where it ends', ({ log_answers }) => Number(log_answers));
    this.#single('ready', '1: requests make sense here', ({ ready }) => Number(ready));
    this.#single(
      'clock_leap_seconds',
      'How far the wall clock has leapt ahead while that is not believed',
      (is) => is.clock_leap_ms / 1_000,
    );
    this.#single('projector_lag_events', 'How far the log is ahead of the views', (is) => is.projector?.lag);
    this.#single('projector_projecting', '1: this instance projects', ({ projector }) =>
      projector === null ? null : Number(projector.projecting),
    );
    this.#single(
      'audit_checkpoint_size',
      'Events that the last signed checkpoint covers',
      (is) => is.audit?.size,
    );
    this.#single('audit_forked', '1: the log is not what was signed, and nothing is signed', ({ audit }) =>
      audit === null ? null : Number(audit.forked),
    );
    this.#single(
      'audit_cosigned_size',
      'Events that the last checkpoint covers which enough witnesses have cosigned',
      (is) => is.audit?.cosigned,
    );
    this.#labelled('audit_witness_size', 'Events that a witness has cosigned last', 'witness', ({ audit }) =>
      (audit?.witnesses ?? []).map(({ name, size }) => [name, size]),
    );
    this.#labelled('audit_witness_failing', '1: it did not cosign the last time', 'witness', ({ audit }) =>
      (audit?.witnesses ?? []).map(({ name, fault }) => [name, Number(fault !== null)]),
    );
    this.#single('scheduler_leading', '1: this instance fires', ({ scheduler }) =>
      scheduler === null ? null : Number(scheduler.term !== null),
    );
    this.#single('scheduler_lease_term', 'Of the leader, by itself', ({ scheduler }) => scheduler?.term);
    this.#single(
      'scheduler_lag_events',
      'Log not yet in the schedule book',
      ({ scheduler }) => scheduler?.lag,
    );
    this.#single('scheduler_armed_timers', 'Timers', ({ scheduler }) => scheduler?.armed_timers);
    this.#single(
      'scheduler_held_back',
      'Executions waiting for others of their user',
      (is) => is.scheduler?.held_back,
    );
    this.#single('scheduler_overdue_seconds', 'Since the earliest timer was due', ({ scheduler }) =>
      scheduler === null ? null : scheduler.overdue_ms / 1_000,
    );
    this.#single('worker_running', 'Executions that run here', ({ worker }) => worker?.running);
    this.#single(
      'worker_aside',
      'Of them, those that have waited for others for so long that they hold no place',
      ({ worker }) => worker?.aside,
    );
    this.#single('worker_standstill_seconds', 'Something has waited, and nothing started', ({ worker }) =>
      worker === null ? null : (worker.nothing_started_seconds ?? 0),
    );
    this.#single('storage_used_bytes', "Of the account's file storage", ({ storage }) => storage?.used);
    this.#single('storage_limit_bytes', 'Absent where NATS names none', ({ storage }) => storage?.limit);
    this.#labelled('queue_depth', 'Execution commands not delivered yet', 'priority', ({ queue }) =>
      queue === null ? [] : PRIORITIES.map((priority) => [priority, queue[priority]]),
    );
    this.#labelled('stream_messages', 'Messages in a stream', 'stream', ({ streams }) =>
      streams.map(({ name, messages }) => [name, messages]),
    );
    this.#labelled('stream_bytes', 'On disk', 'stream', ({ streams }) =>
      streams.map(({ name, bytes }) => [name, bytes]),
    );
  }

  #figures(): Promise<GaugeValues> {
    const now = this.#clock.monotonicMs();
    if (this.#gauged === null || now - this.#gauged.at >= FRESH_MS) {
      this.#gauged = { at: now, figures: this.#gauge() };
    }
    return this.#gauged.figures;
  }

  #single(name: string, help: string, of: (figures: GaugeValues) => number | null | undefined): void {
    const figures = () => this.#figures();
    new Gauge({
      name: PREFIX + name,
      help,
      registers: [this.#registry],
      async collect() {
        const value = of(await figures());
        this.remove();
        if (value !== null && value !== undefined) this.set(value);
      },
    });
  }

  #labelled(
    name: string,
    help: string,
    label: string,
    of: (figures: GaugeValues) => readonly (readonly [string, number])[],
  ): void {
    const figures = () => this.#figures();
    new Gauge({
      name: PREFIX + name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      async collect() {
        const values = of(await figures());
        this.reset();
        for (const [value, number] of values) this.set({ [label]: value }, number);
      },
    });
  }
}
