/** Everything that happened to a task, newest first; the task as it was at one point, and what changed between two. */
import { useInfiniteQuery, useQuery } from '@tanstack/preact-query';
import { type ApiSchema, answered, api } from '../../api/client.ts';
import { hasCode } from '../../api/problems.ts';
import { FaultPanel, NoSuchScreen } from '../../frame/no-screen.tsx';
import { ScreenPage, Skeleton } from '../../frame/page.tsx';
import { Link, useFilters } from '../../parts/link.tsx';
import { Text } from '../../parts/text.tsx';
import { Moment } from '../../parts/time.tsx';
import { AsOfPanel } from './as-of-panel.tsx';
import { CHANGES, type EventData, eventWords } from './event-words.ts';
import { Handles } from './handles.tsx';
import { BringBackChange, type BringBackChangeProps } from './undo-change.tsx';

const PAGE = 100;
type Page = ApiSchema<'TaskEvents'>;

export interface HistoryEvent {
  readonly sequence: number;
  readonly type: string;
  readonly time: string;
  readonly actor: string;
  readonly revision: number;
  readonly data: EventData;
}

export default function HistoryScreen({ taskId }: { readonly taskId: string }) {
  const { filters, change } = useFilters();
  const onlyChanges = filters.show === 'changes';
  const pages = useEvents(taskId, onlyChanges);
  const task = useQuery({
    queryKey: ['task', taskId, 'now'],
    queryFn: ({ signal }) => {
      const params = { path: { task_id: taskId }, query: { include_deleted: true } };
      return answered(api.GET('/api/v1/tasks/{task_id}', { params, signal }));
    },
  });
  if (hasCode(pages.error, 'TASK_NOT_FOUND', 'VALIDATION_ERROR')) return <NoSuchScreen />;
  const events = (pages.data?.pages ?? []).flatMap((page) => page.events.map(shownEvent));
  const newest = events[0]?.sequence ?? 0;
  const at = Number(filters.at ?? newest);
  const from = filters.from === undefined ? before(events, at) : Number(filters.from);
  const choose = (sequence: number) =>
    change({ at: sequence === newest ? null : String(sequence), from: null });
  const name = task.data?.name ?? 'Task';
  return (
    <ScreenPage
      title={`History of ${name}`}
      heading={
        <>
          History of <Text>{name}</Text>
        </>
      }
      actions={
        <>
          <select
            aria-label="Show"
            value={onlyChanges ? 'changes' : 'all'}
            onChange={(event) => change({ show: event.currentTarget.value === 'all' ? null : 'changes' })}
          >
            <option value="all">Everything</option>
            <option value="changes">Changes only</option>
          </select>
          <Link to={`tasks/${taskId}`} class="button">
            To the task
          </Link>
        </>
      }
    >
      {pages.error === null ? null : <FaultPanel error={pages.error} retry={() => void pages.refetch()} />}
      {pages.data === undefined && pages.error === null ? <Skeleton label="The history is loading" /> : null}
      {events.length === 0 ? null : (
        <div class={at === newest ? 'history' : 'history past'}>
          <div class="history-side">
            <Handles events={events} at={at} from={from} change={change} />
            <AsOfPanel
              taskId={taskId}
              task={task.data ?? null}
              event={events.find(({ sequence }) => sequence === at) ?? null}
              from={from}
              isNow={at === newest}
            />
          </div>
          <ol class="panel events" aria-label="Events, newest first">
            {events.map((event) => (
              <EventRow
                key={event.sequence}
                taskId={taskId}
                event={event}
                revision={task.data?.revision ?? null}
                isChosen={event.sequence === at}
                choose={choose}
              />
            ))}
            {pages.hasNextPage ? (
              <li>
                <button
                  type="button"
                  class="quiet"
                  disabled={pages.isFetchingNextPage}
                  onClick={() => void pages.fetchNextPage()}
                >
                  Older
                </button>
              </li>
            ) : null}
          </ol>
        </div>
      )}
    </ScreenPage>
  );
}

function useEvents(taskId: string, onlyChanges: boolean) {
  return useInfiniteQuery({
    queryKey: ['task', taskId, 'events', onlyChanges],
    queryFn: ({ pageParam, signal }): Promise<Page> => {
      const older = pageParam === null ? {} : { before: pageParam };
      const types = onlyChanges ? { types: [...CHANGES] } : {};
      const query = { order: 'desc', limit: PAGE, ...older, ...types } as const;
      const params = { path: { task_id: taskId }, query };
      return answered(api.GET('/api/v1/tasks/{task_id}/events', { params, signal }));
    },
    initialPageParam: null as number | null,
    getNextPageParam: (last: Page) => (last.has_more ? last.next_before : null),
  });
}

function shownEvent({ sequence, event }: Page['events'][number]): HistoryEvent {
  const { type, time, actor, revision, data } = event as unknown as HistoryEvent;
  return { sequence, type, time, actor, revision, data };
}

/** The event before that one; of the oldest that is there, itself. */
function before(events: readonly HistoryEvent[], at: number): number {
  const index = events.findIndex(({ sequence }) => sequence === at);
  return events[index + 1]?.sequence ?? at;
}

interface EventRowProps extends BringBackChangeProps {
  readonly isChosen: boolean;
  readonly choose: (sequence: number) => void;
}

function EventRow({ taskId, event, revision, isChosen, choose }: EventRowProps) {
  const reason = event.data.reason ?? (event.data.personal as EventData | undefined)?.reason;
  return (
    <li class="event-row">
      <button
        type="button"
        class="quiet event"
        aria-current={isChosen ? 'true' : undefined}
        onClick={() => choose(event.sequence)}
      >
        <span class="soft number">#{event.sequence}</span>
        <Moment at={event.time} />
        <span>
          <Text>{eventWords(event.type, event.data)}</Text>
          {typeof reason === 'string' ? (
            <>
              {' “'}
              <Text>{reason}</Text>”
            </>
          ) : null}
        </span>
        <span class="soft">
          <Text>{event.actor}</Text>
        </span>
      </button>
      <BringBackChange taskId={taskId} event={event} revision={revision} />
    </li>
  );
}
