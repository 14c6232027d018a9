/**
 * Asks people's own workers by NATS request. Each request has an inbox of its own, so that it ends with the attempt
 * that asked, and a late answer finds nobody.
 */
import { createInbox, headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { NOT_TRACED, type Span, type Traces } from '../../application/ports/traces.ts';
import type { TaskWorkers, WorkerAnswer } from '../../application/ports/work/task-workers.ts';
import { isNoResponders, isUnavailable } from '../connection/errors.ts';

/** `taskworkers.<name>`: workers of one name share it, as a queue group, or each gets every request. */
const SUBJECT = 'taskworkers';

export class NatsTaskWorkers implements TaskWorkers {
  readonly #nc: NatsConnection;

  readonly #traces: Traces;

  constructor(nc: NatsConnection, traces: Traces = NOT_TRACED) {
    this.#nc = nc;
    this.#traces = traces;
  }

  /** The request carries the trace on in the header `traceparent`, as HTTP requests do. */
  async ask(
    worker: string,
    request: Uint8Array,
    signal: AbortSignal,
    traceparent: string | null,
  ): Promise<WorkerAnswer> {
    signal.throwIfAborted();
    const span = this.#traces.begin(`request ${SUBJECT}`, 'client', traceparent);
    if (span.isRecorded) tell(span, worker);
    let failure: string | undefined = '_OTHER';
    try {
      const answer = await this.#ask(worker, request, signal, span.traceparent);
      failure = answer.kind === 'answered' ? answer.error?.code : answer.kind;
      return answer;
    } finally {
      span.end(failure);
    }
  }

  async #ask(
    worker: string,
    request: Uint8Array,
    signal: AbortSignal,
    traceparent: string | null,
  ): Promise<WorkerAnswer> {
    try {
      const message = await this.#first(`${SUBJECT}.${worker}`, request, signal, traceparent);
      return isNoResponders(message) ? { kind: 'nobody' } : answerOf(message);
    } catch (error) {
      signal.throwIfAborted();
      if (isUnavailable(error)) return { kind: 'unreachable' };
      throw error;
    }
  }

  #first(
    subject: string,
    request: Uint8Array,
    signal: AbortSignal,
    traceparent: string | null,
  ): Promise<Msg> {
    return new Promise((resolve, reject) => {
      const reply = createInbox();
      const subscription = this.#nc.subscribe(reply, {
        max: 1,
        callback: (error, message) => {
          signal.removeEventListener('abort', onAbort);
          if (error === null) resolve(message);
          else reject(error);
        },
      });
      const onAbort = () => {
        subscription.unsubscribe();
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const carried = headers();
      if (traceparent !== null) carried.set('traceparent', traceparent);
      this.#nc.publish(subject, request, traceparent === null ? { reply } : { reply, headers: carried });
    });
  }
}

function tell(span: Span, worker: string): void {
  span.set({
    'messaging.system': 'nats',
    'messaging.operation.name': 'request',
    'messaging.operation.type': 'send',
    'messaging.destination.name': `${SUBJECT}.${worker}`,
    'messaging.destination.template': `${SUBJECT}.{worker}`,
  });
}

/** Its errors are told in headers, as the NATS services framework does. */
function answerOf(message: Msg): WorkerAnswer {
  const code = message.headers?.get('Nats-Service-Error-Code') ?? '';
  const text = message.headers?.get('Nats-Service-Error') ?? '';
  const error = code === '' && text === '' ? null : { code, message: text };
  return { kind: 'answered', body: message.data, error };
}
