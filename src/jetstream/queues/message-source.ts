/** Messages of a durable consumer, and of the dead letters that are replayed to it. */
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import type { DeliveredMessage, MessageSource } from '../../application/ports/platform.ts';
import { ConnectionWatch } from '../connection/connection-watch.ts';
import type { Declaration } from '../provisioning/declarations.ts';
import { FIRST_SUBJECT, REPLAY_STREAM } from './dead-letters.ts';
import { fitConsumer } from './ensure-consumer.ts';
import { type Delivery, deliveryPositionOf, pullUntil } from './pull-consumer.ts';

export interface MessageSourceOptions {
  readonly stream: string;
  readonly consumer: string;
  readonly logger: Logger;
  readonly replicas: number;
  readonly declarations: readonly Declaration[];
}

export class JetStreamMessageSource implements MessageSource {
  readonly #nc: NatsConnection;
  readonly #watch: ConnectionWatch;
  readonly #options: MessageSourceOptions;

  constructor(nc: NatsConnection, options: MessageSourceOptions) {
    this.#nc = nc;
    this.#watch = new ConnectionWatch(nc);
    this.#options = options;
  }

  async consume(
    maxInHand: number,
    onMessage: (message: DeliveredMessage) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const streams = [this.#options.stream, REPLAY_STREAM];
    await Promise.all(streams.map((stream) => this.#pull(stream, maxInHand, onMessage, signal)));
  }

  #pull(
    stream: string,
    places: number,
    onMessage: (message: DeliveredMessage) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { consumer } = this.#options;
    const fit = { ...this.#options, nc: this.#nc, watch: this.#watch, stream };
    return pullUntil(signal, this.#watch, {
      nc: this.#nc,
      stream,
      consumer,
      places: () => places,
      onDelivery: (delivery) => onMessage(deliveredMessage(delivery, stream, consumer)),
      repair: () => fitConsumer(fit),
    });
  }
}

function deliveredMessage(delivery: Delivery, stream: string, consumer: string): DeliveredMessage {
  const { message, deliveries } = delivery;
  return {
    subject: header(message, FIRST_SUBJECT) || message.subject,
    body: message.data,
    messageId: header(message, 'First-Message-Id') || header(message, 'Nats-Msg-Id'),
    place: { stream, consumer, sequence: deliveryPositionOf(message).sequence },
    deliveries,
    ack: () => delivery.ack(),
    handBack: (delayMs) => delivery.handBack(delayMs),
    working: () => delivery.working(),
  };
}

function header(message: Msg, name: string): string {
  return message.headers?.get(name) ?? '';
}
