/** The calendars of days that a schedule leaves out, and those that it keeps to. */
import { useQuery } from '@tanstack/preact-query';
import { type ApiSchema, answered, api } from '../../api/client.ts';
import { FaultPanel } from '../../frame/no-screen.tsx';
import { screenUrl } from '../../parts/link.tsx';
import { labelText, Text } from '../../parts/text.tsx';
import { FieldFaults } from '../forms/field.tsx';
import type { ScheduleFieldsProps } from './schedule-editor.tsx';

type Calendar = ApiSchema<'Calendar'>;

const LISTS = {
  excludeCalendars: 'Not on the days of',
  onlyCalendars: 'Only on the days of',
} as const;

export function CalendarFields(props: ScheduleFieldsProps) {
  const { form } = props;
  const { data, error, refetch } = useQuery({
    queryKey: ['calendars'],
    queryFn: ({ signal }) => answered(api.GET('/api/v1/calendars', { signal })),
    // Who has just made one in another tab finds it here.
    staleTime: 0,
  });
  const calendars = data?.calendars ?? [];
  const chosen = [...form.excludeCalendars, ...form.onlyCalendars];
  const free = calendars.filter(({ calendar_id }) => !chosen.includes(calendar_id));
  const toCalendars = (
    <a href={screenUrl('calendars')} target="_blank" rel="noopener">
      Calendars
    </a>
  );
  if (error !== null && data === undefined) return <FaultPanel error={error} retry={() => void refetch()} />;
  if (data !== undefined && calendars.length === 0 && chosen.length === 0) {
    return (
      <p class="soft">
        {toCalendars}, such as one of holidays, can be left out, or be kept to: there are none yet.
      </p>
    );
  }
  return (
    <div class="option-fields calendar-fields">
      {(Object.keys(LISTS) as (keyof typeof LISTS)[]).map((name) => (
        <CalendarList key={name} {...props} name={name} calendars={calendars} free={free} />
      ))}
      <p class="soft">{toCalendars}: at most ten in both lists.</p>
    </div>
  );
}

interface CalendarListProps extends ScheduleFieldsProps {
  readonly name: keyof typeof LISTS;
  readonly calendars: readonly Calendar[];
  /** Those of them that are in neither list. */
  readonly free: readonly Calendar[];
}

function CalendarList({ form, change, faultsOf, name, calendars, free }: CalendarListProps) {
  const label = LISTS[name];
  const chosen = form[name];
  const nameOf = (id: string) =>
    calendarName(
      calendars.find(({ calendar_id }) => calendar_id === id),
      id,
    );
  return (
    <fieldset class="group">
      <legend>{label}</legend>
      {chosen.map((id) => (
        <span key={id} class="chip">
          <Text>{nameOf(id)}</Text>
          <button
            type="button"
            class="quiet"
            aria-label={`${label} ${labelText(nameOf(id))}: not any more`}
            onClick={() => change({ [name]: chosen.filter((each) => each !== id) })}
          >
            ✕
          </button>
        </span>
      ))}
      <select
        aria-label={`${label}: another calendar`}
        data-field={name}
        value=""
        disabled={free.length === 0}
        onChange={(event) => change({ [name]: [...chosen, event.currentTarget.value] })}
      >
        <option value="">{free.length === 0 ? 'No other calendar' : 'Choose a calendar'}</option>
        {free.map((each) => (
          <option key={each.calendar_id} value={each.calendar_id}>
            {labelText(calendarName(each, each.calendar_id))}
            {each.shared ? ' (of the installation)' : ''}
          </option>
        ))}
      </select>
      <FieldFaults faults={faultsOf(name)} />
    </fieldset>
  );
}

/** A task keeps the days of a calendar that is no more: then its id is all that is known of it. */
function calendarName(calendar: Calendar | undefined, id: string): string {
  return calendar?.name ?? id;
}
