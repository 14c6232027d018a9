import fc from 'fast-check';
import { expect, test } from 'vitest';
import { END_OF_TIME } from '../../../../src/domain/schedule/slots.ts';
import { instantOf, plusMs } from '../../../../src/domain/shared/instant.ts';
import { plannedSlots } from '../../../../src/domain/task/ledger/planned-slots.ts';
import { slotsAhead } from '../../../../src/domain/task/ledger/slots-ahead.ts';
import { creations, play, START, steps } from '../../../support/histories/history.ts';

const EVER = instantOf(END_OF_TIME);

test('of a range are those of the slots ahead that lie in it, whatever happened to the task before', () => {
  fc.assert(
    fc.property(creations, steps, fc.nat(7_200_000), fc.nat(3_600_000), (creation, all, after, begin) => {
      const { state } = play(creation, all);
      if (state === null) return;
      const now = plusMs(START, after);
      const isOpen = ['scheduled', 'paused'].includes(state.resting_status) && state.deleted_at === null;
      const ahead = isOpen ? slotsAhead(state, now, { count: 30 }).map(({ at }) => at) : [];
      const from = plusMs(now, begin);
      const to = ahead.at(-1) ?? EVER;
      const planned = [...plannedSlots(state, now, { from, to })];
      // One that was the next when it was taken out is in the ledger.
      const next = state.resting_status === 'scheduled' ? state.next_run_time : null;
      expect(planned.map(({ at }) => at)).toEqual(
        ahead.filter((at) => at >= from && (next === null || at >= next)),
      );
      for (const { at, due_at } of planned) expect(due_at >= at).toBe(true);
    }),
  );
});
