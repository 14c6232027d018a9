/**
 * Archives in the object store BACKUPS. A task has `keep` places for its own, `<user>/<task>/<place>`: a new archive
 * goes into a free place, else into that of the oldest, which is there until the new one is whole. So a task's
 * archives are found by their names alone, however many others there are.
 */
import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { type ObjectInfo, type ObjectStore, Objm } from '@nats-io/obj';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { MAX_BACKUPS_KEPT } from '../../application/ports/user-backups.ts';
import type { TaskId, UserId } from '../../domain/shared/ids.ts';
import { unavailableOr } from '../connection/errors.ts';
import { getLastMessages } from '../connection/last-messages.ts';
import { escapeToken } from '../connection/subjects.ts';

const BUCKET = 'BACKUPS';
const STREAM = `OBJ_${BUCKET}`;

const about = z.object({
  user_id: z.string(),
  task_id: z.string(),
  execution_id: z.string(),
  created_at: z.string(),
});
export type AboutArchive = z.output<typeof about>;

export interface StoredArchive extends AboutArchive {
  readonly name: string;
  /** Of the compressed archive. */
  readonly bytes: number;
  /** Lower-case hex, of the compressed archive. */
  readonly sha256: string;
}

/** Everything throws LogUnavailable. */
export class ArchiveStore {
  readonly #nc: NatsConnection;
  #opened: Promise<ObjectStore> | null = null;

  constructor(nc: NatsConnection) {
    this.#nc = nc;
  }

  /** The archives of a task by their places. */
  async ofTask(userId: UserId, taskId: TaskId): Promise<ReadonlyMap<number, StoredArchive>> {
    const subjects = Array.from({ length: MAX_BACKUPS_KEPT }, (_, place) =>
      metaSubject(archiveName(userId, taskId, place)),
    );
    const messages = (await getLastMessages(this.#nc, STREAM, subjects)) ?? [];
    const found = new Map<number, StoredArchive>();
    for (const message of messages) {
      const archive = stored(JSON.parse(Buffer.from(message.data).toString('utf8')));
      if (archive !== null) found.set(Number(archive.name.split('/').at(-1)), archive);
    }
    return found;
  }

  /** Of all users, or of one, by name. Reads what is known of every archive that is stored. */
  async list(userId: UserId | null): Promise<readonly StoredArchive[]> {
    const all = await this.#on((store) => store.list());
    return all
      .flatMap((info) => stored(info) ?? [])
      .filter((archive) => userId === null || archive.user_id === userId)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Stores an archive whole, or nothing of it: then rejects with what ended the content. */
  async put(name: string, content: Readable, metadata: AboutArchive): Promise<StoredArchive> {
    const stream = Readable.toWeb(content) as WebStream<Uint8Array>;
    const info = await this.#on((store) =>
      store.put({ name, metadata }, stream as ReadableStream<Uint8Array>),
    );
    const archive = stored(info);
    if (archive === null) throw new Error(`${name} was stored without its metadata`);
    return archive;
  }

  /** Null where there is none of that name. What comes is checked against its checksum when it ends. */
  async get(name: string): Promise<Readable | null> {
    const object = await this.#on((store) => store.get(name));
    if (object === null) return null;
    // Said by the stream too.
    object.error.catch(() => {});
    return Readable.fromWeb(object.data as WebStream<Uint8Array>);
  }

  async remove(name: string): Promise<void> {
    await this.#on((store) => store.delete(name));
  }

  async #on<T>(work: (store: ObjectStore) => Promise<T>): Promise<T> {
    try {
      this.#opened ??= new Objm(this.#nc).open(BUCKET, false);
      return await work(await this.#opened);
    } catch (error) {
      this.#opened = null;
      throw unavailableOr(error);
    }
  }
}

export function archiveName(userId: UserId, taskId: TaskId, place: number): string {
  return `${escapeToken(userId)}/${taskId}/${place}`;
}

/** Where an object's description is, by the NATS object store specification. */
function metaSubject(name: string): string {
  const encoded = Buffer.from(name).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
  return `$O.${BUCKET}.M.${encoded}`;
}

/** Null for what is deleted, or is none of ours. */
function stored(info: ObjectInfo): StoredArchive | null {
  const parsed = about.safeParse(info.metadata);
  if (info.deleted || !parsed.success) return null;
  const digest = info.digest.slice(info.digest.indexOf('=') + 1);
  const sha256 = Buffer.from(digest, 'base64url').toString('hex');
  return { ...parsed.data, name: info.name, bytes: info.size, sha256 };
}
