/** An execution that a decision about its task ends. */
import type { EndedExecution } from '../events/execution-events.ts';
import type { UnfinishedExecution } from '../state.ts';

export function ending(
  execution: UnfinishedExecution | null,
  code: EndedExecution['code'],
): EndedExecution | null {
  return execution === null ? null : { execution_id: execution.execution_id, number: execution.number, code };
}

/** Ends an execution that a slot has requested and no worker has started; anything else goes on. */
export function endingOfSlot(execution: UnfinishedExecution | null, code: EndedExecution['code']) {
  const waits = execution?.state === 'requested' && !execution.shown_running;
  return waits && execution.trigger_type === 'scheduled' ? ending(execution, code) : null;
}
