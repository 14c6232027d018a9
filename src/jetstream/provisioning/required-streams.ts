import type { NatsConnection } from '@nats-io/transport-node';
import { jetstreamApi } from '../connection/api.ts';
import { JetStreamCode, jetstreamErrorCode, unavailableOr } from '../connection/errors.ts';

/** What is to be read is not on this server. */
export class StreamMissing extends Error {
  override readonly name = 'StreamMissing';
}

/**
 * For who reads and makes nothing: followers wait for a stream that is not there, as a cluster may not have come up yet.
 * Throws StreamMissing, LogUnavailable.
 */
export async function requireStreams(nc: NatsConnection, names: readonly string[]): Promise<void> {
  for (const name of names) {
    try {
      await jetstreamApi(nc, `STREAM.INFO.${name}`);
    } catch (error) {
      if (jetstreamErrorCode(error) !== JetStreamCode.streamNotFound) throw unavailableOr(error);
      throw new StreamMissing(
        `the stream ${name} is not on this server: there is nothing to hold against it`,
      );
    }
  }
}
