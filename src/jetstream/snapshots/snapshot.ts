/**
 * A stream as JetStream's own snapshot, with its consumers and where each of them stands, chunk by chunk:
 * https://docs.nats.io/reference/reference-protocols/nats_api_reference
 */
import { createInbox, type NatsConnection } from '@nats-io/transport-node';
import { LogUnavailable } from '../../application/ports/failures.ts';
import { answerOf, jetstreamApi } from '../connection/api.ts';
import { JetStreamCode, jetstreamErrorCode, unavailableOr } from '../connection/errors.ts';

const CHUNK_PATIENCE_MS = 30_000;
/** Deleting, and the end of restoring: the whole stream is read again. */
const LONG_MS = 300_000;
const NOTHING = new Uint8Array();

export type SnapshotConfig = Readonly<Record<string, unknown>>;

export interface SnapshotState {
  readonly messages: number;
  readonly first_seq: number;
  readonly last_seq: number;
}

export interface StreamSnapshot {
  readonly name: string;
  readonly config: SnapshotConfig;
  readonly state: SnapshotState;
}

/** Null where there is no such stream. Throws LogUnavailable. */
export async function snapshotInfo(nc: NatsConnection, name: string): Promise<StreamSnapshot | null> {
  try {
    const { config, state } = await jetstreamApi<Omit<StreamSnapshot, 'name'>>(nc, `STREAM.INFO.${name}`);
    return { name, config, state };
  } catch (error) {
    if (jetstreamErrorCode(error) === JetStreamCode.streamNotFound) return null;
    throw unavailableOr(error);
  }
}

/** `write` gets one chunk after another; the server sends on when one is written. Throws LogUnavailable. */
export async function takeSnapshot(
  nc: NatsConnection,
  name: string,
  write: (chunk: Uint8Array) => Promise<void>,
): Promise<StreamSnapshot> {
  const inbox = createInbox();
  let end: (error?: unknown) => void = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    end = (error) => (error === undefined ? resolve() : reject(error));
  });
  // Looked at only after the snapshot has been asked for.
  ended.catch(() => {});
  const early = (why: string) => end(new LogUnavailable(`the snapshot of ${name} ended early: ${why}`));
  const silence = setTimeout(() => early('nothing came'), CHUNK_PATIENCE_MS);
  let written = Promise.resolve();
  const subscription = nc.subscribe(inbox, {
    callback: (error, message) => {
      if (error !== null) return end(error);
      silence.refresh();
      const { headers } = message;
      // Whoever is given up is told so by an end with another status.
      if ((headers?.code ?? 0) >= 300) return early(headers?.description ?? String(headers?.code));
      written = written.then(async () => {
        if (message.data.length === 0) return end();
        await write(message.data);
        message.respond(NOTHING);
      });
      written.catch(end);
    },
  });
  try {
    const asked = { deliver_subject: inbox, no_consumers: false, jsck: true };
    const { config, state } = await jetstreamApi<Omit<StreamSnapshot, 'name'>>(
      nc,
      `STREAM.SNAPSHOT.${name}`,
      asked,
      CHUNK_PATIENCE_MS,
    );
    await ended;
    return { name, config, state };
  } catch (error) {
    throw unavailableOr(error);
  } finally {
    clearTimeout(silence);
    subscription.unsubscribe();
  }
}

/** Of a stream that is not there. Whether all came is to be seen from what is there then. Throws LogUnavailable. */
export async function restoreSnapshot(
  nc: NatsConnection,
  { name, config, state }: StreamSnapshot,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  try {
    const { deliver_subject } = await jetstreamApi<{ deliver_subject: string }>(
      nc,
      `STREAM.RESTORE.${name}`,
      { config, state },
      CHUNK_PATIENCE_MS,
    );
    const send = async (chunk: Uint8Array, timeout: number) => {
      const { data, ...message } = await nc.request(deliver_subject, chunk, { timeout });
      // A chunk that was taken is answered by nothing.
      if (data.length > 0) answerOf(JSON.parse(Buffer.from(data).toString()));
      return message;
    };
    for await (const chunk of chunks) await send(chunk, CHUNK_PATIENCE_MS);
    await send(NOTHING, LONG_MS);
  } catch (error) {
    throw unavailableOr(error);
  }
}

export async function updateStream(nc: NatsConnection, config: SnapshotConfig): Promise<void> {
  try {
    await jetstreamApi(nc, `STREAM.UPDATE.${String(config.name)}`, config, CHUNK_PATIENCE_MS);
  } catch (error) {
    throw unavailableOr(error);
  }
}

/** One that is not there is no error. Throws LogUnavailable. */
export async function deleteStream(nc: NatsConnection, name: string): Promise<void> {
  try {
    await jetstreamApi(nc, `STREAM.DELETE.${name}`, undefined, LONG_MS);
  } catch (error) {
    if (jetstreamErrorCode(error) !== JetStreamCode.streamNotFound) throw unavailableOr(error);
  }
}
