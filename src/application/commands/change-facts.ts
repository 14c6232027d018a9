/**
 * What an owner has on a subject of its own beside tasks (a calendar feed, event destinations, calendars): read, decided and
 * appended under the lock of that subject, and again for a few seconds where others took it.
 */
import type { Decision } from '../../domain/shared/decision.ts';
import type { Position } from '../../domain/shared/event.ts';
import type { EventId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Clock, CommandContext } from '../ports/clock.ts';
import { lockedPosition, type Transacted, transact } from './transact.ts';

export interface FactRequest {
  readonly now: Instant;
  /** For each try to append. */
  readonly newEventId: () => EventId;
  readonly context: CommandContext;
}

export interface FactAppend<Event> {
  readonly eventId: EventId;
  readonly time: Instant;
  readonly event: Event;
  readonly context: CommandContext;
  readonly after: Position;
}

/** `Known`: what the subject's events have made so far, null before the first; `Stored`: what comes of an append. */
export interface Facts<Known extends Position, Event, Stored extends { readonly kind: 'appended' }> {
  readonly load: () => Promise<Known | null>;
  readonly decide: (known: Known | null) => Decision<Event>;
  readonly append: (append: FactAppend<Event>) => Promise<Stored | { readonly kind: 'conflict' }>;
}

const RETRY_FOR_MS = 4_000;

/** Throws as `EventLog.append`. */
export function changeFacts<Known extends Position, Event, Stored extends { readonly kind: 'appended' }>(
  { load, decide, append }: Facts<Known, Event, Stored>,
  { now, newEventId, context }: FactRequest,
  clock: Pick<Clock, 'monotonicMs'>,
): Promise<Transacted<Known | null, Stored>> {
  const retryUntil = clock.monotonicMs() + RETRY_FOR_MS;
  return transact<Known | null, Event, Stored>({
    seen: undefined,
    load,
    decide,
    append: async (known, event) => {
      const after = lockedPosition(known);
      const appended = await append({ eventId: newEventId(), time: now, event, context, after });
      return appended.kind === 'conflict' ? appended : { kind: 'stored', stored: appended };
    },
    mayRetry: () => clock.monotonicMs() <= retryUntil,
  });
}
