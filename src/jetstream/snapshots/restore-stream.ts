/**
 * A stream restored until it is whole. nats-server answers that all is restored, and has left the last messages out, where
 * an earlier restore of the same stream was cut off just before: so what is there is counted, and the stream restored again
 * from the copy, which stays where it is.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import {
  deleteStream,
  restoreSnapshot,
  type StreamSnapshot,
  snapshotInfo,
  updateStream,
} from './snapshot.ts';

const MOST_TRIES = 5;

/** A stream that is there less than its copy says, however often it is restored. */
export class RestoreIncomplete extends Error {
  override readonly name = 'RestoreIncomplete';
}

/** `chunks` gives the copy from its beginning, each time it is called. Throws RestoreIncomplete, LogUnavailable. */
export async function restoreWhole(
  nc: NatsConnection,
  snapshot: StreamSnapshot,
  chunks: () => AsyncIterable<Uint8Array>,
): Promise<void> {
  const { name, config, state } = snapshot;
  // What is older than the stream keeps goes only when all was counted.
  const keeping = { ...config, max_age: 0 };
  for (let tries = 1; ; tries++) {
    await deleteStream(nc, name);
    await restoreSnapshot(nc, { name, config: keeping, state }, chunks());
    const there = (await snapshotInfo(nc, name))?.state;
    const isWhole =
      there !== undefined && there.last_seq >= state.last_seq && there.messages >= state.messages;
    if (isWhole) break;
    if (tries === MOST_TRIES) {
      const holds = `${there?.messages ?? 0} messages through ${there?.last_seq ?? 0}`;
      throw new RestoreIncomplete(
        `${name} holds ${holds} after ${tries} tries, its copy ${state.messages} through ${state.last_seq}: the copy is kept, repeat the restore`,
      );
    }
  }
  if (config.max_age !== 0) await updateStream(nc, { ...config });
}
