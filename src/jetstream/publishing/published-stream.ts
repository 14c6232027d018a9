/**
 * The stream TASK_EVENTS as the relay writes it: several messages as one atomic batch, always under a lock on the end of
 * the whole stream. So of two relays that both believe that they lead one is refused, and what one log event leads to is
 * there whole or not at all. The message id is a second line of defence, for as long as the server remembers ids.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { LogRefused } from '../../application/ports/failures.ts';
import {
  Overtaken,
  type PublishedMessage,
  type PublishedPosition,
  type PublishedStream,
} from '../../application/ports/platform.ts';
import { NO_SEQUENCE, parseSequence, type Sequence } from '../../domain/shared/ids.ts';
import { CLOUD_EVENTS_JSON } from '../codec/codec.ts';
import { answerOf, JETSTREAM_TIMEOUT_MS } from '../connection/api.ts';
import {
  type BatchMessage,
  headersFrom,
  type PublishAnswer,
  PublishCode,
  publishBatch,
} from '../connection/atomic-batch.ts';
import { isFull, jetstreamErrorCode, unavailableOr } from '../connection/errors.ts';
import { lastSequence, readAt } from '../connection/leader-read.ts';

export const PUBLISHED_STREAM = 'TASK_EVENTS';

const OVERTAKEN: readonly number[] = [
  PublishCode.lockLost,
  PublishCode.lockBusy,
  PublishCode.lockNotReady,
  PublishCode.duplicateInBatch,
  PublishCode.duplicateInFlight,
];

export class JetStreamPublishedStream implements PublishedStream {
  readonly #nc: NatsConnection;

  constructor(nc: NatsConnection) {
    this.#nc = nc;
  }

  async position(): Promise<PublishedPosition> {
    const last = await lastSequence(this.#nc, PUBLISHED_STREAM);
    const message = last === 0 ? null : await readAt(this.#nc, PUBLISHED_STREAM, last);
    return { last, logSequence: sequenceFrom(message?.header('Log-Sequence') ?? '') };
  }

  async publish(messages: readonly PublishedMessage[], after: number): Promise<number> {
    const [first, ...more] = messages.map((message, index) => encoded(message, index === 0 ? after : null));
    if (first === undefined) return after;
    try {
      if (more.length === 0) return await this.#publishOne(first);
      return (await publishBatch(this.#nc, [first, ...more], JETSTREAM_TIMEOUT_MS)).sequence;
    } catch (error) {
      throw refusal(error);
    }
  }

  async #publishOne({ subject, payload, headers }: BatchMessage): Promise<number> {
    const options = { headers: headersFrom(headers), timeout: JETSTREAM_TIMEOUT_MS };
    const answer = await this.#nc.request(subject, payload, options);
    const { seq, duplicate } = answerOf<PublishAnswer>(answer.json());
    if (duplicate === true) throw new Overtaken(`message ${headers['Nats-Msg-Id']} is there already`);
    return seq;
  }
}

/** The log sequence and the type together: one log event may lead to several messages, never two of a type. */
export function publishedId(message: Pick<PublishedMessage, 'logSequence' | 'type'>): string {
  return `${message.logSequence}.${message.type}`;
}

function encoded(message: PublishedMessage, after: number | null): BatchMessage {
  return {
    subject: message.type,
    payload: Buffer.from(message.body),
    headers: {
      'Nats-Msg-Id': publishedId(message),
      ...(after === null ? {} : { 'Nats-Expected-Last-Sequence': `${after}` }),
      'Content-Type': CLOUD_EVENTS_JSON,
      'Log-Sequence': `${message.logSequence}`,
      'Log-Type': message.logType,
    },
  };
}

function refusal(error: unknown): unknown {
  const code = jetstreamErrorCode(error);
  if (code === null) return unavailableOr(error);
  if (OVERTAKEN.includes(code)) {
    return new Overtaken('another message stands at the end of TASK_EVENTS', { cause: error });
  }
  if (isFull(error)) {
    return new LogRefused('LOG_FULL', 'TASK_EVENTS has no room left', { cause: error });
  }
  return unavailableOr(error);
}

function sequenceFrom(header: string): Sequence {
  return (/^\d+$/.test(header) ? parseSequence(Number(header)) : null) ?? NO_SEQUENCE;
}
