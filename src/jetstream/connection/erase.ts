import type { NatsConnection } from '@nats-io/transport-node';
import { jetstreamApi } from './api.ts';
import { JetStreamCode, jetstreamErrorCode, unavailableOr } from './errors.ts';

/** Another may have erased it, a moment ago too. */
const NOT_THERE: ReadonlySet<number> = new Set([
  JetStreamCode.noMessageFound,
  JetStreamCode.sequenceNotFound,
  JetStreamCode.messageNotDeleted,
]);

/** A whole block of the file may be written anew for it. */
const ERASE_TIMEOUT_MS = 10_000;

/**
 * Deletes a message and overwrites its bytes on the disk; one that is not there is no error. Throws LogUnavailable, and
 * the refusal of a stream that denies deletion.
 */
export async function eraseMessage(nc: NatsConnection, stream: string, sequence: number): Promise<void> {
  try {
    await jetstreamApi(nc, `STREAM.MSG.DELETE.${stream}`, { seq: sequence }, ERASE_TIMEOUT_MS);
  } catch (error) {
    const code = jetstreamErrorCode(error);
    if (code === null || !NOT_THERE.has(code)) throw unavailableOr(error);
  }
}
