/** Values of the bucket PLATFORM_STATE: read from the leader, replaced under their version. */
import type { NatsConnection } from '@nats-io/transport-node';
import type { RecordKey, RelayStateStore, StoredRecord } from '../../application/ports/platform.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { answerOf, JETSTREAM_TIMEOUT_MS } from '../connection/api.ts';
import { headersFrom, type PublishAnswer } from '../connection/atomic-batch.ts';
import { JetStreamCode, jetstreamErrorCode, notWritten } from '../connection/errors.ts';
import { readLast } from '../connection/leader-read.ts';
import { escapeToken } from '../connection/subjects.ts';

const STREAM = 'KV_PLATFORM_STATE';

export class JetStreamRelayStateStore implements RelayStateStore {
  readonly #nc: NatsConnection;

  constructor(nc: NatsConnection) {
    this.#nc = nc;
  }

  async get(key: RecordKey): Promise<StoredRecord | null> {
    const message = await readLast(this.#nc, STREAM, subjectOf(key));
    if (message === null) return null;
    return {
      value: JSON.parse(Buffer.from(message.body).toString()) as JsonObject,
      version: message.sequence,
    };
  }

  async put(key: RecordKey, value: JsonObject, version: number): Promise<number | null> {
    try {
      const answer = await this.#nc.request(subjectOf(key), JSON.stringify(value), {
        headers: headersFrom({ 'Nats-Expected-Last-Subject-Sequence': `${version}` }),
        timeout: JETSTREAM_TIMEOUT_MS,
      });
      return answerOf<PublishAnswer>(answer.json()).seq;
    } catch (error) {
      const code = jetstreamErrorCode(error);
      const lost =
        code === JetStreamCode.wrongLastSequence || code === JetStreamCode.wrongLastSequenceInFlight;
      if (lost) return null;
      throw notWritten(error);
    }
  }
}

function subjectOf(key: RecordKey): string {
  return `$KV.PLATFORM_STATE.${key.map(escapeToken).join('.')}`;
}
