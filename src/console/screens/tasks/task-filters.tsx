/** What is searched for, and which tasks are shown: all of it stands in the address. */
import { useEffect, useState } from 'preact/hooks';
import { TASK_TYPES } from '../../../domain/task/status.ts';
import type { ApiSchema } from '../../api/client.ts';
import { State } from '../../parts/marks.tsx';
import { labelText } from '../../parts/text.tsx';
import type { TaskFilters } from './task-pages.ts';

const STATUSES = ['scheduled', 'running', 'failed', 'paused', 'pending', 'completed', 'cancelled'];
const TYPES = [...TASK_TYPES].sort();
const PRIORITIES = ['urgent', 'high', 'medium', 'low'];
const SORTS: Readonly<Record<string, string>> = {
  '-created_at': 'Newest first',
  next_run_time: 'Next run',
  name: 'Name',
  '-priority': 'Priority',
  due_date: 'Due date',
  '-updated_at': 'Changed last',
};
/** Beside what the answer takes, within 200 ms in all. */
const SETTLE_MS = 100;

export interface TaskFiltersProps {
  readonly filters: TaskFilters;
  readonly facets: ApiSchema<'TaskList'>['facets'] | undefined;
  readonly change: (changes: Readonly<Record<string, string | null>>) => void;
}

export function TaskFiltersBar({ filters, facets, change }: TaskFiltersProps) {
  const chosen = new Set(filters.status?.split(',').filter(Boolean));
  const counts = new Map(facets?.status?.map(({ value, count }) => [value, count]));
  const toggle = (status: string) => {
    const next = new Set(chosen);
    if (!next.delete(status)) next.add(status);
    change({ status: [...next].join(',') });
  };
  const shown = STATUSES.filter((status) => chosen.has(status) || (counts.get(status) ?? 0) > 0);
  return (
    <div class="filters">
      <Search text={filters.q ?? ''} search={(q) => change({ q })} />
      <fieldset class="chips">
        <legend class="visually-hidden">Status</legend>
        {shown.map((status) => (
          <button
            key={status}
            type="button"
            class="chip"
            aria-pressed={chosen.has(status)}
            onClick={() => toggle(status)}
          >
            <State status={status} />
            {counts.has(status) ? (
              <span class="number soft">{counts.get(status)?.toLocaleString('en')}</span>
            ) : null}
          </button>
        ))}
      </fieldset>
      <div class="row">
        <CountedSelect
          label="Type"
          all="All types"
          values={TYPES}
          counts={facets?.task_type}
          value={filters.type}
          choose={(type) => change({ type })}
        />
        <CountedSelect
          label="Priority"
          all="All priorities"
          values={PRIORITIES}
          counts={facets?.priority}
          value={filters.priority}
          choose={(priority) => change({ priority })}
        />
        <CountedSelect
          label="Tag"
          all="All tags"
          values={facets?.tag?.map(({ value }) => value) ?? []}
          counts={facets?.tag}
          value={filters.tag}
          choose={(tag) => change({ tag })}
        />
        {filters.calendar ? (
          <button type="button" class="chip" onClick={() => change({ calendar: null })}>
            Following one calendar ✕
          </button>
        ) : null}
        <select
          aria-label="Order"
          value={filters.sort ?? '-created_at'}
          onChange={(event) => change({ sort: event.currentTarget.value })}
        >
          {Object.entries(SORTS).map(([sort, label]) => (
            <option key={sort} value={sort}>
              {label}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}

interface CountedSelectProps {
  readonly label: string;
  /** What the choice of none is called. */
  readonly all: string;
  readonly values: readonly string[];
  /** How many tasks there would be with each. */
  readonly counts: readonly { readonly value: string; readonly count: number }[] | undefined;
  readonly value: string | undefined;
  readonly choose: (value: string) => void;
}

function CountedSelect({ label, all, values, counts, value = '', choose }: CountedSelectProps) {
  const known = new Map(counts?.map((each) => [each.value, each.count]));
  // What is chosen stays in the list, whatever else is.
  const shown = value === '' || values.includes(value) ? values : [value, ...values];
  return (
    <select aria-label={label} value={value} onChange={(event) => choose(event.currentTarget.value)}>
      <option value="">{all}</option>
      {shown.map((each) => (
        <option key={each} value={each}>
          {`${values === TYPES ? each.replaceAll('_', ' ') : labelText(each)}${counts === undefined ? '' : ` (${(known.get(each) ?? 0).toLocaleString('en')})`}`}
        </option>
      ))}
    </select>
  );
}

/** Asked of the service when the typing has paused: over all tasks, not those that are shown. */
function Search({ text, search }: { readonly text: string; readonly search: (text: string) => void }) {
  const [typed, type] = useState(text);
  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => search(typed), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  useEffect(() => type(text), [text]);
  return (
    <input
      type="search"
      aria-label="Search names, descriptions and tags"
      placeholder="Search"
      aria-keyshortcuts="/"
      value={typed}
      onInput={(event) => type(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
}
