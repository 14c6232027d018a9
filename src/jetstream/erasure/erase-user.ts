/**
 * What is stored of a user beside the log, erased. What is sealed needs no more than the key to go; it is purged all the
 * same. What other services were told, or have told, lies in clear: those messages are overwritten on the disk, one by
 * one.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import type { ErasedStores } from '../../application/ports/log/erased-stores.ts';
import type { Sequence, UserId } from '../../domain/shared/ids.ts';
import type { ErasureCounts } from '../../domain/user/events.ts';
import { EXECUTIONS } from '../../projections/executions.ts';
import { MILESTONES } from '../../projections/milestones.ts';
import { SCHEDULE } from '../../projections/schedule.ts';
import { TASKS } from '../../projections/tasks.ts';
import { TRIGGERS } from '../../projections/triggers.ts';
import { ArchiveStore } from '../backups/archive-store.ts';
import type { UserKeys } from '../codec/user-keys.ts';
import { jetstreamApi } from '../connection/api.ts';
import { eraseMessage } from '../connection/erase.ts';
import { JetStreamCode, jetstreamErrorCode, unavailableOr } from '../connection/errors.ts';
import { type LeaderMessage, readLast, readNext } from '../connection/leader-read.ts';
import { escapeToken } from '../connection/subjects.ts';
import { eraseDeviceMessages } from '../devices/erase-messages.ts';
import { readStream } from '../log/log-pages.ts';
import { DELIVERIES_STREAM } from '../publishing/delivery-records.ts';
import { JetStreamPublishedStream, PUBLISHED_STREAM } from '../publishing/published-stream.ts';
import { REPLAY_STREAM } from '../queues/dead-letters.ts';
import { userValuesIn, viewStreams } from '../views/view-streams.ts';

/** Of a relay that does not come on. */
const RELAY_PATIENCE_MS = 2_000;
const LOOK_AGAIN_MS = 100;
const ERASED_TOGETHER = 32;
const PURGE_TIMEOUT_MS = 30_000;

export interface ErasedStoresOptions {
  readonly nc: NatsConnection;
  readonly keys: UserKeys;
  /** Whether anybody may be relaying the log: at a start nobody is. */
  readonly isRelayed: boolean;
  /** Whether the servers' configuration has people's devices. */
  readonly hasDevices: boolean;
}

export class JetStreamErasedStores implements ErasedStores {
  readonly #options: ErasedStoresOptions;

  constructor(options: ErasedStoresOptions) {
    this.#options = options;
  }

  isReadable(userId: UserId): Promise<boolean> {
    return this.#options.keys.isStored(userId);
  }

  async erase(userId: UserId, erasedAt: Sequence): Promise<ErasureCounts> {
    const { nc, keys, isRelayed, hasDevices } = this.#options;
    await keys.destroy(userId);
    if (isRelayed) await this.#relayed(erasedAt);
    const user = escapeToken(userId);
    const views = [TASKS, EXECUTIONS, SCHEDULE, TRIGGERS, MILESTONES];
    let values = 0;
    // Also of those that are being built, and of those that nobody reads any more.
    for (const stream of await viewStreams(nc)) {
      for (const view of views) values += await purge(nc, stream, userValuesIn(stream, view, userId));
    }
    const belongs = belongsTo(userId);
    return {
      views: values,
      idempotency: await purge(nc, 'KV_IDEMPOTENCY', `$KV.IDEMPOTENCY.${user}.>`),
      published: await eraseScanned(nc, PUBLISHED_STREAM, belongs),
      from_other_services: await eraseScanned(nc, 'PLATFORM_EVENTS', belongs),
      dead_letters: await eraseScanned(nc, 'DEAD_LETTERS', belongs),
      replays: await eraseRead(nc, REPLAY_STREAM, '>', belongs),
      trigger_messages: await eraseRead(nc, 'TRIGGER_EVENTS', `events.${user}.>`, () => true),
      deliveries: await purge(nc, DELIVERIES_STREAM, `event-deliveries.${user}.>`),
      destinations: await purge(nc, 'KV_PLATFORM_STATE', `$KV.PLATFORM_STATE.destination.${user}.>`),
      archives: await removeArchives(nc, userId),
      ...(hasDevices ? { device_messages: await eraseDeviceMessages(nc, userId) } : {}),
    };
  }

  /**
   * What a relay publishes later it has opened earlier, if at all. One that does not come on will find no key: it tells
   * of what it publishes then nothing that was sealed.
   */
  async #relayed(through: Sequence): Promise<void> {
    const { nc } = this.#options;
    const published = new JetStreamPublishedStream(nc);
    let seen = { at: 0, sinceMs: performance.now() };
    while (performance.now() - seen.sinceMs < RELAY_PATIENCE_MS) {
      const stored = await readLast(nc, 'KV_PLATFORM_STATE', '$KV.PLATFORM_STATE.checkpoint.relay');
      const checkpoint =
        stored === null ? 0 : Number(JSON.parse(Buffer.from(stored.body).toString()).sequence);
      const at = Math.max(checkpoint, (await published.position()).logSequence);
      if (at >= through) return;
      if (at > seen.at) seen = { at, sinceMs: performance.now() };
      await delay(LOOK_AGAIN_MS);
    }
  }
}

/** How many messages went; their bytes may stay on the disk until the server writes their block anew. */
async function purge(nc: NatsConnection, stream: string, filter: string): Promise<number> {
  try {
    const body = { filter };
    return (await jetstreamApi<{ purged: number }>(nc, `STREAM.PURGE.${stream}`, body, PURGE_TIMEOUT_MS))
      .purged;
  } catch (error) {
    if (jetstreamErrorCode(error) === JetStreamCode.streamNotFound) return 0;
    throw unavailableOr(error);
  }
}

type Belongs = (message: Pick<LeaderMessage, 'body'>) => boolean;

/** Whether a message is about the user, by what its document says: ours, and those of other services. */
function belongsTo(userId: UserId): Belongs {
  const text = JSON.stringify(userId).slice(1, -1);
  return ({ body }) => {
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    if (!bytes.includes(text)) return false;
    try {
      return names(JSON.parse(bytes.toString('utf8')), userId);
    } catch {
      return false;
    }
  };
}

const MEMBERS = ['user_id', 'userid', 'userId'];

function names(document: unknown, userId: UserId): boolean {
  if (typeof document !== 'object' || document === null) return false;
  return Object.entries(document).some(
    ([name, value]) =>
      (MEMBERS.includes(name) && value === userId) || (name === 'data' && names(value, userId)),
  );
}

/** Of a stream that is read page by page. */
async function eraseScanned(nc: NatsConnection, stream: string, belongs: Belongs): Promise<number> {
  let erased = 0;
  let together: number[] = [];
  const erase = async () => {
    await Promise.all(together.map((sequence) => eraseMessage(nc, stream, sequence)));
    erased += together.length;
    together = [];
  };
  for await (const message of readStream(nc, { stream, subject: '>' })) {
    if (!belongs(message)) continue;
    together.push(message.sequence);
    if (together.length >= ERASED_TOGETHER) await erase();
  }
  await erase();
  return erased;
}

/** Of a stream that is read one by one: few of its messages are looked at. */
async function eraseRead(
  nc: NatsConnection,
  stream: string,
  subject: string,
  belongs: Belongs,
): Promise<number> {
  let erased = 0;
  for (let after = 0; ; ) {
    const message = await readNext(nc, stream, subject, after);
    if (message === null) return erased;
    after = message.sequence;
    if (!belongs(message)) continue;
    await eraseMessage(nc, stream, message.sequence);
    erased++;
  }
}

/** Sealed under the user's key, as the log is. */
async function removeArchives(nc: NatsConnection, userId: UserId): Promise<number> {
  const store = new ArchiveStore(nc);
  const archives = await store.list(userId);
  for (const { name } of archives) await store.remove(name);
  return archives.length;
}
