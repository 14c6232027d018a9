/** Which tasks fail most, run most or cost most, each since it was created. */
import { useQuery } from '@tanstack/preact-query';
import { answered, api } from '../../api/client.ts';
import { FaultPanel } from '../../frame/no-screen.tsx';
import { Link, useFilters } from '../../parts/link.tsx';
import { Text } from '../../parts/text.tsx';
import { Moment } from '../../parts/time.tsx';
import { amountText } from './chart-scale.ts';

const ORDERS = [
  ['failures', 'fail most'],
  ['failures_in_a_row', 'failed most in a row'],
  ['runs', 'run most'],
  ['credits', 'cost most'],
] as const;
const SHOWN = 10;

export function TaskTable() {
  const { filters, change } = useFilters();
  const [order] = ORDERS.find(([name]) => name === filters.order) ?? ORDERS[0];
  const { data, error, refetch } = useQuery({
    queryKey: ['analytics', 'tasks', order],
    queryFn: ({ signal }) =>
      answered(api.GET('/api/v1/analytics/tasks', { params: { query: { order, limit: SHOWN } }, signal })),
    placeholderData: (before) => before,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on narrow pages it scrolls, by keys too
    <section class="panel padded chart" tabIndex={0} aria-label="By task">
      <h2>By task</h2>
      <label>
        Those that{' '}
        <select value={order} onChange={(event) => change({ order: event.currentTarget.value })}>
          {ORDERS.map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
      </label>
      {error === null ? null : <FaultPanel error={error} retry={() => void refetch()} />}
      {data === undefined ? null : (
        <table>
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col">Runs</th>
              <th scope="col">Failed</th>
              <th scope="col">In a row</th>
              <th scope="col">Success</th>
              <th scope="col">Credits</th>
              <th scope="col">Last run</th>
            </tr>
          </thead>
          <tbody>
            {data.tasks.map((task) => (
              <tr key={task.task_id}>
                <th scope="row">
                  <Link to={`tasks/${task.task_id}`}>
                    <Text>{task.name}</Text>
                  </Link>
                </th>
                <td class="number">{amountText(task.runs)}</td>
                <td class="number">{amountText(task.failures)}</td>
                <td class="number">{amountText(task.failures_in_a_row)}</td>
                <td class="number">{amountText(task.success_rate)} %</td>
                <td class="number">{amountText(task.credits)}</td>
                <td>{task.last_run_time === null ? '–' : <Moment near at={task.last_run_time} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p class="soft">Counted since each task was created.</p>
    </section>
  );
}
