/** Calendars of days: one's own and the installation's, what they contain, and how many tasks follow each. */
import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { answered, api } from '../../api/client.ts';
import { Empty, FaultPanel } from '../../frame/no-screen.tsx';
import { showFault, showNotice } from '../../frame/notices.tsx';
import { ScreenPage, Skeleton } from '../../frame/page.tsx';
import { Link, useFilters } from '../../parts/link.tsx';
import { Modal } from '../../parts/modal.tsx';
import { labelText, Text } from '../../parts/text.tsx';
import { viewer } from '../../session.ts';
import { type DayCalendar, deleteCalendar, postCalendar } from './calendar-calls.ts';
import { CalendarForm } from './calendar-form.tsx';
import { daysByYear, daysWords } from './calendar-words.ts';

/** Tasks that days are taken from, or kept to, from now on. */
const FOLLOWING = ['scheduled', 'paused', 'running'] as const;
const NEW = 'new';

export default function CalendarsScreen() {
  const { filters, change } = useFilters();
  const isAdmin = viewer.value?.roles.includes('admin') === true;
  const { data, error, refetch } = useQuery({
    queryKey: ['calendars'],
    queryFn: ({ signal }) => answered(api.GET('/api/v1/calendars', { signal })),
  });
  const following = useQuery({
    queryKey: ['tasks', 'following'],
    queryFn: async ({ signal }) => {
      const { facets } = await answered(
        api.GET('/api/v1/tasks', {
          params: { query: { view: 'summary', limit: 1, facets: ['calendar_id'], status: [...FOLLOWING] } },
          signal,
        }),
      );
      return new Map(facets?.calendar_id?.map(({ value, count }) => [value, count]));
    },
  });
  const calendars = data?.calendars ?? [];
  const own = calendars.filter(({ shared }) => !shared).length;
  const isFull = data !== undefined && own >= data.limit;
  const close = () => change({ id: null });
  const fault = error ?? following.error;
  return (
    <ScreenPage
      title="Calendars of days"
      actions={
        <>
          {filters.id === NEW || (isFull && !isAdmin) ? null : (
            <button type="button" class="primary" onClick={() => change({ id: NEW })}>
              New calendar
            </button>
          )}
          <Link to="calendar" class="button">
            To the calendar
          </Link>
        </>
      }
    >
      <p class="about soft">
        Schedules leave out the days of a calendar, or keep to them. Where a calendar changes, the tasks that
        follow it do.
      </p>
      {fault === null ? null : (
        <FaultPanel
          error={fault}
          retry={() => {
            void refetch();
            void following.refetch();
          }}
        />
      )}
      {data === undefined && error === null ? <Skeleton label="Calendars are loading" /> : null}
      {isFull ? <p class="soft">You have {data?.limit} calendars: there cannot be more.</p> : null}
      {filters.id === NEW ? <CalendarForm calendar={null} mayShare={isAdmin} close={close} /> : null}
      {data !== undefined && calendars.length === 0 && filters.id !== NEW ? (
        <Empty text="There are no calendars: one of holidays, say, keeps tasks from running on these.">
          <button type="button" onClick={() => change({ id: NEW })}>
            Make one
          </button>
        </Empty>
      ) : null}
      <ul class="stack" aria-label="Calendars">
        {calendars.map((calendar) => (
          <li key={calendar.calendar_id} class="panel padded stack">
            {filters.id === calendar.calendar_id && (isAdmin || !calendar.shared) ? (
              <CalendarForm calendar={calendar} mayShare={false} close={close} />
            ) : (
              <CalendarEntry
                calendar={calendar}
                following={following.data?.get(calendar.calendar_id) ?? (following.data ? 0 : null)}
                mayChange={isAdmin || !calendar.shared}
                isOpen={filters.id === calendar.calendar_id}
                edit={() => change({ id: calendar.calendar_id })}
              />
            )}
          </li>
        ))}
      </ul>
    </ScreenPage>
  );
}

interface EntryProps {
  readonly calendar: DayCalendar;
  /** Tasks; null: not known. */
  readonly following: number | null;
  readonly mayChange: boolean;
  /** With its days. */
  readonly isOpen: boolean;
  readonly edit: () => void;
}

function CalendarEntry({ calendar, following, mayChange, isOpen, edit }: EntryProps) {
  const { calendar_id, dates, shared } = calendar;
  const name = calendar.name ?? calendar_id;
  const label = labelText(name);
  return (
    <>
      <h2>
        <Text>{name}</Text> {shared ? <span class="tag">of the installation</span> : null}
      </h2>
      <p>{daysWords(calendar)}</p>
      {dates.length < 2 ? null : (
        <details open={isOpen}>
          <summary>All days</summary>
          <dl class="facts">
            {daysByYear(dates).map(([year, days]) => (
              <>
                <dt>{year}</dt>
                <dd>{days}</dd>
              </>
            ))}
          </dl>
        </details>
      )}
      <p class="row">
        {following === null ? null : following === 0 ? (
          <span class="soft">No task of yours follows it.</span>
        ) : (
          <Link to={`tasks?calendar=${calendar_id}&status=${FOLLOWING.join(',')}`}>
            {following.toLocaleString('en')} {following === 1 ? 'task follows it' : 'tasks follow it'}
          </Link>
        )}
        {mayChange ? (
          <>
            <button type="button" aria-label={`Change ${label}`} onClick={edit}>
              Change
            </button>
            <DeleteButton calendar={calendar} label={label} />
          </>
        ) : null}
      </p>
    </>
  );
}

const CHECKING = () => showNotice('Nobody knows yet whether it was done: checking');

/** One's own comes back by Undo; of a shared one it is asked before, for tasks of others follow it. */
function DeleteButton({ calendar, label }: { readonly calendar: DayCalendar; readonly label: string }) {
  const [isAsking, ask] = useState(false);
  const name = calendar.name ?? calendar.calendar_id;
  const remove = async () => {
    ask(false);
    try {
      await deleteCalendar(calendar, CHECKING);
      showNotice(`Deleted ${name}`, calendar.shared ? null : () => void bringBack(calendar));
    } catch (error) {
      showFault(`${name} is still there`, error);
    }
  };
  return (
    <>
      <button
        type="button"
        class="danger"
        aria-label={`Delete ${label}`}
        onClick={() => (calendar.shared ? ask(true) : void remove())}
      >
        Delete
      </button>
      {isAsking ? (
        <Modal title={`Delete ${label}?`} close={() => ask(false)}>
          <p>It is of the installation. Tasks that follow it keep the days that it has now.</p>
          <div class="row modal-actions">
            <button type="button" onClick={() => ask(false)}>
              Not now
            </button>
            <button type="button" class="danger" onClick={() => void remove()}>
              Delete
            </button>
          </div>
        </Modal>
      ) : null}
    </>
  );
}

/** Nobody followed it, so nobody misses that it has another id. */
async function bringBack(calendar: DayCalendar): Promise<void> {
  try {
    await postCalendar({ ...calendar, name: calendar.name ?? '' }, false, CHECKING);
    showNotice(`Brought back ${calendar.name ?? ''}`);
  } catch (error) {
    showFault('It was not brought back', error);
  }
}
