/** One run: when it was to be and when it was, each attempt, and what came of it. */
import { useQuery } from '@tanstack/preact-query';
import type { ComponentChildren } from 'preact';
import { type ApiSchema, answered, api } from '../../api/client.ts';
import { hasCode } from '../../api/problems.ts';
import { queryClient } from '../../api/query-client.ts';
import { askToRun } from '../../api/task-actions.ts';
import { writeOnce } from '../../compose/write-once.ts';
import { FaultPanel, NoSuchScreen } from '../../frame/no-screen.tsx';
import { showFault, showNotice } from '../../frame/notices.tsx';
import { ScreenPage, Skeleton } from '../../frame/page.tsx';
import { JsonTree } from '../../parts/json-tree.tsx';
import { Link, useGoTo } from '../../parts/link.tsx';
import { State } from '../../parts/marks.tsx';
import { LinkedText, Text } from '../../parts/text.tsx';
import { Moment } from '../../parts/time.tsx';
import { lengthText } from '../../parts/time-text.ts';

type Run = ApiSchema<'ExecutionDetails'>;

export interface RunScreenProps {
  readonly taskId: string;
  readonly runId: string;
}

export default function RunScreen({ taskId, runId }: RunScreenProps) {
  const {
    data: run,
    error,
    refetch,
  } = useQuery({
    queryKey: ['task', taskId, 'run', runId],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/api/v1/tasks/{task_id}/executions/{execution_id}', {
          params: { path: { task_id: taskId, execution_id: runId } },
          signal,
        }),
      ),
  });
  if (hasCode(error, 'TASK_NOT_FOUND', 'EXECUTION_NOT_FOUND')) return <NoSuchScreen />;
  if (run === undefined) {
    return (
      <ScreenPage title="Run">
        {error === null ? (
          <Skeleton label="The run is loading" />
        ) : (
          <FaultPanel error={error} retry={() => void refetch()} />
        )}
      </ScreenPage>
    );
  }
  return (
    <ScreenPage
      title={`Run of ${run.task_name}`}
      heading={
        <span class="task-head">
          <span>
            Run of{' '}
            <Link to={`tasks/${run.task_id}`}>
              <Text>{run.task_name}</Text>
            </Link>
          </span>
          <State status={run.status} />
        </span>
      }
      actions={<RunButtons run={run} />}
    >
      <div class="stack">
        {run.error_message === null ? null : (
          <div class="fault-panel">
            <p>
              <LinkedText>{run.error_message}</LinkedText>
            </p>
          </div>
        )}
        <Times run={run} />
        <Attempts run={run} />
        <section class="panel padded stack">
          <h2>What came of it</h2>
          {run.summary === null ? null : (
            <p>
              <LinkedText>{run.summary}</LinkedText>
            </p>
          )}
          {run.result_truncated ? <p class="warn">The result was too large to be kept whole.</p> : null}
          {run.result === null ? (
            <p class="soft">It left no result.</p>
          ) : (
            <JsonTree value={run.result} label="Result" />
          )}
          {run.error_details === null ? null : <JsonTree value={run.error_details} label="About the error" />}
        </section>
        {Object.keys(run.trigger_data).length === 0 ? null : (
          <section class="panel padded stack">
            <h2>What it was given</h2>
            <JsonTree value={run.trigger_data} label="Data of the trigger" />
          </section>
        )}
      </div>
    </ScreenPage>
  );
}

function RunButtons({ run }: { readonly run: Run }) {
  const goTo = useGoTo();
  const isOpen = run.status === 'pending' || run.status === 'running';
  const again = async () => {
    const next = await askToRun({ task_id: run.task_id, name: run.task_name }, run.trigger_data);
    if (next !== null) goTo(`tasks/${next.task_id}/runs/${next.execution_id}`);
  };
  return isOpen ? (
    <button type="button" class="danger" onClick={() => void cancel(run)}>
      Cancel the run
    </button>
  ) : (
    <button type="button" onClick={() => void again()}>
      {Object.keys(run.trigger_data).length === 0 ? 'Run again' : 'Run again with this data'}
    </button>
  );
}

async function cancel({ task_id, execution_id }: Run): Promise<void> {
  const path = { task_id, execution_id };
  try {
    await writeOnce(
      (key) =>
        answered(
          api.POST('/api/v1/tasks/{task_id}/executions/{execution_id}/cancel', {
            params: { path, header: { 'Idempotency-Key': key } },
            body: {},
          }),
        ),
      () => showNotice('Nobody knows yet whether it was cancelled: checking'),
    );
    showNotice('The run is cancelled');
  } catch (error) {
    showFault('The run goes on', error);
  } finally {
    void queryClient.invalidateQueries();
  }
}

function Times({ run }: { readonly run: Run }) {
  const moment = (at: string | null) =>
    at === null ? '–' : <Moment at={at} zone={run.task_timezone} exact />;
  const rows: readonly (readonly [string, ComponentChildren])[] = [
    ['Asked for by', run.trigger_type],
    ['Slot', moment(run.scheduled_for)],
    ...(run.schedule_id === null ? [] : [['Schedule', <Text>{run.schedule_id}</Text>] as const]),
    ['Requested', moment(run.created_at)],
    ['Started', moment(run.started_at)],
    ['Ended', moment(run.completed_at)],
    ['Late by', run.late_by_ms === null ? '–' : lengthText(run.late_by_ms)],
    ['Took', run.duration_ms === null ? '–' : lengthText(run.duration_ms)],
    ['Credits', String(run.credits_consumed)],
    ['Id', <code>{run.execution_id}</code>],
  ];
  return (
    <section class="panel padded" aria-label="Times">
      <dl class="facts">
        {rows.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

function Attempts({ run: { attempts, task_timezone } }: { readonly run: Run }) {
  if (attempts.length === 0) return null;
  return (
    <section class="panel">
      <table class="runs">
        <caption class="visually-hidden">Attempts</caption>
        <thead>
          <tr>
            <th scope="col">Attempt</th>
            <th scope="col">Outcome</th>
            <th scope="col">Started</th>
            <th scope="col">Took</th>
            <th scope="col">Worker</th>
            <th scope="col">Error</th>
          </tr>
        </thead>
        <tbody>
          {attempts.map(({ attempt, outcome, started_at, ended_at, worker, error }) => (
            <tr key={attempt}>
              <th scope="row" data-label="Attempt">
                {attempt}
              </th>
              <td data-label="Outcome">{(outcome ?? 'running').replaceAll('_', ' ')}</td>
              <td data-label="Started">
                <Moment at={started_at} zone={task_timezone} />
              </td>
              <td class="number" data-label="Took">
                {ended_at === null ? '–' : lengthText(Date.parse(ended_at) - Date.parse(started_at))}
              </td>
              <td data-label="Worker">
                <Text>{worker}</Text>
              </td>
              <td>
                {error === null ? null : (
                  <Text>{`${error.code}${error.message === null ? '' : `: ${error.message}`}`}</Text>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
