import type { TaskRow } from '../../api/task-actions.ts';
import { Due } from '../../parts/due.tsx';
import { Link } from '../../parts/link.tsx';
import { State } from '../../parts/marks.tsx';
import { taskZone } from '../../parts/task-zone.ts';
import { Text } from '../../parts/text.tsx';
import { Moment } from '../../parts/time.tsx';
import { Strip } from './strip.tsx';
import type { useStrips } from './task-pages.ts';

export interface TaskListRowProps {
  readonly index: number;
  /** Pixels from the top of the list. */
  readonly top: number;
  /** Undefined: still to come. */
  readonly task: TaskRow | undefined;
  readonly isChosen: boolean;
  readonly toggle: (id: string) => void;
  readonly strips: ReturnType<typeof useStrips>;
}

export function TaskListRow({ index, top, task, isChosen, toggle, strips }: TaskListRowProps) {
  const place = { transform: `translateY(${top}px)` };
  if (task === undefined) return <div class="list-row coming" style={place} aria-hidden="true" />;
  const buckets = strips.byTask.get(task.task_id);
  return (
    // biome-ignore lint/a11y: rows of a virtual list cannot be those of a table
    <div role="row" class="list-row" style={place} aria-rowindex={index + 2} data-index={index}>
      {/* biome-ignore lint/a11y: see the row */}
      <span role="cell" class="chosen">
        <input
          type="checkbox"
          checked={isChosen}
          aria-label={`Choose ${task.name}`}
          onChange={() => toggle(task.task_id)}
        />
      </span>
      {/* biome-ignore lint/a11y: see the row */}
      <span role="cell" class="list-name">
        <State status={task.status} bare />
        <Link to={`tasks/${task.task_id}`}>
          <Text>{task.name}</Text>
        </Link>
        <span class="soft kind">{task.task_type.replaceAll('_', ' ')}</span>
        {task.tags.slice(0, 3).map((tag) => (
          <span key={tag} class="tag">
            <Text>{tag}</Text>
          </span>
        ))}
      </span>
      {/* biome-ignore lint/a11y: see the row */}
      <span role="cell" class="list-next">
        <NextOf task={task} />
      </span>
      {/* biome-ignore lint/a11y: see the row */}
      <span role="cell" class="list-strip">
        {buckets === undefined || buckets === null ? null : <Strip buckets={buckets} start={strips.start} />}
      </span>
    </div>
  );
}

function NextOf({ task }: { readonly task: TaskRow }) {
  const zone = taskZone(task);
  if (task.status === 'paused') {
    return (
      <span class="soft">
        paused
        {task.paused_reason === null ? null : (
          <>
            : <Text>{task.paused_reason}</Text>
          </>
        )}
      </span>
    );
  }
  if (task.next_run_time !== null) return <Moment at={task.next_run_time} zone={zone} near />;
  if (task.due_date === null) return null;
  return (
    <>
      <span class="soft">due </span>
      <Due task={task} />
    </>
  );
}
