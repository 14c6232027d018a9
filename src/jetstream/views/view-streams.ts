/**
 * The streams that hold views, whatever their version and whether anybody reads them: those of every generation, and
 * `KV_VIEWS`, in which builds before generations kept all versions.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { NO_SEQUENCE, type Sequence, type UserId } from '../../domain/shared/ids.ts';
import { jetstreamApi } from '../connection/api.ts';
import { JetStreamCode, jetstreamErrorCode, unavailableOr } from '../connection/errors.ts';
import { forgetVersions } from './generation-record.ts';
import { bucketOfStream, ViewBucket } from './view-bucket.ts';
import { CHECKPOINT_KEY, valuesOfUser } from './view-keys.ts';

export const FORMER_VIEWS = 'KV_VIEWS';
const NAME = /^KV_VIEWS(_\d+_\d+)?$/;
const DELETE_TIMEOUT_MS = 10_000;

/** Throws LogUnavailable. */
export async function viewStreams(nc: NatsConnection): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    for (let offset = 0; ; ) {
      const asked = { offset };
      const page = await jetstreamApi<{ streams: string[] | null; total: number }>(nc, 'STREAM.NAMES', asked);
      const streams = page.streams ?? [];
      names.push(...streams.filter((name) => NAME.test(name)));
      offset += streams.length;
      if (streams.length === 0 || offset >= page.total) return names;
    }
  } catch (error) {
    throw unavailableOr(error);
  }
}

/** How far the log is known to any of them. Throws LogUnavailable. */
export async function farthestInViews(nc: NatsConnection): Promise<Sequence> {
  let farthest: Sequence = NO_SEQUENCE;
  for (const stream of await viewStreams(nc)) {
    try {
      const bucket = new ViewBucket(nc, bucketOfStream(stream));
      const { sequence, values } = await bucket.checkpoint(keyIn(stream, CHECKPOINT_KEY));
      farthest = Math.max(farthest, sequence, values) as Sequence;
    } catch (error) {
      // It has just been dropped.
      if (jetstreamErrorCode(error) !== JetStreamCode.streamNotFound) throw error;
    }
  }
  return farthest;
}

/** The subjects of a user's values of a view in one of the streams. */
export function userValuesIn(stream: string, view: { readonly name: string }, userId: UserId): string {
  return `$KV.${bucketOfStream(stream)}.${keyIn(stream, valuesOfUser(view, userId))}`;
}

/** In the former stream the version stands between the view and the rest. */
function keyIn(stream: string, key: string): string {
  return stream === FORMER_VIEWS ? key.replace('.', '.*.') : key;
}

/** Throws all views of all versions away. Only while nobody projects. Throws LogUnavailable. */
export async function dropViews(nc: NatsConnection): Promise<void> {
  for (const stream of await viewStreams(nc)) await removeStream(nc, stream);
  await forgetVersions(nc);
}

/** One that is not there is no error. Throws LogUnavailable. */
export async function removeStream(nc: NatsConnection, stream: string): Promise<void> {
  try {
    await jetstreamApi(nc, `STREAM.DELETE.${stream}`, undefined, DELETE_TIMEOUT_MS);
  } catch (error) {
    if (jetstreamErrorCode(error) !== JetStreamCode.streamNotFound) throw unavailableOr(error);
  }
}
