/**
 * Load, decide, append under the lock, and again where the lock was lost: every change of the log goes this way.
 *
 *     as last seen --> decide --> an event --> append --+--> stored
 *          ^              |                             '--> lock lost: pause --.
 *          |              '--> nothing, or a refusal: on what the log has? --+--> yes: that is the answer
 *          |                                                                 '--> no
 *          '---------------------- load, as the log has it <-----------------------'
 *
 * What was last seen may be behind. An event that is decided on it is guarded by its lock; a refusal and "nothing to
 * do" append nothing that could be, so those two are decided again on what the log has.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Decision, Rejection } from '../../domain/shared/decision.ts';
import type { Position } from '../../domain/shared/event.ts';
import { NO_HASH, NO_REVISION, NO_SEQUENCE } from '../../domain/shared/ids.ts';

/** `Known`: what is decided on, with its place in the log. */
export interface Transaction<Known, Event, Stored> {
  /** What this process last saw, where that will do to begin with; undefined: it is read first. */
  readonly seen: Known | undefined;
  /** As the log has it now. */
  readonly load: () => Promise<Known>;
  /** Pure; asked again on whatever is newer. */
  readonly decide: (known: Known) => Decision<Event>;
  /** Under the lock of `known`. */
  readonly append: (known: Known, event: Event) => Promise<Attempted<Stored>>;
  /** What an earlier try of the same command has stored; asked before each. */
  readonly earlier?: () => Promise<Stored | null>;
  /** Asked when a lock was lost. */
  readonly mayRetry: () => boolean;
}

export type Attempted<Stored> =
  | { readonly kind: 'stored'; readonly stored: Stored }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

export type Transacted<Known, Stored> =
  | { readonly kind: 'stored'; readonly stored: Stored }
  /** It is so already. */
  | { readonly kind: 'nothing'; readonly known: Known }
  | { readonly kind: 'rejected'; readonly rejection: Rejection; readonly known: Known }
  /** Others took the lock every time, for as long as it might be tried. */
  | { readonly kind: 'conflict' };

const SHORTEST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;

/** Where a subject stands that was folded so far, or that has no event yet. */
export function lockedPosition(known: Position | null): Position {
  if (known === null) return { sequence: NO_SEQUENCE, revision: NO_REVISION, hash: NO_HASH };
  const { sequence, revision, hash } = known;
  return { sequence, revision, hash };
}

/** Throws what `load`, `decide` and `append` throw. */
export async function transact<Known, Event, Stored>(
  transaction: Transaction<Known, Event, Stored>,
): Promise<Transacted<Known, Stored>> {
  const { seen, load, decide, append, earlier, mayRetry } = transaction;
  let isCurrent = seen === undefined;
  let known = seen === undefined ? await load() : seen;
  for (let tries = 0; ; tries++) {
    const stored = (await earlier?.()) ?? null;
    if (stored !== null) return { kind: 'stored', stored };
    const decision = decide(known);
    if (decision.kind === 'event') {
      const attempted = await append(known, decision.event);
      if (attempted.kind === 'stored') return attempted;
      if (attempted.kind === 'rejected') return { ...attempted, known };
      await delay(Math.random() * Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** tries));
      if (!mayRetry()) return { kind: 'conflict' };
    } else if (isCurrent) {
      return decision.kind === 'nothing'
        ? { kind: 'nothing', known }
        : { kind: 'rejected', rejection: decision.rejection, known };
    }
    known = await load();
    isCurrent = true;
  }
}
