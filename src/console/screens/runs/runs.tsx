/** Runs of all tasks, newest first. While somebody reads further down, new ones wait behind a press. */

import { useInfiniteQuery } from '@tanstack/preact-query';
import { useEffect, useState } from 'preact/hooks';
import { TASK_TYPES } from '../../../domain/task/status.ts';
import { answered, api } from '../../api/client.ts';
import { Empty, FaultPanel } from '../../frame/no-screen.tsx';
import { ScreenPage, Skeleton } from '../../frame/page.tsx';
import { onNews } from '../../live/live.ts';
import { Link, useFilters } from '../../parts/link.tsx';
import { State } from '../../parts/marks.tsx';
import { RunTable } from '../../parts/run-table.tsx';
import { Moment } from '../../parts/time.tsx';
import { TypedInput } from '../../parts/typed-input.tsx';

const STATUSES = ['pending', 'running', 'completed', 'failed', 'cancelled'] as const;
const TRIGGERS = ['scheduled', 'manual', 'webhook', 'event', 'backfill'] as const;
const PAGE = 50;
/** Pixels from the top within which new rows may come in by themselves. */
const AT_TOP = 200;

const HOUR_MS = 3_600_000;
const SPANS_MS: Readonly<Record<string, number>> = {
  'Last hour': HOUR_MS,
  'Last 24 hours': 24 * HOUR_MS,
  'Last 7 days': 7 * 24 * HOUR_MS,
  'Last 30 days': 30 * 24 * HOUR_MS,
};

/** RFC 3339, so long before now; null: of any time. */
function startOf(span: string): string | null {
  const ms = SPANS_MS[span];
  return ms === undefined ? null : new Date(Date.now() - ms).toISOString();
}

export default function RunsScreen() {
  const { filters, change } = useFilters();
  const chosen = STATUSES.filter((status) => filters.status?.split(',').includes(status));
  const trigger = TRIGGERS.find((one) => one === filters.trigger);
  const type = TASK_TYPES.find((one) => one === filters.type);
  const { q, task, from, to } = filters;
  const runs = useInfiniteQuery({
    // Kept up to date here, not by every event: rows that are being read stay where they are.
    queryKey: ['task', 'runs', { chosen, trigger, type, q, task, from, to }],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET('/api/v1/executions', {
          params: {
            query: {
              limit: PAGE,
              ...(chosen.length === 0 ? {} : { status: chosen }),
              ...(trigger === undefined ? {} : { trigger_type: [trigger] }),
              ...(type === undefined ? {} : { task_type: [type] }),
              ...(q ? { q } : {}),
              ...(task ? { task_id: task } : {}),
              ...(from ? { from } : {}),
              ...(to ? { to } : {}),
              ...(pageParam === null ? {} : { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
  const [fresh, setFresh] = useState(0);
  const refetch = runs.refetch;
  useEffect(
    () =>
      onNews((news) => {
        if (news.kind === 'heard' || news.kind === 'lost') return;
        if (window.scrollY < AT_TOP) void refetch();
        else if (news.kind === 'event' && news.event.type === 'task.execution_requested')
          setFresh((many) => many + 1);
      }),
    [refetch],
  );
  const rows = runs.data?.pages.flatMap(({ executions }) => executions) ?? [];
  const showFresh = () => {
    setFresh(0);
    window.scrollTo({ top: 0 });
    void refetch();
  };
  const toggle = (status: string) => {
    const next = new Set<string>(chosen);
    if (!next.delete(status)) next.add(status);
    change({ status: [...next].join(',') });
  };
  return (
    <ScreenPage title="Runs">
      <div class="filters">
        <TypedInput
          type="search"
          aria-label="Search tasks, results and errors"
          placeholder="Search"
          value={q ?? ''}
          done={(typed) => change({ q: typed })}
        />
        <fieldset class="chips">
          <legend class="visually-hidden">State</legend>
          {STATUSES.map((status) => (
            <button
              key={status}
              type="button"
              class="chip"
              aria-pressed={chosen.includes(status)}
              onClick={() => toggle(status)}
            >
              <State status={status} />
            </button>
          ))}
        </fieldset>
        <select
          aria-label="What started it"
          value={trigger ?? ''}
          onChange={(event) => change({ trigger: event.currentTarget.value })}
        >
          <option value="">Started by anything</option>
          {TRIGGERS.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
        <select
          aria-label="Type of the task"
          value={type ?? ''}
          onChange={(event) => change({ type: event.currentTarget.value })}
        >
          <option value="">All types</option>
          {[...TASK_TYPES].sort().map((one) => (
            <option key={one} value={one}>
              {one.replaceAll('_', ' ')}
            </option>
          ))}
        </select>
        <select
          aria-label="Time"
          value=""
          onChange={(event) => change({ from: startOf(event.currentTarget.value), to: null })}
        >
          <option value="">{from || to ? 'Another time' : 'Any time'}</option>
          {Object.keys(SPANS_MS).map((span) => (
            <option key={span}>{span}</option>
          ))}
        </select>
        {from || to ? (
          <button type="button" class="chip" onClick={() => change({ from: null, to: null })}>
            {from ? <Moment at={from} /> : null} – {to ? <Moment at={to} /> : null} ✕
          </button>
        ) : null}
        {task ? (
          <button type="button" class="chip" onClick={() => change({ task: null })}>
            Of one task ✕
          </button>
        ) : null}
      </div>
      {fresh === 0 ? null : (
        <div class="fresh">
          <button type="button" class="primary" onClick={showFresh}>
            {fresh} new
          </button>
        </div>
      )}
      {runs.error === null ? null : <FaultPanel error={runs.error} retry={() => void refetch()} />}
      {runs.data === undefined && runs.error === null ? (
        <Skeleton label="Runs are loading" rows={10} />
      ) : null}
      {runs.data !== undefined && rows.length === 0 ? (
        <Empty text="No run fits: nothing has run yet, or the filters leave it out.">
          <Link to="tasks" class="button">
            To the tasks
          </Link>
        </Empty>
      ) : null}
      {rows.length === 0 ? null : (
        <div class="panel">
          <RunTable runs={rows} areMixed />
        </div>
      )}
      {runs.hasNextPage ? (
        <p class="more">
          <button type="button" disabled={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
            Earlier runs
          </button>
        </p>
      ) : null}
    </ScreenPage>
  );
}
