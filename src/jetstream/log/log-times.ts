import type { NatsConnection } from '@nats-io/transport-node';
import type { LogTimes } from '../../application/ports/log/log.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import { type Instant, parseInstant } from '../../domain/shared/instant.ts';
import { malformed, parseDocument } from '../codec/codec.ts';
import { lastSequence, readNext } from '../connection/leader-read.ts';
import { LOG_STREAM, LOG_SUBJECTS } from '../connection/subjects.ts';

/** By the times that the events carry, not by those of their storing: a log that was moved has other ones. */
export class JetStreamLogTimes implements LogTimes {
  readonly #nc: NatsConnection;

  constructor(nc: NatsConnection) {
    this.#nc = nc;
  }

  lastSequence(): Promise<Sequence> {
    return lastSequence(this.#nc, LOG_STREAM);
  }

  async timeFrom(sequence: Sequence): Promise<Instant | null> {
    const message = await readNext(this.#nc, LOG_STREAM, LOG_SUBJECTS, Math.max(sequence - 1, 0));
    if (message === null) return null;
    const time = parseInstant(parseDocument(message).time);
    if (time === null) throw malformed(message, 'time');
    return time;
  }
}
