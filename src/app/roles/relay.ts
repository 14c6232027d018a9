/** The role `relay`: what goes to other services and to devices, and what comes from other services. */

import { isLogAway } from '../../application/ports/failures.ts';
import type { Lease } from '../../application/ports/lease.ts';
import type { DeliveredMessage } from '../../application/ports/platform.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import { JetStreamDeviceMessages } from '../../jetstream/devices/device-messages.ts';
import { JetStreamPublishedStream, PUBLISHED_STREAM } from '../../jetstream/publishing/published-stream.ts';
import { buryGivenUp } from '../../jetstream/queues/dead-letter-advisories.ts';
import { JetStreamDeadLetters } from '../../jetstream/queues/dead-letters.ts';
import { JetStreamMessageSource } from '../../jetstream/queues/message-source.ts';
import { JetStreamRelayStateStore } from '../../jetstream/views/relay-state-store.ts';
import { pauseUnless } from '../../kernel/pause.ts';
import { beginBehind } from '../../relay/checkpoint.ts';
import { Calendar } from '../../relay/clients/calendar.ts';
import { Deliveries } from '../../relay/clients/deliveries.ts';
import { notify } from '../../relay/clients/notification.ts';
import { ServiceClient } from '../../relay/clients/service-client.ts';
import { charge } from '../../relay/clients/wallet.ts';
import type { DestinationsRelay } from '../../relay/destinations/destinations-relay.ts';
import { Deletions } from '../../relay/inbox/deletions.ts';
import { handleForeignMessage, INBOX_LONGEST_PAUSE_MS, INBOX_TRIES } from '../../relay/inbox/inbox.ts';
import { type PublishedEvent, parseTold } from '../../relay/published/published-event.ts';
import { Relay } from '../../relay/relay.ts';
import type { Config } from '../config/config.ts';
import type { Parts } from '../parts.ts';
import { destinationsRelay } from '../start/destinations.ts';
import type { NatsAccess } from '../start/nats-access.ts';
import { INBOX_STREAM } from '../start/provisioning.ts';
import { retryWhileUnavailable } from '../start/retry-while-unavailable.ts';
import type { Role, RoleStatuses } from './role.ts';

/** Name of the relay that tells devices. */
const DEVICES = 'devices';
/** With pauses that grow to ten minutes: a service may be down for a day. */
const OUTBOUND_TRIES = 150;
const OUTBOUND_LONGEST_PAUSE_MS = 600_000;
const IN_HAND = 16;

export interface RelayPauses {
  /** Before a message that failed is tried again; every further pause is longer. */
  readonly firstMs?: number;
  /** A service that failed again and again is left alone for so long. */
  readonly circuitMs?: number;
}

/** What the role takes of a process. */
export type RelayParts = Pick<
  Parts,
  | 'nc'
  | 'replicas'
  | 'declarations'
  | 'serviceKeys'
  | 'log'
  | 'views'
  | 'follower'
  | 'queries'
  | 'repository'
  | 'commands'
  | 'admissions'
  | 'users'
  | 'erasures'
  | 'destinations'
  | 'executors'
  | 'ids'
  | 'clock'
  | 'traces'
  | 'logger'
> & {
  readonly config: Pick<
    Config,
    'notificationServiceUrl' | 'walletServiceUrl' | 'calendarServiceUrl' | 'egressAllow'
  >;
  /** Whether people's devices are told: then somebody lets them in. */
  readonly nats: Pick<NatsAccess, 'calloutSeed'>;
  readonly lease: (name: string) => Lease;
};

/** Where the store had no room for where devices begin. */
const BEGIN_AGAIN_MS = 1_000;

export class RelayRole implements Role<RoleStatuses['relay']> {
  readonly #parts: RelayParts;
  readonly #pauses: RelayPauses;
  readonly #relay: Relay;
  /** Null: there are no devices. */
  readonly #deviceRelay: Relay | null;
  readonly #records: JetStreamRelayStateStore;
  readonly #deadLetters: JetStreamDeadLetters;
  readonly #deletions: Deletions;
  readonly #deliveries: readonly Deliveries[];
  readonly #destinations: DestinationsRelay;
  readonly #stop = new AbortController();
  #beginning: Promise<void> = Promise.resolve();
  #burying: Promise<void> = Promise.resolve();
  #erasing: Promise<void> = Promise.resolve();

  constructor(parts: RelayParts, pauses: RelayPauses = {}) {
    const { nc, log, views, follower, queries, commands, users, clock, lease, logger, config } = parts;
    this.#parts = parts;
    this.#pauses = pauses;
    this.#records = new JetStreamRelayStateStore(nc);
    this.#deadLetters = new JetStreamDeadLetters(nc);
    const relaying = {
      log,
      views,
      follower,
      records: this.#records,
      logger: logger.child({ component: 'relay' }),
    };
    this.#relay = new Relay({
      ...relaying,
      stream: new JetStreamPublishedStream(nc),
      lease: lease('relay'),
      keep: (task) => parts.repository.keep(task),
    });
    this.#deviceRelay =
      parts.nats.calloutSeed !== null
        ? new Relay({
            ...relaying,
            name: DEVICES,
            stream: new JetStreamDeviceMessages(nc),
            lease: lease(DEVICES),
          })
        : null;
    const { notificationServiceUrl, walletServiceUrl, calendarServiceUrl } = config;
    this.#deletions = new Deletions({
      users,
      follower,
      queries,
      commands,
      records: this.#records,
      lease: lease('deletions'),
      clock,
      logger: logger.child({ component: 'deletions' }),
    });
    this.#destinations = destinationsRelay(parts);
    this.#deliveries = [
      this.#inbox(),
      ...(notificationServiceUrl === null ? [] : [this.#notification(notificationServiceUrl)]),
      ...(walletServiceUrl === null ? [] : [this.#wallet(walletServiceUrl)]),
      ...(calendarServiceUrl === null ? [] : [this.#calendar(calendarServiceUrl)]),
    ];
  }

  /** Throws LogUnavailable. */
  async start(): Promise<void> {
    const { nc, logger, replicas, declarations, follower } = this.#parts;
    if (this.#deviceRelay !== null) {
      const end = await retryWhileUnavailable(() => follower.lastSequence());
      this.#beginning = this.#beginWithDevices(this.#deviceRelay, end);
    }
    this.#relay.start();
    this.#deletions.start();
    this.#destinations.start();
    this.#erasing = this.#parts.erasures.run(this.#parts.lease('erasures'), this.#stop.signal);
    for (const each of this.#deliveries) each.start();
    const given = { nc, replicas, declarations, deadLetters: this.#deadLetters };
    this.#burying = buryGivenUp(
      { ...given, logger: logger.child({ component: 'dead-letters' }) },
      this.#stop.signal,
    );
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#beginning;
    await Promise.all([
      this.#relay.stop(),
      this.#deviceRelay?.stop(),
      this.#deletions.stop(),
      this.#destinations.stop(),
      this.#burying,
      this.#erasing,
      ...this.#deliveries.map((deliveries) => deliveries.stop()),
    ]);
  }

  status(): RoleStatuses['relay'] {
    return { relay: this.#relay.status(), devices: this.#deviceRelay?.status() ?? null };
  }

  /**
   * Devices hear of what comes from now on, where they never have: of nothing that is in the log up to `end`. That is
   * noted first, and a full store has no room for the note: the rest of the service does not wait for it.
   */
  async #beginWithDevices(relay: Relay, end: Sequence): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await beginBehind(this.#records, DEVICES, end);
        relay.start();
        return;
      } catch (error) {
        this.#parts.logger.warn({ err: error, component: DEVICES }, 'devices cannot be told yet');
        await pauseUnless(signal, BEGIN_AGAIN_MS);
      }
    }
  }

  #inbox(): Deliveries {
    const { commands, admissions, clock } = this.#parts;
    return this.#from(INBOX_STREAM, 'inbox', {
      handle: (message) => handleForeignMessage({ commands, admissions, clock }, message),
      tries: INBOX_TRIES,
      longestPauseMs: INBOX_LONGEST_PAUSE_MS,
      waitsFor: isLogAway,
    });
  }

  #notification(url: string): Deliveries {
    const { queries, users, clock } = this.#parts;
    const client = this.#client('notification', url);
    const deps = { client, queries, users, records: this.#records, clock };
    return this.#outbound('notification', (told, signal) => notify(deps, told, signal));
  }

  #wallet(url: string): Deliveries {
    const client = this.#client('wallet', url);
    return this.#outbound('wallet', (told, signal) => charge(client, told, signal));
  }

  #calendar(url: string): Deliveries {
    const { queries } = this.#parts;
    const client = this.#client('calendar', url);
    const calendar = new Calendar({ client, queries, records: this.#records });
    return this.#outbound('calendar', (told, signal) => calendar.bringInStep(told, signal));
  }

  #client(name: string, baseUrl: string): ServiceClient {
    const { serviceKeys, clock, traces } = this.#parts;
    return new ServiceClient({
      name: `the ${name} service`,
      baseUrl,
      signingKey: serviceKeys.calls,
      clock,
      traces,
      ...(this.#pauses.circuitMs === undefined ? {} : { closedAgainAfterMs: this.#pauses.circuitMs }),
    });
  }

  #outbound(
    consumer: string,
    tell: (told: PublishedEvent, signal: AbortSignal) => Promise<void>,
  ): Deliveries {
    return this.#from(PUBLISHED_STREAM, consumer, {
      handle: (message, signal) => tell(parseTold(message.body), signal),
      tries: OUTBOUND_TRIES,
      longestPauseMs: OUTBOUND_LONGEST_PAUSE_MS,
    });
  }

  #from(
    stream: string,
    consumer: string,
    options: {
      readonly handle: (message: DeliveredMessage, signal: AbortSignal) => Promise<void>;
      readonly tries: number;
      readonly longestPauseMs: number;
      readonly waitsFor?: (error: unknown) => boolean;
    },
  ): Deliveries {
    const { nc, replicas, declarations } = this.#parts;
    const logger = this.#parts.logger.child({ component: consumer });
    return new Deliveries({
      ...options,
      name: consumer,
      source: new JetStreamMessageSource(nc, { stream, consumer, logger, replicas, declarations }),
      deadLetters: this.#deadLetters,
      logger,
      maxInHand: IN_HAND,
      ...(this.#pauses.firstMs === undefined ? {} : { firstPauseMs: this.#pauses.firstMs }),
    });
  }
}
