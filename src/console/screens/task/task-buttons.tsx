import { useState } from 'preact/hooks';
import type { ApiSchema } from '../../api/client.ts';
import {
  askToBeDone,
  askToCancel,
  askToDelete,
  askToEndSeries,
  askToPause,
  askToResume,
  askToRun,
  comesAgain,
  mayBeDone,
} from '../../api/task-actions.ts';
import { useKeys } from '../../frame/keys.ts';
import { Link, useGoTo } from '../../parts/link.tsx';

const OVER = ['completed', 'cancelled'];

export function TaskButtons({ task }: { readonly task: ApiSchema<'Task'> }) {
  const goTo = useGoTo();
  const [isBusy, setBusy] = useState(false);
  const isPaused = task.status === 'paused';
  const isOver = OVER.includes(task.status) || task.deleted_at !== null;
  const busy = async (work: Promise<unknown>) => {
    setBusy(true);
    await work;
    setBusy(false);
  };
  const pause = () => void busy(isPaused ? askToResume(task) : askToPause(task));
  const run = () => void busy(askToRun(task));
  const done = () => void busy(askToBeDone(task));
  const isAhead = comesAgain(task) && task.open_occurrences.length === 0;
  useKeys(
    isOver
      ? []
      : [
          { key: 'r', what: 'Run the task now', run },
          { key: 'p', what: 'Pause or resume the task', run: pause },
          { key: ' ', what: 'Mark the task done, or what is open of its series', run: done },
          { key: 'e', what: 'Edit the task', run: () => goTo(`tasks/${task.task_id}/edit`) },
        ],
  );
  if (task.deleted_at !== null) return <span class="soft">This task is deleted.</span>;
  const remove = async () => {
    if (await askToDelete(task)) goTo('tasks');
  };
  return (
    <>
      {task.status === 'cancelled' ? null : (
        <button type="button" class="primary" disabled={isBusy} onClick={run} aria-keyshortcuts="r">
          Run now
        </button>
      )}
      {isOver ? null : (
        <>
          <button type="button" disabled={isBusy} onClick={pause} aria-keyshortcuts="p">
            {isPaused ? 'Resume' : 'Pause'}
          </button>
          {mayBeDone(task) ? (
            <button type="button" disabled={isBusy} onClick={done}>
              {isAhead ? 'Done ahead' : 'Done'}
            </button>
          ) : null}
          <Link to={`tasks/${task.task_id}/edit`} class="button">
            Edit
          </Link>
        </>
      )}
      <details class="menu-box">
        <summary aria-label="More to do with the task">⋯</summary>
        <div class="menu-list">
          {isOver || !comesAgain(task) ? null : (
            <button type="button" onClick={() => askToEndSeries(task)}>
              End the series
            </button>
          )}
          {isOver ? null : (
            <button type="button" onClick={() => askToCancel(task)}>
              Cancel for good
            </button>
          )}
          <button type="button" class="danger" onClick={() => void remove()}>
            Delete
          </button>
        </div>
      </details>
    </>
  );
}
