import { useQuery } from '@tanstack/preact-query';
import { type ApiSchema, answered, api } from '../../api/client.ts';
import { askToRun } from '../../api/task-actions.ts';
import { Empty, FaultPanel } from '../../frame/no-screen.tsx';
import { Skeleton } from '../../frame/page.tsx';
import { Link } from '../../parts/link.tsx';
import { RunTable } from '../../parts/run-table.tsx';
import { taskZone } from '../../parts/task-zone.ts';

const SHOWN = 20;

export function TaskRuns({ task }: { readonly task: ApiSchema<'Task'> }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['task', task.task_id, 'runs'],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/api/v1/executions', {
          params: { query: { task_id: task.task_id, limit: SHOWN } },
          signal,
        }),
      ),
  });
  if (error !== null && data === undefined) return <FaultPanel error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton label="Runs are loading" />;
  if (data.executions.length === 0) {
    return (
      <Empty text="It has not run yet.">
        <button type="button" onClick={() => void askToRun(task)}>
          Run it now
        </button>
      </Empty>
    );
  }
  return (
    <>
      <div class="panel">
        <RunTable runs={data.executions} zone={taskZone(task)} areOfSeveral={task.schedule === null} />
      </div>
      {data.next_cursor === null ? null : (
        <p class="more">
          <Link to={`runs?task=${task.task_id}`}>All runs of this task</Link>
        </p>
      )}
    </>
  );
}
