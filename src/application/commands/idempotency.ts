/**
 * How a write that is repeated with its Idempotency-Key gives the one answer, also over a crash.
 *
 * Before anything is appended the key is claimed, with the request's fingerprint and the ids that the append
 * will use; after it the answer is kept beside the claim:
 *
 *     claim {fingerprint, ids} -> append event `ids.event_id` -> claim + answer
 *
 * An answer that is large and told by the event alone is not kept but made anew from the event when it is asked for again.
 *
 * So whoever finds a claim without an answer can tell from the log whether the append happened, by its event
 * id: it did, and the answer is rebuilt; or it did not, and the same append may be made now, with the same ids,
 * once the first request cannot be under way any more. That is certain where this very process made the claim
 * and has since finished with it, and assumed of any other after ten seconds; even then both would append the
 * same event id under the same lock, and the log keeps one.
 */
import type { UserId } from '../../domain/shared/ids.ts';
import { type Instant, msBetween } from '../../domain/shared/instant.ts';
import type { Clock, Ids } from '../ports/clock.ts';
import type {
  ClaimedIds,
  IdempotencyRecord,
  IdempotencyStore,
  KeptAnswer,
  StoredIdempotency,
} from '../ports/idempotency.ts';

/** A claim of another process that is older than this is taken for abandoned. */
const ABANDONED_AFTER_MS = 10_000;

/** Characters: a smaller answer is kept, for it costs less than to read its event again. */
const LARGE_ANSWER = 4_096;

export interface KeyedRequest {
  readonly userId: UserId;
  readonly key: string;
  /** Of method, path and body. */
  readonly fingerprint: string;
}

/** What the work that a key stands for may do. */
export interface Claim {
  readonly ids: ClaimedIds;
  /**
   * `first`: nobody has appended this event. `again`: somebody may have: look for it, else append it.
   * `look`: look for it only, its maker may still be about to append it.
   */
  readonly mode: 'first' | 'again' | 'look';
}

export interface Worked {
  readonly answer: KeptAnswer;
  /** Whether this is the one answer; false where a repeat should try again. */
  readonly final: boolean;
  /** Whether the event tells it all; absent: it does not. */
  readonly byEvent?: boolean;
}

export type KeyedAnswer =
  | { readonly kind: 'worked'; readonly answer: KeptAnswer }
  | { readonly kind: 'replayed'; readonly answer: KeptAnswer }
  /** The key stands for another request. */
  | { readonly kind: 'reused' }
  | { readonly kind: 'in_flight' };

/** What to do about a key that is claimed already. */
export function repeatOf(
  record: IdempotencyRecord,
  request: Pick<KeyedRequest, 'fingerprint'>,
  instance: string,
  now: Instant,
): 'reused' | 'replay' | 'rebuild' | 'again' | 'look' {
  if (record.fingerprint !== request.fingerprint) return 'reused';
  if (record.answer !== null) return 'replay';
  if (record.answered_by_event === true) return 'rebuild';
  if (record.instance === instance) return 'again';
  return msBetween(record.claimed_at, now) > ABANDONED_AFTER_MS ? 'again' : 'look';
}

export interface IdempotencyDeps {
  readonly store: IdempotencyStore;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Told of answers that could not be kept: the event is in the log, so a repeat rebuilds its answer. */
  readonly onAnswerLost: (error: unknown) => void;
}

export class Idempotency {
  readonly #deps: IdempotencyDeps;
  /** This process, as its claims name it. */
  readonly #instance: string;
  /** Requests under way here, by user and key. */
  readonly #inFlight = new Set<string>();

  constructor(deps: IdempotencyDeps) {
    this.#deps = deps;
    this.#instance = deps.ids.eventId(deps.clock.now());
  }

  /** Throws what `work` throws, and LogUnavailable where the key could not be claimed. */
  async run(request: KeyedRequest, work: (claim: Claim) => Promise<Worked>): Promise<KeyedAnswer> {
    const name = `${request.userId}\n${request.key}`;
    if (this.#inFlight.has(name)) return { kind: 'in_flight' };
    this.#inFlight.add(name);
    try {
      return await this.#run(request, work);
    } finally {
      this.#inFlight.delete(name);
    }
  }

  /** Whether this very request was taken up before; nothing is claimed. Throws LogUnavailable. */
  async knows({ userId, key, fingerprint }: KeyedRequest): Promise<boolean> {
    const stored = await this.#deps.store.read(userId, key);
    return stored?.record.fingerprint === fingerprint;
  }

  async #run(request: KeyedRequest, work: (claim: Claim) => Promise<Worked>): Promise<KeyedAnswer> {
    const { store, clock } = this.#deps;
    const fresh = this.#newRecord(request);
    const stored = await store.claim(request.userId, request.key, fresh);
    if (stored.kind === 'claimed') {
      return this.#work(request, { record: fresh, version: stored.version }, 'first', work);
    }
    const now = clock.now();
    const verdict = repeatOf(stored.record, request, this.#instance, now);
    switch (verdict) {
      case 'reused':
        return { kind: 'reused' };
      case 'replay':
        return stored.record.answer === null
          ? { kind: 'in_flight' }
          : { kind: 'replayed', answer: stored.record.answer };
      case 'rebuild': {
        const { answer } = await work({ ids: stored.record.ids, mode: 'look' });
        return { kind: 'replayed', answer };
      }
      case 'look':
        return this.#work(request, stored, 'look', work);
      case 'again': {
        const record = { ...stored.record, instance: this.#instance, claimed_at: now };
        const version = await store.replace(request.userId, request.key, record, stored.version);
        if (version === null) return { kind: 'in_flight' };
        return this.#work(request, { record, version }, 'again', work);
      }
    }
  }

  async #work(
    request: KeyedRequest,
    stored: StoredIdempotency,
    mode: Claim['mode'],
    work: (claim: Claim) => Promise<Worked>,
  ): Promise<KeyedAnswer> {
    const { answer, final, byEvent = false } = await work({ ids: stored.record.ids, mode });
    if (final) {
      try {
        const record: IdempotencyRecord =
          byEvent && (answer.body?.length ?? 0) >= LARGE_ANSWER
            ? { ...stored.record, answered_by_event: true }
            : { ...stored.record, answer };
        await this.#deps.store.replace(request.userId, request.key, record, stored.version);
      } catch (error) {
        this.#deps.onAnswerLost(error);
      }
    }
    return { kind: 'worked', answer };
  }

  #newRecord(request: KeyedRequest): IdempotencyRecord {
    const { clock, ids } = this.#deps;
    const now = clock.now();
    return {
      fingerprint: request.fingerprint,
      instance: this.#instance,
      claimed_at: now,
      ids: { event_id: ids.eventId(now), task_id: ids.taskId(now), execution_id: ids.executionId(now) },
      answer: null,
    };
  }
}
