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
import type { Sequence, UserId } from '../../domain/shared/ids.ts';
import type { Clock } from '../ports/clock.ts';
import { changeFacts, type FactAppend, type FactRequest } from './change-facts.ts';

/** A user; null: the installation, whose calendars everybody may follow. */
export type CalendarOwner = UserId | null;

/** Where an owner's calendars stand in the log, and what they are by then. */
export interface CalendarsSnapshot extends Position {
  readonly own: OwnCalendars;
}

export interface CalendarAppend extends FactAppend<CalendarEvent> {
  readonly owner: CalendarOwner;
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

export interface CalendarRequest extends FactRequest {
  readonly owner: CalendarOwner;
}

export type CalendarsChanged =
  /** `sequence`: of the event; null where nothing had to be appended. */
  | { readonly kind: 'done'; readonly sequence: Sequence | null; readonly own: OwnCalendars }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** Others changed them again and again. */
  | { readonly kind: 'conflict' };

const NOTHING_YET = calendarDecider.initial;

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
    { owner, ...request }: CalendarRequest,
    asked: Ask<OwnCalendars, CalendarCommand>,
  ): Promise<CalendarsChanged> {
    const result = await changeFacts(
      {
        load: () => this.#log.readCalendars(owner),
        decide: (known: CalendarsSnapshot | null) =>
          decideAsked(calendarDecider, known?.own ?? NOTHING_YET, asked, request.now),
        append: (append: FactAppend<CalendarEvent>) => this.#log.append({ ...append, owner }),
      },
      request,
      this.#clock,
    );
    switch (result.kind) {
      case 'stored':
        return { kind: 'done', sequence: result.stored.snapshot.sequence, own: result.stored.snapshot.own };
      case 'nothing':
        return { kind: 'done', sequence: null, own: result.known?.own ?? NOTHING_YET };
      case 'rejected':
        return { kind: 'rejected', rejection: result.rejection };
      case 'conflict':
        return result;
    }
  }
}
