/** Takes the messages of event triggers from the one durable consumer that all instances share. */
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { parseTraceparent } from '../../application/ports/traces.ts';
import type { TriggerMessage, TriggerMessageQueue } from '../../application/ports/work/trigger-messages.ts';
import { parseUserId, type UserId } from '../../domain/shared/ids.ts';
import { instantOf } from '../../domain/shared/instant.ts';
import { ConnectionWatch } from '../connection/connection-watch.ts';
import { unescapeToken } from '../connection/subjects.ts';
import { fitConsumer } from './ensure-consumer.ts';
import { type Delivery, deliveryPositionOf, pullUntil } from './pull-consumer.ts';

const QUEUE = { stream: 'TRIGGER_EVENTS', consumer: 'triggers' };
const SUBJECT = /^events\.([^.]+)\.(.+)$/;

export interface TriggerQueueOptions {
  readonly logger: Logger;
  readonly replicas: number;
}

export class JetStreamTriggerQueue implements TriggerMessageQueue {
  readonly #nc: NatsConnection;
  readonly #watch: ConnectionWatch;
  readonly #options: TriggerQueueOptions;

  constructor(nc: NatsConnection, options: TriggerQueueOptions) {
    this.#nc = nc;
    this.#watch = new ConnectionWatch(nc);
    this.#options = options;
  }

  consume(
    maxInHand: number,
    onMessage: (message: TriggerMessage) => void,
    signal: AbortSignal,
  ): Promise<void> {
    return pullUntil(signal, this.#watch, {
      ...QUEUE,
      nc: this.#nc,
      places: () => maxInHand,
      onDelivery: (delivery) => this.#take(delivery, onMessage),
      repair: () => fitConsumer({ ...this.#options, ...QUEUE, nc: this.#nc, watch: this.#watch }),
    });
  }

  #take(delivery: Delivery, onMessage: (message: TriggerMessage) => void): void {
    const { message, deliveries } = delivery;
    const target = targetOf(message.subject);
    if (target === null) {
      this.#options.logger.warn(
        { subject: message.subject },
        'a message on a subject of no user was dropped',
      );
      delivery.drop('no user');
      return;
    }
    const { sequence, nanoseconds } = deliveryPositionOf(message);
    onMessage({
      ...target,
      id: `${sequence}.${nanoseconds}`,
      sequence,
      published_at: instantOf(Number(BigInt(nanoseconds) / 1_000_000n)),
      payload: message.data,
      traceparent: parseTraceparent(message.headers?.get('traceparent') ?? null),
      deliveries,
      ack: () => delivery.ack(),
      drop: (reason) => delivery.drop(reason),
      handBack: (delayMs) => delivery.handBack(delayMs),
      working: () => delivery.working(),
    });
  }
}

/** Of `events.<user>.<subject>`, the user escaped as in the log. */
function targetOf(text: string): { userId: UserId; subject: string } | null {
  const [, token, subject] = SUBJECT.exec(text) ?? [];
  const user = token === undefined ? null : unescapeToken(token);
  const userId = user === null ? null : parseUserId(user);
  return userId === null || subject === undefined ? null : { userId, subject };
}
