import type { ComponentChildren } from 'preact';
import type { ApiSchema } from '../../api/client.ts';
import { Due } from '../../parts/due.tsx';
import { JsonTree } from '../../parts/json-tree.tsx';
import { taskZone } from '../../parts/task-zone.ts';
import { LinkedText, Text } from '../../parts/text.tsx';
import { Moment } from '../../parts/time.tsx';

export function TaskSettings({ task }: { readonly task: ApiSchema<'Task'> }) {
  const zone = taskZone(task);
  const moment = (at: string | null) => (at === null ? '–' : <Moment at={at} zone={zone} />);
  const rows: readonly (readonly [string, ComponentChildren])[] = [
    ['Type', task.task_type.replaceAll('_', ' ')],
    ['Priority', task.priority],
    [
      'Tags',
      task.tags.length === 0
        ? '–'
        : task.tags.map((tag) => (
            <span class="tag">
              <Text>{tag}</Text>
            </span>
          )),
    ],
    ['Due', task.due_date === null ? '–' : <Due task={task} />],
    ['Reminder', moment(task.reminder_time)],
    ['Next run', moment(task.next_run_time)],
    ['Runs', `${task.run_count} (${task.success_count} completed, ${task.failure_count} failed)`],
    ['Credits', `${task.credits_per_run} a run, ${task.total_credits_consumed} so far`],
    ['Last error', task.last_error === null ? '–' : <LinkedText>{task.last_error}</LinkedText>],
    ['Created', moment(task.created_at)],
    [
      'Changed',
      <>
        {moment(task.updated_at)}
        <span class="soft"> revision {task.revision}</span>
      </>,
    ],
    ['Id', <code>{task.task_id}</code>],
  ];
  return (
    <div class="panel padded stack">
      <dl class="facts">
        {rows.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
        <dt>Schedule</dt>
        <dd>
          {task.schedules.length === 0 ? (
            'None: it runs when somebody runs it.'
          ) : (
            <JsonTree value={task.schedule ?? task.schedules} label="Schedule" />
          )}
        </dd>
        <dt>Config</dt>
        <dd>
          <JsonTree value={task.config} label="Config" />
        </dd>
        {Object.keys(task.metadata).length === 0 ? null : (
          <>
            <dt>Metadata</dt>
            <dd>
              <JsonTree value={task.metadata} label="Metadata" />
            </dd>
          </>
        )}
        {task.last_result === null ? null : (
          <>
            <dt>Last result</dt>
            <dd>
              <JsonTree value={task.last_result} label="Last result" />
            </dd>
          </>
        )}
      </dl>
    </div>
  );
}
