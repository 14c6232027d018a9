/** The newest checkpoint that enough witnesses have cosigned, a value of the bucket AUDIT_TILES. */
import type { NatsConnection } from '@nats-io/transport-node';
import type { CosignedCheckpoint, CosignedCheckpoints } from '../../application/ports/witnesses.ts';
import { parseInstant } from '../../domain/shared/instant.ts';
import { answerOf, JETSTREAM_TIMEOUT_MS } from '../connection/api.ts';
import type { PublishAnswer } from '../connection/atomic-batch.ts';
import { notWritten } from '../connection/errors.ts';
import { readLast } from '../connection/leader-read.ts';
import { AUDIT_TILES_STREAM } from './audit-tiles.ts';

const SUBJECT = '$KV.AUDIT_TILES.cosigned';

export class JetStreamCosignedCheckpoints implements CosignedCheckpoints {
  readonly #nc: NatsConnection;

  constructor(nc: NatsConnection) {
    this.#nc = nc;
  }

  /** Null also where what is stored cannot be read: the next one takes its place. */
  async get(): Promise<CosignedCheckpoint | null> {
    const message = await readLast(this.#nc, AUDIT_TILES_STREAM, SUBJECT);
    if (message === null) return null;
    try {
      const { note, time } = JSON.parse(Buffer.from(message.body).toString('utf8'));
      const at = parseInstant(time);
      return typeof note === 'string' && at !== null ? { note, time: at } : null;
    } catch {
      return null;
    }
  }

  async put(cosigned: CosignedCheckpoint): Promise<void> {
    try {
      const answer = await this.#nc.request(SUBJECT, JSON.stringify(cosigned), {
        timeout: JETSTREAM_TIMEOUT_MS,
      });
      answerOf<PublishAnswer>(answer.json());
    } catch (error) {
      throw notWritten(error);
    }
  }
}
