/**
 * Stores a step that is too large for one atomic batch, of a generation that nobody reads or projects: so its values may
 * come one batch after another, and again where an answer was lost. The checkpoint comes last, alone: until it is there
 * the step counts for nothing, and what is stored of it makes the generation worthless.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { failIfLeaderGone } from '../jetstream/connection/abandoned-requests.ts';
import { isUnavailable } from '../jetstream/connection/errors.ts';
import { pauseFor } from '../jetstream/connection/timing.ts';
import type { ViewBucket, ViewWrite } from '../jetstream/views/view-bucket.ts';
import { ONE_BATCH } from './projection-step.ts';

const TIMEOUT_MS = 5_000;
const PATIENCE_MS = 30_000;
const RETRY_MS = 500;
const NEVER = new AbortController().signal;

/** Answers the place of the checkpoint. Throws what the last try of a batch threw. */
export async function commitInParts(
  nc: NatsConnection,
  bucket: ViewBucket,
  writes: readonly ViewWrite[],
): Promise<number> {
  const checkpoint = writes.slice(-1);
  let part: ViewWrite[] = [];
  let bytes = 0;
  for (const write of writes.slice(0, -1)) {
    if (part.length >= ONE_BATCH.values || bytes + write.payload.length > ONE_BATCH.bytes) {
      await storeAtLast(nc, bucket, part);
      part = [];
      bytes = 0;
    }
    part.push(write);
    bytes += write.payload.length;
  }
  if (part.length > 0) await storeAtLast(nc, bucket, part);
  return await failIfLeaderGone(nc, bucket.stream, bucket.write(checkpoint, TIMEOUT_MS));
}

async function storeAtLast(
  nc: NatsConnection,
  bucket: ViewBucket,
  writes: readonly ViewWrite[],
): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      await failIfLeaderGone(nc, bucket.stream, bucket.write(writes, TIMEOUT_MS));
      return;
    } catch (error) {
      if (!isUnavailable(error) || performance.now() > giveUpAt) throw error;
      await pauseFor(RETRY_MS, NEVER);
    }
  }
}
