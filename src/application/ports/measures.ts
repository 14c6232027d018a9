/**
 * What is measured while the service works, as the parts tell it; `src/observability/metrics.ts` keeps the figures. A call costs a
 * microsecond or two, never throws, and takes nothing whose values are without bound: no ids, no paths as they were
 * asked for, no texts of errors.
 */
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import type { TaskType } from '../../domain/task/status.ts';

export type AppendOutcome = 'stored' | 'conflict' | 'refused' | 'full' | 'unavailable' | 'unknown';

export interface Measures {
  /** An answer over REST; `route` is the pattern, `none` where no route was meant. */
  recordRequest(method: string, route: string, status: number, milliseconds: number): void;
  /** An append, from its call to its outcome, with its waits. */
  appended(outcome: AppendOutcome, milliseconds: number): void;
  /** A write to the log was acknowledged: so many entries shared it. */
  committed(entries: number): void;
  /** This process appended an event of a task of that type. */
  recordEvent(event: RecordedTaskEvent, taskType: TaskType): void;
}

export const NOT_MEASURED: Measures = {
  recordRequest: () => {},
  appended: () => {},
  committed: () => {},
  recordEvent: () => {},
};

export interface StorageFigures {
  /** Bytes on disk of all streams of the account, every replica counted. */
  readonly used: number;
  /** What the account may take; null where the server names no limit. */
  readonly limit: number | null;
}
