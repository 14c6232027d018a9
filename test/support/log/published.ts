import type { NatsConnection } from '@nats-io/transport-node';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import { lastSequence, readAt } from '../../../src/jetstream/connection/leader-read.ts';

export interface Published {
  readonly subject: string;
  readonly headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: what came is for the test to look at
  readonly document: any;
}

const HEADERS = ['Nats-Msg-Id', 'Log-Sequence', 'Log-Type', 'Content-Type'];

/** All that TASK_EVENTS holds, in its order. */
export async function publishedOn(nc: NatsConnection): Promise<Published[]> {
  const last = await lastSequence(nc, 'TASK_EVENTS');
  const messages = await Promise.all(
    Array.from({ length: last }, (_, index) => readAt(nc, 'TASK_EVENTS', index + 1)),
  );
  return messages.flatMap((message) =>
    message === null
      ? []
      : [
          {
            subject: message.subject,
            headers: Object.fromEntries(HEADERS.map((name) => [name, message.header(name)])),
            document: JSON.parse(Buffer.from(message.body).toString()) as JsonObject,
          },
        ],
  );
}
