import { aheadOf, type SlotAhead } from '../../application/queries/lists/slot-timeline.ts';
import { MAIN_SCHEDULE } from '../../domain/schedule/several.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { SlotRecord } from '../../domain/task/ledger/slot-fates.ts';
import { occurrenceAt, occurrenceStatus } from '../../domain/task/occurrences.ts';
import type { TaskState } from '../../domain/task/state.ts';

/** A slot as REST shows it; one ahead that a limit has skipped already is planned, but will not run. */
export function slotOf(record: SlotRecord | SlotAhead, now: Instant) {
  const slot = record.fate === 'skipped' ? (aheadOf(record, now) ?? record) : record;
  const run = 'run' in slot ? slot.run : null;
  return {
    at: slot.at,
    schedule_version: slot.schedule_version,
    schedule_id: record.schedule_id ?? MAIN_SCHEDULE,
    fate: slot.fate,
    reason: reasonOf(slot),
    execution_id: run?.execution_id ?? null,
    execution_status: run?.status ?? null,
    late_by_ms: run?.late_by_ms ?? null,
    ...(slot.fate === 'excluded' && slot.closing !== undefined
      ? { calendar_id: slot.closing.calendar_id }
      : {}),
  };
}

/** With whether somebody has ticked it. */
export function tickedSlotOf(record: SlotRecord | SlotAhead, task: TaskState, now: Instant) {
  const occurrence = occurrenceAt(task, record.at);
  return {
    ...slotOf(record, now),
    occurrence: occurrence === null ? null : occurrenceStatus(occurrence, now),
  };
}

function reasonOf(slot: SlotRecord | SlotAhead): string | null {
  switch (slot.fate) {
    case 'planned':
      return slot.reason;
    case 'skipped':
    case 'void':
      return slot.reason.toLowerCase();
    case 'missed':
      return slot.run === null ? 'catch_up' : 'not_started';
    case 'excluded':
      return slot.closing?.by ?? null;
    case 'fired':
    case 'due':
      return null;
  }
}
