/**
 * Sends users' events to endpoints of their own. One instance does, under a lease; of two that both believe to lead, both
 * may send an event, under one id. Each destination has a lane of its own that reads the log by itself; here the log is
 * followed once for all of them, to wake those whose owner has something new, or has changed something.
 */
import type { Logger } from 'pino';
import type { EventDestinations } from '../../application/commands/event-destinations.ts';
import type { KnownUsers } from '../../application/commands/known-users.ts';
import { isLogAway } from '../../application/ports/failures.ts';
import type { Leadership, Lease } from '../../application/ports/lease.ts';
import type { LogFollower } from '../../application/ports/log/following.ts';
import { Overtaken } from '../../application/ports/platform.ts';
import type { EventDestination } from '../../domain/destination/event-destination.ts';
import type { DestinationId, Term, UserId } from '../../domain/shared/ids.ts';
import { onAbort } from '../../kernel/on-abort.ts';
import { pauseUnless } from '../../kernel/pause.ts';
import { DeliveryPlaces, type PlaceCounts } from './delivery-places.ts';
import { AT_ONCE, DestinationLane, type LaneDeps } from './destination-lane.ts';

export interface DestinationsRelayDeps extends Omit<LaneDeps, 'places' | 'destinations'> {
  readonly lease: Lease;
  readonly follower: Pick<LogFollower, 'followUnopened' | 'lastSequence'>;
  readonly users: Pick<KnownUsers, 'isDeleted' | 'onceKnown' | 'whenDeleted'>;
  readonly destinations: Pick<EventDestinations, 'of' | 'users' | 'change'>;
  readonly logger: Logger;
  readonly places?: PlaceCounts;
}

const PLACES: PlaceCounts = { proven: 64, others: 32 };
const STEP_EVENTS = 500;
const RETRY_MS = 1_000;
/** Of a lane that cannot read its own events. */
const LONG_RETRY_MS = 60_000;

interface RunningLane {
  readonly lane: { current: DestinationLane | null };
  destination: EventDestination;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

export class DestinationsRelay {
  readonly #deps: DestinationsRelayDeps;
  readonly #stop = new AbortController();
  readonly #lanes = new Map<UserId, Map<DestinationId, RunningLane>>();
  readonly #places: DeliveryPlaces;
  #running: Promise<void> | null = null;

  constructor(deps: DestinationsRelayDeps) {
    this.#deps = deps;
    this.#places = new DeliveryPlaces(deps.places ?? PLACES);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { lease, logger } = this.#deps;
    try {
      await lease.run((leadership) => this.#lead(leadership), this.#stop.signal);
    } catch (error) {
      logger.fatal({ err: error }, 'events are sent to no destination any more');
    }
  }

  async #lead(leadership: Leadership): Promise<void> {
    const { users, logger } = this.#deps;
    const { signal, term } = leadership;
    logger.info({ term }, 'sends events to destinations');
    await users.onceKnown(signal);
    const off = users.whenDeleted((userId) => this.#stopUser(userId, AT_ONCE));
    const abort = onAbort(signal, () => this.#stopAll());
    try {
      while (!signal.aborted) {
        try {
          await this.#follow(signal, term);
        } catch (error) {
          if (!isLogAway(error)) throw error;
          logger.warn({ err: error }, 'destinations are looked at anew');
          await pauseUnless(signal, RETRY_MS);
        }
      }
    } finally {
      off();
      abort();
      await this.#endAll();
    }
  }

  async #follow(signal: AbortSignal, term: Term): Promise<void> {
    const { follower, destinations } = this.#deps;
    const end = await follower.lastSequence();
    const known = await destinations.users();
    for (const userId of known) await this.#bring(userId, term, signal);
    // What came before the lanes were there they find by themselves.
    for (const userId of known) this.#wake(userId);
    await follower.followUnopened(
      end,
      async (events, _through, others) => {
        for (const userId of others.destinations) await this.#bring(userId, term, signal);
        for (const { meta } of events) this.#wake(meta.user_id);
      },
      { maxBatch: STEP_EVENTS, signal, of: (userId) => this.#lanes.has(userId) },
    );
  }

  #wake(userId: UserId): void {
    for (const { lane } of this.#lanes.get(userId)?.values() ?? []) lane.current?.wake();
  }

  /** Lets exactly those lanes of the user run that are to. */
  async #bring(userId: UserId, term: Term, signal: AbortSignal): Promise<void> {
    const { destinations, users, records } = this.#deps;
    const wanted = users.isDeleted(userId) ? [] : (await destinations.of(userId)).destinations;
    const lanes = this.#lanes.get(userId) ?? new Map<DestinationId, RunningLane>();
    const on = new Map(
      wanted
        .filter(({ off, url }) => off === null && url !== null)
        .map((each) => [each.destination_id, each]),
    );
    for (const [id, running] of lanes) {
      if (on.has(id)) continue;
      running.stop.abort(AT_ONCE);
      lanes.delete(id);
      await running.ended;
      if (!wanted.some(({ destination_id }) => destination_id === id)) await records.forget(userId, id);
    }
    for (const [id, destination] of on) {
      if (signal.aborted) return;
      const running = lanes.get(id);
      if (running === undefined) lanes.set(id, this.#start(userId, destination, term));
      else {
        running.destination = destination;
        running.lane.current?.update(destination);
      }
    }
    if (lanes.size === 0) this.#lanes.delete(userId);
    else this.#lanes.set(userId, lanes);
  }

  #start(userId: UserId, destination: EventDestination, term: Term): RunningLane {
    const stop = new AbortController();
    const lane: RunningLane['lane'] = { current: null };
    const running = { lane, destination, stop, ended: Promise.resolve() };
    const run = async () => {
      while (!stop.signal.aborted) {
        const deps = { ...this.#deps, places: this.#places };
        lane.current = new DestinationLane(deps, userId, running.destination, term);
        try {
          await lane.current.run(stop.signal);
        } catch (error) {
          await this.#failed(error, destination.destination_id, stop.signal);
        }
      }
    };
    running.ended = run();
    return running;
  }

  async #failed(error: unknown, destination: DestinationId, signal: AbortSignal): Promise<void> {
    const { logger } = this.#deps;
    const isPassing = isLogAway(error) || error instanceof Overtaken;
    logger[isPassing ? 'warn' : 'error'](
      { err: error, destination },
      'a destination starts over from what is stored',
    );
    await pauseUnless(signal, isPassing ? RETRY_MS : LONG_RETRY_MS);
  }

  #stopUser(userId: UserId, reason?: typeof AT_ONCE): void {
    for (const { stop } of this.#lanes.get(userId)?.values() ?? []) stop.abort(reason);
  }

  #stopAll(): void {
    for (const userId of this.#lanes.keys()) this.#stopUser(userId);
  }

  async #endAll(): Promise<void> {
    this.#stopAll();
    const lanes = [...this.#lanes.values()].flatMap((ofUser) => [...ofUser.values()]);
    this.#lanes.clear();
    await Promise.all(lanes.map(({ ended }) => ended));
  }
}
