/**
 * Buries what the server gave up by itself: a message whose consumer died on its last delivery, or that was terminated.
 * The server says so once, in an advisory, which the stream DELIVERY_ADVISORIES keeps until it was dealt with.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { DeadLetters } from '../../application/ports/platform.ts';
import { ConnectionWatch } from '../connection/connection-watch.ts';
import { readAt } from '../connection/leader-read.ts';
import type { Declaration } from '../provisioning/declarations.ts';
import { fitConsumer } from './ensure-consumer.ts';
import { type Delivery, pullUntil } from './pull-consumer.ts';

const STREAM = 'DELIVERY_ADVISORIES';
const CONSUMER = 'dead-letters';
const PLACES = 20;
const RETRY_MS = 2_000;

const advisory = z.object({
  stream: z.string(),
  consumer: z.string(),
  stream_seq: z.int().positive(),
  deliveries: z.int().default(0),
  reason: z.string().optional(),
});

export interface GivenUpOptions {
  readonly nc: NatsConnection;
  readonly deadLetters: DeadLetters;
  readonly logger: Logger;
  readonly replicas: number;
  readonly declarations: readonly Declaration[];
}

/** Ends when the signal aborts. */
export function buryGivenUp(options: GivenUpOptions, signal: AbortSignal): Promise<void> {
  const { nc, logger } = options;
  const watch = new ConnectionWatch(nc);
  return pullUntil(signal, watch, {
    nc,
    stream: STREAM,
    consumer: CONSUMER,
    places: () => PLACES,
    onDelivery: (delivery) => {
      bury(options, delivery).then(
        () => delivery.ack(),
        (error: unknown) => {
          logger.warn({ err: error }, 'a message that was given up is not buried yet');
          delivery.handBack(RETRY_MS);
        },
      );
    },
    repair: () => fitConsumer({ ...options, watch, stream: STREAM, consumer: CONSUMER }),
  });
}

async function bury({ nc, deadLetters, logger }: GivenUpOptions, { message }: Delivery): Promise<void> {
  const told = advisory.safeParse(message.json());
  if (!told.success) return logger.error({ subject: message.subject }, 'an advisory that cannot be read');
  const { stream, consumer, stream_seq: sequence, deliveries, reason } = told.data;
  const given = await readAt(nc, stream, sequence);
  if (given === null) return;
  await deadLetters.bury({
    place: { stream, consumer, sequence },
    subject: given.subject,
    messageId: given.header('Nats-Msg-Id'),
    body: given.body,
    deliveries,
    reason: reason ?? `delivered ${deliveries} times and never acknowledged`,
  });
}
