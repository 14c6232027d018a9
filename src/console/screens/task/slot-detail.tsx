/** What became of one slot and why, with what would make it otherwise. */
import type { ApiSchema } from '../../api/client.ts';
import { askToResume, askToRun, askToSkip, askToTick } from '../../api/task-actions.ts';
import { Link } from '../../parts/link.tsx';
import { slotKind, slotSentence, slotSetting } from '../../parts/slot-words.ts';
import { Moment } from '../../parts/time.tsx';

const OCCURRENCE_WORDS = {
  open: 'It is open.',
  overdue: 'It is overdue.',
  done: 'It is done.',
} as const;

export interface SlotDetailProps {
  readonly slot: ApiSchema<'TimelineSlot'>;
  readonly task: ApiSchema<'Task'>;
  readonly zone: string | null;
  /** The last run of a slot before it; null: none is in sight. */
  readonly runBefore: string | null;
}

/** What a tier allows is seen there. */
const LIMITS = ['execution_limit', 'credit_limit'];

export function SlotDetail({ slot, task, zone, runBefore }: SlotDetailProps) {
  const kind = slotKind(slot);
  const isOver = task.status === 'completed' || task.status === 'cancelled' || task.deleted_at !== null;
  const isAhead = kind === 'planned' && Date.parse(slot.at) > Date.now();
  const isAwaited = task.status === 'scheduled' || task.status === 'running';
  const mayBeSkipped = isAhead && isAwaited && slot.reason === null;
  const setting = isOver ? null : slotSetting(slot);
  const isOverlap = kind === 'skipped' && slot.reason === 'overlap';
  const isLost = kind === 'missed' || kind === 'skipped' || kind === 'failed';
  return (
    <div class="slot-detail" aria-live="polite">
      <p>
        <strong>
          <Moment at={slot.at} zone={zone} />
        </strong>{' '}
        {slotSentence(slot)}
        {task.schedule === null ? <span class="soft"> Schedule {slot.schedule_id}.</span> : null}
        {slot.occurrence === null ? null : ` ${OCCURRENCE_WORDS[slot.occurrence]}`}
        {slot.due_at === slot.at ? null : (
          <span class="soft">
            {' '}
            With its jitter it is due at <Moment at={slot.due_at} zone={zone} />.
          </span>
        )}
      </p>
      <div class="row">
        {slot.execution_id === null ? null : (
          <Link to={`tasks/${task.task_id}/runs/${slot.execution_id}`} class="button">
            Show the run
          </Link>
        )}
        {isOverlap && runBefore !== null ? (
          <Link to={`tasks/${task.task_id}/runs/${runBefore}`} class="button">
            Show the run before
          </Link>
        ) : null}
        {slot.calendar_id === undefined ? null : (
          <Link to={`calendars?id=${slot.calendar_id}`} class="button">
            Show the calendar
          </Link>
        )}
        {setting === null ? null : (
          <Link
            to={`tasks/${task.task_id}/edit?field=${setting.field}&schedule=${encodeURIComponent(slot.schedule_id)}`}
            class="button"
          >
            {setting.words}
          </Link>
        )}
        {LIMITS.includes(slot.reason ?? '') ? (
          <Link to="analytics" class="button">
            What was used
          </Link>
        ) : null}
        {task.status === 'paused' && slot.reason === 'paused' ? (
          <button type="button" onClick={() => void askToResume(task)}>
            Resume the task
          </button>
        ) : null}
        {slot.occurrence === 'open' || slot.occurrence === 'overdue' ? (
          <button type="button" onClick={() => void askToTick(task, slot.at)}>
            Done
          </button>
        ) : null}
        {slot.occurrence === 'done' ? (
          <button type="button" onClick={() => void askToTick(task, slot.at, false)}>
            Not done after all
          </button>
        ) : null}
        {mayBeSkipped ? (
          <button type="button" onClick={() => void askToSkip(task, slot.at, true)}>
            Skip this one
          </button>
        ) : null}
        {isAhead && slot.reason === 'by_owner' ? (
          <button type="button" onClick={() => void askToSkip(task, slot.at, false)}>
            Bring it back
          </button>
        ) : null}
        {isLost && !isOver ? (
          <button type="button" onClick={() => void askToRun(task)}>
            Run it now instead
          </button>
        ) : null}
      </div>
    </div>
  );
}
