/**
 * Traces as the parts tell them; `src/observability/otel-traces.ts` sends them. What a trace is known by here is its `traceparent`
 * (W3C Trace Context): it comes with a request, is handed from call to call like any other argument, and goes on with
 * events, commands and outbound calls, whether or not anybody records spans.
 *
 *     REST request --span--> append --traceparent of the event--> execution command --> attempt --span--> outbound call
 *
 * Where nothing is recorded, a span is what it was begun under and nothing more.
 */

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** Named as OpenTelemetry's semantic conventions do; our own begin with `task_service.`. Nothing personal, no secrets. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface Span {
  /** What goes on from here carries it; null: it is part of no trace. */
  readonly traceparent: string | null;
  /** Whether anybody will see it: attributes are worth making only then. */
  readonly isRecorded: boolean;
  set(attributes: SpanAttributes): void;
  /** Names what it came from, of another trace. */
  linkTo(traceparent: string): void;
  /** Once, at its end; `failure` is a code or the name of a kind of error, never a text. */
  end(failure?: string): void;
}

export interface Traces {
  /** Begins a span under `parent`; under none, a trace of its own. Names are few: no ids in them. Never throws. */
  begin(name: string, kind: SpanKind, parent: string | null): Span;
}

/** Passes on what it was begun under. */
class PassedOn implements Span {
  readonly traceparent: string | null;
  readonly isRecorded = false;

  constructor(traceparent: string | null) {
    this.traceparent = traceparent;
  }

  set(): void {}
  linkTo(): void {}
  end(): void {}
}

const IN_NO_TRACE = new PassedOn(null);

export function passedOn(traceparent: string | null): Span {
  return traceparent === null ? IN_NO_TRACE : new PassedOn(traceparent);
}

export const NOT_TRACED: Traces = { begin: (_name, _kind, parent) => passedOn(parent) };

const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const SAMPLED = 1;

/**
 * A `traceparent` as somebody sent it, null where it is none: all-zero ids are invalid, version 00 has four fields, a
 * later one may have more. What comes out is of version 00, 55 characters.
 */
export function parseTraceparent(sent: string | null): string | null {
  const match = sent === null ? null : TRACEPARENT.exec(sent);
  const [traceparent = '', version, traceId = '', parentId = '', flags = '', more] = match ?? [];
  if (/^0*$/.test(traceId) || /^0*$/.test(parentId)) return null;
  if (version === '00') return more === undefined ? traceparent : null;
  // Of a later version only what is known of this one may be passed on.
  const known = Number.parseInt(flags, 16) & SAMPLED;
  return `00-${traceId}-${parentId}-0${known}`;
}

/** Whether whoever began the trace has it recorded. Of what `parseTraceparent` answered. */
export function isSampled(traceparent: string): boolean {
  return (Number.parseInt(traceparent.slice(53, 55), 16) & SAMPLED) === SAMPLED;
}

/** 32 hex digits. Of what `parseTraceparent` answered. */
export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}

/** For a line of the service's own log: which trace it is of, if it is of one. */
export function traceFields(traceparent: string | null): { readonly trace_id?: string } {
  return traceparent === null ? {} : { trace_id: traceIdOf(traceparent) };
}
