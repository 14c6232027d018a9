/** Month and week: due dates and events by name, runs as counts. All of it is the service's; nothing is worked out here. */
import { useQuery } from '@tanstack/preact-query';
import { useMemo } from 'preact/hooks';
import { type ApiSchema, answered, api } from '../../api/client.ts';
import { FaultPanel } from '../../frame/no-screen.tsx';
import { showFault, showNotice } from '../../frame/notices.tsx';
import { ScreenPage, Skeleton } from '../../frame/page.tsx';
import { Link, useFilters } from '../../parts/link.tsx';
import { now } from '../../parts/time.tsx';
import { dayKey, shiftedDay } from '../../parts/time-text.ts';
import { shownZone } from '../../parts/zones.ts';
import { CalendarDayCell } from './calendar-day.tsx';
import { type CalendarView, calendarDays, countsByDay, isCalendarDate, stepped } from './calendar-days.ts';
import { type CalendarItem, type CalendarTask, calendarItems, dateOf, moveItem } from './calendar-items.ts';
import { FeedLink } from './feed-link.tsx';

/** As many as one list has. */
const MOST_TASKS = 500;
/** As many as one call of the timeline takes. */
const TASKS_A_CALL = 100;
const MOST_DUE = 500;
const DAY_MS = 86_400_000;
/** No day of any zone begins within half an hour of UTC's. */
const BUCKET_SECONDS = 1_800;
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

export default function CalendarScreen() {
  const { filters, change } = useFilters();
  const zone = shownZone(null);
  const today = dayKey(now.value, zone);
  const view: CalendarView = filters.view === 'week' ? 'week' : 'month';
  const date = filters.date !== undefined && isCalendarDate(filters.date) ? filters.date : today;
  const days = useMemo(() => calendarDays(view, date, zone), [view, date, zone]);
  const { data, error, refetch } = useCalendar(days[0]?.from ?? 0, days.at(-1)?.to ?? 0);
  const items = calendarItems(data?.due ?? [], data?.scheduled.tasks ?? []);
  const counts = useMemo(() => countsByDay(days, data?.timelines ?? []), [days, data]);
  const move = async (item: CalendarItem, to: string) => {
    if (to === dateOf(item, zone)) return;
    try {
      await moveItem(item, to, zone);
      showNotice(`Moved ${item.task.name} to ${to}`);
    } catch (refused) {
      showFault('It stays where it was', refused);
      void refetch();
    }
  };
  return (
    <ScreenPage
      title="Calendar"
      heading={titleOf(view, date)}
      actions={
        <>
          <button
            type="button"
            onClick={() => change({ date: stepped(view, date, -1) })}
            aria-label={`The ${view} before`}
          >
            ‹
          </button>
          <button type="button" onClick={() => change({ date: null })}>
            Today
          </button>
          <button
            type="button"
            onClick={() => change({ date: stepped(view, date, 1) })}
            aria-label={`The ${view} after`}
          >
            ›
          </button>
          <select
            aria-label="View"
            value={view}
            onChange={(event) => change({ view: event.currentTarget.value })}
          >
            <option value="month">Month</option>
            <option value="week">Week</option>
          </select>
          <Link to="calendars" class="button">
            Calendars of days
          </Link>
          <FeedLink />
        </>
      }
    >
      {error === null ? null : <FaultPanel error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <Skeleton label="The calendar is loading" rows={1} /> : null}
      <Incomplete total={data?.scheduled.total ?? 0} isComplete={data?.isComplete ?? true} view={view} />
      <div class={`calendar ${view}`} aria-busy={data === undefined}>
        {WEEKDAYS.map((name) => (
          <div class="weekday" key={name} aria-hidden="true">
            {name.slice(0, 3)}
          </div>
        ))}
        {days.map((day) => (
          <CalendarDayCell
            key={day.date}
            day={day}
            zone={zone}
            isToday={day.date === today}
            items={items.filter((item) => dateOf(item, zone) === day.date)}
            counts={counts.get(day.date) ?? null}
            isWeek={view === 'week'}
            find={(id) => items.find(({ task, kind }) => `${kind} ${task.task_id}` === id) ?? null}
            move={(item, to) => void move(item, to)}
            shift={(item, by) => void move(item, shiftedDay(day.date, by))}
          />
        ))}
      </div>
      <p class="soft">
        Drag what is due to another day, or press Alt with an arrow key on it. Days are those of {zone}.
      </p>
    </ScreenPage>
  );
}

function useCalendar(from: number, to: number) {
  const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  return useQuery({
    queryKey: ['calendar', range.from, range.to],
    queryFn: async ({ signal }) => {
      const [due, scheduled] = await Promise.all([dueTasks(range, signal), scheduledTasks(signal)]);
      const ids = scheduled.tasks.map(({ task_id }) => task_id);
      const timelines = await timelinesOf(ids, range, signal);
      return {
        due,
        scheduled,
        timelines,
        isComplete: timelines.every(({ is_complete }) => is_complete),
      };
    },
    placeholderData: (before) => before,
  });
}

interface Range {
  /** RFC 3339. */
  readonly from: string;
  readonly to: string;
}

/** One call after the other: each of them is as dear as a call may be. */
async function timelinesOf(ids: readonly string[], range: Range, signal: AbortSignal) {
  const timelines: ApiSchema<'Timeline'>['tasks'] = [];
  for (let at = 0; at < ids.length; at += TASKS_A_CALL) {
    const query = { ...range, task_id: ids.slice(at, at + TASKS_A_CALL), bucket: BUCKET_SECONDS };
    const { tasks } = await answered(api.GET('/api/v1/timeline', { params: { query }, signal }));
    timelines.push(...tasks);
  }
  return timelines;
}

/** With a day more on both sides: a due day of another zone may end elsewhere than the day that it is shown on. */
async function dueTasks(range: Range, signal: AbortSignal) {
  const due_from = new Date(Date.parse(range.from) - DAY_MS).toISOString();
  const due_before = new Date(Date.parse(range.to) + DAY_MS).toISOString();
  const query = { due_from, due_before, view: 'summary', limit: MOST_DUE } as const;
  const { tasks } = await answered(api.GET('/api/v1/tasks', { params: { query }, signal }));
  return tasks as readonly CalendarTask[];
}

async function scheduledTasks(signal: AbortSignal) {
  const query = { has_schedule: true, view: 'summary', limit: MOST_TASKS, total: true } as const;
  const { tasks, total } = await answered(api.GET('/api/v1/tasks', { params: { query }, signal }));
  return { tasks: tasks as readonly CalendarTask[], total: total ?? tasks.length };
}

function titleOf(view: CalendarView, date: string): string {
  const at = Date.parse(`${date}T12:00:00Z`);
  const month = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    at,
  );
  return view === 'month' ? month : `Week of ${Number(date.slice(8))} ${month}`;
}

interface IncompleteProps {
  readonly total: number;
  readonly isComplete: boolean;
  readonly view: CalendarView;
}

function Incomplete({ total, isComplete, view }: IncompleteProps) {
  if (total > MOST_TASKS) {
    return (
      <p class="warn">
        Runs of {MOST_TASKS} tasks are counted; there are {total} with a schedule.
      </p>
    );
  }
  if (isComplete) return null;
  const hint = view === 'month' ? ': a week shows more of them' : '';
  return (
    <p class="warn">There are more runs than can be counted at once{hint}. Days at the end lack some.</p>
  );
}
