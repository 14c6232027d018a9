/**
 * Dead letters: messages that could not be handled or delivered, each under a subject that says where it was given up
 * (`dead-letters.<stream>.<consumer>.<sequence>`), so that one is there once however often it is buried.
 *
 * A replay goes to the one consumer that gave the message up, by a stream of its own: published again under its first
 * subject, it would reach everybody else a second time.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import type {
  DeadLetter,
  DeadLetters,
  StoredDeadLetter,
  StoredDeadLetters,
} from '../../application/ports/platform.ts';
import { answerOf, JETSTREAM_TIMEOUT_MS, jetstreamApi } from '../connection/api.ts';
import { headersFrom, PublishCode } from '../connection/atomic-batch.ts';
import { JetStreamCode, jetstreamErrorCode, unavailableOr } from '../connection/errors.ts';
import { type LeaderMessage, lastSequence, readAt, readNext } from '../connection/leader-read.ts';

const STREAM = 'DEAD_LETTERS';
const SUBJECTS = 'dead-letters.>';
export const REPLAY_STREAM = 'DEAD_LETTER_REPLAYS';
export const FIRST_SUBJECT = 'First-Subject';
const REASON_CHARACTERS = 1_000;

export class JetStreamDeadLetters implements DeadLetters, StoredDeadLetters {
  readonly #nc: NatsConnection;

  constructor(nc: NatsConnection) {
    this.#nc = nc;
  }

  async bury(letter: DeadLetter): Promise<void> {
    const { stream, consumer, sequence } = letter.place;
    const headers = headersFrom({
      'Nats-Expected-Last-Subject-Sequence': '0',
      [FIRST_SUBJECT]: letter.subject,
      'First-Message-Id': letter.messageId,
      Deliveries: `${letter.deliveries}`,
      Reason: oneLine(letter.reason),
      Time: new Date().toISOString(),
    });
    try {
      const subject = `dead-letters.${stream}.${consumer}.${sequence}`;
      const options = { headers, timeout: JETSTREAM_TIMEOUT_MS };
      answerOf((await this.#nc.request(subject, letter.body, options)).json());
    } catch (error) {
      const code = jetstreamErrorCode(error);
      if (code === PublishCode.lockLost || code === PublishCode.lockBusy) return;
      throw unavailableOr(error);
    }
  }

  async *list(from = 0): AsyncGenerator<StoredDeadLetter> {
    const end = await lastSequence(this.#nc, STREAM);
    for (let after = from; after < end; ) {
      const message = await readNext(this.#nc, STREAM, SUBJECTS, after);
      if (message === null) return;
      after = message.sequence;
      yield letterFrom(message);
    }
  }

  async read(number: number): Promise<StoredDeadLetter | null> {
    const message = await readAt(this.#nc, STREAM, number);
    return message === null ? null : letterFrom(message);
  }

  /**
   * Sends a letter back to the consumer that gave it up; false where there is none of that number. A crash in between
   * leaves the letter here and sends it too: its consumer makes that harmless.
   */
  async replay(number: number): Promise<boolean> {
    const message = await readAt(this.#nc, STREAM, number);
    if (message === null) return false;
    const { place, subject, messageId, body } = letterFrom(message);
    try {
      const headers = headersFrom({
        'Nats-Msg-Id': `dead-letter-${number}`,
        [FIRST_SUBJECT]: subject,
        'First-Message-Id': messageId,
      });
      const options = { headers, timeout: JETSTREAM_TIMEOUT_MS };
      answerOf((await this.#nc.request(`dead-letter-replays.${place.consumer}`, body, options)).json());
      await jetstreamApi(this.#nc, `STREAM.MSG.DELETE.${STREAM}`, { seq: number, no_erase: true });
      return true;
    } catch (error) {
      if (jetstreamErrorCode(error) === JetStreamCode.noMessageFound) return true;
      throw unavailableOr(error);
    }
  }
}

function letterFrom(message: LeaderMessage): StoredDeadLetter {
  const [, stream = '', consumer = '', sequence = ''] = message.subject.split('.');
  return {
    number: message.sequence,
    time: message.header('Time'),
    place: { stream, consumer, sequence: Number(sequence) },
    subject: message.header(FIRST_SUBJECT),
    messageId: message.header('First-Message-Id'),
    deliveries: Number(message.header('Deliveries')),
    reason: message.header('Reason'),
    body: message.body,
  };
}

/** A header holds one line. */
function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e\u00a0-\uffff]+/g, ' ').slice(0, REASON_CHARACTERS);
}
