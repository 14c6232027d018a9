/** Event destinations: facts of their users, on a subject of their own, changed under its lock. */
import { type DestinationCommand, destinationDecider } from '../../domain/destination/decider.ts';
import type { DestinationEvent, UserDestinations } from '../../domain/destination/event-destination.ts';
import { type Ask, decideAsked } from '../../domain/shared/decider.ts';
import type { Rejection } from '../../domain/shared/decision.ts';
import type { Position } from '../../domain/shared/event.ts';
import type { EventId, Sequence, UserId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Clock, CommandContext } from '../ports/clock.ts';
import { lockedPosition, transact } from './transact.ts';

/** Where the user's event destinations stand in the log, and what they are by then. */
export interface DestinationsSnapshot extends Position {
  readonly user: UserDestinations;
}

export interface DestinationAppend {
  readonly userId: UserId;
  readonly eventId: EventId;
  readonly time: Instant;
  readonly event: DestinationEvent;
  readonly context: CommandContext;
  readonly after: Position;
}

/** Event destinations as the log has them. */
export interface DestinationLog {
  /** Never older than the log was when this was called; null before the user's first one. Throws LogUnavailable. */
  readDestinations(userId: UserId): Promise<DestinationsSnapshot | null>;
  /** All users who have, or had, one. Throws LogUnavailable. */
  usersWithDestinations(): Promise<ReadonlySet<UserId>>;
  /** Throws as `EventLog.append`. */
  append(append: DestinationAppend): Promise<DestinationAppended>;
}

export type DestinationAppended =
  | { readonly kind: 'appended'; readonly snapshot: DestinationsSnapshot }
  | { readonly kind: 'conflict' };

export interface DestinationRequest {
  readonly userId: UserId;
  readonly now: Instant;
  /** For each try to append. */
  readonly newEventId: () => EventId;
  readonly context: CommandContext;
}

export type DestinationsChanged =
  /** `sequence`: of the event; null where nothing had to be appended. */
  | { readonly kind: 'done'; readonly sequence: Sequence | null; readonly user: UserDestinations }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** Others changed them again and again. */
  | { readonly kind: 'conflict' };

const NOTHING_YET = destinationDecider.initial;
const RETRY_FOR_MS = 4_000;

export class EventDestinations {
  readonly #log: DestinationLog;
  readonly #clock: Pick<Clock, 'monotonicMs'>;

  constructor(log: DestinationLog, clock: Pick<Clock, 'monotonicMs'>) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Never older than the log was when this was called. Throws LogUnavailable. */
  async of(userId: UserId): Promise<UserDestinations> {
    return (await this.#log.readDestinations(userId))?.user ?? NOTHING_YET;
  }

  /** Throws LogUnavailable. */
  users(): Promise<ReadonlySet<UserId>> {
    return this.#log.usersWithDestinations();
  }

  /** Throws as `EventLog.append`. */
  async change(
    { userId, now, newEventId, context }: DestinationRequest,
    asked: Ask<UserDestinations, DestinationCommand>,
  ): Promise<DestinationsChanged> {
    const retryUntil = this.#clock.monotonicMs() + RETRY_FOR_MS;
    const result = await transact<DestinationsSnapshot | null, DestinationEvent, DestinationsSnapshot>({
      seen: undefined,
      load: () => this.#log.readDestinations(userId),
      decide: (known) => decideAsked(destinationDecider, known?.user ?? NOTHING_YET, asked, now),
      append: async (known, event) => {
        const after = lockedPosition(known);
        const appended = await this.#log.append({
          userId,
          eventId: newEventId(),
          time: now,
          event,
          context,
          after,
        });
        return appended.kind === 'conflict' ? appended : { kind: 'stored', stored: appended.snapshot };
      },
      mayRetry: () => this.#clock.monotonicMs() <= retryUntil,
    });
    switch (result.kind) {
      case 'stored':
        return { kind: 'done', sequence: result.stored.sequence, user: result.stored.user };
      case 'nothing':
        return { kind: 'done', sequence: null, user: result.known?.user ?? NOTHING_YET };
      case 'rejected':
        return { kind: 'rejected', rejection: result.rejection };
      case 'conflict':
        return result;
    }
  }
}
