/**
 * Records of deliveries in EVENT_DELIVERIES: two subjects a destination, one for tries and one for events given up, so that
 * the stream itself keeps each list short, and a burst of tries displaces nothing that was given up. How far each
 * destination has come stands in PLATFORM_STATE, under its version.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import type {
  DeliveryRecord,
  DeliveryRecords,
  DestinationProgress,
  DestinationProgressStore,
  ListedDelivery,
} from '../../application/ports/event-deliveries.ts';
import type { RecordKey } from '../../application/ports/platform.ts';
import type { DestinationId, EventId, UserId } from '../../domain/shared/ids.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { failIfLeaderGone } from '../connection/abandoned-requests.ts';
import { answerOf, JETSTREAM_TIMEOUT_MS, jetstreamApi } from '../connection/api.ts';
import { notWritten, unavailableOr } from '../connection/errors.ts';
import type { LeaderMessage } from '../connection/leader-read.ts';
import { escapeToken } from '../connection/subjects.ts';
import { readStream } from '../log/log-pages.ts';
import { JetStreamRelayStateStore } from '../views/relay-state-store.ts';

export const DELIVERIES_STREAM = 'EVENT_DELIVERIES';
const STATE_STREAM = 'KV_PLATFORM_STATE';

type RecordKind = 'tries' | 'failed';

export class JetStreamDeliveryRecords implements DeliveryRecords {
  readonly #nc: NatsConnection;

  constructor(nc: NatsConnection) {
    this.#nc = nc;
  }

  async add(userId: UserId, destinationId: DestinationId, record: DeliveryRecord): Promise<void> {
    const subject = subjectOf(userId, destinationId, record.status === 'failed' ? 'failed' : 'tries');
    try {
      const request = this.#nc.request(subject, JSON.stringify(record), { timeout: JETSTREAM_TIMEOUT_MS });
      answerOf((await failIfLeaderGone(this.#nc, DELIVERIES_STREAM, request)).json());
    } catch (error) {
      throw notWritten(error);
    }
  }

  async list(userId: UserId, destinationId: DestinationId): Promise<readonly ListedDelivery[]> {
    const found: LeaderMessage[] = [];
    for (const kind of ['tries', 'failed'] as const) {
      const of = { stream: DELIVERIES_STREAM, subject: subjectOf(userId, destinationId, kind) };
      for await (const message of readStream(this.#nc, of)) found.push(message);
    }
    found.sort((a, b) => b.sequence - a.sequence);
    const newest = new Map<EventId, ListedDelivery>();
    for (const { body, sequence: place } of found) {
      const record = JSON.parse(Buffer.from(body).toString()) as DeliveryRecord;
      if (!newest.has(record.event_id)) newest.set(record.event_id, { ...record, place });
    }
    return [...newest.values()];
  }

  async forget(userId: UserId, destinationId: DestinationId): Promise<void> {
    const filter = `event-deliveries.${escapeToken(userId)}.${destinationId}.*`;
    const state = `$KV.PLATFORM_STATE.destination.${escapeToken(userId)}.${destinationId}`;
    try {
      await jetstreamApi(this.#nc, `STREAM.PURGE.${DELIVERIES_STREAM}`, { filter });
      await jetstreamApi(this.#nc, `STREAM.PURGE.${STATE_STREAM}`, { filter: state });
    } catch (error) {
      throw unavailableOr(error);
    }
  }
}

export class JetStreamDestinationProgress implements DestinationProgressStore {
  readonly #records: JetStreamRelayStateStore;

  constructor(nc: NatsConnection) {
    this.#records = new JetStreamRelayStateStore(nc);
  }

  async read(userId: UserId, destinationId: DestinationId) {
    const stored = await this.#records.get(keyOf(userId, destinationId));
    if (stored === null) return null;
    const { term, ...progress } = stored.value;
    return {
      progress: progress as unknown as DestinationProgress,
      version: stored.version,
      term: Number(term),
    };
  }

  write(
    userId: UserId,
    destinationId: DestinationId,
    {
      progress,
      version,
      term,
    }: { readonly progress: DestinationProgress; readonly version: number; readonly term: number },
  ): Promise<number | null> {
    const value = { ...progress, term } as unknown as JsonObject;
    return this.#records.put(keyOf(userId, destinationId), value, version);
  }
}

function keyOf(userId: UserId, destinationId: DestinationId): RecordKey {
  return ['destination', userId, destinationId];
}

function subjectOf(userId: UserId, destinationId: DestinationId, kind: RecordKind): string {
  return `event-deliveries.${escapeToken(userId)}.${destinationId}.${kind}`;
}
