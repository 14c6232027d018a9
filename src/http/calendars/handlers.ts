import type { Admissions } from '../../application/commands/admissions.ts';
import type { CalendarOwner, Calendars, CalendarsChanged } from '../../application/commands/calendars.ts';
import type { Ids } from '../../application/ports/clock.ts';
import type { TaskQueries } from '../../application/queries/queries.ts';
import {
  type CalendarCommand,
  type NamedCalendar,
  type OwnCalendars,
  ownCalendar,
  SHARED_CALENDAR_LIMITS,
} from '../../domain/calendar/calendars.ts';
import { unpackDates } from '../../domain/schedule/calendar/packed-dates.ts';
import { calendarsFollowed } from '../../domain/schedule/followed-calendars.ts';
import { type CalendarId, NO_REVISION, parseCalendarId, type Revision } from '../../domain/shared/ids.ts';
import { awaitsSlots } from '../../domain/task/state.ts';
import type { CalendarLimits } from '../../domain/user/limits.ts';
import { ADMINS, requirePrivilege } from '../auth/auth.ts';
import { tierBasisOf } from '../auth/tier.ts';
import { etagOf, ifMatchOf } from '../router/preconditions.ts';
import type { Input, Router, UserCall } from '../router/route.ts';
import { commandContext, type Writes } from '../router/writes.ts';
import { type Answer, json } from '../server/answer.ts';
import { Problem, problemOf } from '../server/problem.ts';
import * as routes from './routes.ts';

interface Deps {
  readonly calendars: Pick<Calendars, 'of' | 'change'>;
  readonly queries: Pick<TaskQueries, 'tasksOf'>;
  readonly admissions: Pick<Admissions, 'limitsFor'>;
  readonly writes: Writes;
  readonly ids: Pick<Ids, 'eventId'>;
}

export function mountCalendars(router: Router, deps: Deps): void {
  const handlers = new CalendarHandlers(deps);
  router.user(routes.createCalendarRoute, { handle: (call, { body }) => handlers.create(call, body) });
  router.user(routes.listCalendarsRoute, { handle: (call) => handlers.list(call) });
  router.user(routes.getCalendarRoute, { handle: (call) => handlers.read(call) });
  router.user(routes.putCalendarRoute, { handle: (call, { body }) => handlers.change(call, body) });
  router.user(routes.deleteCalendarRoute, { handle: (call) => handlers.remove(call) });
}

class CalendarHandlers {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  create(
    call: UserCall,
    { shared, ...fields }: Input<typeof routes.createCalendarRoute, undefined>['body'],
  ): Promise<Answer> {
    return this.#deps.writes.perform(call, async (write) => {
      if (write.looking) throw new Problem('IDEMPOTENCY_IN_FLIGHT');
      const owner = shared ? null : call.caller.userId;
      refuseStrangers(call, owner);
      // The same for a repeat of the request, so that one whose answer was lost makes no second calendar.
      const calendar_id = write.newTaskId().replace(/^tsk_/, 'cal_') as CalendarId;
      const limits = await this.#limits(call, owner);
      const changed = await this.#ask(call, owner, {
        type: 'create',
        data: { calendar_id, limits, ...fields },
      });
      const made = ownCalendar(changed.own, calendar_id);
      if (made === null) throw new Problem('CALENDAR_NOT_FOUND');
      return json(201, calendarShown(made, owner), {
        ...writtenHeaders(changed, made),
        Location: `/api/v1/calendars/${calendar_id}`,
      });
    });
  }

  async list(call: UserCall): Promise<Answer> {
    const { caller } = call;
    const { calendars } = this.#deps;
    const [shared, own] = await Promise.all([calendars.of(null), calendars.of(caller.userId)]);
    const all = [
      ...shared.calendars.map((each) => calendarShown(each, null)),
      ...own.calendars.map((each) => calendarShown(each, caller.userId)),
    ];
    return json(200, {
      calendars: all,
      count: all.length,
      limit: (await this.#limits(call, caller.userId)).calendars,
    });
  }

  async read(call: UserCall): Promise<Answer> {
    const { calendar, owner } = await this.#found(call);
    return json(200, calendarShown(calendar, owner), { ETag: etagOf(calendar.days.revision as Revision) });
  }

  change(call: UserCall, body: Input<typeof routes.putCalendarRoute, undefined>['body']): Promise<Answer> {
    return this.#deps.writes.perform(call, async () => {
      const { calendar, owner } = await this.#found(call);
      refuseStrangers(call, owner);
      const { calendar_id } = calendar.days;
      const limits = await this.#limits(call, owner);
      const changed = await this.#ask(call, owner, (own) => ({
        type: 'change',
        data: { calendar_id, limits, ...body, if_match: revisionAsked(call, own, calendar_id) },
      }));
      const after = ownCalendar(changed.own, calendar_id);
      if (after === null) throw new Problem('CALENDAR_NOT_FOUND');
      return json(200, calendarShown(after, owner), writtenHeaders(changed, after));
    });
  }

  remove(call: UserCall): Promise<Answer> {
    return this.#deps.writes.perform(call, async () => {
      const place = await this.#find(call);
      if (place === null) return { status: 204, headers: {}, body: null };
      const { owner, calendar } = place;
      refuseStrangers(call, owner);
      const { calendar_id } = calendar.days;
      if (owner !== null) await this.#refuseInUse(call, calendar_id);
      const changed = await this.#ask(call, owner, (own) => ({
        type: 'delete',
        data: { calendar_id, if_match: revisionAsked(call, own, calendar_id) },
      }));
      return { status: 204, headers: sequenceOf(changed), body: null };
    });
  }

  /** A task that begins to follow it in this moment keeps the days that it had. */
  async #refuseInUse({ caller }: UserCall, id: CalendarId): Promise<void> {
    const tasks = await this.#deps.queries.tasksOf(caller.userId);
    const following = tasks.filter(
      ({ state }) =>
        awaitsSlots(state) && calendarsFollowed(state.schedule).some(({ calendar_id }) => calendar_id === id),
    );
    if (following.length > 0) throw new Problem('CALENDAR_IN_USE', { members: { tasks: following.length } });
  }

  async #found(call: UserCall): Promise<{ readonly calendar: NamedCalendar; readonly owner: CalendarOwner }> {
    const found = await this.#find(call);
    if (found === null) throw new Problem('CALENDAR_NOT_FOUND');
    return found;
  }

  async #find(
    call: UserCall,
  ): Promise<{ readonly calendar: NamedCalendar; readonly owner: CalendarOwner } | null> {
    const id = parseCalendarId(call.params.calendar_id ?? '');
    if (id === null) throw new Problem('CALENDAR_NOT_FOUND');
    for (const owner of [call.caller.userId, null]) {
      const calendar = ownCalendar(await this.#deps.calendars.of(owner), id);
      if (calendar !== null) return { calendar, owner };
    }
    return null;
  }

  async #limits({ caller }: UserCall, owner: CalendarOwner): Promise<CalendarLimits> {
    if (owner === null) return SHARED_CALENDAR_LIMITS;
    return (await this.#deps.admissions.limitsFor(owner, tierBasisOf(caller))).limits;
  }

  async #ask(
    call: UserCall,
    owner: CalendarOwner,
    asked: CalendarCommand | ((own: OwnCalendars) => CalendarCommand),
  ): Promise<Extract<CalendarsChanged, { kind: 'done' }>> {
    const { calendars, ids } = this.#deps;
    const request = {
      owner,
      now: call.now,
      newEventId: () => ids.eventId(call.now),
      context: commandContext(call),
    };
    const changed = await calendars.change(request, asked);
    if (changed.kind === 'conflict') throw new Problem('CONCURRENT_UPDATE');
    if (changed.kind === 'rejected') throw problemOf(changed.rejection);
    return changed;
  }
}

function refuseStrangers(call: UserCall, owner: CalendarOwner): void {
  if (owner === null) requirePrivilege(call.caller, ADMINS);
}

/** Of several revisions the one that fits; where none does, one that fits none. */
function revisionAsked(call: UserCall, own: OwnCalendars, id: CalendarId): Revision | null {
  const asked = ifMatchOf(call.request.headers.get('if-match'));
  if (asked === null) return null;
  const current = ownCalendar(own, id)?.days.revision;
  return asked.find((revision) => revision === current) ?? NO_REVISION;
}

function calendarShown({ days, name, created_at, updated_at }: NamedCalendar, owner: CalendarOwner) {
  const { calendar_id, dates, weekdays, revision } = days;
  const shared = owner === null;
  return { calendar_id, name, shared, dates: unpackDates(dates), weekdays, revision, created_at, updated_at };
}

type Done = Extract<CalendarsChanged, { kind: 'done' }>;

function sequenceOf({ sequence }: Done): Record<string, string> {
  return sequence === null ? {} : { 'Event-Sequence': String(sequence) };
}

function writtenHeaders(changed: Done, { days }: NamedCalendar): Record<string, string> {
  return { ...sequenceOf(changed), ETag: etagOf(days.revision as Revision) };
}
