/** What became of a slot, in words and by kind; pure. */

/** How a slot is drawn: each kind has a shape of its own. */
export type SlotShape =
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'running'
  | 'skipped'
  | 'missed'
  | 'excluded'
  | 'void'
  | 'due'
  | 'planned';

export interface SlotLike {
  readonly fate: string;
  readonly reason: string | null;
  readonly execution_status?: string | null;
  readonly late_by_ms?: number | null;
}

/** The worst first: what a place for several shows. */
export const SLOT_KINDS: readonly SlotShape[] = [
  'failed',
  'missed',
  'running',
  'skipped',
  'cancelled',
  'completed',
  'due',
  'planned',
  'excluded',
  'void',
];

export function slotKind({ fate, execution_status }: SlotLike): SlotShape {
  if (fate !== 'fired') return SLOT_KINDS.find((kind) => kind === fate) ?? 'due';
  if (execution_status === 'requested') return 'running';
  return SLOT_KINDS.find((kind) => kind === execution_status) ?? 'running';
}

const BECAUSE: Readonly<Record<string, string>> = {
  overlap: 'the run before it was still going.',
  paused: 'the task was paused.',
  by_owner: 'you took it out.',
  execution_limit: 'the runs that your tier allows in a day were used up.',
  credit_limit: 'it would have gone beyond the credits of the month.',
  not_started: 'no worker started it in time.',
  catch_up: 'nothing could fire it in time, and the schedule does not make up for it.',
  schedule_changed: 'the schedule was changed before.',
  task_paused: 'the task was paused before.',
  task_cancelled: 'the task was cancelled before.',
  task_deleted: 'the task was deleted before.',
  task_completed: 'the task was done before.',
  cancelled_by_user: 'its run was cancelled before it began.',
};

const PLANNED_BECAUSE: Readonly<Record<string, string>> = {
  paused: 'the task is paused.',
  by_owner: 'you took it out.',
  execution_limit: 'the runs that your tier allows in that day will be used up.',
  credit_limit: 'it would go beyond the credits of the month.',
};

const EXCLUDED_BY: Readonly<Record<string, string>> = {
  exclude_calendars: 'its day is one of a calendar that the schedule excludes.',
  only_calendars: 'its day is in none of the calendars that the schedule keeps to.',
};

/** `skipped: the run before it was still going.` */
export function slotSentence(slot: SlotLike): string {
  const kind = slotKind(slot);
  const reason = slot.reason?.toLowerCase() ?? null;
  switch (kind) {
    case 'completed':
      return `ran, ${latenessWords(slot)}, and completed.`;
    case 'failed':
      return `ran, ${latenessWords(slot)}, and failed.`;
    case 'cancelled':
      return 'ran and was cancelled.';
    case 'running':
      return 'is running.';
    case 'due':
      return 'is due: it is the next one, or waits for a run to end.';
    case 'planned':
      return reason === null ? 'is planned.' : `will not run: ${PLANNED_BECAUSE[reason] ?? reason}`;
    case 'excluded':
      return `is left out: ${EXCLUDED_BY[reason ?? ''] ?? 'its date is one that the schedule excludes.'}`;
    case 'skipped':
    case 'missed':
    case 'void': {
      const word = kind === 'void' ? 'never came due' : `was ${kind}`;
      return `${word}: ${reason === null ? 'nothing could fire it in time.' : (BECAUSE[reason] ?? reason)}`;
    }
  }
}

function latenessWords({ late_by_ms }: SlotLike): string {
  if (late_by_ms === null || late_by_ms === undefined || late_by_ms < 1_000) return 'on time';
  return `${Math.round(late_by_ms / 1_000)} s late`;
}

/** The field of the schedule that such a slot follows from, and what it is called; null: no setting makes it otherwise. */
export function slotSetting(slot: SlotLike): { readonly field: string; readonly words: string } | null {
  const reason = slot.reason?.toLowerCase() ?? null;
  switch (slotKind(slot)) {
    case 'skipped':
      return reason === 'overlap' ? { field: 'overlap', words: 'Keep one waiting, or another way' } : null;
    case 'missed':
      return reason === 'not_started'
        ? { field: 'catchUpWindow', words: 'How long a run may wait' }
        : { field: 'catchUp', words: 'What becomes of missed runs' };
    case 'excluded':
      if (reason === 'exclude_calendars')
        return { field: 'excludeCalendars', words: 'The calendars that it excludes' };
      if (reason === 'only_calendars')
        return { field: 'onlyCalendars', words: 'The calendars that it keeps to' };
      return { field: 'excludeDates', words: 'The dates that it excludes' };
    default:
      return null;
  }
}
