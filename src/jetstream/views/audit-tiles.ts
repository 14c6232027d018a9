/** Tiles of the tree over the log, values of the bucket AUDIT_TILES. */
import type { NatsConnection } from '@nats-io/transport-node';
import type { StoredTiles } from '../../application/ports/log/audit.ts';
import { answerOf, JETSTREAM_TIMEOUT_MS } from '../connection/api.ts';
import type { PublishAnswer } from '../connection/atomic-batch.ts';
import { notWritten } from '../connection/errors.ts';
import { readLast } from '../connection/leader-read.ts';

export const AUDIT_TILES_STREAM = 'KV_AUDIT_TILES';

export class JetStreamAuditTiles implements StoredTiles {
  readonly #nc: NatsConnection;

  constructor(nc: NatsConnection) {
    this.#nc = nc;
  }

  async get(level: number, index: number): Promise<Buffer | null> {
    const message = await readLast(this.#nc, AUDIT_TILES_STREAM, subjectOf(level, index));
    return message === null ? null : Buffer.from(message.body);
  }

  async put(level: number, index: number, hashes: Buffer): Promise<void> {
    try {
      const answer = await this.#nc.request(subjectOf(level, index), hashes, {
        timeout: JETSTREAM_TIMEOUT_MS,
      });
      answerOf<PublishAnswer>(answer.json());
    } catch (error) {
      throw notWritten(error);
    }
  }
}

function subjectOf(level: number, index: number): string {
  return `$KV.AUDIT_TILES.${level}.${index}`;
}
