import type { ApiSchema } from '../api/client.ts';
import { Link } from './link.tsx';
import { State } from './marks.tsx';
import { Text } from './text.tsx';
import { Moment } from './time.tsx';
import { lengthText } from './time-text.ts';

/** What the only schedule of a task goes by. */
const ONLY = 'main';

export interface RunTableProps {
  readonly runs: readonly ApiSchema<'ExecutionRow'>[];
  /** Of their task, where they are of one. */
  readonly zone?: string | null;
  /** Names the task of each. */
  readonly areMixed?: boolean;
  /** Their task has several schedules: each names its own. */
  readonly areOfSeveral?: boolean;
}

export function RunTable({ runs, zone = null, areMixed = false, areOfSeveral = false }: RunTableProps) {
  return (
    <table class="runs">
      <thead>
        <tr>
          <th scope="col">Run</th>
          {areMixed ? <th scope="col">Task</th> : null}
          <th scope="col">State</th>
          <th scope="col">By</th>
          <th scope="col">Took</th>
          <th scope="col">What came of it</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.execution_id}>
            <th scope="row">
              <Link to={`tasks/${run.task_id}/runs/${run.execution_id}`}>
                <Moment at={run.scheduled_for ?? run.created_at} zone={zone ?? run.task_timezone} near />
              </Link>
            </th>
            {areMixed ? (
              <td>
                <Link to={`tasks/${run.task_id}`}>
                  <Text>{run.task_name}</Text>
                </Link>
              </td>
            ) : null}
            <td>
              <State status={run.status} />
            </td>
            <td class="soft" data-label="By">
              {run.trigger_type}
              {run.schedule_id !== null && (areOfSeveral || run.schedule_id !== ONLY) ? (
                <>
                  : <Text>{run.schedule_id}</Text>
                </>
              ) : null}
            </td>
            <td class="number" data-label="Took">
              {run.duration_ms === null ? '–' : lengthText(run.duration_ms)}
            </td>
            <td class="summary">
              <Outcome run={run} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Outcome({ run }: { readonly run: ApiSchema<'ExecutionRow'> }) {
  if (run.error_message !== null) {
    return (
      <span class="bad">
        <Text>{run.error_message}</Text>
      </span>
    );
  }
  return run.summary === null ? null : <Text>{run.summary}</Text>;
}
