/**
 * What a lane is to send next, and how far it has come: what is due again or was asked for by hand comes first, then what is
 * new in the log, then a replay. Where too many wait to be tried again, none is begun anew.
 */
import type {
  DeliveryRecords,
  DestinationProgress,
  PendingDelivery,
} from '../../application/ports/event-deliveries.ts';
import type { EventLog } from '../../application/ports/log/log.ts';
import type { DestinationCommand } from '../../domain/destination/decider.ts';
import type { EventDestination } from '../../domain/destination/event-destination.ts';
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import type { Sequence, UserId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { EventDelivery } from './event-delivery.ts';
import { LaneEvents } from './lane-events.ts';
import { PendingDeliveries } from './pending-deliveries.ts';
import { ReplayLane } from './replay-lane.ts';

/** Waiting to be tried again, before nothing new is begun; and before a replay rests. */
const MOST_PENDING = 100;
const MOST_PENDING_IN_REPLAY = 50;

export interface LaneQueueDeps {
  readonly log: Pick<EventLog, 'readUser'>;
  readonly records: Pick<DeliveryRecords, 'list'>;
  readonly userId: UserId;
  /** How far the lane has come is another now. */
  readonly onChanged: () => void;
}

export class LaneQueue {
  readonly #deps: LaneQueueDeps;
  readonly #onSince: Sequence;
  #events: LaneEvents;
  #pending = new PendingDeliveries([]);
  #replay: ReplayLane | null = null;
  #resendsThrough: Sequence;

  constructor(deps: LaneQueueDeps, { after, on_since }: EventDestination) {
    this.#deps = deps;
    this.#events = new LaneEvents(deps.log, deps.userId, { after, last: null });
    this.#onSince = on_since;
    this.#resendsThrough = on_since;
  }

  /** When the next one is due again; null where none waits. */
  get nextAt(): Instant | null {
    return this.#pending.nextAt;
  }

  get progress(): Omit<DestinationProgress, 'failing_since'> {
    return {
      through: this.#events.through,
      pending: this.#pending.all,
      on_since: this.#onSince,
      resends_through: this.#resendsThrough,
      replay: this.#replay?.progress ?? null,
    };
  }

  /** The user has new events. */
  wake(): void {
    this.#events.wake();
  }

  /** Goes on from what a lane before this one has stored. */
  resume({ through, pending, resends_through, replay }: DestinationProgress, destination: EventDestination) {
    this.#events = new LaneEvents(this.#deps.log, this.#deps.userId, { after: through, last: null });
    this.#pending = new PendingDeliveries(pending);
    this.#resendsThrough = resends_through;
    if (replay !== null && replay.replay_id === destination.replay?.replay_id) {
      this.#replay = this.#replayFrom(destination, replay.through, replay.sent);
    }
  }

  /** All that wait are due now. */
  allDue(now: Instant): void {
    this.#pending.allDue(now);
  }

  /** Queues what was asked for since; answers what is to be asked in turn, that a replay has been sent; null for nothing. */
  takeUpRequests(destination: EventDestination, now: Instant): DestinationCommand | null {
    const { resends, replay, destination_id } = destination;
    for (const { at, event_sequence: sequence } of resends) {
      if (at <= this.#resendsThrough) continue;
      this.#resendsThrough = at;
      const known = this.#pending.find(sequence);
      const fresh = { sequence, attempts: 0, first_at: now, next_at: now, is_replay: true };
      this.#pending.put(known === null ? fresh : { ...known, next_at: now });
      this.#deps.onChanged();
    }
    if (replay?.replay_id !== this.#replay?.replay.replay_id) {
      this.#replay = replay === null ? null : this.#replayFrom(destination, (replay.from - 1) as Sequence, 0);
      this.#deps.onChanged();
    }
    if (this.#replay?.isDone !== true) return null;
    const { replay_id } = this.#replay.replay;
    const { sent } = this.#replay.progress;
    return { type: 'end_replay', data: { destination_id, replay_id, reason: 'done', sent } };
  }

  /** It is recorded that the replay has been sent. */
  replayEnded(): void {
    if (this.#replay !== null) this.#replay.isEnded = true;
  }

  /** Null where there is nothing to send now. */
  async next(destination: EventDestination, now: Instant): Promise<EventDelivery | null> {
    for (let before = this.#pending.take(now); before !== null; before = this.#pending.take(now)) {
      const event = await this.#eventAt(before.sequence);
      if (event !== null) return { event, from: 'pending', before };
      this.#pending.remove(before.sequence);
    }
    if (this.#pending.count < MOST_PENDING) {
      const event = await this.#events.next(destination);
      this.#deps.onChanged();
      if (event !== null) return { event, from: 'log', before: null };
    }
    if (this.#replay === null || this.#pending.count >= MOST_PENDING_IN_REPLAY) return null;
    const event = await this.#replay.next(destination);
    return event === null ? null : { event, from: 'replay', before: null };
  }

  /** A try is over; `again`: it is to be tried again, null where not. */
  settled({ event, from }: EventDelivery, again: PendingDelivery | null): void {
    const { sequence } = event.meta;
    if (again === null) this.#pending.remove(sequence);
    else this.#pending.put(again);
    if (from === 'log') this.#events.finished(sequence);
    if (from === 'replay') this.#replay?.finished(sequence);
    this.#deps.onChanged();
  }

  #replayFrom(
    { replay, destination_id }: EventDestination,
    after: Sequence,
    sent: number,
  ): ReplayLane | null {
    if (replay === null) return null;
    const { log, records, userId } = this.#deps;
    const failed = async () => {
      const listed = await records.list(userId, destination_id);
      return listed.filter(({ status }) => status === 'failed').map(({ sequence }) => sequence);
    };
    return new ReplayLane({ log, userId, failed }, replay, after, sent);
  }

  async #eventAt(sequence: Sequence): Promise<RecordedTaskEvent | null> {
    const [event] = await this.#deps.log.readUser(this.#deps.userId, (sequence - 1) as Sequence, 1);
    return event?.meta.sequence === sequence ? event : null;
  }
}
