/**
 * Spans by OpenTelemetry, sent to a collector by OTLP over HTTP. Loaded only where a collector is configured.
 *
 * Nothing here may hold up what it tells of: ended spans wait in a queue of bounded length, beyond which they are
 * dropped; they are sent in batches beside the work, each given up after two seconds; what became of it is a line of
 * the log, once a minute at most. Nothing is registered globally, and no context is kept beside the calls: whoever
 * begins a span names its parent.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Span as ApiSpan, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import {
  isSampled,
  type SpanKind as Kind,
  passedOn,
  type Span,
  type SpanAttributes,
  type Traces,
} from '../application/ports/traces.ts';
import type { TracesConfig } from './traces-config.ts';

const QUEUE_SPANS = 8_192;
const BATCH_SPANS = 512;
const TOLD_EVERY_MS = 60_000;

const KINDS: Readonly<Record<Kind, SpanKind>> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

export interface OtelTracesOptions {
  readonly config: TracesConfig & { readonly endpoint: string };
  readonly version: string;
  /** Of this process alone. */
  readonly instance: string;
  readonly logger: Logger;
  readonly timing?: Partial<OtelTiming>;
}

/** Milliseconds. */
export interface OtelTiming {
  /** What has ended is sent so much later at most. */
  readonly sendAfter: number;
  /** For a batch to be taken by the collector, repeats included. */
  readonly export: number;
  /** What a clean stop gives to those that are left; by itself each is given up within `export`. */
  readonly farewell: number;
}

const TIMING: OtelTiming = { sendAfter: 1_000, export: 2_000, farewell: 1_000 };

export class OtelTraces implements Traces {
  readonly #provider: TracerProvider;
  readonly #tracer: ReturnType<TracerProvider['getTracer']>;
  readonly #timing: OtelTiming;

  constructor({ config, version, instance, logger, timing }: OtelTracesOptions) {
    this.#timing = { ...TIMING, ...timing };
    const exporter = new OTLPTraceExporter({
      url: `${config.endpoint}/v1/traces`,
      headers: { ...config.headers },
      timeoutMillis: this.#timing.export,
    });
    const processor = new BatchSpanProcessor({
      exporter: new ToldExporter(exporter, logger),
      maxQueueSize: QUEUE_SPANS,
      maxExportBatchSize: BATCH_SPANS,
      scheduledDelayMillis: this.#timing.sendAfter,
      exportTimeoutMillis: this.#timing.export + 500,
    });
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({
        'service.name': 'task-service',
        ...config.resourceAttributes,
        'service.version': version,
        'service.instance.id': instance,
      }),
      sampler: new ParentBasedSampler({ root: samplerOf(config.share) }),
      spanProcessors: [processor],
    });
    this.#tracer = this.#provider.getTracer('task-service', version);
  }

  begin(name: string, kind: Kind, parent: string | null): Span {
    if (parent !== null && !isSampled(parent)) return passedOn(parent);
    const context = parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, contextOf(parent));
    const span = this.#tracer.startSpan(name, { kind: KINDS[kind] }, context);
    return span.isRecording() ? new RecordedSpan(span) : passedOn(traceparentOf(span));
  }

  /** Resolves when what was recorded is sent, or there is no more time for it. Never rejects. */
  async stop(): Promise<void> {
    const over = new AbortController();
    const late = delay(this.#timing.farewell, undefined, { signal: over.signal }).catch(() => {});
    await Promise.race([this.#provider.shutdown().catch(() => {}), late]);
    over.abort();
  }
}

class RecordedSpan implements Span {
  readonly traceparent: string;
  readonly isRecorded = true;
  readonly #span: ApiSpan;

  constructor(span: ApiSpan) {
    this.#span = span;
    this.traceparent = traceparentOf(span);
  }

  set(attributes: SpanAttributes): void {
    this.#span.setAttributes(attributes);
  }

  linkTo(traceparent: string): void {
    this.#span.addLink({ context: contextOf(traceparent) });
  }

  end(failure?: string): void {
    if (failure !== undefined) {
      this.#span.setAttribute('error.type', failure);
      this.#span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.#span.end();
  }
}

function contextOf(traceparent: string) {
  return {
    traceId: traceparent.slice(3, 35),
    spanId: traceparent.slice(36, 52),
    traceFlags: Number.parseInt(traceparent.slice(53, 55), 16),
    isRemote: true,
  };
}

function traceparentOf(span: ApiSpan): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-0${traceFlags & 1}`;
}

function samplerOf(share: number): Sampler {
  if (share >= 1) return new AlwaysOnSampler();
  return share <= 0 ? new AlwaysOffSampler() : new TraceIdRatioBasedSampler(share);
}

type Export = Parameters<SpanExporter['export']>;

/** Says when spans cannot be sent, and when they can again; the packages keep it to themselves. */
class ToldExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #logger: Logger;
  #lost = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(exporter: SpanExporter, logger: Logger) {
    this.#exporter = exporter;
    this.#logger = logger;
  }

  export(spans: ReadableSpan[], done: Export[1]): void {
    this.#exporter.export(spans, (result) => {
      if (result.error === undefined) this.#sent();
      else this.#failed(spans.length, result.error);
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }

  #sent(): void {
    if (this.#lost === 0) return;
    this.#logger.info({ lost: this.#lost }, 'traces are taken again');
    this.#lost = 0;
    this.#toldAt = Number.NEGATIVE_INFINITY;
  }

  #failed(spans: number, error: Error): void {
    this.#lost += spans;
    const now = performance.now();
    if (now - this.#toldAt < TOLD_EVERY_MS) return;
    this.#toldAt = now;
    this.#logger.warn({ reason: error.message.slice(0, 300), lost: this.#lost }, 'traces are not taken');
  }
}
