import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sameJson } from '../../../../src/domain/shared/json.ts';
import { editedFields, undoChange } from '../../../../src/domain/task/decide/undo.ts';
import type { TaskState } from '../../../../src/domain/task/state.ts';
import { creations, play, steps } from '../../../support/histories/history.ts';
import { undoneAmong } from '../../../support/histories/undone-event.ts';

/** By the names of REST, all that edits change. */
function fieldsOf(state: TaskState) {
  const { name, schedule, priority, due_date, reminder_time, remind_before } = state;
  const edits = { name, schedule, priority, due_date, reminder_time, remind_before };
  return { ...edits, status: state.resting_status, deleted_at: state.deleted_at !== null };
}
type Field = keyof ReturnType<typeof fieldsOf>;

test('after any history, an undo brings back what the event changed, and nothing that was changed since', () => {
  const outcomes = new Set<string>();
  fc.assert(
    fc.property(creations, steps, fc.nat(), (creation, all, pick) => {
      const history = play(creation, all);
      const edits = history.events.filter((event) => editedFields(event).length > 0);
      const event = edits[pick % Math.max(1, edits.length)];
      if (event === undefined) return;
      const undone = undoneAmong(history.events, event.meta.revision);
      const state = history.state as TaskState;
      const [before, now] = [fieldsOf(undone?.before as TaskState), fieldsOf(state)];
      const decision = undoChange(state, { now: history.now, if_match: null, reason: null, undone });
      const named = editedFields(event) as readonly Field[];
      const since = undone?.edited_since as ReadonlySet<string>;
      const isBack = (field: Field) => sameJson(now[field] as never, before[field] as never);
      outcomes.add(decision.kind === 'rejected' ? decision.rejection.code : decision.kind);
      if (decision.kind === 'nothing') expect(named.every(isBack)).toBe(true);
      if (decision.kind === 'rejected' && decision.rejection.code === 'CHANGED_SINCE') {
        expect(decision.rejection.fields.length).toBeGreaterThan(0);
      }
      if (decision.kind !== 'event') return;
      expect(named.filter((field) => since.has(field) && !isBack(field))).toEqual([]);
      history.take(decision);
      const brought = fieldsOf(history.state as TaskState);
      // A task that is restored rests where its slots have ended meanwhile.
      const ended = decision.event.type === 'task.restored' ? { status: brought.status } : {};
      const pairs = named.map((field) => [field, before[field]]);
      expect(brought).toEqual({ ...now, ...Object.fromEntries(pairs), ...ended });
    }),
    { numRuns: 300 },
  );
  expect([...outcomes]).toEqual(
    expect.arrayContaining(['event', 'nothing', 'CHANGED_SINCE', 'NOT_UNDOABLE']),
  );
});
