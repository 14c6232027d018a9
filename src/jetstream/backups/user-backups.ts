import type { NatsConnection } from '@nats-io/transport-node';
import { LogRefused } from '../../application/ports/failures.ts';
import type { BackupMade, BackupOrder, UserBackups } from '../../application/ports/user-backups.ts';
import { NO_SEQUENCE } from '../../domain/shared/ids.ts';
import type { UserKeys } from '../codec/user-keys.ts';
import { isFull } from '../connection/errors.ts';
import { readLast } from '../connection/leader-read.ts';
import { LOG_STREAM, userSubjects } from '../connection/subjects.ts';
import { ArchiveStore, archiveName, type StoredArchive } from './archive-store.ts';
import { ArchiveWriter } from './archive-writer.ts';
import { writeArchive } from './write-archive.ts';

export class JetStreamUserBackups implements UserBackups {
  readonly #nc: NatsConnection;
  readonly #keys: UserKeys;
  readonly #store: ArchiveStore;

  constructor(nc: NatsConnection, keys: UserKeys) {
    this.#nc = nc;
    this.#keys = keys;
    this.#store = new ArchiveStore(nc);
  }

  async make(order: BackupOrder, signal: AbortSignal): Promise<BackupMade> {
    signal.throwIfAborted();
    const { userId, taskId } = order;
    const before = await this.#store.ofTask(userId, taskId);
    const place = placeFor(order, before);
    const { archive, manifest } = await this.#write(order, archiveName(userId, taskId, place), signal);
    const others = [...before].filter(([other]) => other !== place).map(([, other]) => other);
    const tooMany = newestFirst(others).slice(order.keep - 1);
    for (const { name } of tooMany) await this.#store.remove(name);
    return {
      name: archive.name,
      bytes: archive.bytes,
      sha256: archive.sha256,
      counts: manifest.counts,
      first_sequence: manifest.first_sequence,
      last_sequence: manifest.last_sequence,
      kept: others.length - tooMany.length + 1,
    };
  }

  /** Writes and stores at once: what is read is stored before more is read. */
  async #write(order: BackupOrder, name: string, signal: AbortSignal) {
    const { userId, scope, now } = order;
    const key = await this.#keys.get(userId);
    const last = await readLast(this.#nc, LOG_STREAM, userSubjects(userId));
    const through = last?.sequence ?? NO_SEQUENCE;
    signal.throwIfAborted();
    const writer = new ArchiveWriter(now);
    const giveUp = (error: unknown): never => {
      writer.destroy(error instanceof Error ? error : new Error('ended', { cause: error }));
      throw error;
    };
    const onAbort = () => writer.destroy(new Error('ended', { cause: signal.reason }));
    signal.addEventListener('abort', onAbort, { once: true });
    const about = {
      user_id: userId,
      task_id: order.taskId,
      execution_id: order.executionId,
      created_at: now,
    };
    try {
      const [manifest, archive] = await Promise.all([
        writeArchive(this.#nc, writer, { userId, key, through, scope, now }).catch(giveUp),
        this.#store.put(name, writer.stream, about).catch(giveUp),
      ]);
      return { manifest, archive };
    } catch (error) {
      signal.throwIfAborted();
      if (!isFull(error)) throw error;
      throw new LogRefused('LOG_FULL', 'there is no room for the archive', { cause: error });
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }
}

/** A repeat goes where the first went; else a free place, else that of the oldest. */
function placeFor(order: BackupOrder, archives: ReadonlyMap<number, StoredArchive>): number {
  for (const [place, { execution_id }] of archives) if (execution_id === order.executionId) return place;
  for (let place = 0; place < order.keep; place++) if (!archives.has(place)) return place;
  const oldest = newestFirst([...archives.values()]).at(-1);
  for (const [place, archive] of archives) if (archive === oldest) return place;
  return 0;
}

function newestFirst(archives: readonly StoredArchive[]): readonly StoredArchive[] {
  return [...archives].sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
}
