/**
 * What the scheduler does by itself, as spans. Nobody's request is behind it, so each begins a trace of its own, linked
 * to the one in which the task was created; only what ends an execution belongs to that execution's trace.
 *
 * Where a task comes from is told by its first event, which is read for a recorded span only, beside the firing, a few
 * at a time: in a burst some spans stay without their link.
 */
import type { EventLog } from '../../application/ports/log/log.ts';
import type { Span, Traces } from '../../application/ports/traces.ts';
import { NO_SEQUENCE } from '../../domain/shared/ids.ts';
import type { TaskEvent } from '../../domain/task/events/events.ts';
import type { SchedulingState } from '../../domain/task/state.ts';

const READS_AT_ONCE = 64;

export class FiringSpans {
  readonly #traces: Traces;
  readonly #log: Pick<EventLog, 'readTask'>;
  #reading = 0;

  constructor(traces: Traces, log: Pick<EventLog, 'readTask'>) {
    this.#traces = traces;
    this.#log = log;
  }

  /** The trace that the event is to be appended in; null: none. */
  begin(state: SchedulingState, event: TaskEvent): string | null {
    const parent = traceOfExecution(state, event);
    const span = this.#traces.begin(`fire ${event.type}`, 'internal', parent);
    if (!span.isRecorded) return span.traceparent;
    span.set({ 'task_service.task_id': state.task_id, 'task_service.task_type': state.task_type });
    if ('execution_id' in event.data) span.set({ 'task_service.execution_id': event.data.execution_id });
    if (parent !== null || this.#reading >= READS_AT_ONCE) span.end();
    else void this.#endLinked(span, state);
    return span.traceparent;
  }

  async #endLinked(span: Span, { user_id, task_id }: SchedulingState): Promise<void> {
    this.#reading += 1;
    try {
      const [created] = await this.#log.readTask(user_id, task_id, NO_SEQUENCE, 1);
      const traceparent = created?.meta.traceparent ?? null;
      if (traceparent !== null) span.linkTo(traceparent);
    } catch {
      // A log that is away has been complained of by whoever needs it.
    } finally {
      this.#reading -= 1;
      span.end();
    }
  }
}

function traceOfExecution({ execution }: SchedulingState, event: TaskEvent): string | null {
  const isOf = 'execution_id' in event.data && event.data.execution_id === execution?.execution_id;
  return isOf ? (execution?.traceparent ?? null) : null;
}
