/** What somebody has to look at now: what is late, what is due, what failed since they last looked, what comes next. */
import { useQuery } from '@tanstack/preact-query';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { answered, api } from '../../api/client.ts';
import { askToBeDone, askToPutOff, askToTick, type TaskRow } from '../../api/task-actions.ts';
import { useKeys } from '../../frame/keys.ts';
import { FaultPanel } from '../../frame/no-screen.tsx';
import { ScreenPage, Skeleton } from '../../frame/page.tsx';
import { Due } from '../../parts/due.tsx';
import { Link } from '../../parts/link.tsx';
import { State } from '../../parts/marks.tsx';
import { RunTable } from '../../parts/run-table.tsx';
import { taskZone } from '../../parts/task-zone.ts';
import { Text } from '../../parts/text.tsx';
import { Moment } from '../../parts/time.tsx';
import { dayKey, shiftedDay } from '../../parts/time-text.ts';

interface Tick {
  readonly task: TaskRow;
  readonly slot: string;
  readonly overdue_at: string;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const SHOWN = 20;
const OPEN = ['pending', 'scheduled', 'running', 'failed', 'paused'] as const;
const LOOKED = 'looked-at-today';

export default function TodayScreen() {
  const [since] = useState(lastLooked);
  useEffect(keepLooked, []);
  const due = useDue();
  const open = useOpenOccurrences();
  const next = useQuery({
    queryKey: ['tasks', 'next'],
    refetchInterval: MINUTE_MS,
    queryFn: ({ signal }) =>
      answered(
        api.GET('/api/v1/tasks', {
          params: {
            query: {
              view: 'summary',
              sort: 'next_run_time',
              next_run_from: iso(Date.now()),
              next_run_before: iso(Date.now() + DAY_MS),
              limit: SHOWN,
            },
          },
          signal,
        }),
      ),
  });
  const failed = useQuery({
    queryKey: ['runs', 'failed', since],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/api/v1/executions', {
          params: { query: { status: ['failed'], from: iso(since), limit: SHOWN } },
          signal,
        }),
      ),
  });
  const ticks = ticksOf(open.data?.tasks ?? []);
  useRowKeys(due.data?.tasks ?? [], ticks);
  const lateTicks = ticks.filter(({ overdue_at }) => Date.parse(overdue_at) <= Date.now());
  const todayTicks = ticks.filter((tick) => !lateTicks.includes(tick));
  const rows = due.data?.tasks ?? [];
  const isLate = ({ due_at }: TaskRow) => due_at !== null && Date.parse(due_at) < Date.now();
  const late = rows.filter(isLate);
  const today = rows.filter((task) => !isLate(task));
  const error = due.error ?? open.error ?? next.error ?? failed.error;
  const failures = failed.data?.executions ?? [];
  const coming = next.data?.tasks ?? [];
  const isLoading = [due, open, next, failed].some(({ data }) => data === undefined);
  return (
    <ScreenPage title="Today">
      {error === null ? null : (
        <FaultPanel error={error} retry={() => retryFailed(due, open, next, failed)} />
      )}
      {isLoading && error === null ? <Skeleton label="Today is loading" /> : null}
      <div class="stack">
        {late.length + lateTicks.length === 0 ? null : (
          <Section title={`Overdue: ${late.length + lateTicks.length}`}>
            <TickList ticks={lateTicks} />
            <DueList tasks={late} />
          </Section>
        )}
        {due.data === undefined ? null : (
          <Section title="Due today">
            <TickList ticks={todayTicks} />
            {today.length + todayTicks.length === 0 ? (
              <p class="nothing soft">Nothing more is due today.</p>
            ) : (
              <DueList tasks={today} />
            )}
          </Section>
        )}
        {failed.data === undefined ? null : (
          <Section title="Failed since you last looked">
            {failures.length === 0 ? (
              <p class="nothing soft">Nothing has failed.</p>
            ) : (
              <RunTable runs={failures} areMixed />
            )}
          </Section>
        )}
        {next.data === undefined ? null : (
          <Section title="Next 24 hours">
            {coming.length === 0 ? (
              <p class="nothing soft">
                Nothing runs in the next day. <Link to="tasks">All tasks</Link>
              </p>
            ) : (
              <ul class="due">
                {coming.map((task) => (
                  <li key={task.task_id}>
                    <TaskLink task={task} />
                    {task.next_run_time === null ? null : (
                      <Moment at={task.next_run_time} zone={taskZone(task)} near />
                    )}
                  </li>
                ))}
              </ul>
            )}
          </Section>
        )}
      </div>
    </ScreenPage>
  );
}

interface Asked {
  readonly error: unknown;
  readonly refetch: () => unknown;
}

function retryFailed(...asked: readonly Asked[]): void {
  for (const { error, refetch } of asked) if (error !== null) void refetch();
}

/**
 * Until when is part of each question, and not of what it is known by here: as the time passes the answer changes, and
 * where none comes the last one stays.
 */
function useDue() {
  return useQuery({
    queryKey: ['tasks', 'due'],
    refetchInterval: MINUTE_MS,
    queryFn: ({ signal }) =>
      answered(
        api.GET('/api/v1/tasks', {
          params: {
            query: {
              view: 'summary',
              sort: 'due_date',
              due_before: iso(endOfDay()),
              status: [...OPEN],
              limit: 100,
            },
          },
          signal,
        }),
      ),
  });
}

/** Recurring to-dos with slots that have come and nobody has ticked. */
function useOpenOccurrences() {
  return useQuery({
    queryKey: ['tasks', 'open-occurrences'],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/api/v1/tasks', {
          params: { query: { view: 'summary', has_open_occurrences: true, limit: 100 } },
          signal,
        }),
      ),
  });
}

function Section({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section>
      <h2 class="section-title">{title}</h2>
      <div class="panel">{children}</div>
    </section>
  );
}

function DueList({ tasks }: { readonly tasks: readonly TaskRow[] }) {
  return (
    <ul class="due">
      {tasks.map((task) => (
        <li key={task.task_id} data-task={task.task_id}>
          <TaskLink task={task} />
          <Due task={task} />
          <span class="row">
            <button type="button" onClick={() => void askToBeDone(task)}>
              Done
            </button>
            <button type="button" class="quiet" onClick={() => void putOff(task)}>
              Tomorrow
            </button>
          </span>
        </li>
      ))}
    </ul>
  );
}

function TickList({ ticks }: { readonly ticks: readonly Tick[] }) {
  if (ticks.length === 0) return null;
  return (
    <ul class="due">
      {ticks.map(({ task, slot }) => (
        <li key={`${task.task_id} ${slot}`} data-task={task.task_id} data-slot={slot}>
          <TaskLink task={task} />
          <Moment at={slot} zone={taskZone(task)} />
          <span class="row">
            <button type="button" onClick={() => void askToTick(task, slot)}>
              Done
            </button>
          </span>
        </li>
      ))}
    </ul>
  );
}

function TaskLink({ task }: { readonly task: TaskRow }) {
  return (
    <span class="list-name">
      <State status={task.status} bare />
      <Link to={`tasks/${task.task_id}`}>
        <Text>{task.name}</Text>
      </Link>
    </span>
  );
}

/** Oldest first, whatever task they are of. */
function ticksOf(tasks: readonly TaskRow[]): Tick[] {
  const ticks = tasks.flatMap((task) => task.open_occurrences.map((open) => ({ task, ...open })));
  return ticks.sort((a, b) => (a.slot < b.slot ? -1 : 1));
}

/** The task, or the time of one, in which the focus is. */
function useRowKeys(tasks: readonly TaskRow[], ticks: readonly Tick[]): void {
  const focused = () => {
    const row = document.activeElement?.closest<HTMLElement>('[data-task]')?.dataset;
    const task = tasks.find(({ task_id }) => row?.slot === undefined && task_id === row?.task);
    const tick = ticks.find((each) => each.task.task_id === row?.task && each.slot === row.slot);
    return { task, tick };
  };
  const done = () => {
    const { task, tick } = focused();
    if (tick !== undefined) void askToTick(tick.task, tick.slot);
    else if (task !== undefined) void askToBeDone(task);
  };
  const later = () => {
    const { task } = focused();
    if (task !== undefined) void putOff(task);
  };
  useKeys([
    { key: 's', what: 'Put the task off until tomorrow', run: later },
    { key: ' ', what: 'Mark the task done, or this time of its series', run: done },
  ]);
}

/** The same time tomorrow, or that day, also of what was due long ago. */
function putOff(task: TaskRow): Promise<void> {
  if (task.due_timezone !== null) {
    return askToPutOff(task, shiftedDay(dayKey(Date.now(), task.due_timezone), 1));
  }
  const due = new Date(task.due_at ?? Date.now());
  const until = new Date();
  until.setDate(until.getDate() + 1);
  until.setHours(due.getHours(), due.getMinutes(), 0, 0);
  return askToPutOff(task, until.toISOString());
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** Of the viewer's day. */
function endOfDay(): number {
  return new Date().setHours(24, 0, 0, 0);
}

function lastLooked(): number {
  try {
    return Number(localStorage.getItem(LOOKED)) || Date.now() - DAY_MS;
  } catch {
    return Date.now() - DAY_MS;
  }
}

/** From the next visit on: who reloads the page sees the same again for a while. */
function keepLooked(): () => void {
  const present = Date.now();
  return () => {
    try {
      localStorage.setItem(LOOKED, String(present));
    } catch {
      // A browser that keeps nothing shows the last day every time.
    }
  };
}
