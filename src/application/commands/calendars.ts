/** Named calendars of days: of users and of the installation, each owner's on a subject of its own, changed under its lock. */
import {
  type CalendarCommand,
  type CalendarEvent,
  calendarDecider,
  type OwnCalendars,
} from '../../domain/calendar/calendars.ts';
import type { CalendarLookup } from '../../domain/schedule/parse/calendars.ts';
import { type Ask, decideAsked } from '../../domain/shared/decider.ts';
import type { Rejection } from '../../domain/shared/decision.ts';
import type { Position } from '../../domain/shared/event.ts';
import type { EventId, Sequence, UserId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Clock, CommandContext } from '../ports/clock.ts';
import { lockedPosition, transact } from './transact.ts';

/** A user; null: the installation, whose calendars everybody may follow. */
export type CalendarOwner = UserId | null;

/** Where an owner's calendars stand in the log, and what they are by then. */
export interface CalendarsSnapshot extends Position {
  readonly own: OwnCalendars;
}

export interface CalendarAppend {
  readonly owner: CalendarOwner;
  readonly eventId: EventId;
  readonly time: Instant;
  readonly event: CalendarEvent;
  readonly context: CommandContext;
  readonly after: Position;
}

/** Calendars as the log has them. */
export interface CalendarLog {
  /** Never older than the log was when this was called; null before the owner's first one. Throws LogUnavailable. */
  readCalendars(owner: CalendarOwner): Promise<CalendarsSnapshot | null>;
  /** Throws as `EventLog.append`. */
  append(append: CalendarAppend): Promise<CalendarAppended>;
}

export type CalendarAppended =
  | { readonly kind: 'appended'; readonly snapshot: CalendarsSnapshot }
  | { readonly kind: 'conflict' };

export interface CalendarRequest {
  readonly owner: CalendarOwner;
  readonly now: Instant;
  /** For each try to append. */
  readonly newEventId: () => EventId;
  readonly context: CommandContext;
}

export type CalendarsChanged =
  /** `sequence`: of the event; null where nothing had to be appended. */
  | { readonly kind: 'done'; readonly sequence: Sequence | null; readonly own: OwnCalendars }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** Others changed them again and again. */
  | { readonly kind: 'conflict' };

const NOTHING_YET = calendarDecider.initial;
const RETRY_FOR_MS = 4_000;

export class Calendars {
  readonly #log: CalendarLog;
  readonly #clock: Pick<Clock, 'monotonicMs'>;

  constructor(log: CalendarLog, clock: Pick<Clock, 'monotonicMs'>) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Never older than the log was when this was called. Throws LogUnavailable. */
  async of(owner: CalendarOwner): Promise<OwnCalendars> {
    return (await this.#log.readCalendars(owner))?.own ?? NOTHING_YET;
  }

  /** Those that the user may follow, own ones and the installation's, as they are now. Throws LogUnavailable. */
  async lookupFor(userId: UserId): Promise<CalendarLookup> {
    const [own, shared] = await Promise.all([this.of(userId), this.of(null)]);
    const all = new Map([...shared.calendars, ...own.calendars].map(({ days }) => [days.calendar_id, days]));
    return (id) => all.get(id) ?? null;
  }

  /** Throws as `EventLog.append`. */
  async change(
    { owner, now, newEventId, context }: CalendarRequest,
    asked: Ask<OwnCalendars, CalendarCommand>,
  ): Promise<CalendarsChanged> {
    const retryUntil = this.#clock.monotonicMs() + RETRY_FOR_MS;
    const result = await transact<CalendarsSnapshot | null, CalendarEvent, CalendarsSnapshot>({
      seen: undefined,
      load: () => this.#log.readCalendars(owner),
      decide: (known) => decideAsked(calendarDecider, known?.own ?? NOTHING_YET, asked, now),
      append: async (known, event) => {
        const after = lockedPosition(known);
        const appended = await this.#log.append({
          owner,
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
        return { kind: 'done', sequence: result.stored.sequence, own: result.stored.own };
      case 'nothing':
        return { kind: 'done', sequence: null, own: result.known?.own ?? NOTHING_YET };
      case 'rejected':
        return { kind: 'rejected', rejection: result.rejection };
      case 'conflict':
        return result;
    }
  }
}
