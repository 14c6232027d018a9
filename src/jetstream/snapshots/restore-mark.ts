/**
 * That a restore is under way, as a stream that holds nothing: from before the first stream is restored until all are whole.
 * A service that started in between would take half a backup for all there is.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { jetstreamApi } from '../connection/api.ts';
import { unavailableOr } from '../connection/errors.ts';
import { deleteStream, snapshotInfo } from './snapshot.ts';

const MARK = 'RESTORE_UNDER_WAY';

/** A restore was broken off; `message` says what to do. */
export class RestoreUnderWay extends Error {
  override readonly name = 'RestoreUnderWay';
  /** EX_CONFIG: as it was started, it cannot run. */
  readonly exitCode = 78;
}

/** Throws RestoreUnderWay, LogUnavailable. */
export async function requireNoRestore(nc: NatsConnection): Promise<void> {
  if ((await snapshotInfo(nc, MARK)) === null) return;
  throw new RestoreUnderWay(
    'a restore of this server was broken off, so its streams are not whole: repeat `task-service restore`',
  );
}

/** Of which backup one is under way; null for none. Throws LogUnavailable. */
export async function restoreUnderWay(nc: NatsConnection): Promise<string | null> {
  const mark = await snapshotInfo(nc, MARK);
  return mark === null ? null : String(mark.config.description);
}

export async function markRestore(nc: NatsConnection, backup: string): Promise<void> {
  const config = {
    name: MARK,
    subjects: ['task-service.restore-under-way'],
    description: backup,
    storage: 'file',
  };
  try {
    await jetstreamApi(nc, `STREAM.CREATE.${MARK}`, config);
  } catch (error) {
    throw unavailableOr(error);
  }
}

export function removeRestoreMark(nc: NatsConnection): Promise<void> {
  return deleteStream(nc, MARK);
}
