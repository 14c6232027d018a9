/**
 * Holds users to the limits of their tiers.
 *
 * What counts against a limit is stored together with a fact of its user, all or nothing, under a lock on the user's
 * facts. The counts are taken from the log after the position of that lock was known, so they hold every admission
 * before it; one that comes in between takes the lock away, and then it is counted again. So limits are exact,
 * however many ask at once and wherever. Who has no limits appends no fact and waits for nothing.
 *
 *     position of the user's facts --> count the user's tasks --> within the limits? --> events + fact, one batch
 *              ^                                                        | no                   | lock lost
 *              '----------------------- read again <--------------------'----------------------'
 *
 * Admissions of one user queue inside a process: side by side they would only take each other's lock away.
 */
import type { LimitExceeded, UserDeleted } from '../../domain/shared/decision.ts';
import type { EventId, UserId } from '../../domain/shared/ids.ts';
import { dayOf, type Instant } from '../../domain/shared/instant.ts';
import type { TaskSnapshot } from '../../domain/task/evolve/snapshot.ts';
import { admitted, type Demand, isExact, judgedInOrder, limitInTheWay } from '../../domain/user/admission.ts';
import { type UserCommand, userDecider } from '../../domain/user/decider.ts';
import { isUnlimited, type Limits, type TierLimits } from '../../domain/user/limits.ts';
import { heldTo, isNews, type KnownTier, type Tier, type TierBasis, tierOf } from '../../domain/user/tier.ts';
import { type Usage, usageOf } from '../../domain/user/usage.ts';
import { KeyedQueue } from '../../kernel/keyed-queue.ts';
import type { Clock, CommandContext, Ids } from '../ports/clock.ts';
import type { Append, Appended, EventLog, MaySend, UserFacts, UserLog } from '../ports/log/log.ts';
import type { KnownUsers } from './known-users.ts';
import { lockedPosition } from './transact.ts';
import { UserChanges, userOf } from './user-changes.ts';

export interface AdmissionsOptions {
  readonly log: Pick<EventLog, 'append'> & UserLog;
  readonly tiers: KnownUsers;
  /** All tasks of a user, with every event that was in the log when it was asked, deleted ones too. */
  readonly tasksOf: (userId: UserId) => Promise<readonly TaskSnapshot[]>;
  readonly limits: TierLimits;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** An event to append, and what it asks for; null for nothing. */
export interface Asked {
  readonly append: Append;
  readonly demand: Demand | null;
}

export type Admitted =
  | Appended
  | { readonly kind: 'rejected'; readonly rejection: LimitExceeded | UserDeleted };

export interface UserUsage {
  readonly tier: Tier;
  readonly limits: Limits;
  readonly usage: Usage;
}

export class Admissions {
  readonly #options: AdmissionsOptions;
  readonly #queues = new KeyedQueue();
  readonly #changes: UserChanges;

  constructor(options: AdmissionsOptions) {
    this.#options = options;
    this.#changes = new UserChanges(options);
  }

  /**
   * Whether an event, which counts against a limit or not, may be appended as it is, as far as is known here and now.
   * `standing`: as what it is asked; null
   * for what the service does by itself, which goes by what is known of the user, and is free where nothing is: who
   * has limits left a fact when the task was made.
   */
  mayAppendUnadmitted(userId: UserId, standing: TierBasis | null, counts: boolean): boolean {
    if (this.isDeleted(userId)) return !counts;
    const known = this.#options.tiers.known(userId);
    if (known === undefined) return !counts && standing?.kind !== 'claim';
    const held = heldTo(known, standing);
    if (held !== null && isNews(known, held)) return false;
    return !counts || this.#limitsOf(held) === null;
  }

  /** Whether the user is known here to be deleted: nothing of theirs is begun. */
  isDeleted(userId: UserId): boolean {
    return this.#options.tiers.isDeleted(userId);
  }

  /** The same, read where this process does not know. Throws LogUnavailable. */
  readIsDeleted(userId: UserId): Promise<boolean> {
    return this.#options.tiers.readIsDeleted(userId);
  }

  /** Records that the account service has deleted a user; nothing where it is so already. Throws LogUnavailable. */
  deleteUser(userId: UserId, requestedAt: Instant | null, context: CommandContext): Promise<void> {
    const command: UserCommand = { type: 'delete', data: { requested_at: requestedAt } };
    return this.ofUser(userId, context, command).then(() => undefined);
  }

  /** Reads what is known of a user: `passes` can tell from then on. Throws LogUnavailable. */
  async learn(userId: UserId): Promise<void> {
    await this.#options.tiers.read(userId);
  }

  /** What `passes` needs to be read for. */
  isUnknown(userId: UserId): boolean {
    return this.#options.tiers.known(userId) === undefined;
  }

  /**
   * Appends events of different tasks of a user, those that the limits allow, in their order: all of them together.
   * `maySend` is asked when it is about to be sent. Throws as `EventLog.append`.
   */
  admit(
    userId: UserId,
    standing: TierBasis | null,
    asked: readonly Asked[],
    maySend?: MaySend,
  ): Promise<readonly Admitted[]> {
    return this.#queues.run(userId, () => this.#admit(userId, standing, asked, maySend));
  }

  /**
   * What would stand in the way of a demand once the task's execution has ended; null for nothing. It holds nothing:
   * what is asked for then is judged then. Throws LogUnavailable.
   */
  async refusalOnceEnded(userId: UserId, demand: Demand): Promise<LimitExceeded | UserDeleted | null> {
    return this.#refusal(userId, null, demand, (states) =>
      states.map((state) => (state.task_id === demand.task_id ? { ...state, execution: null } : state)),
    );
  }

  /** What stands in the way of a demand now; null for nothing. It holds nothing, likewise. Throws LogUnavailable. */
  refusalOf(userId: UserId, basis: TierBasis, demand: Demand): Promise<LimitExceeded | UserDeleted | null> {
    return this.#refusal(userId, basis, demand, (states) => states);
  }

  async #refusal(
    userId: UserId,
    basis: TierBasis | null,
    demand: Demand,
    statesThen: (states: readonly TaskSnapshot['state'][]) => readonly TaskSnapshot['state'][],
  ): Promise<LimitExceeded | UserDeleted | null> {
    const { tiers, clock } = this.#options;
    const facts = await tiers.facts(userId);
    if (facts?.deleted === true || tiers.isDeleted(userId)) return { code: 'USER_DELETED' };
    const limits = this.#limitsOf(heldTo(facts?.state ?? null, basis));
    if (limits === null) return null;
    const now = clock.now();
    return limitInTheWay(usageOf(statesThen(await this.#states(userId)), now), limits, demand, now);
  }

  /** Records what the subscription service says of a user; nothing where it is known already. Throws LogUnavailable. */
  async changeTier(
    userId: UserId,
    tier: Tier,
    context: CommandContext,
    eventId?: EventId,
  ): Promise<UserFacts | null> {
    const command: UserCommand = { type: 'change_tier', data: { tier, source: 'subscription' } };
    return this.ofUser(userId, context, command, eventId);
  }

  /** Asks for a fact of the user, decided on what the log has. Throws as `EventLog.append`. */
  ofUser(
    userId: UserId,
    context: CommandContext,
    command: UserCommand,
    eventId?: EventId,
  ): Promise<UserFacts | null> {
    return this.#queues.run(userId, () => this.#changes.change(userId, command, context, eventId));
  }

  /** What the caller is held to, without appending anything. Throws LogUnavailable. */
  async tierOf(userId: UserId, standing: TierBasis): Promise<Tier> {
    const known = this.#options.tiers.known(userId);
    if (known !== undefined) return tierOf(known, standing).tier;
    return tierOf((await this.#options.tiers.read(userId))?.state ?? null, standing).tier;
  }

  /** What the caller's tier allows. Throws LogUnavailable. */
  async limitsFor(
    userId: UserId,
    basis: TierBasis,
  ): Promise<{ readonly tier: Tier; readonly limits: TierLimits[Tier] }> {
    const tier = await this.tierOf(userId, basis);
    return { tier, limits: this.#options.limits[tier] };
  }

  async usage(userId: UserId, standing: TierBasis, now: Instant): Promise<UserUsage> {
    const tier = await this.tierOf(userId, standing);
    const usage = usageOf(await this.#states(userId), now);
    return { tier, limits: this.#options.limits[tier], usage };
  }

  async #admit(
    userId: UserId,
    standing: TierBasis | null,
    asked: readonly Asked[],
    maySend?: MaySend,
  ): Promise<readonly Admitted[]> {
    const { tiers, log } = this.#options;
    let facts = await tiers.facts(userId);
    for (let isLast = false; ; isLast = true) {
      if (facts?.deleted === true || tiers.isDeleted(userId)) return this.#ofDeleted(asked, maySend);
      const held = heldTo(facts?.state ?? null, standing);
      const recorded = await this.#recordClaim(userId, held, facts, asked);
      if (recorded === 'conflict') return asked.map(() => ({ kind: 'conflict' }));
      facts = recorded;
      const limits = this.#limitsOf(held);
      if (held === null || limits === null || asked.every(({ demand }) => demand === null)) {
        return Promise.all(asked.map(({ append }) => log.append(append, maySend)));
      }
      const states = await this.#states(userId);
      const now = this.#options.clock.now();
      // It would count on the day that it was asked on, and be judged on this one: asked again, it is of this one.
      if (asked.some(({ append, demand }) => demand !== null && dayOf(append.time) !== dayOf(now))) {
        return asked.map(() => ({ kind: 'conflict' }));
      }
      const judged = judgedInOrder(asked, limits, usageOf(states, now), now);
      const refused = judged.some(({ rejection }) => rejection !== null);
      // A refusal has no lock that could be lost: it is given only on what the leader has.
      if (refused && !isLast) {
        const fresh = await tiers.read(userId);
        const moved = fresh?.sequence !== facts?.sequence;
        facts = fresh;
        if (moved) continue;
      }
      const exact = judged.some(({ demand }) => demand !== null && isExact(demand));
      if (!exact) return this.#appendEdits(judged, maySend);
      return this.#append(userId, held, facts, judged, maySend);
    }
  }

  /** What is refused is refused on the log as it was; several edits at once may go beyond together. */
  #appendEdits(judged: readonly Judged[], maySend?: MaySend): Promise<readonly Admitted[]> {
    return Promise.all(
      judged.map(({ append, rejection }) =>
        rejection === null
          ? this.#options.log.append(append, maySend)
          : ({ kind: 'rejected', rejection } as const),
      ),
    );
  }

  /** What was begun may go on to its end; nothing is begun. */
  #ofDeleted(asked: readonly Asked[], maySend?: MaySend): Promise<readonly Admitted[]> {
    return Promise.all(
      asked.map(({ append, demand }) =>
        demand === null
          ? this.#options.log.append(append, maySend)
          : ({ kind: 'rejected', rejection: { code: 'USER_DELETED' } } as const),
      ),
    );
  }

  async #append(
    userId: UserId,
    held: KnownTier,
    facts: UserFacts | null,
    judged: readonly Judged[],
    maySend?: MaySend,
  ): Promise<readonly Admitted[]> {
    const { tiers, log, clock, ids } = this.#options;
    const free = judged.filter(({ rejection }) => rejection === null);
    const [first] = free;
    const outcomes = new Map<Append, Admitted>();
    if (first !== undefined) {
      const time = clock.now();
      const eventId = ids.eventId(time);
      const demands = free.flatMap(({ demand }) => (demand === null ? [] : [demand]));
      const fact = {
        userId,
        eventId,
        time,
        event: admitted(held, demands),
        context: first.append.context,
        after: lockedPosition(facts),
      };
      tiers.sending(eventId);
      const appends = free.map(({ append }) => append);
      const stored = await log.appendAdmitted(appends, fact, maySend);
      if (stored.kind === 'appended') tiers.keep(userId, stored.facts);
      else tiers.forget(userId);
      for (const [index, append] of appends.entries()) {
        const events = stored.kind === 'appended' ? stored.appended[index] : undefined;
        outcomes.set(append, events === undefined ? { kind: 'conflict' } : { kind: 'appended', ...events });
      }
    }
    return judged.map(({ append, rejection }) =>
      rejection === null ? (outcomes.get(append) ?? { kind: 'conflict' }) : { kind: 'rejected', rejection },
    );
  }

  /** A claim that is news is recorded before what is asked with it. */
  async #recordClaim(
    userId: UserId,
    held: KnownTier | null,
    facts: UserFacts | null,
    asked: readonly Asked[],
  ): Promise<UserFacts | null | 'conflict'> {
    const known = facts?.state ?? null;
    const context = asked[0]?.append.context;
    if (held === null || context === undefined || !isNews(known, held)) return facts;
    const command: UserCommand = { type: 'change_tier', data: { tier: held.tier, source: 'claim' } };
    const decision = userDecider.decide(userOf(facts), command, this.#options.clock.now());
    if (decision.kind !== 'event') return facts;
    return (await this.#changes.record(userId, decision.event, facts, context)) ?? 'conflict';
  }

  /** Null where there are none. */
  #limitsOf(held: KnownTier | null): Limits | null {
    if (held === null) return null;
    const limits = this.#options.limits[held.tier];
    return isUnlimited(limits) ? null : limits;
  }

  async #states(userId: UserId): Promise<readonly TaskSnapshot['state'][]> {
    return (await this.#options.tasksOf(userId)).map(({ state }) => state);
  }
}

type Judged = Asked & { readonly rejection: LimitExceeded | null };
