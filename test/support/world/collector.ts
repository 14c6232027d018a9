import { onTestFinished } from 'vitest';
import { type Answer, type HttpReceiver, json, startHttpReceiver } from './http-receiver.ts';

/** A span as it came to the collector. */
export interface CollectedSpan {
  readonly name: string;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: it is the first of its trace. */
  readonly parent: string;
  /** `<trace id>-<span id>` of each. */
  readonly links: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly failed: boolean;
  readonly resource: Readonly<Record<string, unknown>>;
}

/** A collector of OpenTelemetry: takes OTLP over HTTP, in JSON, on loopback. */
export interface Collector extends HttpReceiver {
  /** Everything that has come, in the order of its coming. */
  spans(): CollectedSpan[];
}

export async function collector(answer: Answer = taken): Promise<Collector> {
  const receiver = await startHttpReceiver(answer);
  onTestFinished(() => receiver.stop());
  return { ...receiver, spans: () => receiver.requests.flatMap(({ body }) => spansIn(JSON.parse(body))) };
}

export const taken: Answer = (_request, response) => json(response, 200, {});

interface Otlp {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

interface OtlpSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes?: readonly Attribute[];
  readonly status?: { readonly code?: number };
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

function spansIn({ resourceSpans }: Otlp): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        name: span.name,
        kind: span.kind,
        traceId: span.traceId,
        spanId: span.spanId,
        parent: span.parentSpanId ?? '',
        links: (span.links ?? []).map(({ traceId, spanId }) => `${traceId}-${spanId}`),
        attributes: plain(span.attributes ?? []),
        failed: span.status?.code === 2,
        resource: plain(resource.attributes),
      })),
    ),
  );
}

function plain(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? value.boolValue]),
  );
}
