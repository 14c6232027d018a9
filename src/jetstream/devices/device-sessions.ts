/**
 * How many lasting sessions a user may have. Each subscription of one is a durable consumer that the server keeps, so
 * that somebody who opens sessions without end would take the server's memory from everybody.
 *
 * The server keeps a session under a hash of its client id, so a user's sessions cannot be listed. The names by which a
 * user's devices have logged in are kept here; when there are too many, those that have no session any more (it was a
 * clean one, or has expired) make room. The server forgets a session thirty days after its last login
 * (streams/devices/mqtt-sessions.json), and its consumers a day after that (`consumer_inactive_threshold`): were they
 * gone first, the session would be there and hear nothing.
 */
import { createHash } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import type { RecordKey } from '../../application/ports/platform.ts';
import type { UserId } from '../../domain/shared/ids.ts';
import { jetstreamApi } from '../connection/api.ts';
import { JetStreamCode, jetstreamErrorCode } from '../connection/errors.ts';
import { JetStreamRelayStateStore } from '../views/relay-state-store.ts';
import { DEVICES_API } from './device-messages.ts';

export const MOST_SESSIONS = 10;
/** Two devices of one user that log in for the first time at once, again and again: one of them waits. */
const MOST_TRIES = 10;

export class DeviceSessions {
  readonly #nc: NatsConnection;
  readonly #store: JetStreamRelayStateStore;

  constructor(nc: NatsConnection) {
    this.#nc = nc;
    this.#store = new JetStreamRelayStateStore(nc);
  }

  /** Whether a session of this client id is one of those that its user may have. Throws LogUnavailable. */
  async admits(userId: UserId, clientId: string): Promise<boolean> {
    const key: RecordKey = ['device-sessions', userId];
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const stored = await this.#store.get(key);
      const known = (stored?.value.client_ids ?? []) as readonly string[];
      if (known.includes(clientId)) return true;
      const kept = known.length < MOST_SESSIONS ? known : await this.#lasting(known);
      if (kept.length >= MOST_SESSIONS) return false;
      const client_ids = [...kept, clientId];
      if ((await this.#store.put(key, { client_ids }, stored?.version ?? 0)) !== null) return true;
    }
    return false;
  }

  async #lasting(clientIds: readonly string[]): Promise<readonly string[]> {
    const stored = await Promise.all(clientIds.map((clientId) => storedSession(this.#nc, clientId)));
    return clientIds.filter((_, index) => stored[index] !== null);
  }
}

/** What nats-server keeps of the session of a client id, as JSON; null where there is none. */
export async function storedSession(nc: NatsConnection, clientId: string): Promise<Uint8Array | null> {
  const query = { last_by_subj: `$MQTT.sess.${hashOfClientId(clientId)}` };
  try {
    const { message } = await jetstreamApi<{ message: { data?: string } }>(
      nc,
      'STREAM.MSG.GET.$MQTT_sess',
      query,
      undefined,
      DEVICES_API,
    );
    return Buffer.from(message.data ?? '', 'base64');
  } catch (error) {
    if (jetstreamErrorCode(error) === JetStreamCode.noMessageFound) return null;
    throw error;
  }
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const HASH_LENGTH = 8;

/** As nats-server names what it keeps of a session. */
function hashOfClientId(clientId: string): string {
  const bytes = createHash('sha256').update(clientId).digest().subarray(0, HASH_LENGTH);
  return [...bytes].map((byte) => DIGITS[byte % DIGITS.length]).join('');
}
