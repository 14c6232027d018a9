/**
 * Makes a stream anew whose messages could never be deleted: JetStream takes `deny_delete` back by no update. Every
 * message keeps its sequence, every consumer its place, for it is done by JetStream's own snapshot:
 *
 *     sealed: nobody writes to it --> copied, chunk by chunk --> deleted --> restored as declared, and counted
 *         --> copy deleted
 *
 * The copy is a stream of its own, so that whatever is killed in between is found there and gone on with at the next
 * start. It is made under a description that nobody else has: of several instances that start, one does it, and the
 * others wait. Who finds that the copy does not grow for a while takes it for left behind.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createInbox, type NatsConnection, nuid } from '@nats-io/transport-node';
import { LogUnavailable } from '../../application/ports/failures.ts';
import { answerOf, JETSTREAM_TIMEOUT_MS, jetstreamApi } from '../connection/api.ts';
import { JetStreamCode, jetstreamErrorCode } from '../connection/errors.ts';
import { readAt, readLast } from '../connection/leader-read.ts';
import type { StreamSettings } from './declarations.ts';

const LOOK_AGAIN_MS = 100;
const LEFT_BEHIND_MS = 5_000;
const CHUNK_PATIENCE_MS = 10_000;
/** Restoring ends with the whole stream read again. */
const RESTORE_TIMEOUT_MS = 60_000;
const NOTHING = new Uint8Array();

type Config = Readonly<Record<string, unknown>>;

interface Found {
  readonly config: Config;
  readonly state: State;
}

interface State {
  readonly messages: number;
  readonly last_seq: number;
}

/** Whether the stream may never have a message deleted, and is declared to. */
export function deniesDeletion(stored: Config, wanted: Config): boolean {
  return stored.deny_delete === true && wanted.deny_delete !== true;
}

export interface RemakeOptions {
  readonly nc: NatsConnection;
  readonly wanted: StreamSettings;
  /** What is in it is made again by others: it is not copied. */
  readonly isDisposable: boolean;
  /** How long another instance that does it is waited for while nothing is seen to go on. */
  readonly leftBehindMs?: number;
}

/**
 * Resolves when no message of the stream is denied deletion, or there is no such stream; true where it was made anew.
 * Throws LogUnavailable.
 */
export async function remakeDeletable(options: RemakeOptions): Promise<boolean> {
  const { nc, wanted, isDisposable, leftBehindMs = LEFT_BEHIND_MS } = options;
  const { name } = wanted;
  let own: string | null = null;
  let seen = { size: -1, sinceMs: performance.now() };
  for (;;) {
    const [stored, copy] = [await found(nc, name), await found(nc, copyOf(name))];
    const isToBeRemade = stored !== null && deniesDeletion(stored.config, wanted);
    if (isToBeRemade && isDisposable) {
      await removed(nc, name);
      return true;
    }
    if (copy === null) {
      if (!isToBeRemade) return own !== null;
      own = await copied(nc, wanted, stored.config);
      if (own !== null) await removeCopied(nc, name, own);
      continue;
    }
    const size = copy.state.last_seq;
    if (size !== seen.size) seen = { size, sinceMs: performance.now() };
    const isMine = copy.config.description === own || performance.now() - seen.sinceMs >= leftBehindMs;
    const isRestored = stored !== null && !isToBeRemade;
    if (isRestored && (await holdsAll(nc, name, stored))) await removed(nc, copyOf(name));
    else if (!isMine) await delay(LOOK_AGAIN_MS);
    // JetStream answers that all is restored, and has left the end out, where another restore was cut off just before.
    else if (isRestored) await removed(nc, name);
    else if (stored === null) await restored(nc, wanted);
    // Not whole, or not known to be: it is made again.
    else await removed(nc, copyOf(name));
  }
}

function copyOf(name: string): string {
  return `COPY_OF_${name}`;
}

function chunksOf(name: string): string {
  return `copies.${name}.chunks`;
}

function wholeOf(name: string): string {
  return `copies.${name}.whole`;
}

async function found(nc: NatsConnection, stream: string): Promise<Found | null> {
  try {
    return await jetstreamApi<Found>(nc, `STREAM.INFO.${stream}`);
  } catch (error) {
    if (jetstreamErrorCode(error) === JetStreamCode.streamNotFound) return null;
    throw error;
  }
}

async function removed(nc: NatsConnection, stream: string): Promise<void> {
  try {
    await jetstreamApi(nc, `STREAM.DELETE.${stream}`, undefined, CHUNK_PATIENCE_MS);
  } catch (error) {
    if (jetstreamErrorCode(error) !== JetStreamCode.streamNotFound) throw error;
  }
}

/** The description of the copy; null where another instance has one, or makes it. */
async function copied(nc: NatsConnection, wanted: StreamSettings, stored: Config): Promise<string | null> {
  const { name } = wanted;
  const description = `Of ${name} while it is made anew (${nuid.next()}).`;
  const { num_replicas } = wanted;
  const subjects = [chunksOf(name), wholeOf(name)];
  const config = { name: copyOf(name), subjects, description, storage: 'file', num_replicas };
  try {
    await jetstreamApi(nc, `STREAM.CREATE.${copyOf(name)}`, config);
  } catch (error) {
    if (jetstreamErrorCode(error) === JetStreamCode.streamNameInUse) return null;
    throw error;
  }
  if (stored.sealed !== true) await jetstreamApi(nc, `STREAM.UPDATE.${name}`, { ...stored, sealed: true });
  const state = await copyChunks(nc, name);
  await store(nc, wholeOf(name), JSON.stringify({ config: stored, state }));
  return description;
}

/** Answers the state that the snapshot is of. */
async function copyChunks(nc: NatsConnection, name: string): Promise<unknown> {
  const inbox = createInbox();
  let end: (error?: unknown) => void = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    end = (error) => (error === undefined ? resolve() : reject(error));
  });
  // Looked at only after the snapshot has been asked for.
  ended.catch(() => {});
  const silence = setTimeout(
    () => end(new LogUnavailable(`the snapshot of ${name} ended early`)),
    CHUNK_PATIENCE_MS,
  );
  let stored = Promise.resolve();
  const subscription = nc.subscribe(inbox, {
    callback: (error, message) => {
      if (error !== null) return end(error);
      silence.refresh();
      stored = stored.then(async () => {
        if (message.data.length === 0) return end();
        await store(nc, chunksOf(name), message.data);
        message.respond(NOTHING);
      });
      stored.catch(end);
    },
  });
  try {
    const asked = { deliver_subject: inbox, no_consumers: false };
    const { state } = await jetstreamApi<{ state: unknown }>(nc, `STREAM.SNAPSHOT.${name}`, asked);
    await ended;
    return state;
  } finally {
    clearTimeout(silence);
    subscription.unsubscribe();
  }
}

async function store(nc: NatsConnection, subject: string, body: Uint8Array | string): Promise<void> {
  answerOf((await nc.request(subject, body, { timeout: CHUNK_PATIENCE_MS })).json());
}

/** Deletes the stream that nobody can have written to since, as long as the copy is the one that was made of it. */
async function removeCopied(nc: NatsConnection, name: string, description: string): Promise<void> {
  const copy = await found(nc, copyOf(name));
  const stored = await found(nc, name);
  if (copy?.config.description === description && stored?.config.sealed === true) await removed(nc, name);
}

interface WholeCopy {
  readonly config: Config;
  readonly state: State;
  /** Sequences of its chunks: 1 to this. */
  readonly chunks: number;
}

async function wholeCopy(nc: NatsConnection, name: string): Promise<WholeCopy | null> {
  const last = await readLast(nc, copyOf(name), wholeOf(name));
  if (last === null) return null;
  return { ...JSON.parse(Buffer.from(last.body).toString()), chunks: last.sequence - 1 };
}

/** Whether the stream has all that its copy has: nobody writes to it before the copy is gone. */
async function holdsAll(nc: NatsConnection, name: string, { state }: Found): Promise<boolean> {
  const copy = await wholeCopy(nc, name);
  if (copy === null || state.last_seq > copy.state.last_seq) return true;
  return state.last_seq === copy.state.last_seq && state.messages >= copy.state.messages;
}

async function restored(nc: NatsConnection, wanted: StreamSettings): Promise<void> {
  const { name } = wanted;
  const copy = await wholeCopy(nc, name);
  if (copy === null) throw new Error(`${name} is not there, and ${copyOf(name)} is no whole copy of it`);
  // What the operator had set stays; what sealing has set does not.
  const unsealed = { sealed: false, deny_delete: false, deny_purge: false, allow_rollup_hdrs: false };
  const { deliver_subject } = await jetstreamApi<{ deliver_subject: string }>(nc, `STREAM.RESTORE.${name}`, {
    config: { ...copy.config, ...unsealed, ...wanted },
    state: copy.state,
  });
  for (let sequence = 1; sequence <= copy.chunks; sequence++) {
    const chunk = await readAt(nc, copyOf(name), sequence);
    if (chunk === null) throw new Error(`${copyOf(name)} lacks a part of ${name}`);
    answerOf(jsonOf(await nc.request(deliver_subject, chunk.body, { timeout: JETSTREAM_TIMEOUT_MS })));
  }
  answerOf(jsonOf(await nc.request(deliver_subject, NOTHING, { timeout: RESTORE_TIMEOUT_MS })));
}

/** A chunk that was taken is answered by nothing. */
function jsonOf(message: { readonly data: Uint8Array; json(): unknown }): unknown {
  return message.data.length === 0 ? {} : message.json();
}
