/**
 * What stands in the place of an event's personal content where the key to it is gone, destroyed or lost: texts that
 * must be there say so, all else is empty. So a history without its key folds as any other does.
 */
import type { TaskEvent, TaskEventType } from './events.ts';

export const ERASED_TEXT = '[erased]';

type PersonalOf<Type extends TaskEventType> =
  Required<Extract<TaskEvent, { readonly type: Type }>['data']> extends {
    readonly personal: infer Personal;
  }
    ? Personal
    : null;

const NO_REASON = { reason: null };

const CONTENT: { readonly [Type in TaskEventType]: PersonalOf<Type> } = {
  'task.created': {
    name: ERASED_TEXT,
    description: null,
    config: {},
    metadata: {},
    tags: [],
    trigger_filter: null,
  },
  // What an update left as it was is erased already.
  'task.updated': NO_REASON,
  'task.status_changed': NO_REASON,
  'task.deleted': NO_REASON,
  'task.restored': NO_REASON,
  'task.execution_requested': { trigger_data: {} },
  'task.execution_started': null,
  'task.execution_completed': { result: null, summary: null },
  'task.execution_failed': { error_message: ERASED_TEXT, error_details: {} },
  'task.execution_cancelled': NO_REASON,
  'task.slots_skipped': null,
  'task.slot_buffered': null,
  'task.slot_skip_changed': NO_REASON,
  'task.occurrence_marked': NO_REASON,
  'task.backfill_requested': null,
  'task.rescheduled': null,
  'task.reminder_triggered': null,
  'task.overdue': null,
  // Nobody can sign with it.
  'task.webhook_issued': { secret: '' },
  'task.webhook_revoked': null,
};

/** Null for a type that has no personal content. */
export function erasedContent(type: TaskEventType): object | null {
  return CONTENT[type];
}
