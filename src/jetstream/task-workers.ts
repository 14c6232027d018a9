/**
 * Asks people's own workers by NATS request. Each request has an inbox of its own, so that it ends with the attempt
 * that asked, and a late answer finds nobody.
 */
import { createInbox, type Msg, type NatsConnection } from '@nats-io/transport-node';
import type { TaskWorkers, WorkerAnswer } from '../application/ports.ts';
import { isNoResponders, isUnavailable } from './errors.ts';

/** `taskworkers.<name>`: workers of one name share it, as a queue group, or each gets every request. */
const SUBJECT = 'taskworkers';

export class NatsTaskWorkers implements TaskWorkers {
  readonly #nc: NatsConnection;

  constructor(nc: NatsConnection) {
    this.#nc = nc;
  }

  async ask(worker: string, request: Uint8Array, signal: AbortSignal): Promise<WorkerAnswer> {
    signal.throwIfAborted();
    try {
      const message = await this.#first(`${SUBJECT}.${worker}`, request, signal);
      return isNoResponders(message) ? { kind: 'nobody' } : answerOf(message);
    } catch (error) {
      signal.throwIfAborted();
      if (isUnavailable(error)) return { kind: 'unreachable' };
      throw error;
    }
  }

  #first(subject: string, request: Uint8Array, signal: AbortSignal): Promise<Msg> {
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
      this.#nc.publish(subject, request, { reply });
    });
  }
}

/** Its errors are told in headers, as the NATS services framework does. */
function answerOf(message: Msg): WorkerAnswer {
  const code = message.headers?.get('Nats-Service-Error-Code') ?? '';
  const text = message.headers?.get('Nats-Service-Error') ?? '';
  const error = code === '' && text === '' ? null : { code, message: text };
  return { kind: 'answered', body: message.data, error };
}
