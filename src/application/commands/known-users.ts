/**
 * The tiers of users as this process knows them, so that the many who have no limits are told by a look into memory.
 *
 * What is known may be behind: another process may have stored a fact. Where that matters it is found out by the lock
 * on the user's facts (an admission), and where there is no lock (a user without limits) by a signal: from when a fact
 * is sent until it must have been stored, what is known of its user is not believed but read.
 */
import { LRUCache } from 'lru-cache';
import type { UserId } from '../../domain/shared/ids.ts';
import type { ErasureStage } from '../../domain/user/events.ts';
import { type KnownTier, TIERS, type Tier, type TierSource } from '../../domain/user/tier.ts';
import { mostEntries } from '../../kernel/most-entries.ts';
import { onAbort } from '../../kernel/on-abort.ts';
import type { Clock } from '../ports/clock.ts';
import type { UserFactListener, UserFacts, UserLog } from '../ports/log/log.ts';

/** An append has its outcome by then. */
const UNSURE_MS = 6_000;
const KEPT_POSITIONS = 10_000;

/** One object for each tier and source: of many users, all that is kept is which it is. */
const INTERNED = new Map(
  TIERS.flatMap((tier) =>
    (['subscription', 'claim', 'default'] as const).map((source) => [
      `${tier} ${source}`,
      Object.freeze({ tier, source }),
    ]),
  ),
) as ReadonlyMap<string, KnownTier>;

function interned(tier: Tier, source: TierSource): KnownTier {
  return INTERNED.get(`${tier} ${source}`) ?? { tier, source };
}

export class KnownUsers implements UserFactListener {
  readonly #log: Pick<UserLog, 'lastFact'>;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #tiers = new Map<UserId, KnownTier | null>();
  readonly #facts = new LRUCache<UserId, UserFacts>(mostEntries(KEPT_POSITIONS));
  /** Until when what is known of a user is not believed, monotonic milliseconds. */
  readonly #unsure = new Map<UserId, number>();
  /** Ids of facts that this process sends. */
  readonly #own = new LRUCache<string, true>(mostEntries(KEPT_POSITIONS));
  readonly #deleted = new Set<UserId>();
  readonly #onDeletion = new Set<(userId: UserId) => void>();
  /** Users whose erasure has been asked for, and is not completed. */
  readonly #erasing = new Set<UserId>();
  readonly #onErasing = new Set<(userId: UserId) => void>();
  readonly #onErased = new Set<(userId: UserId) => void>();
  readonly #onComplete = new Set<() => void>();
  /** Whoever is not in `#tiers` has no facts. */
  #complete = false;
  #wasComplete = false;

  constructor(log: Pick<UserLog, 'lastFact'>, clock: Pick<Clock, 'monotonicMs'>) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Null where nothing tells it; undefined where it has to be read (`facts`). */
  known(userId: UserId): KnownTier | null | undefined {
    if (this.#unsure.size > 0 && this.#unsure.has(userId)) return undefined;
    const known = this.#tiers.get(userId);
    return known === undefined && this.#complete ? null : known;
  }

  /** What is known of the user, and where the user's next fact goes; may be behind. Throws LogUnavailable. */
  async facts(userId: UserId): Promise<UserFacts | null> {
    const kept = this.#facts.get(userId);
    if (kept !== undefined && !this.#unsure.has(userId)) return kept;
    return this.read(userId);
  }

  /** The same as the leader has it now. */
  async read(userId: UserId): Promise<UserFacts | null> {
    const askedAt = this.#clock.monotonicMs();
    const facts = await this.#log.lastFact(userId);
    if ((this.#unsure.get(userId) ?? 0) <= askedAt) this.#unsure.delete(userId);
    if (facts === null) this.#tiers.set(userId, null);
    else this.keep(userId, facts);
    return facts;
  }

  /** Whether the user is known here to be deleted. */
  isDeleted(userId: UserId): boolean {
    return this.#deleted.size > 0 && this.#deleted.has(userId);
  }

  /** The same, read where this process does not know. Throws LogUnavailable. */
  async readIsDeleted(userId: UserId): Promise<boolean> {
    if (this.#deleted.has(userId)) return true;
    if (this.#complete) return false;
    return (await this.facts(userId))?.deleted === true;
  }

  /** Resolves when all who are deleted are known. */
  allKnown(signal: AbortSignal): Promise<void> {
    if (this.#complete || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        off();
        this.#onComplete.delete(done);
        resolve();
      };
      this.#onComplete.add(done);
      const off = onAbort(signal, done);
    });
  }

  /**
   * The same, once: later than that a deletion is told by a signal, and of what is lost with the connection only those
   * are missed that came meanwhile. Who begins what is due waits for it, and not again whenever the facts are read anew.
   */
  onceKnown(signal: AbortSignal): Promise<void> {
    return this.#wasComplete ? Promise.resolve() : this.allKnown(signal);
  }

  /** Calls back for every user who is deleted, and for each who will be; answers how to stop that. */
  whenDeleted(callback: (userId: UserId) => void): () => void {
    for (const userId of this.#deleted) callback(userId);
    this.#onDeletion.add(callback);
    return () => void this.#onDeletion.delete(callback);
  }

  /** Calls back for every user whose erasure is to be carried out, now or later; answers how to stop that. */
  whenErasing(callback: (userId: UserId) => void): () => void {
    for (const userId of this.#erasing) callback(userId);
    this.#onErasing.add(callback);
    return () => void this.#onErasing.delete(callback);
  }

  /** Calls back for every user whose content is nobody's any more; perhaps again and again. */
  whenErased(callback: (userId: UserId) => void): void {
    this.#onErased.add(callback);
  }

  keep(userId: UserId, facts: UserFacts): void {
    if (facts.deleted) this.onDeleted(userId);
    if (facts.erasure !== undefined) this.onErasure(userId, facts.erasure);
    const kept = this.#facts.get(userId);
    if (kept !== undefined && kept.sequence > facts.sequence) return;
    this.#facts.set(userId, facts);
    this.#tiers.set(userId, facts.state === null ? null : interned(facts.state.tier, facts.state.source));
  }

  /** A lock was lost: another process has stored a fact. */
  forget(userId: UserId): void {
    this.#facts.delete(userId);
    this.#tiers.delete(userId);
    this.#unsure.set(userId, this.#clock.monotonicMs());
  }

  /** This process is about to append a fact: its signal says nothing new. */
  sending(eventId: string): void {
    this.#own.set(eventId, true);
  }

  onTier(userId: UserId, tier: KnownTier | null): void {
    if (this.#facts.has(userId)) return;
    if (tier === null) this.#unsure.set(userId, this.#clock.monotonicMs());
    else this.#tiers.set(userId, interned(tier.tier, tier.source));
  }

  onDeleted(userId: UserId): void {
    if (this.#deleted.has(userId)) return;
    this.#deleted.add(userId);
    for (const callback of this.#onDeletion) callback(userId);
  }

  onErasure(userId: UserId, stage: ErasureStage): void {
    if (stage !== 'requested') for (const callback of this.#onErased) callback(userId);
    if (stage === 'completed') {
      this.#erasing.delete(userId);
    } else if (!this.#erasing.has(userId)) {
      this.#erasing.add(userId);
      for (const callback of this.#onErasing) callback(userId);
    }
  }

  onComplete(): void {
    this.#complete = true;
    this.#wasComplete = true;
    for (const resolve of this.#onComplete) resolve();
    this.#onComplete.clear();
  }

  onFact(userId: UserId, eventId: string): void {
    if (this.#own.has(eventId)) return;
    this.#facts.delete(userId);
    this.#unsure.set(userId, this.#clock.monotonicMs() + UNSURE_MS);
  }

  onLost(): void {
    this.#complete = false;
    this.#tiers.clear();
    this.#facts.clear();
  }
}
