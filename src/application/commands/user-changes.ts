/** Facts of a user, decided on what the log has and appended under the lock of the user's subject. */
import type { EventId, UserId } from '../../domain/shared/ids.ts';
import { type UserCommand, type UserState, userDecider } from '../../domain/user/decider.ts';
import type { UserEvent } from '../../domain/user/events.ts';
import type { Clock, CommandContext, Ids } from '../ports/clock.ts';
import { LogUnavailable } from '../ports/failures.ts';
import type { UserFacts, UserLog } from '../ports/log/log.ts';
import type { KnownUsers } from './known-users.ts';
import { lockedPosition, transact } from './transact.ts';

const TRIES = 20;

export interface UserChangesDeps {
  readonly log: Pick<UserLog, 'appendFact'>;
  readonly tiers: KnownUsers;
  readonly clock: Clock;
  readonly ids: Ids;
}

export class UserChanges {
  readonly #deps: UserChangesDeps;

  constructor(deps: UserChangesDeps) {
    this.#deps = deps;
  }

  /** The user's facts after it; nothing is appended where it is so already. Throws as `EventLog.append`. */
  async change(
    userId: UserId,
    command: UserCommand,
    context: CommandContext,
    eventId?: EventId,
  ): Promise<UserFacts | null> {
    const { tiers, clock } = this.#deps;
    let retries = TRIES;
    const result = await transact<UserFacts | null, UserEvent, UserFacts>({
      seen: undefined,
      load: () => tiers.read(userId),
      decide: (facts) => userDecider.decide(userOf(facts), command, clock.now()),
      append: async (facts, event) => {
        const stored = await this.record(userId, event, facts, context, eventId);
        return stored === null ? { kind: 'conflict' } : { kind: 'stored', stored };
      },
      mayRetry: () => --retries > 0,
    });
    switch (result.kind) {
      case 'stored':
        return result.stored;
      case 'nothing':
      case 'rejected':
        return result.known;
      case 'conflict':
        throw new LogUnavailable('the facts of the user kept changing');
    }
  }

  /** Appends the fact after those; null where the lock was lost. Throws as `EventLog.append`. */
  async record(
    userId: UserId,
    event: UserEvent,
    facts: UserFacts | null,
    context: CommandContext,
    givenId?: EventId,
  ): Promise<UserFacts | null> {
    const { tiers, log, clock, ids } = this.#deps;
    const time = clock.now();
    const eventId = givenId ?? ids.eventId(time);
    tiers.sending(eventId);
    const after = lockedPosition(facts);
    const stored = await log.appendFact({ userId, eventId, time, event, context, after });
    if (stored.kind === 'conflict') {
      tiers.forget(userId);
      return null;
    }
    tiers.keep(userId, stored.facts);
    return stored.facts;
  }
}

export function userOf(facts: UserFacts | null): UserState {
  if (facts === null) return userDecider.initial;
  return { tier: facts.state, deleted: facts.deleted, erasure: facts.erasure ?? null };
}
