/** The tasks that are due, and those that come next, of all users. */
import { useInfiniteQuery } from '@tanstack/preact-query';
import { answered, api } from '../../api/client.ts';
import { Empty, FaultPanel } from '../../frame/no-screen.tsx';
import { Skeleton } from '../../frame/page.tsx';
import { State } from '../../parts/marks.tsx';
import { Text } from '../../parts/text.tsx';
import { Moment } from '../../parts/time.tsx';

const PAGE = 50;

export function PendingTable() {
  const pages = useInfiniteQuery({
    queryKey: ['operate', 'pending'],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return answered(api.GET('/api/v1/scheduler/pending', { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
  const tasks = pages.data?.pages.flatMap((page) => page.tasks);
  return (
    <section class="panel padded stack" aria-labelledby="pending">
      <div class="row">
        <h2 id="pending">Due, and next</h2>
        <button type="button" class="quiet" disabled={pages.isFetching} onClick={() => void pages.refetch()}>
          Ask again
        </button>
      </div>
      <p class="soft">
        Of all users, the urgent first, then by time. What the owners have written is not shown.
      </p>
      {pages.error === null ? null : <FaultPanel error={pages.error} retry={() => void pages.refetch()} />}
      {tasks === undefined && pages.error === null ? <Skeleton label="The tasks are loading" /> : null}
      {tasks?.length === 0 ? <Empty text="No task is due, and none is planned." /> : null}
      {tasks === undefined || tasks.length === 0 ? null : (
        <table class="runs">
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col">Owner</th>
              <th scope="col">Type</th>
              <th scope="col">State</th>
              <th scope="col">Priority</th>
              <th scope="col">Next run</th>
            </tr>
          </thead>
          <tbody>
            {tasks.map(({ task_id, user_id, task_type, status, priority, next_run_time }) => (
              <tr key={task_id}>
                <th scope="row">
                  <code>{task_id}</code>
                </th>
                <td data-label="Owner">
                  <Text>{user_id}</Text>
                </td>
                <td data-label="Type">{task_type.replaceAll('_', ' ')}</td>
                <td>
                  <State status={status} />
                </td>
                <td data-label="Priority">{priority}</td>
                <td data-label="Next run">
                  {next_run_time === null ? '–' : <Moment at={next_run_time} near />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {pages.hasNextPage ? (
        <button type="button" disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          More
        </button>
      ) : null}
    </section>
  );
}
