/**
 * Sends a destination its events. An event that arrives is done with; one that does not is tried again later, beside those
 * that follow, so a receiver orders by revision and not by arrival. Where too many wait to be tried again, none is begun
 * anew: they are in the log, and the place up to which all is done stays where it is.
 *
 *     due again, or asked for by hand --.
 *     new in the log ------------------ +--> pace --> a place --> POST --+--> 2xx: done
 *     a replay -------------------------'                                '--> else: due again later, or given up
 */
import type { Logger } from 'pino';
import type { EventDestinations } from '../../application/commands/event-destinations.ts';
import type { Clock, Ids } from '../../application/ports/clock.ts';
import type {
  DeliveryRecord,
  DeliveryRecords,
  DestinationProgress,
  DestinationProgressStore,
  EndpointAnswer,
  EndpointCalls,
} from '../../application/ports/event-deliveries.ts';
import { isLogAway } from '../../application/ports/failures.ts';
import type { EventLog } from '../../application/ports/log/log.ts';
import type { DestinationCommand } from '../../domain/destination/decider.ts';
import type { EventDestination, TurnedOffReason } from '../../domain/destination/event-destination.ts';
import type { nextTry } from '../../domain/destination/retry-times.ts';
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import type { Term, UserId } from '../../domain/shared/ids.ts';
import { type Instant, msBetween } from '../../domain/shared/instant.ts';
import { onAbort } from '../../kernel/on-abort.ts';
import { pauseUnless } from '../../kernel/pause.ts';
import type { DeliveryPlaces } from './delivery-places.ts';
import { EndpointHealth } from './endpoint-health.ts';
import { deliveryRecord, type EventDelivery, isDelivered, isReplayed, signedCall } from './event-delivery.ts';
import { LaneQueue } from './lane-queue.ts';
import { LaneSleep, LONGEST_SLEEP_MS } from './lane-sleep.ts';
import { StoredProgress } from './stored-progress.ts';

export interface LaneDeps {
  readonly log: Pick<EventLog, 'readUser'>;
  readonly destinations: Pick<EventDestinations, 'change'>;
  readonly progress: DestinationProgressStore;
  readonly records: DeliveryRecords;
  readonly calls: Pick<EndpointCalls, 'post'>;
  readonly places: DeliveryPlaces;
  /** The CloudEvent that an event is, as its owner may see it. */
  readonly documentOf: (event: RecordedTaskEvent) => Promise<object>;
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'eventId'>;
  readonly nextTry: typeof nextTry;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly logger: Logger;
}

/** Between two calls: fifty a second. */
const PACE_MS = 20;
/** Why a lane ends whose owner wants nothing sent any more. */
export const AT_ONCE = Symbol('at once');
/** For what is under way when another instance is to go on. */
const GRACE_MS = 2_000;
const LOG_AWAY_RETRY_MS = 500;

export class DestinationLane {
  readonly #deps: LaneDeps;
  readonly #userId: UserId;
  readonly #stored: StoredProgress;
  readonly #running = new Set<Promise<void>>();
  readonly #ended = new AbortController();
  /** Ends the calls that are under way. */
  readonly #cut = new AbortController();
  #failure: unknown = null;
  #destination: EventDestination;
  readonly #queue: LaneQueue;
  readonly #health = new EndpointHealth();
  #nextStartMs = 0;
  #isTurnedOff = false;
  readonly #sleep = new LaneSleep();

  constructor(deps: LaneDeps, userId: UserId, destination: EventDestination, term: Term) {
    this.#deps = deps;
    this.#userId = userId;
    this.#destination = destination;
    const { log, records } = deps;
    const onChanged = () => this.#stored.changed();
    this.#queue = new LaneQueue({ log, records, userId, onChanged }, destination);
    this.#stored = new StoredProgress({
      store: deps.progress,
      userId,
      destinationId: destination.destination_id,
      term,
      current: () => ({ ...this.#queue.progress, failing_since: this.#health.failingSince }),
      onFailure: (error) => this.#fail(error),
    });
  }

  /** It is configured anew, or something is asked of it. */
  update(destination: EventDestination): void {
    this.#destination = destination;
    this.#sleep.wake();
  }

  /** Its owner has new events. */
  wake(): void {
    this.#queue.wake();
    this.#sleep.wake();
  }

  /**
   * Sends until the signal aborts. What is under way then may still be answered for a moment, unless the reason is AT_ONCE.
   * Throws LogUnavailable, LogRefused, Overtaken: a new lane goes on from what is stored.
   */
  async run(until: AbortSignal): Promise<void> {
    const { signal } = this.#ended;
    let grace: NodeJS.Timeout | undefined;
    const off = onAbort(until, () => {
      this.#ended.abort();
      if (until.reason === AT_ONCE) this.#cut.abort();
      else grace = setTimeout(() => this.#cut.abort(), GRACE_MS);
    });
    try {
      this.#resume(await this.#stored.read());
      while (!signal.aborted) {
        this.#sleep.awake();
        await this.#takeUpRequests();
        const delivery = await this.#next();
        if (delivery === null) await this.#changed(signal);
        else await this.#begin(delivery, signal);
      }
    } finally {
      this.#ended.abort();
      if (!until.aborted) this.#cut.abort();
      await Promise.all(this.#running);
      off();
      clearTimeout(grace);
    }
    await this.#stored.settle();
    if (this.#failure !== null) throw this.#failure;
  }

  #resume(progress: DestinationProgress | null): void {
    if (progress === null) return;
    this.#queue.resume(progress, this.#destination);
    if (progress.on_since === this.#destination.on_since) this.#health.failingSince = progress.failing_since;
    // Turned on anew by hand: whatever had failed before is forgotten.
    else this.#queue.allDue(this.#deps.clock.now());
  }

  async #takeUpRequests(): Promise<void> {
    const command = this.#queue.takeUpRequests(this.#destination, this.#deps.clock.now());
    if (command === null) return;
    await this.#ask(command);
    this.#queue.replayEnded();
  }

  /** Null where there is nothing to begin now. */
  async #next(): Promise<EventDelivery | null> {
    const { clock } = this.#deps;
    const isFull = this.#running.size >= this.#health.width;
    if (isFull || this.#isTurnedOff || this.#health.pausedMs(clock.monotonicMs()) > 0) return null;
    return this.#queue.next(this.#destination, clock.now());
  }

  async #begin(delivery: EventDelivery, signal: AbortSignal): Promise<void> {
    const { clock, places } = this.#deps;
    await pauseUnless(signal, Math.max(0, this.#nextStartMs - clock.monotonicMs()));
    const giveBack = await places.take(this.#userId, this.#health.isProven, signal);
    if (giveBack === null) return;
    this.#nextStartMs = clock.monotonicMs() + PACE_MS;
    const running = this.#deliver(delivery, this.#cut.signal)
      .catch((error) => this.#fail(error))
      .finally(() => {
        giveBack();
        this.#running.delete(running);
        this.#sleep.wake();
      });
    this.#running.add(running);
  }

  /** What is under way when the lane ends has not been settled: it is sent again. */
  async #deliver(delivery: EventDelivery, signal: AbortSignal): Promise<void> {
    const { clock, calls, documentOf } = this.#deps;
    const { url, secret } = this.#destination;
    if (url === null || secret === null) return;
    const body = JSON.stringify(await documentOf(delivery.event));
    const call = signedCall(delivery, { url, secret }, body, clock.now());
    const beganMs = clock.monotonicMs();
    let answer: EndpointAnswer;
    try {
      answer = await calls.post(call, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    if (!signal.aborted) await this.#settle(delivery, answer, Math.round(clock.monotonicMs() - beganMs));
  }

  async #settle(delivery: EventDelivery, answer: EndpointAnswer, durationMs: number): Promise<void> {
    const { clock, nextTry, random } = this.#deps;
    const { event, before } = delivery;
    const { sequence } = event.meta;
    const now = clock.now();
    const attempts = (before?.attempts ?? 0) + 1;
    const firstAt = before?.first_at ?? now;
    const retryAfterMs = answer.kind === 'answered' ? answer.retryAfterMs : null;
    const nextAt = isDelivered(answer) ? null : nextTry({ attempts, firstAt, now, retryAfterMs }, random());
    await this.#record(deliveryRecord(delivery, answer, { now, nextAt, durationMs }));
    const is_replay = isReplayed(delivery);
    const again = { sequence, attempts, first_at: firstAt, next_at: nextAt ?? now, is_replay };
    this.#queue.settled(delivery, nextAt === null ? null : again);
    if (isDelivered(answer)) {
      if (this.#health.arrived()) this.#queue.allDue(now);
      return;
    }
    const reason = this.#health.notArrived(answer, now, clock.monotonicMs());
    if (reason !== null) await this.#turnOff(reason, this.#health.failingSince ?? now);
  }

  /** What was given up is listed before it is forgotten; what else is listed may be lost. */
  async #record(record: DeliveryRecord): Promise<void> {
    const { records, logger } = this.#deps;
    for (;;) {
      try {
        return await records.add(this.#userId, this.#destination.destination_id, record);
      } catch (error) {
        if (!isLogAway(error)) throw error;
        logger.warn({ err: error }, 'a delivery was not recorded');
        if (record.status !== 'failed' || this.#ended.signal.aborted) return;
        await pauseUnless(this.#ended.signal, LOG_AWAY_RETRY_MS);
      }
    }
  }

  async #turnOff(reason: TurnedOffReason, failing_since: Instant): Promise<void> {
    this.#isTurnedOff = true;
    const { destination_id, on_since } = this.#destination;
    this.#deps.logger.warn({ destination: destination_id, reason }, 'an event destination is turned off');
    await this.#ask({ type: 'turn_off', data: { destination_id, on_since, reason, failing_since } });
  }

  async #ask(command: DestinationCommand): Promise<void> {
    const { destinations, clock, ids } = this.#deps;
    const now = clock.now();
    const { destination_id } = this.#destination;
    const context = {
      actor: 'service:task-service',
      correlation_id: destination_id,
      causation_id: null,
      traceparent: null,
    };
    await destinations.change(
      { userId: this.#userId, now, newEventId: () => ids.eventId(now), context },
      command,
    );
  }

  /** Until something has changed, or the next one is due. */
  async #changed(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    const { nextAt } = this.#queue;
    const isFull = this.#running.size >= this.#health.width;
    const dueMs = nextAt === null || isFull ? LONGEST_SLEEP_MS : msBetween(clock.now(), nextAt);
    const pausedMs = this.#health.pausedMs(clock.monotonicMs());
    await this.#sleep.sleep(pausedMs > 0 ? pausedMs : dueMs, signal);
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#ended.abort();
  }
}
