/** Event destinations: facts of their users, on a subject of their own, changed under its lock. */
import { type DestinationCommand, destinationDecider } from '../../domain/destination/decider.ts';
import type { DestinationEvent, UserDestinations } from '../../domain/destination/event-destination.ts';
import { type Ask, decideAsked } from '../../domain/shared/decider.ts';
import type { Rejection } from '../../domain/shared/decision.ts';
import type { Position } from '../../domain/shared/event.ts';
import type { Sequence, UserId } from '../../domain/shared/ids.ts';
import type { Clock } from '../ports/clock.ts';
import { changeFacts, type FactAppend, type FactRequest } from './change-facts.ts';

/** Where the user's event destinations stand in the log, and what they are by then. */
export interface DestinationsSnapshot extends Position {
  readonly user: UserDestinations;
}

export interface DestinationAppend extends FactAppend<DestinationEvent> {
  readonly userId: UserId;
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

export interface DestinationRequest extends FactRequest {
  readonly userId: UserId;
}

export type DestinationsChanged =
  /** `sequence`: of the event; null where nothing had to be appended. */
  | { readonly kind: 'done'; readonly sequence: Sequence | null; readonly user: UserDestinations }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** Others changed them again and again. */
  | { readonly kind: 'conflict' };

const NOTHING_YET = destinationDecider.initial;

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
    { userId, ...request }: DestinationRequest,
    asked: Ask<UserDestinations, DestinationCommand>,
  ): Promise<DestinationsChanged> {
    const result = await changeFacts(
      {
        load: () => this.#log.readDestinations(userId),
        decide: (known: DestinationsSnapshot | null) =>
          decideAsked(destinationDecider, known?.user ?? NOTHING_YET, asked, request.now),
        append: (append: FactAppend<DestinationEvent>) => this.#log.append({ ...append, userId }),
      },
      request,
      this.#clock,
    );
    switch (result.kind) {
      case 'stored':
        return { kind: 'done', sequence: result.stored.snapshot.sequence, user: result.stored.snapshot.user };
      case 'nothing':
        return { kind: 'done', sequence: null, user: result.known?.user ?? NOTHING_YET };
      case 'rejected':
        return { kind: 'rejected', rejection: result.rejection };
      case 'conflict':
        return result;
    }
  }
}
