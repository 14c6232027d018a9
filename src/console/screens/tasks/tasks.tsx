/** All tasks: found, filtered and counted by the service, acted on one by one or all together. */
import { useRef, useState } from 'preact/hooks';
import { askToBeDone, askToPause, askToResume, askToRun, type TaskRow } from '../../api/task-actions.ts';
import { useKeys } from '../../frame/keys.ts';
import { Empty, FaultPanel } from '../../frame/no-screen.tsx';
import { ScreenPage, Skeleton } from '../../frame/page.tsx';
import { Link, useFilters, useGoTo } from '../../parts/link.tsx';
import { useVirtualRows } from '../../parts/virtual.ts';
import { BulkBar } from './bulk-bar.tsx';
import { SamplesBar } from './samples-bar.tsx';
import { TaskFiltersBar } from './task-filters.tsx';
import { TaskListRow } from './task-list-row.tsx';
import { PAGE_ROWS, type TaskFilters, useStrips, useTaskPages } from './task-pages.ts';

const ROW_HEIGHT = 44;
const NARROW_ROW_HEIGHT = 68;
const NARROW = matchMedia('(max-width: 40rem)');
const NONE: ReadonlySet<string> = new Set();

export default function TasksScreen() {
  const { filters: query, change } = useFilters();
  const { zone: _, ...filters } = query as TaskFilters;
  const [selected, select] = useState(NONE);
  const [isAll, chooseAll] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const pages = useRef<readonly number[]>([0]);
  const { first, rowAt } = useTaskPages(filters, pages.current);
  const count = first.data?.total ?? first.data?.count ?? 0;
  const rows = useVirtualRows(
    count,
    NARROW.matches ? NARROW_ROW_HEIGHT : ROW_HEIGHT,
    list.current?.offsetTop ?? 0,
  );
  const shown = rows.items.map(({ index }) => Math.floor(index / PAGE_ROWS));
  pages.current = [...new Set(shown)];
  // A page at a time, so that scrolling by a row asks for nothing.
  const firstInSight = (shown[0] ?? 0) * PAGE_ROWS;
  const strips = useStrips(
    Array.from({ length: PAGE_ROWS }, (_, index) => rowAt(firstInSight + index)).flatMap((row) => row ?? []),
  );
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    select(next);
    chooseAll(false);
  };
  useRowKeys({ toggle, scrollTo: rows.scrollTo, rowAt, count });
  const samples = first.data?.facets?.tag?.find(({ value }) => value === 'sample')?.count ?? 0;
  const isFiltered = ['q', 'status', 'type', 'priority', 'tag', 'calendar'].some((name) => filters[name]);
  return (
    <ScreenPage title="Tasks">
      <TaskFiltersBar
        filters={filters}
        facets={first.data?.facets}
        change={(changes) => {
          select(NONE);
          chooseAll(false);
          change(changes);
        }}
      />
      <SamplesBar count={samples} />
      {first.error === null ? null : <FaultPanel error={first.error} retry={() => void first.refetch()} />}
      {first.data === undefined && first.error === null ? (
        <Skeleton label="Tasks are loading" rows={10} />
      ) : null}
      {first.data !== undefined && count === 0 ? <NoTasks isFiltered={isFiltered} change={change} /> : null}
      {selected.size > 0 || isAll ? (
        <BulkBar
          ids={[...selected]}
          isAll={isAll}
          total={count}
          filters={filters}
          chooseAll={() => chooseAll(true)}
          clear={() => {
            select(NONE);
            chooseAll(false);
          }}
        />
      ) : null}
      {count === 0 ? null : (
        // biome-ignore lint/a11y/useSemanticElements: rows of a virtual list cannot be those of a table
        <div class="panel list" role="table" aria-label="Tasks" aria-rowcount={count + 1} ref={list}>
          {/* biome-ignore lint/a11y: see the table */}
          <div role="row" aria-rowindex={1} class="list-row list-head">
            {['Chosen', 'Task', 'Next', '24 h back ┊ 24 h ahead'].map((name, index) => (
              // biome-ignore lint/a11y: see the table
              <span key={name} role="columnheader" class={index === 0 ? 'visually-hidden' : undefined}>
                {name}
              </span>
            ))}
          </div>
          {/* biome-ignore lint/a11y: see the table */}
          <div role="rowgroup" class="list-rows" style={{ height: `${rows.height}px` }}>
            {rows.items.map((item) => (
              <TaskListRow
                key={item.key}
                index={item.index}
                top={rows.top(item)}
                task={rowAt(item.index)}
                isChosen={isAll || selected.has(rowAt(item.index)?.task_id ?? '')}
                toggle={toggle}
                strips={strips}
              />
            ))}
          </div>
        </div>
      )}
    </ScreenPage>
  );
}

function NoTasks({
  isFiltered,
  change,
}: {
  readonly isFiltered: boolean;
  readonly change: (changes: Readonly<Record<string, null>>) => void;
}) {
  if (!isFiltered) {
    return (
      <Empty text="There are no tasks yet. What is created shows up here at once.">
        <Link to="templates" class="button">
          To the templates
        </Link>
      </Empty>
    );
  }
  const none = { q: null, status: null, type: null, priority: null, tag: null, calendar: null };
  return (
    <Empty text="No task fits these filters.">
      <button type="button" onClick={() => change(none)}>
        Show all tasks
      </button>
    </Empty>
  );
}

interface RowKeys {
  readonly toggle: (id: string) => void;
  readonly scrollTo: (index: number) => void;
  readonly rowAt: (index: number) => TaskRow | undefined;
  readonly count: number;
}

/** The row that is meant is the one that has the focus. */
function useRowKeys({ toggle, scrollTo, rowAt, count }: RowKeys): void {
  const goTo = useGoTo();
  const focused = (): number => {
    const row = document.activeElement?.closest<HTMLElement>('[data-index]');
    return row === null || row === undefined ? -1 : Number(row.dataset.index);
  };
  const move = (by: number) => {
    const index = Math.min(count - 1, Math.max(0, focused() + by));
    const link = () => document.querySelector<HTMLElement>(`[data-index="${index}"] a`);
    link()?.focus({ preventScroll: true });
    scrollTo(index);
    // A row that was out of sight is there when the page has been drawn.
    requestAnimationFrame(() => link()?.focus({ preventScroll: true }));
  };
  const act = (run: (task: TaskRow) => unknown) => () => {
    const task = rowAt(focused());
    if (task !== undefined) void run(task);
  };
  useKeys([
    { key: 'j', what: 'Next task', run: () => move(1) },
    { key: 'k', what: 'Task before', run: () => move(-1) },
    { key: 'x', what: 'Choose the task', run: act(({ task_id }) => toggle(task_id)) },
    { key: ' ', what: 'Mark it done, or what is open of its series', run: act(askToBeDone) },
    { key: 'r', what: 'Run it now', run: act(askToRun) },
    {
      key: 'p',
      what: 'Pause or resume it',
      run: act((task) => (task.status === 'paused' ? askToResume(task) : askToPause(task))),
    },
    { key: 'e', what: 'Edit it', run: act(({ task_id }) => goTo(`tasks/${task_id}/edit`)) },
    { key: 'o', what: 'Open it', run: act(({ task_id }) => goTo(`tasks/${task_id}`)) },
  ]);
}
