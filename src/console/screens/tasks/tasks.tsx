import { useQuery } from '@tanstack/preact-query';
import { answered, api } from '../../api/client.ts';
import { Empty, FaultPanel } from '../../frame/no-screen.tsx';
import { ScreenPage, Skeleton } from '../../frame/page.tsx';
import { State } from '../../parts/marks.tsx';
import { Text } from '../../parts/text.tsx';
import { Moment } from '../../parts/time.tsx';

export default function TasksScreen() {
  const { data, error, refetch } = useQuery({
    queryKey: ['tasks'],
    queryFn: ({ signal }) => answered(api.GET('/api/v1/tasks', { signal })),
  });
  return (
    <ScreenPage title="Tasks">
      {error === null ? null : <FaultPanel error={error} retry={() => void refetch()} />}
      {data === undefined ? <Skeleton label="Tasks are loading" /> : null}
      {data?.tasks.length === 0 ? <Empty text="There are no tasks yet." /> : null}
      <ul class="panel">
        {data?.tasks.map((task) => (
          <li key={task.task_id} class="row">
            <State status={task.status} bare />
            <Text>{task.name}</Text>
            {task.next_run_time === null ? null : <Moment at={task.next_run_time} near />}
          </li>
        ))}
      </ul>
    </ScreenPage>
  );
}
