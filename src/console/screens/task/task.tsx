/** One task: what became of its slots and what will, its runs, and how it is set. */
import { useQuery } from '@tanstack/preact-query';
import { type ApiSchema, answered, api } from '../../api/client.ts';
import { hasCode } from '../../api/problems.ts';
import { scheduleWords } from '../../compose/schedule/schedule-words.ts';
import { FaultPanel, NoSuchScreen } from '../../frame/no-screen.tsx';
import { ScreenPage, Skeleton } from '../../frame/page.tsx';
import { Link, useFilters } from '../../parts/link.tsx';
import { State } from '../../parts/marks.tsx';
import { taskZone, zoneOf } from '../../parts/task-zone.ts';
import { LinkedText, Text } from '../../parts/text.tsx';
import { placeOf } from '../../parts/time-text.ts';
import { TaskButtons } from './task-buttons.tsx';
import { TaskRuns } from './task-runs.tsx';
import { TaskSettings } from './task-settings.tsx';
import { TaskWebhook } from './task-webhook.tsx';
import { TaskTimeline } from './timeline.tsx';

const TABS = { runs: 'Runs', settings: 'Settings', webhook: 'Webhook' } as const;
type Tab = keyof typeof TABS;

export default function TaskScreen({ taskId }: { readonly taskId: string }) {
  const { filters, change } = useFilters();
  const {
    data: task,
    error,
    refetch,
  } = useQuery({
    queryKey: ['task', taskId, 'now'],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/api/v1/tasks/{task_id}', {
          params: { path: { task_id: taskId }, query: { include_deleted: true } },
          signal,
        }),
      ),
  });
  if (hasCode(error, 'TASK_NOT_FOUND', 'VALIDATION_ERROR')) return <NoSuchScreen />;
  const tab = (Object.keys(TABS) as Tab[]).find((name) => name === filters.tab) ?? 'runs';
  if (task === undefined) {
    return (
      <ScreenPage title="Task">
        {error === null ? (
          <Skeleton label="The task is loading" />
        ) : (
          <FaultPanel error={error} retry={() => void refetch()} />
        )}
      </ScreenPage>
    );
  }
  return (
    <ScreenPage
      title={task.name}
      heading={
        <span class="task-head">
          <Text>{task.name}</Text> <State status={task.deleted_at === null ? task.status : 'deleted'} />
        </span>
      }
      actions={<TaskButtons task={task} />}
    >
      {error === null ? null : <FaultPanel error={error} retry={() => void refetch()} />}
      {task.description === null ? null : (
        <p class="about">
          <LinkedText>{task.description}</LinkedText>
        </p>
      )}
      <ScheduleLines task={task} />
      {task.paused_reason === null ? null : (
        <p class="soft">
          Paused: <Text>{task.paused_reason}</Text>
        </p>
      )}
      {task.schedules.length === 0 ? null : <TaskTimeline task={task} zone={taskZone(task)} />}
      <div class="tabs" role="tablist" aria-label="About the task">
        {(Object.keys(TABS) as Tab[]).map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={name === tab}
            aria-controls="tab-content"
            onClick={() => change({ tab: name === 'runs' ? null : name })}
          >
            {TABS[name]}
          </button>
        ))}
      </div>
      <p class="more-about">
        <Link to={`tasks/${taskId}/history`}>History</Link>
      </p>
      <div id="tab-content" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === 'runs' ? <TaskRuns task={task} /> : null}
        {tab === 'settings' ? <TaskSettings task={task} /> : null}
        {tab === 'webhook' ? <TaskWebhook task={task} /> : null}
      </div>
    </ScreenPage>
  );
}

/** One schedule as a line, several each with its id. */
function ScheduleLines({ task }: { readonly task: ApiSchema<'Task'> }) {
  if (task.schedule !== null) return <ScheduleLine schedule={task.schedule} />;
  if (task.schedules.length === 0) return null;
  return (
    <ul aria-label="Schedules">
      {task.schedules.map((schedule) => (
        <li key={schedule.id}>
          <ScheduleLine schedule={schedule} id={schedule.id} />
        </li>
      ))}
    </ul>
  );
}

function ScheduleLine({
  schedule,
  id = null,
}: {
  readonly schedule: Readonly<Record<string, unknown>>;
  readonly id?: string | null;
}) {
  const words =
    scheduleWords({ ...schedule, type: String(schedule.type) }) ??
    String(schedule.expression ?? schedule.rrule ?? schedule.type);
  const zone = zoneOf(schedule);
  const followed = [schedule.exclude_calendars, schedule.only_calendars].flatMap((list) =>
    Array.isArray(list) ? list.map(String) : [],
  );
  return (
    <p class="soft">
      {id === null ? null : <strong>{id}: </strong>}
      <Text>{zone === null ? words : `${words}, ${placeOf(zone)}`}</Text>
      {followed.length === 0 ? null : (
        <>
          {', by '}
          <Link to={followed.length === 1 ? `calendars?id=${followed[0]}` : 'calendars'}>
            {followed.length === 1 ? 'a calendar of days' : `${followed.length} calendars of days`}
          </Link>
        </>
      )}
    </p>
  );
}
