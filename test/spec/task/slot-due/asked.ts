import type { ExecutionId, Term } from '../../../../src/domain/shared/ids.ts';
import { minutesPastNoon } from '../happened.ts';

export const NEW_RUN = 'exe_01JD0000000000000000000002' as ExecutionId;

/** The scheduler asks, so many minutes past noon, what is due. */
export function due(minutes: number, more: { readonly worker_gone?: boolean } = {}) {
  return {
    type: 'take_due',
    data: { execution_id: NEW_RUN, default_timeout_seconds: 30, term: 1 as Term, ...more },
    now: minutesPastNoon(minutes),
  } as const;
}
